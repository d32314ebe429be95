// `weft build`: a contract folder to a module with its access templates, ABI, source map and storage lock.

import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import type { Artifact, CompileOptions } from '@weft/sdk/compiler/compile';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { ARTIFACTS } from '../artifact.js';
import { addCommand, shared } from '../options.js';
import type { Output } from '../output.js';

interface BuildOptions {
  readonly out?: string;
  readonly debug?: boolean;
  readonly watch?: boolean;
  readonly frozenLock?: boolean;
}

export function addBuild(program: Command): void {
  addCommand(program, 'build [contract]', ABOUT.build)
    .option('--out <folder>', `where the artifacts go (default: ${ARTIFACTS}/ in the contract's folder)`)
    .option('--debug', 'keep function names in the module; its code hash stays the same')
    .option('--frozen-lock', 'hold the contract against storage.lock.json, do not write new fields into it')
    .option('--watch', 'build again whenever a source changes, until interrupted')
    .action(async (contract = '.', options: BuildOptions, command: Command) => {
      const { output } = shared(command);
      const entry = resolve(contract);
      const outDir = resolve(options.out ?? join(await folderOf(entry), ARTIFACTS));
      const compile: CompileOptions = {
        entry,
        outDir,
        debug: options.debug === true,
        lock: options.frozenLock === true ? 'check' : 'write',
      };
      output.note(`compiling ${basename(entry)}`);
      if (options.watch === true) return watchUntilInterrupted(compile, outDir, output);
      const { compileContract } = await import('@weft/sdk/compiler/compile');
      report(await compileContract(compile), outDir, output);
    });
}

/** Reports every build; one that fails does not end it. */
async function watchUntilInterrupted(options: CompileOptions, outDir: string, output: Output): Promise<void> {
  const { watchContract } = await import('@weft/sdk/compiler/watch');
  const watching = await watchContract(options, (built) => {
    if ('error' in built) {
      output.note(built.error instanceof WeftError ? built.error.message : String(built.error));
      return;
    }
    report(built.artifact, outDir, output);
    output.note(`built in ${Math.round(built.millis)} ms; waiting for changes (interrupt to end)`);
  });
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  await watching.close();
}

function report(artifact: Artifact, outDir: string, output: Output): void {
  const { name, wasm, abi, accessText, notes, report: weight } = artifact;
  const hash = `0x${toHex(codeHash(wasm))}`;
  const widest = Math.max(0, ...weight.methods.map((method) => method.name.length));
  output.result(
    { name, wasmBytes: wasm.length, codeHash: hash, outDir, methods: abi.methods, notes, report: weight },
    [
      `${name}: ${wasm.length} bytes, code hash ${hash}`,
      accessText.trimEnd(),
      ...notes.map((note) => `note: ${note}`),
      `memory ${weight.pages} ${weight.pages === 1 ? 'page' : 'pages'}; instructions a method can reach:`,
      ...weight.methods.map((method) => `  ${method.name.padEnd(widest)}  ${method.instructions}`),
      `written to ${outDir}`,
    ].join('\n'),
  );
}

async function folderOf(entry: string): Promise<string> {
  const found = await stat(entry).catch(() => undefined);
  return found?.isDirectory() ? entry : join(entry, '..');
}
