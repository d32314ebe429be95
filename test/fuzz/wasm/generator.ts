// Valid random modules by binaryen's own fuzzing generator (`wasm-opt -ttf`), kept loaded: 10 ms a module, where a
// process each would take a second.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';

export type Bytes = Uint8Array<ArrayBuffer>;

/** What a loaded generator offers. */
export interface Generator {
  /** The module that the input bytes stand for. */
  generate(input: Uint8Array): Bytes;
  close(): void;
}

interface Tool {
  noInitialRun: boolean;
  print(): void;
  printErr(): void;
  onRuntimeInitialized(): void;
  callMain?(args: readonly string[]): number;
}

/** No vectors, threads or references; NaNs replaced, as their bits differ from compiler to compiler. */
const FLAGS = [
  '-O0',
  '--mvp-features',
  '--enable-bulk-memory',
  '--enable-sign-ext',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--denan',
];

/** Loads the tool. */
export async function loadGenerator(): Promise<Generator> {
  const require = createRequire(import.meta.url);
  const path = join(dirname(require.resolve('binaryen')), 'bin', 'wasm-opt');
  const source = readFileSync(path, 'utf8').replace(/^#!.*\n/, '');
  const names = ['Module', 'require', '__filename', '__dirname', 'module', 'exports'];
  const load = compileFunction(`${source}\n;Module.callMain = callMain;`, names) as (
    ...all: unknown[]
  ) => void;
  const tool = await new Promise<Tool>((resolve) => {
    const made: Tool = {
      noInitialRun: true,
      print: () => undefined,
      printErr: () => undefined,
      onRuntimeInitialized: () => resolve(made),
    };
    load(made, require, path, dirname(path), {}, {});
  });
  const folder = mkdtempSync(join(tmpdir(), 'wasm-fuzz-'));
  return {
    generate(input) {
      const [from, to] = [join(folder, 'input'), join(folder, 'output.wasm')];
      writeFileSync(from, input);
      rmSync(to, { force: true });
      tool.callMain!(['-ttf', from, ...FLAGS, '-o', to]);
      return new Uint8Array(readFileSync(to));
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
