// Replays a test's transactions in one block, in several orders and by 1 to N workers: whatever the schedule, the result
// must be the sequential one, byte for byte.
import { toHex } from '@weft/runtime/base/bytes';
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { TestingError } from './errors.js';
import { oracle, parallel } from './executors.js';
import { openDisk } from './local-node.js';
import type { Snapshot, TestChain } from './test-chain.js';

export interface ScheduleOptions {
  /** Most workers; default 4. */
  readonly workers?: number;
  /** Orders tried besides the one of the test; default 8. */
  readonly orders?: number;
  /** Repeats a run; default random, and named in the result and in what is thrown. */
  readonly seed?: number;
}

/** What was tried. */
export interface ScheduleRun {
  readonly seed: number;
  readonly transactions: number;
  /** Blocks run by a parallel executor and compared. */
  readonly blocks: number;
  /** Of the test's own order: transactions in the ordered part, and in the serial tail. */
  readonly ordered: number;
  readonly tail: number;
  /** Of the test's own order: gas of all over gas of the longest chain of conflicts. 1 is fully serial. */
  readonly parallelism: number;
}

/**
 * Runs everything since a snapshot as one block over that snapshot's state. Orders are random, but a sender's transactions
 * keep theirs. Outcomes may differ from the test's own (its time and heights are gone): what is compared is executors.
 * @throws TEST_SCHEDULE_DIFFERS, TEST_NO_TRANSACTIONS
 */
export async function fuzzSchedule(
  chain: TestChain,
  since: Snapshot,
  options: ScheduleOptions = {},
): Promise<ScheduleRun> {
  const { workers = 4, orders = 8, seed = Math.floor(Math.random() * 2 ** 31) } = options;
  const transactions = chain.transactionsSince(since).map((bytes) => decodeTransaction(bytes));
  if (transactions.length === 0) throw new TestingError('TEST_NO_TRANSACTIONS');
  const state = await openDisk(since.disk);
  const random = createRandom(seed);
  let blocks = 0;
  let own: BlockOutcome | undefined;
  try {
    for (let order = 0; order <= orders; order++) {
      const block = order === 0 ? transactions : reorder(transactions, random);
      const input = inputOf(state, block);
      const expected = await oracle().execute(input, state.read);
      own ??= expected;
      for (let count = 1; count <= workers; count++) {
        const got = await parallel(count).execute(input, state.read);
        assertSameOutcome(expected, got, `order ${order}, ${count} workers, seed ${seed}`);
        blocks++;
      }
    }
  } finally {
    await state.close();
  }
  const { stats, gasUsed = 0, criticalPathGas = 0 } = own ?? {};
  const limits = transactions.reduce((sum, { gasLimit }) => sum + gasLimit, 0);
  return {
    seed,
    transactions: transactions.length,
    blocks,
    ordered: stats?.ordered ?? 0,
    tail: stats?.tail ?? 0,
    parallelism: criticalPathGas > 0 ? limits / criticalPathGas : gasUsed > 0 ? 1 : 0,
  };
}

function inputOf(
  state: Awaited<ReturnType<typeof openDisk>>,
  transactions: readonly SignedTransaction[],
): BlockInput {
  return {
    height: state.height + 1,
    time: state.time + 1000,
    grandparentHash: state.parent,
    proposer: new Uint8Array(32),
    genesisHash: state.genesisHash,
    expiring: [],
    transactions: transactions.map(({ bytes }) => bytes),
    rule: 'finalize',
  };
}

/** Everything that is hashed or recorded, equal. `run`: which one, for the error. @throws TEST_SCHEDULE_DIFFERS */
export function assertSameOutcome(expected: BlockOutcome, got: BlockOutcome, run: string): void {
  for (const part of ['receipts', 'events', 'hooks', 'changes', 'stateDiff'] as const) {
    const length = Math.max(expected[part].length, got[part].length);
    const indexes = Array.from({ length }, (_, index) => index);
    const differing = indexes.find((index) => text(expected[part][index]) !== text(got[part][index]));
    if (differing === undefined) continue;
    const place = `${part}[${differing}] of ${run}`;
    throw new TestingError('TEST_SCHEDULE_DIFFERS', {
      expected: text(expected[part][differing]),
      got: text(got[part][differing]),
      place,
    });
  }
  for (const part of ['gasUsed', 'criticalPathGas', 'tailGas'] as const) {
    if (expected[part] === got[part]) continue;
    const context = { expected: expected[part], got: got[part], place: `${part} of ${run}` };
    throw new TestingError('TEST_SCHEDULE_DIFFERS', context);
  }
}

/** A random order in which each sender's transactions stand as before: nonces of a lane count up. */
function reorder(transactions: readonly SignedTransaction[], random: () => number): SignedTransaction[] {
  const queues = new Map<string, SignedTransaction[]>();
  for (const one of transactions) {
    const sender = toHex(one.sender);
    queues.set(sender, [...(queues.get(sender) ?? []), one]);
  }
  const left = [...queues.values()];
  const order: SignedTransaction[] = [];
  while (left.length > 0) {
    const index = Math.floor(random() * left.length);
    const next = left[index]?.shift();
    if (next !== undefined) order.push(next);
    if (left[index]?.length === 0) left.splice(index, 1);
  }
  return order;
}

/** Numbers in [0, 1) that repeat by seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Outcome data as text: bytes as hex, integers exact, names in order. */
function text(value: unknown): string {
  return (
    JSON.stringify(value, (_name, part: unknown) => {
      if (part instanceof Uint8Array) return `0x${toHex(part)}`;
      return typeof part === 'bigint' ? `${part}n` : part;
    }) ?? 'nothing'
  );
}
