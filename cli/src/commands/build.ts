// `weft build`: a contract folder to a module with its access templates, ABI, source map and storage lock.

import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { cwd } from 'node:process';
import { toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import type { Artifact, CompileOptions } from '@weft/sdk/compiler/compile';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { ARTIFACTS } from '../artifact.js';
import { interrupted } from '../interrupt.js';
import { addCommand, shared } from '../options.js';
import { EXIT, type Output } from '../output.js';
import { working } from '../progress.js';
import { contractFolders } from '../testing/contract-folders.js';

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
    .addHelpText('after', '\nWithout a contract: all of contracts/, or else the one this folder is.')
    .action(async (contract: string | undefined, options: BuildOptions, command: Command) => {
      const { output } = shared(command);
      const all = contract === undefined ? await contractFolders(cwd()) : [];
      const entries = all.length > 0 ? all : [resolve(contract ?? '.')];
      const builds = await Promise.all(entries.map((entry) => compileOptions(entry, options)));
      if (options.watch === true) return watchUntilInterrupted(builds, output);
      const { compileContract } = await import('@weft/sdk/compiler/compile');
      const built: Built[] = [];
      for (const build of builds) {
        const artifact = working(output, `compiling ${basename(build.entry)}`, compileContract(build));
        built.push(describe(await artifact, build.outDir));
      }
      const values = built.map(({ value }) => value);
      output.result(all.length > 0 ? values : values[0], built.map(({ text }) => text).join('\n\n'));
    });
}

type Build = CompileOptions & { readonly outDir: string };

async function compileOptions(entry: string, { out, debug, frozenLock }: BuildOptions): Promise<Build> {
  const outDir = resolve(out ?? join(await folderOf(entry), ARTIFACTS));
  return { entry, outDir, debug: debug === true, lock: frozenLock === true ? 'check' : 'write' };
}

/** Reports every build; one that fails does not end it. */
async function watchUntilInterrupted(builds: readonly Build[], output: Output): Promise<void> {
  const { watchContract } = await import('@weft/sdk/compiler/watch');
  const watch = (build: Build) =>
    watchContract(build, (built) => {
      if ('error' in built) {
        output.note(built.error instanceof WeftError ? built.error.message : String(built.error));
        return;
      }
      const { value, text } = describe(built.artifact, build.outDir);
      output.result(value, text);
      output.note(`built in ${Math.round(built.millis)} ms; waiting for changes (interrupt to end)`);
    });
  const watching = await Promise.all(builds.map(watch));
  await interrupted();
  await Promise.all(watching.map((one) => one.close()));
  process.exitCode = EXIT.interrupted;
}

interface Built {
  readonly value: object;
  readonly text: string;
}

function describe(artifact: Artifact, outDir: string): Built {
  const { name, wasm, abi, accessText, notes, report } = artifact;
  const hash = `0x${toHex(codeHash(wasm))}`;
  const widest = Math.max(0, ...report.methods.map((method) => method.name.length));
  return {
    value: { name, wasmBytes: wasm.length, codeHash: hash, outDir, methods: abi.methods, notes, report },
    text: [
      `${name}: ${wasm.length} bytes, code hash ${hash}`,
      accessText.trimEnd(),
      ...notes.map((note) => `note: ${note}`),
      `memory ${report.pages} ${report.pages === 1 ? 'page' : 'pages'}; instructions a method can reach:`,
      ...report.methods.map((method) => `  ${method.name.padEnd(widest)}  ${method.instructions}`),
      `written to ${outDir}`,
    ].join('\n'),
  };
}

async function folderOf(entry: string): Promise<string> {
  const found = await stat(entry).catch(() => undefined);
  return found?.isDirectory() ? entry : join(entry, '..');
}
