// Drives the AssemblyScript compiler in this process over a closed set of files: the contract's folder, and our
// library, which it sees as node_modules/@weft/sdk/assembly whatever the folders are called. Same sources, same bytes.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '@weft/runtime/base/assert';
import { WeftError } from '@weft/runtime/base/errors';
import type { Parser, Program } from 'assemblyscript';
import { type APIOptions, main } from 'assemblyscript/asc';
import { adviceFor, plainMessage } from './advice.js';
import { CompileError } from './errors.js';
import { BYTES_ID, DISPATCH_PATH, ENTRY_PATH, LIBRARY_PATH } from './names.js';

/** What a stage may do at the compiler's three stops. */
export interface Stages {
  afterParse(parser: Parser): void;
  afterInitialize(program: Program): void;
  /** `text`: the module in text form, before optimisation, functions by internal name. */
  afterCompile(text: string): void;
}
export interface AscOutput {
  readonly wasm: Uint8Array;
  readonly sourceMap: string;
}

/** A contract has one entry for all its methods; functions are exports, each for itself. */
export type ModuleForm = 'contract' | 'functions';
export interface AscOptions {
  /** Keep function names. Default false. */
  readonly debug?: boolean;
  /** Default 'contract'. */
  readonly form?: ModuleForm;
}

const ENTRY_TEXTS: Readonly<Record<ModuleForm, (name: string) => string>> = {
  contract: (name) => `import './${name}';\nexport function weft_call(selector: u32, length: i32): void {}`,
  functions: (name) => `export * from './${name}';\nexport const ${BYTES_ID} = idof<Uint8Array>();`,
};

const LIBRARY_FOLDER = fileURLToPath(new URL('../../assembly', import.meta.url));
const OUTPUT = 'contract.wasm';
const LIBRARY_FILE = new RegExp(`(?:^|/)node_modules/${LIBRARY_PATH}/((?:bases/)?[a-z0-9-]+)\\.ts$`);

/**
 * Compiles the file `entry` (a name inside `folder`).
 * @throws COMPILE_SOURCE with the first diagnostic, and whatever a stage throws
 */
export async function runAsc(
  folder: string,
  entry: string,
  stages: Stages,
  { debug = false, form = 'contract' }: AscOptions = {},
): Promise<AscOutput> {
  const files: Record<string, string | Uint8Array> = {};
  const entryText = `import * as __weft from '${DISPATCH_PATH}';\n${ENTRY_TEXTS[form](entry.replace(/\.ts$/, ''))}`;
  const problems: Problem[] = [];
  const sources = new Map<string, string>([[ENTRY_PATH, entryText]]);
  const options: APIOptions = {
    stdout: silent(),
    stderr: silent(),
    readFile: async (name) => {
      const known = sources.get(name);
      if (known !== undefined) return known;
      const text = await readSource(folder, name);
      if (text !== null) sources.set(name, text);
      return text;
    },
    writeFile: (name, contents) => {
      files[name] = contents as string | Uint8Array;
    },
    listFiles: () => [],
    reportDiagnostic: (diagnostic) => {
      if (diagnostic.category !== 3) return;
      const place = diagnostic.range ? placeIn(diagnostic.range, sources) : entry;
      problems.push({ message: plainMessage(diagnostic.message), place });
    },
    transforms: [hooks(stages) as never],
  };
  const { error } = await main(argumentsOf(debug, form), options);
  if (error instanceof WeftError) throw error;
  if (problems.length > 0) throw refusalOf(problems, sources);
  const wasm = files[OUTPUT];
  const sourceMap = files[`${OUTPUT}.map`];
  if (error || !(wasm instanceof Uint8Array) || typeof sourceMap !== 'string') {
    throw new CompileError('COMPILE_SOURCE', { message: error?.message ?? 'no output', place: entry }, error);
  }
  return { wasm, sourceMap };
}

interface Problem {
  readonly message: string;
  readonly place: string;
}

