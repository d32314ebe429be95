// `compileContract`: a contract's source to everything a chain and a client need. The stages, in order: find, prepare
// (after parsing), resolve, fill, infer access (after initialisation), cross-check (after compilation), sections.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '@weft/runtime/base/assert';
import { WeftError } from '@weft/runtime/base/errors';
import { ABI_SECTION, type Abi, encodeAbi } from '@weft/runtime/types/abi';
import type { AccessSection } from '@weft/runtime/types/access';
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import { assertUploadable } from '@weft/runtime/vm/compiled-code';
import type { Parser } from 'assemblyscript';
import { abiModule, buildAbi } from './build-abi.js';
import { checkDecorators } from './check-decorators.js';
import { checkImports } from './check-imports.js';
import { checkLanguage } from './check-language.js';
import { checkRemotes } from './check-remotes.js';
import type { AnalysedMethod, ContractModel, ContractSyntax } from './contract-model.js';
import { type CoverPoint, coverStatements, importCover } from './cover.js';
import { crossCheck, readCallGraph } from './cross-check.js';
import { describeRefusal } from './describe-refusal.js';
import { equalByValue } from './equal-by-value.js';
import { CompileError } from './errors.js';
import { fillContract } from './fill-contract.js';
import { findContract } from './find-contract.js';
import { inferAccess } from './infer/infer-access.js';
import { lowerProgram } from './lower/install-hooks.js';
import { spareObjects } from './lower/spare-objects.js';
import { type BuildReport, initialPages, measureMethods } from './measure-module.js';
import { BASES_PATH, ENTRY_PATH } from './names.js';
import { prepareContract } from './prepare-contract.js';
import { layoutsOf, resolveContract } from './resolve-contract.js';
import { runAsc } from './run-asc.js';
import { ACCESS_SECTION, withSections } from './sections.js';
import { checkLock, type LockMode, readLock, writeLock } from './storage-lock.js';

export interface CompileOptions {
  /** A .ts file, or a folder: then contract.ts, index.ts, <folder>.ts or its only .ts file. */
  readonly entry: string;
  /** Where to write NAME.wasm, .wasm.map, .abi.json, .abi.ts, .access.txt; absent: nowhere. */
  readonly outDir?: string;
  /**
   * Makes a coverage build, another module with the same ABI and access, and is told which statements it counts, by number.
   * Absent: an ordinary build.
   */
  readonly coverage?: (points: readonly CoverPoint[]) => void;
  /** Keep function names in the module; the code hash does not change. Default false. */
  readonly debug?: boolean;
  /** What happens to `storage.lock.json` beside the contract. Default: it is checked if it is there. */
  readonly lock?: LockMode;
}
export interface Artifact {
  /** The contract class. */
  readonly name: string;
  readonly wasm: Uint8Array;
  readonly abi: Abi;
  /** A TypeScript module that exports the ABI `as const`. */
  readonly abiTs: string;
  /** Source map (JSON) of the module as uploaded. */
  readonly sourceMap: string;
  /** What the section `weft.access` holds. */
  readonly access: AccessSection;
  /** The same for people, with the notes. */
  readonly accessText: string;
  /** What the author should know though it compiles: locks nobody wrote, and the like; file:line:column first. */
  readonly notes: readonly string[];
  /** What the build weighs, by method. */
  readonly report: BuildReport;
}

/**
 * Compiles one contract. Same sources, same bytes, wherever they lie.
 * @throws the coded refusals of errors.ts, with file:line:column in `place`
 */
export async function compileContract(options: CompileOptions): Promise<Artifact> {
  const entry = await findEntry(options.entry);
  try {
    return await compileEntry(entry, options);
  } catch (error) {
    if (error instanceof CompileError)
      error.described = describeRefusal(error, readerOf(path.dirname(entry)));
    throw error;
  }
}

/** Texts of a contract's own files. */
function readerOf(folder: string): (file: string) => string | undefined {
  return (file) => {
    const full = path.join(folder, file);
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  };
}

async function compileEntry(entry: string, options: CompileOptions): Promise<Artifact> {
  const name = path.basename(entry);
  const folder = path.dirname(entry);
  await refuseOptions(folder);
  const lockMode = options.lock ?? 'check';
  const lock = lockMode === 'off' ? undefined : await readLock(folder);
  let syntax: ContractSyntax | undefined;
  let sizes: BuildReport['methods'] = [];
  let analysed: { contract: ContractModel; methods: AnalysedMethod[] } | undefined;
  const output = await runAsc(
    folder,
    name,
    {
      afterParse: (parser) => {
        adoptBases(parser);
        checkLanguage(parser);
        equalByValue(parser);
        checkImports(parser, ENTRY_PATH);
        checkDecorators(parser);
        syntax = findContract(parser, name);
        prepareContract(parser, syntax);
        if (options.coverage) importCover(parser);
      },
      afterInitialize: (program) => {
        assert(syntax !== undefined, 'the contract was found');
        const contract = resolveContract(program, syntax);
        if (lock) checkLock(lock, contract);
        checkRemotes(contract, folder);
        analysed = { contract, methods: inferAccess(program, contract) };
        fillContract(program, contract);
        if (options.coverage) options.coverage(coverStatements(program));
        spareObjects(program, contract);
        lowerProgram(program, contract.fields);
      },
      afterCompile: (text) => {
        assert(analysed !== undefined, 'the contract was analysed');
        const graph = readCallGraph(text);
        crossCheck(graph, analysed.contract, analysed.methods);
        sizes = measureMethods(text, graph, analysed.methods);
      },
    },
    { debug: options.debug ?? false },
  );
  assert(analysed !== undefined, 'the contract was analysed');
  const artifact = assemble(output, analysed.contract, analysed.methods, sizes, options.debug ?? false);
  checkModule(artifact.wasm);
  if (lockMode === 'write') await writeLock(folder, lock, analysed.contract);
  if (options.outDir !== undefined) await writeArtifact(artifact, options.outDir);
  return artifact;
}

