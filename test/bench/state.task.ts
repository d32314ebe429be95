// What the state tree costs: updates on one thread and two, memory, proofs, opening, durability, and growth. Values of
// 100 bytes, the real leaf. Cases that are compared run in turn within one process; figures are
// medians (of the better batch size) unless they say best: other work on the machine takes from rates and ratio alike.
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { verifyStateProof } from '@weft/runtime/base/proof';
import { chainStateOf, type PresentValue } from '@weft/runtime/state/chain-state';
import { readCheckpoint, writeCheckpoint } from '@weft/runtime/state/checkpoint';
import { openState } from '@weft/runtime/state/open-state';
import { createThreadGroup } from '@weft/runtime/state/thread-group';
import { createTree, type StateTree } from '@weft/runtime/state/tree';
import { createCheckpointFile } from '@weft/runtime/store/checkpoint-file';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import type { StateKey } from '@weft/runtime/types/key';
import { rounded, type Spread, spreadOf } from '../support/measure.js';
import { createSampleChain, randomFrom, sampleKey } from '../support/sample-chain.js';
import type { Task, TaskReport } from '../support/tasks.js';

const VALUE_BYTES = 100;
const BATCHES = [10_000, 50_000] as const;
/** Keys of the flat entries opened without a checkpoint: writing a million of them takes longer than all the rest. */
const ENTRY_KEYS = 250_000;
const WINDOW = { keepVersions: 32, keepBytes: 268_435_456 } as const;
type Row = TaskReport['rows'][number];
type Random = ReturnType<typeof randomFrom>;

function value(random: Random): Uint8Array {
  const bytes = new Uint8Array(VALUE_BYTES);
  const words = new Uint32Array(bytes.buffer);
  for (let word = 0; word < words.length; word++) words[word] = random(2 ** 32 - 1);
  return bytes;
}

function content(count: number, random: Random): (PresentValue & { readonly key: StateKey })[] {
  return Array.from({ length: count }, (_, index) => ({ key: sampleKey(index), value: value(random) }));
}

/** Distinct keys spread over all. */
function batchOf(size: number, keys: number, random: Random): PresentValue[] {
  const step = Math.max(1, Math.floor(keys / size));
  return Array.from({ length: Math.min(size, keys) }, (_, index) => ({
    key: sampleKey(index * step + random(step)),
    value: value(random),
  }));
}

function timed(action: () => unknown): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

const spread = ({ median, minimum, maximum, runs }: Spread): Row => ({
  median: rounded(median),
  minimum: rounded(minimum),
  maximum: rounded(maximum),
  runs,
});

/** One tree and the same over two threads take the same batches in turn. */
function measureUpdates(one: StateTree, two: StateTree, keys: number, runs: number, random: Random) {
  const rows: Row[] = [];
  const rates: number[] = [];
  const ratios: number[] = [];
  const best = { rate: 0, ratio: 0, cpu: 0 };
  for (const size of BATCHES) {
    const single: number[] = [];
    const cpu: number[] = [];
    const ratio: number[] = [];
    for (let run = -3; run < runs; run++) {
      const batch = batchOf(size, keys, random);
      const order = run % 2 === 0 ? [one, two] : [two, one];
      const times = order.map((tree) => {
        const before = process.cpuUsage();
        const time = timed(() => tree.apply(batch));
        const { user, system } = process.cpuUsage(before);
        if (tree === one && run >= 0) cpu.push((1e6 * batch.length) / (user + system));
        return time;
      });
      if (run < 0) continue;
      const [alone, both] = run % 2 === 0 ? [times[0]!, times[1]!] : [times[1]!, times[0]!];
      single.push((1000 * batch.length) / alone);
      ratio.push(alone / both);
    }
    rows.push({ case: `updates a second, one thread, batches of ${size}`, ...spread(spreadOf(single)) });
    rows.push({ case: `updates a second of CPU, batches of ${size}`, ...spread(spreadOf(cpu)) });
    rows.push({ case: `two threads over one, batches of ${size}`, ...spread(spreadOf(ratio)) });
    rates.push(spreadOf(single).median);
    ratios.push(spreadOf(ratio).median);
    best.rate = Math.max(best.rate, ...single);
    best.ratio = Math.max(best.ratio, ...ratio);
    best.cpu = Math.max(best.cpu, spreadOf(cpu).median);
  }
  if (toHex(one.root()) !== toHex(two.root())) throw new Error('the roots of one thread and two differ');
  return {
    rows,
    updatesPerSecond: Math.round(Math.max(...rates)),
    updatesPerCpuSecond: Math.round(best.cpu),
    bestUpdatesPerSecond: Math.round(best.rate),
    twoThreadRatio: rounded(Math.max(...ratios)),
    bestTwoThreadRatio: rounded(best.ratio),
  };
}

function measureProofs(tree: StateTree, keys: number, random: Random): Row[] {
  const rows: Row[] = [];
  const root = tree.root();
  for (const kind of ['present', 'absent'] as const) {
    const asked = Array.from({ length: 1000 }, () =>
      sampleKey(kind === 'present' ? random(keys) : keys + random(keys)),
    );
    const prove: number[] = [];
    const verify: number[] = [];
    const bytes: number[] = [];
    for (const key of asked) {
      let proof = tree.prove(key);
      prove.push(1000 * timed(() => (proof = tree.prove(key))));
      verify.push(1000 * timed(() => verifyStateProof(root, key, proof)));
      const parts = proof.kind === 'present' ? [proof.existence] : [proof.left, proof.right];
      // As ICS-23 has them: 33 bytes a step and more around, not counted here.
      bytes.push(
        parts.reduce((sum, part) => sum + (part ? 32 + part.value.length + 33 * part.steps.length : 0), 0),
      );
    }
    rows.push({ case: `proof of ${kind}: bytes`, ...spread(spreadOf(bytes)) });
    rows.push({ case: `proof of ${kind}: us to make`, ...spread(spreadOf(prove)) });
    rows.push({ case: `proof of ${kind}: us to verify`, ...spread(spreadOf(verify)) });
  }
  return rows;
}