/** The problem that says most comes first: one whose cause is known. */
function refusalOf(problems: readonly Problem[], sources: ReadonlyMap<string, string>): CompileError {
  const advised = problems.map((problem) => ({
    problem,
    advice: adviceFor(problem.message, lineAt(problem.place, sources)),
  }));
  const renamed = advised.find((one) => one.advice?.message !== undefined);
  const first = renamed ?? advised[0];
  assert(first !== undefined, 'there is a problem');
  const others = problems.filter(
    (problem) => problem !== first.problem && problem.place !== first.problem.place,
  );
  const advice = first.advice ? { write: first.advice.write } : {};
  const message = first.advice?.message ?? first.problem.message;
  // What follows from a line that is not understood says nothing new.
  const rest = renamed ? {} : listOthers(others);
  return new CompileError('COMPILE_SOURCE', { message, place: first.problem.place, ...advice, ...rest });
}

function lineAt(place: string, sources: ReadonlyMap<string, string>): string {
  const [, file = '', line = '0'] = /^(.*):(\d+):\d+$/.exec(place) ?? [];
  return sources.get(file)?.split('\n')[Number(line) - 1] ?? '';
}

/** The other problems, a few of them, so that one run shows more than one. */
function listOthers(others: readonly Problem[]): { others?: string[] } {
  if (others.length === 0) return {};
  return { others: others.slice(0, 9).map((other) => `${other.place} ${other.message}`) };
}

function argumentsOf(debug: boolean, form: ModuleForm): string[] {
  return [
    ENTRY_PATH,
    '--config',
    'none.json',
    '--outFile',
    OUTPUT,
    '--sourceMap',
    '--runtime',
    'stub',
    '--exportStart',
    '_start',
    '--use',
    `abort=~lib/${LIBRARY_PATH}/failure/onAbort`,
    '--optimizeLevel',
    '3',
    '--shrinkLevel',
    '1',
    ...(form === 'functions' ? ['--exportRuntime'] : []),
    ...(debug ? ['--debug'] : []),
  ];
}

/** What is used of the compiler's module. */
interface CompiledModule {
  emitText(): string;
  runPasses(passes: string[]): void;
}

/** And of its optimiser. */
interface Optimiser {
  setPassArgument(key: string, value: string | null): void;
}

/** Calls that end a contract's call stay calls, so that the source map knows the author's line of each. */
function keepFailures(module: CompiledModule, optimiser: Optimiser): void {
  for (const name of ['require', 'failWith', 'onAbort', 'overflow']) {
    optimiser.setPassArgument('no-inline', `~lib/${LIBRARY_PATH}/failure/${name}`);
    module.runPasses(['no-inline']);
  }
  optimiser.setPassArgument('no-inline', null);
}

/** A transform class; the compiler news it. */
function hooks(stages: Stages): unknown {
  return class {
    /** Set by the compiler. */
    declare readonly binaryen: Optimiser;

    afterParse(parser: Parser): void {
      stages.afterParse(parser);
    }
    afterInitialize(program: Program): void {
      stages.afterInitialize(program);
    }
    afterCompile(module: CompiledModule): void {
      stages.afterCompile(module.emitText());
      keepFailures(module, this.binaryen);
    }
  };
}

/** Files of the contract's folder and of our library; nothing else exists. */
async function readSource(folder: string, name: string): Promise<string | null> {
  const library = LIBRARY_FILE.exec(name.replaceAll('\\', '/'));
  let file: string;
  if (library) file = path.join(LIBRARY_FOLDER, `${library[1]}.ts`);
  else if (name.includes('node_modules') || path.isAbsolute(name) || name.split(/[\\/]/).includes('..'))
    return null;
  else file = path.join(folder, name);
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

type DiagnosticRange = NonNullable<Parameters<NonNullable<APIOptions['reportDiagnostic']>>[0]['range']>;

function placeIn(range: DiagnosticRange, sources: ReadonlyMap<string, string>): string {
  const name = range.source?.normalizedPath ?? ENTRY_PATH;
  const before = (sources.get(name) ?? librarySource(name, sources) ?? '').slice(0, range.start);
  const line = before.split('\n').length;
  return `${name}:${line}:${before.length - before.lastIndexOf('\n')}`;
}

/** The text of a library file; the compiler asks for it by a path with folders before it. */
function librarySource(name: string, sources: ReadonlyMap<string, string>): string | undefined {
  const ending = name.replace(/^~lib/, 'node_modules');
  for (const [known, text] of sources) if (known.endsWith(ending)) return text;
  return undefined;
}

function silent(): NonNullable<APIOptions['stdout']> {
  return { write: () => true } as unknown as NonNullable<APIOptions['stdout']>;
}