/** Base classes of the library count as the author's: their storage, access and events are the contract's. */
function adoptBases(parser: Parser): void {
  for (const source of parser.sources) {
    if (source.normalizedPath.startsWith(`~lib/${BASES_PATH}`)) source.sourceKind = USER_SOURCE;
  }
}

const USER_SOURCE = 0;

/** An asconfig.json would be ignored: one with options is a misunderstanding. @throws COMPILE_OPTION */
async function refuseOptions(folder: string): Promise<void> {
  const text = await readFile(path.join(folder, 'asconfig.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const assertions = /"noAssert"\s*:\s*true/.test(text);
  throw new CompileError('COMPILE_OPTION', {
    message: assertions
      ? 'asconfig.json asks for noAssert, which would take the checks out of a contract'
      : 'asconfig.json is not read: every contract is built with the same options',
    write: 'the folder without asconfig.json',
    place: 'asconfig.json',
  });
}

/** The chain's own checks, so that what builds can be uploaded. @throws COMPILE_MODULE */
function checkModule(wasm: Uint8Array): void {
  try {
    assertUploadable(wasm);
  } catch (cause) {
    if (!(cause instanceof WeftError)) throw cause;
    throw new CompileError(
      'COMPILE_MODULE',
      { message: `a chain would refuse the module: ${cause.message}` },
      cause,
    );
  }
}

function assemble(
  output: { readonly wasm: Uint8Array; readonly sourceMap: string },
  contract: ContractModel,
  methods: readonly AnalysedMethod[],
  sizes: BuildReport['methods'],
  debug: boolean,
): Artifact {
  const abi = buildAbi(contract, methods);
  const access: AccessSection = {
    version: 1,
    methods: methods
      .map((method) => ({
        selector: method.selector,
        view: method.kind === 'view',
        payable: method.payable,
        init: method.kind === 'init',
        args: layoutsOf(method.args),
        templates: method.templates,
      }))
      .sort((a, b) => a.selector - b.selector),
  };
  const wasm = withSections(
    output.wasm,
    [
      { name: ACCESS_SECTION, payload: encodeAccessSection(access) },
      { name: ABI_SECTION, payload: encodeAbi(abi) },
    ],
    (section) => debug && section === 'name',
  );
  const lines = abi.methods.map((method) => [
    `${method.kind} ${method.name}`,
    ...method.access.map((one) => `  ${one}`),
  ]);
  const notes = [...new Set(methods.flatMap((method) => method.notes))];
  return {
    name: contract.name,
    wasm,
    abi,
    abiTs: abiModule(abi),
    sourceMap: output.sourceMap,
    access,
    accessText: `${[...lines.flat(), ...notes.map((note) => `note: ${note}`)].join('\n')}\n`,
    notes,
    report: { bytes: wasm.length, pages: initialPages(wasm), methods: sizes },
  };
}

/** Writes the artifact's files. */
export async function writeArtifact(artifact: Artifact, outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const files: Readonly<Record<string, string | Uint8Array>> = {
    '.wasm': artifact.wasm,
    '.wasm.map': artifact.sourceMap,
    '.abi.json': `${JSON.stringify(artifact.abi, undefined, 2)}\n`,
    '.abi.ts': artifact.abiTs,
    '.access.txt': artifact.accessText,
  };
  for (const [ending, content] of Object.entries(files)) {
    await writeFile(path.join(outDir, `${artifact.name}${ending}`), content);
  }
}

/** The entry file of a contract. @throws COMPILE_ENTRY */
export async function findEntry(entry: string): Promise<string> {
  const full = path.resolve(entry);
  const found = await stat(full).catch(() => undefined);
  if (found?.isFile() && full.endsWith('.ts')) return full;
  if (!found?.isDirectory()) throw new CompileError('COMPILE_ENTRY', { place: entry });
  const files = (await readdir(full)).filter((name) => /^[^.]+\.ts$/.test(name));
  for (const name of ['contract.ts', 'index.ts', `${path.basename(full)}.ts`]) {
    if (files.includes(name)) return path.join(full, name);
  }
  const [only, second] = files;
  if (only === undefined || second !== undefined) {
    throw new CompileError('COMPILE_ENTRY', { got: files, place: entry });
  }
  return path.join(full, only);
}
