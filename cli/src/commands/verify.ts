// `weft verify`: builds a contract here and compares its code hash with what a chain runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { findContract } from '../contract-target.js';
import { CliError } from '../errors.js';
import { addCommand, shared, withNode } from '../options.js';
import { working } from '../progress.js';
import { connect } from '../session.js';

export function addVerify(program: Command): void {
  withNode(addCommand(program, 'verify <contract> <source>', ABOUT.verify))
    .addHelpText(
      'after',
      '\nThe same compiler version gives the same bytes anywhere; names and comments do not count.',
    )
    .action(async (name: string, source: string, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const { node, status } = await connect(await network());
      const { address, codeHash: onChain } = await findContract(node, status, name);
      const { hash, className } = await working(output, `building ${source}`, build(source));
      if (hash !== onChain)
        throw new CliError('CLI_VERIFY', {
          expected: onChain ?? 'a contract with code',
          got: hash,
          place: address,
        });
      output.result(
        { address, codeHash: hash, same: true },
        `${address} runs ${className} as it is here: ${hash}`,
      );
    });
}

/** Away from the contract's own artifacts, which it leaves as they are. */
async function build(source: string): Promise<{ readonly hash: string; readonly className: string }> {
  const { compileContract } = await import('@weft/sdk/compiler/compile');
  const outDir = await mkdtemp(join(tmpdir(), 'weft-verify-'));
  try {
    const { wasm, name } = await compileContract({ entry: resolve(source), outDir, lock: 'check' });
    return { hash: `0x${toHex(codeHash(wasm))}`, className: name };
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