async function measureOpening(folder: string, tree: StateTree, runs: number, random: Random) {
  const file = createCheckpointFile(join(folder, 'state.checkpoint'));
  const started = performance.now();
  await writeCheckpoint(file, chainStateOf(0, tree), []);
  const write = performance.now() - started;
  const perMillion = 1e6 / tree.size;
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begun = performance.now();
    const loaded = await readCheckpoint(file);
    times.push((performance.now() - begun) * perMillion);
    if (toHex(loaded!.tree.root()) !== toHex(tree.root())) throw new Error('the checkpoint has another root');
  }
  const path = join(folder, 'store');
  const entries = content(Math.min(ENTRY_KEYS, tree.size), random);
  const genesisRoot = createTree().apply(entries);
  const store = await openLevelStore(path);
  await store.initialise({ height: 0, genesis: new Uint8Array(1), genesisRoot, header: undefined }, entries);
  const without = performance.now();
  await openState(store);
  const entryMs = ((performance.now() - without) * 1e6) / entries.length;
  await store.close();
  const rows: Row[] = [
    { case: 'ms to open a million keys from a checkpoint', ...spread(spreadOf(times)) },
    {
      case: `ms to open a million keys without (measured on ${entries.length})`,
      median: rounded(entryMs),
      runs: 1,
    },
    { case: 'ms to write a checkpoint of a million keys', median: rounded(write * perMillion), runs: 1 },
  ];
  return {
    rows,
    openMsPerMillionKeys: Math.round(spreadOf(times).median),
    openMsWithoutCheckpoint: Math.round(entryMs),
  };
}

/** CPU of the whole warm process while records of 10,000 transactions become durable; flat state is not flushed. */
async function measureDurability(folder: string, runs: number) {
  const transactions = 10_000;
  const warmUp = 4;
  const chain = createSampleChain({
    seed: 7,
    blocks: warmUp + runs,
    transactions,
    keys: 20_000,
    valueBytes: VALUE_BYTES,
  });
  const store = await openLevelStore(join(folder, 'durable'));
  await store.initialise(chain.base, chain.genesisState);
  const cpu: number[] = [];
  for (const record of chain.records) {
    const before = process.cpuUsage();
    await store.append(record);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / transactions);
  }
  await store.close();
  const figure = spreadOf(cpu.slice(warmUp));
  const rows: Row[] = [{ case: 'us of CPU to make a transaction durable', ...spread(figure) }];
  return { rows, durabilityUsPerTransaction: rounded(figure.median) };
}

function measureGrowth(largest: number, random: Random): Row[] {
  const rows: Row[] = [];
  const tree = createTree();
  let from = 0;
  for (const keys of [10_000, 100_000, 1_000_000, 5_000_000].filter((count) => count <= largest)) {
    for (; from < keys; from += 10_000) {
      const added = Array.from({ length: 10_000 }, (_, index) => ({
        key: sampleKey(from + index),
        value: value(random),
      }));
      tree.apply(added);
    }
    const times = Array.from({ length: 5 }, () => {
      const batch = batchOf(10_000, keys, random);
      return (1000 * timed(() => tree.apply(batch))) / batch.length;
    });
    rows.push({ case: `us an update, grown to ${keys} keys`, ...spread(spreadOf(times)) });
    rows.push({ case: `bytes a key, grown to ${keys} keys`, median: Math.round(tree.bytes / keys), runs: 1 });
  }
  return rows;
}

/** The task. */
export const task: Task = {
  summary: 'updates of the state tree on one thread and two, memory, proofs, opening, durability, growth',
  configure(command) {
    command.option('--keys <count>', 'keys of the state', '1000000');
    command.option('--runs <count>', 'runs of each case', '25');
    command.option('--grow-to <count>', 'keys of the growth case', '5000000');
  },
  async run(options) {
    const [keys, runs, growTo] = ['keys', 'runs', 'growTo'].map((name) => Number(options[name])) as [
      number,
      number,
      number,
    ];
    const random = randomFrom(4);
    const folder = await mkdtemp(join(tmpdir(), 'weft-bench-state-'));
    const group = createThreadGroup(2);
    try {
      const [one, two] = [createTree(WINDOW), createTree({ ...WINDOW, group })];
      const all = content(keys, random);
      for (const tree of [one, two]) {
        tree.apply(all);
        tree.forget();
      }
      all.length = 0;
      const bytesPerKey = Math.round(one.bytes / keys);
      const load = loadavg()[0]!;
      const updates = measureUpdates(one, two, keys, runs, random);
      const proofs = measureProofs(one, keys, random);
      const { rows: openRows, ...opening } = await measureOpening(folder, one, Math.min(runs, 5), random);
      const { rows: durableRows, ...durability } = await measureDurability(folder, Math.min(runs, 9));
      const growth = measureGrowth(growTo, random);
      const { rows, ...figures } = updates;
      return {
        ...figures,
        bytesPerKey,
        ...opening,
        ...durability,
        keys,
        valueBytes: VALUE_BYTES,
        loadAverageBefore: rounded(load),
        rows: [...rows, ...proofs, ...openRows, ...durableRows, ...growth],
      };
    } finally {
      await group.close();
      await rm(folder, { recursive: true });
    }
  },
};
