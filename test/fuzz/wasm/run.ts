// The fuzzer of the WebAssembly floor, case by case: a random module compared before and after instrumentation, and
// bytes broken at random. A failure names the seed of its case and leaves the bytes behind.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MODULE_POLICY } from '@weft/runtime/vm/compiled-code';
import { type BrokenTally, checkContractBytes, checkCoreBytes, mutate } from './broken-bytes.js';
import { type Comparison, compareModule } from './differential.js';
import { type Bytes, type Generator, loadGenerator } from './generator.js';
import { type Pick, randomSource } from './random-source.js';

/** What to run. */
export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Folder of inputs for the generator; absent: random ones. */
  readonly seeds?: string | undefined;
  /** Valid contracts: truncated at every byte, and changed at random. */
  readonly contracts: readonly Bytes[];
  /** Broken contracts and broken modules for each case. */
  readonly mutations: number;
  readonly progress?: (done: number) => void;
}

export interface FuzzReport {
  readonly modules: number;
  readonly moduleBytes: number;
  readonly compared: Comparison;
  readonly truncated: BrokenTally;
  readonly brokenContracts: BrokenTally;
  readonly brokenModules: BrokenTally;
}

/** A generator grows with every module it makes; a new one now and then keeps memory flat. */
const MODULES_PER_GENERATOR = 1000;
/** Sizes of random inputs: most are small, as a module's time grows faster than its input. */
const INPUT_BYTES = 1200;
const LARGE_INPUT_BYTES = 6000;

/** Runs all cases. @throws Error at the first that does not hold */
export async function fuzzWasm(options: FuzzOptions): Promise<FuzzReport> {
  const report = {
    modules: 0,
    moduleBytes: 0,
    compared: { calls: 0, traps: 0, gas: 0, hostCalls: 0, endless: 0 },
    truncated: newTally(),
    brokenContracts: newTally(),
    brokenModules: newTally(),
  };
  for (const contract of options.contracts) truncate(contract, report.truncated);
  const inputs = options.seeds === undefined ? [] : readFolder(options.seeds);
  let generator = await loadGenerator();
  try {
    for (let run = 0; run < options.count; run++) {
      if (run > 0 && run % MODULES_PER_GENERATOR === 0) {
        generator.close();
        generator = await loadGenerator();
      }
      const seed = options.seed + run;
      const pick = randomSource(seed);
      const input = inputs[run % Math.max(inputs.length, 1)] ?? randomInput(pick);
      const bytes = oneCase(generator, input, seed, pick, report);
      report.modules++;
      report.moduleBytes += bytes.length;
      for (let left = options.mutations; left > 0; left--) breakOne(bytes, seed, pick, options, report);
      options.progress?.(run + 1);
    }
  } finally {
    generator.close();
  }
  return report;
}

function oneCase(
  generator: Generator,
  input: Uint8Array,
  seed: number,
  pick: Pick,
  report: FuzzReport,
): Bytes {
  const bytes = generator.generate(input);
  guarded(seed, 'module', bytes, () => compareModule(bytes, pick, report.compared));
  return bytes;
}

function breakOne(bytes: Bytes, seed: number, pick: Pick, options: FuzzOptions, report: FuzzReport): void {
  const module = mutate(bytes, pick);
  guarded(seed, 'broken-module', module, () => checkCoreBytes(module, report.brokenModules));
  if (options.contracts.length === 0) return;
  const contract = mutate(options.contracts[pick(options.contracts.length)]!, pick);
  guarded(seed, 'broken-contract', contract, () =>
    checkContractBytes(contract, MODULE_POLICY, report.brokenContracts),
  );
}

function truncate(contract: Bytes, tally: BrokenTally): void {
  for (let length = 0; length < contract.length; length++) {
    const bytes = contract.slice(0, length);
    guarded(length, 'truncated', bytes, () => checkContractBytes(bytes, MODULE_POLICY, tally));
  }
}

/** Says which case failed and where its bytes are. */
function guarded(seed: number, what: string, bytes: Bytes, check: () => void): void {
  try {
    check();
  } catch (cause) {
    const path = join(mkdtempSync(join(tmpdir(), 'wasm-fuzz-')), `${what}-${seed}.wasm`);
    writeFileSync(path, bytes);
    throw new Error(`${what} of seed ${seed}, kept at ${path}: ${String(cause)}`, { cause });
  }
}

function randomInput(pick: Pick): Uint8Array {
  const most = pick(16) === 0 ? LARGE_INPUT_BYTES : INPUT_BYTES;
  return Uint8Array.from({ length: 100 + pick(most) }, () => pick(256));
}

function readFolder(folder: string): Uint8Array[] {
  const inputs = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => new Uint8Array(readFileSync(join(folder, entry.name))))
    .filter((input) => input.length > 0);
  if (inputs.length === 0) throw new Error(`no inputs in ${folder}`);
  return inputs;
}

function newTally(): BrokenTally {
  return { refused: 0, accepted: 0, stepsPerByte: 0 };
}
