// The executors a fuzzed block runs on: the oracle, long-lived crews of several sizes, and one that is made anew with
// every chain, over a code cache that forgets, damages and mixes up what it was given.
import { isDeepStrictEqual } from 'node:util';
import { WeftError } from '@weft/runtime/base/errors';
import { compileThrough } from '@weft/runtime/execute/cached-code';
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { CodeCache } from '@weft/runtime/ports/code-cache';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { BlockInput, BlockOutcome, ReadState } from '@weft/runtime/types/outcome';
import { plainOutcome } from '../../support/plain-outcome.js';

/** Blocks take milliseconds; this is for those that never end. */
const BLOCK_MS_MAX = 60_000;

/** Where an executor and the oracle part: the executor, the first place, and both values there. */
export interface Difference {
  readonly executor: string;
  readonly place: string;
  readonly got: string;
  readonly expected: string;
}

/** All executors of a run; `renew` before each chain, `close` at the end. */
export class Crews {
  readonly #oracle: BlockExecutor = createSequentialExecutor();
  readonly #warm: readonly ParallelExecutor[];
  readonly #cache: CodeCache;
  #cold: ParallelExecutor | undefined;

  constructor(workers: readonly number[], random: () => number) {
    this.#warm = workers.map((count) => createParallelExecutor({ workers: count, hashSeed: count }));
    this.#cache = unreliableCache(random);
  }

  /** Fresh threads, instances and arenas in place of the last chain's. */
  async renew(): Promise<void> {
    await this.#cold?.close();
    const compile = compileThrough(this.#cache, { engine: 'fuzz' });
    this.#cold = createParallelExecutor({ workers: 2, compile });
  }

  oracle(block: BlockInput, read: ReadState): Promise<BlockOutcome> {
    return this.#oracle.execute(block, read);
  }

  /** The first executor that gives anything else than `expected`. */
  async difference(
    block: BlockInput,
    read: ReadState,
    expected: BlockOutcome,
  ): Promise<Difference | undefined> {
    for (const executor of this.#all()) {
      const found = await inTime(executor.execute(block, read))
        .then((got) => parting(got, expected))
        .catch((error: unknown) => ({ place: 'threw', got: String(error), expected: 'an outcome' }));
      if (found !== undefined) return { executor: this.#nameOf(executor), ...found };
    }
    return undefined;
  }

  /** The oracle's vote on a block: its outcome, or its refusal. */
  vote(block: BlockInput, read: ReadState): Promise<BlockOutcome | string> {
    return vote(this.#oracle, block, read);
  }

  /** The first executor that votes otherwise. */
  async votedDifference(
    block: BlockInput,
    read: ReadState,
    expected: BlockOutcome | string,
  ): Promise<Difference | undefined> {
    for (const executor of this.#all()) {
      const got = await vote(executor, block, read);
      const found =
        typeof got === 'string' || typeof expected === 'string'
          ? got === expected
            ? undefined
            : { place: 'rule process', got: show(got), expected: show(expected) }
          : parting(got, expected);
      if (found !== undefined) return { executor: this.#nameOf(executor), ...found };
    }
    return undefined;
  }

  #all(): readonly ParallelExecutor[] {
    return [...this.#warm, ...(this.#cold ? [this.#cold] : [])];
  }

  #nameOf(executor: ParallelExecutor): string {
    return executor === this.#cold ? 'cold, 2 workers' : `${executor.workers} workers`;
  }

  async close(): Promise<void> {
    await Promise.all([this.#oracle, this.#cold, ...this.#warm].map((executor) => executor?.close()));
  }
}

/** The outcome under rule `process`, or the code and place of the refusal. */
async function vote(
  executor: BlockExecutor,
  block: BlockInput,
  read: ReadState,
): Promise<BlockOutcome | string> {
  try {
    return await inTime(executor.execute({ ...block, rule: 'process' }, read));
  } catch (error) {
    if (error instanceof WeftError) return `${error.code} ${show(error.context)}`;
    throw error;
  }
}

/** Rejects when a block takes longer than any does: its workers wait for each other. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the block did not end')), BLOCK_MS_MAX);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Everything but how it ran: receipts, events, hooks, changes, state and gas, from which record and roots follow. */
function parting(one: BlockOutcome, other: BlockOutcome): Omit<Difference, 'executor'> | undefined {
  const [got, expected] = [plainOutcome(one), plainOutcome(other)];
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    const [a, b] = [got[name], expected[name]];
    if (isDeepStrictEqual(a, b)) continue;
    if (!Array.isArray(a) || !Array.isArray(b)) return { place: name, got: show(a), expected: show(b) };
    const length = Math.max(a.length, b.length);
    const at = Array.from({ length }, (_, index) => index).find(
      (index) => !isDeepStrictEqual(a[index], b[index]),
    );
    return { place: `${name}[${at}]`, got: show(a[at ?? 0]), expected: show(b[at ?? 0]) };
  }
  return undefined;
}

function show(value: unknown): string {
  return JSON.stringify(value, (_name, one: unknown) => {
    if (typeof one === 'bigint') return `${one}n`;
    return one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one;
  });
}

/** Gives what it was given, nothing, a damaged entry, or another code's. */
function unreliableCache(random: () => number): CodeCache {
  const entries = new Map<string, Uint8Array>();
  return {
    read(name) {
      const kept = entries.get(name);
      const mood = random();
      if (kept === undefined || mood < 0.2) return undefined;
      if (mood < 0.4) return [...entries.values()][Math.floor(random() * entries.size)];
      if (mood > 0.6) return kept;
      const damaged = kept.slice();
      damaged[Math.floor(random() * damaged.length)]! ^= 1 << Math.floor(random() * 8);
      return damaged;
    },
    write: (name, content) => void entries.set(name, content),
    close: async () => undefined,
  };
}
