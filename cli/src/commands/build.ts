// `weft build`: a contract folder to a module with its access templates, ABI and source map.

import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { compileContract } from '@weft/sdk/compiler/compile';
import type { Command } from 'commander';
import { addCommand, shared } from '../options.js';

/** Where artifacts go, beside the contract's source. */
export const ARTIFACTS = 'artifacts';

export function addBuild(program: Command): void {
  addCommand(program, 'build [contract]', 'compile a contract (a folder or a .ts file)')
    .option('--out <folder>', `where the artifacts go (default: ${ARTIFACTS}/ in the contract's folder)`)
    .option('--debug', 'keep function names in the module; its code hash stays the same')
    .action(async (contract = '.', options: { out?: string; debug?: boolean }, command: Command) => {
      const { output } = shared(command);
      const entry = resolve(contract);
      const outDir = resolve(options.out ?? join(await folderOf(entry), ARTIFACTS));
      output.note(`compiling ${basename(entry)}`);
      const artifact = await compileContract({ entry, outDir, debug: options.debug === true });
      const hash = `0x${toHex(codeHash(artifact.wasm))}`;
      output.result(
        {
          name: artifact.name,
          wasmBytes: artifact.wasm.length,
          codeHash: hash,
          outDir,
          methods: artifact.abi.methods,
        },
        [
          `${artifact.name}: ${artifact.wasm.length} bytes, code hash ${hash}`,
          artifact.accessText.trimEnd(),
          `written to ${outDir}`,
        ].join('\n'),
      );
    });
}

async function folderOf(entry: string): Promise<string> {
  const found = await stat(entry).catch(() => undefined);
  return found?.isDirectory() ? entry : join(entry, '..');
}
