// The virtual machine's figures: what metering slows contracts down by, ours and that of `wasm-metering`, what a pooled
// instance saves, what a call costs beside the contract's work, and the speed of the instrumenter.
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { ENTRY, wasmOf, withAccess } from '../hostile/contracts.js';
import { alternate, geomean, processorMs, rounded, type Spread } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { type InstanceTimes, measurePages, measureTokenInstance } from './vm/instances.js';
import { measureSpeed } from './vm/instrument-speed.js';
import { measureOverhead, type Overhead } from './vm/overhead.js';
import { PROGRAMS } from './vm/programs.js';
import { ContractBench, named, type TokenBench, tokenBench } from './vm/token-calls.js';

/** Copies of the token's functions: about 10, 40 and 160 KB. */
/** Initial pages of contracts whose reset is compared. */
const PAGES = [1, 4, 16];
const SPEED_TIMES = [1, 4, 16];

export const task: Task = {
  summary: 'metering overhead, pooled against fresh instances, speed of instrumentation',
  configure: (command) =>
    command.option('--runs <count>', 'counted rounds; forms take turns within a round', '31'),
  async run(options): Promise<TaskReport> {
    const runs = Number(options['runs']);
    const overheads: Overhead[] = [];
    for (const program of PROGRAMS) overheads.push(await measureOverhead(program, runs));
    const calls = await measureCalls(runs);
    const instances = await measureInstances(calls.token, runs);
    const speed = await measureSpeed(calls.token.wasm, SPEED_TIMES, runs);
    const perByte = speed.map(({ bytes, instrument }) => instrument.median / bytes);
    return {
      unit: 'processor time of the process, forms in turn',
      workload: `fib(28), 2,000 SHA-256 blocks, 8 quicksorts of 4,096, 4,000 transfers in memory; token calls by 64 senders; node ${process.version}`,
      overheadGeomean: rounded(geomean(overheads.map(({ plain, metered }) => ratio(metered, plain)))),
      globalBlockGeomean: rounded(
        geomean(overheads.map(({ plain, globalBlock }) => ratio(globalBlock, plain))),
      ),
      globalCoarseGeomean: rounded(
        geomean(overheads.map(({ plain, globalCoarse }) => ratio(globalCoarse, plain))),
      ),
      wasmMeteringGeomean: rounded(
        geomean(overheads.map(({ plainMvp, wasmMetering }) => ratio(wasmMetering, plainMvp))),
      ),
      freshOverPooled: rounded(ratio(instances[0]!.fresh, instances[0]!.tracked)),
      freshOverPooledTransaction: rounded(ratio(calls.tokenFresh, calls.tokenPooled)),
      callMicros: rounded(calls.emptyPooled.median),
      instrumentMBs: rounded(1 / (perByte.at(-1)! * 1000)),
      instrumentLargestOverSmallestPerByte: rounded(perByte.at(-1)! / perByte[0]!),
      rows: [
        ...overheads.flatMap(overheadRows),
        ...Object.entries(calls.rows).map(([name, spread]) => row(name, 'us', spread)),
        ...instances.flatMap(instanceRows),
        ...speed.map(({ bytes, instrument }) => row(`instrument ${bytes} bytes`, 'ms', instrument)),
      ],
    };
  },
};

function overheadRows(overhead: Overhead) {
  const { name, plain, metered, plainMvp, wasmMetering, bytes, meteredBytes } = overhead;
  const { globalBlock, globalCoarse } = overhead;
  return [
    { ...row(`${name} plain`, 'ms', plain), bytes },
    { ...row(`${name} metered`, 'ms', metered), bytes: meteredBytes, ratio: rounded(ratio(metered, plain)) },
    {
      ...row(`${name} by a global, per block`, 'ms', globalBlock),
      ratio: rounded(ratio(globalBlock, plain)),
    },
    { ...row(`${name} by a global, coarse`, 'ms', globalCoarse), ratio: rounded(ratio(globalCoarse, plain)) },
    row(`${name} plain MVP`, 'ms', plainMvp),
    { ...row(`${name} wasm-metering`, 'ms', wasmMetering), ratio: rounded(ratio(wasmMetering, plainMvp)) },
  ];
}

/** The token first, then a contract by pages. */
async function measureInstances({ bench, calls }: TokenBench, runs: number): Promise<InstanceTimes[]> {
  const times = [await measureTokenInstance(bench.code, calls[0]!.call, runs)];
  for (const pages of PAGES) times.push(await measurePages(pages, runs));
  return times;
}

function instanceRows({ name, tracked, whole, fresh }: InstanceTimes) {
  return Object.entries({ tracked, whole, fresh }).map(([form, spread]) => ({
    ...row(`${name}: ${form}`, 'us', divided(spread, 64 / 1000)),
    ratio: rounded(ratio(spread, tracked)),
  }));
}

/** us a call: a method that does nothing and the token's transfer, pooled and each in a new instance. */
async function measureCalls(runs: number) {
  const empty = emptyBench();
  const token = await tokenBench();
  const cases = {
    emptyPooled: empty.bench.runner(empty.calls, {}),
    emptyFresh: empty.bench.runner(empty.calls, { instancesMax: 0 }),
    tokenPooled: token.bench.runner(token.calls, {}),
    tokenFresh: token.bench.runner(token.calls, { instancesMax: 0 }),
  };
  for (const [name, run] of Object.entries(cases)) {
    for (let round = 0; round < (name.endsWith('Pooled') ? 300 : 10); round++) {
      if (run() !== 64) throw new RangeError(`${name}: a call failed`);
    }
  }
  const times = await alternate(cases, runs, processorMs);
  const perCall = (name: keyof typeof cases): Spread => divided(times[name]!, 64 / 1000);
  const emptyPooled = perCall('emptyPooled');
  const emptyFresh = perCall('emptyFresh');
  const tokenPooled = perCall('tokenPooled');
  const tokenFresh = perCall('tokenFresh');
  const rows = {
    'call of nothing, pooled': emptyPooled,
    'call of nothing, fresh': emptyFresh,
    'token transfer, pooled': tokenPooled,
    'token transfer, fresh': tokenFresh,
  };
  return { emptyPooled, emptyFresh, tokenPooled, tokenFresh, rows, token };
}

function emptyBench() {
  const method = { selector: 1, view: false, payable: false, init: false, args: [], templates: [] };
  const bench = new ContractBench(
    compileCode(withAccess(wasmOf(`(module ${ENTRY})`), [method])),
    named('empty'),
  );
  const call = { contract: bench.contract, selector: 1, args: new Uint8Array(0), value: 0n };
  return { bench, calls: Array.from({ length: 64 }, (_, index) => bench.prepare(named(`${index}`), call)) };
}

function divided({ median, minimum, maximum, runs }: Spread, by: number): Spread {
  return { median: median / by, minimum: minimum / by, maximum: maximum / by, runs };
}

function ratio(a: Spread, b: Spread): number {
  return a.median / b.median;
}

function row(name: string, unit: string, { median, minimum, maximum, runs }: Spread) {
  return {
    case: name,
    unit,
    median: rounded(median),
    min: rounded(minimum),
    max: rounded(maximum),
    runs,
  };
}
