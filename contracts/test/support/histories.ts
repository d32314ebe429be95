// Random histories of a contract on the real machine: blocks of random calls, after each of which what must always hold
// is checked against the state. Every tenth history runs on two workers too, and must be the same byte for byte.
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { assertSameOutcome } from '@weft/sdk/testing/schedule-fuzzer';
import fc from 'fast-check';
import type { ContractWorld, Done, WorldBlock, WorldCall } from './contract-world.js';
import { createDirectOracle } from './direct-oracle.js';

/** Where histories of a contract begin, what may be called, and what holds ever after. */
export interface Scene {
  readonly world: ContractWorld;
  readonly call: fc.Arbitrary<WorldCall>;
  /** Throws where something does not hold; `blocks`: the history so far, its last block the newest. */
  check(world: ContractWorld, blocks: readonly HistoryBlock[]): void;
  /** Milliseconds that may pass between two blocks; default at most 1,000. */
  readonly pause?: fc.Arbitrary<number>;
}
export interface HistoryBlock extends WorldBlock {
  readonly calls: readonly WorldCall[];
  /** Of the block, ms. */
  readonly time: number;
}
export type CreateScene = (executor: BlockExecutor) => Promise<Scene>;

export interface HistoriesReport {
  readonly seed: number;
  readonly histories: number;
  readonly blocks: number;
  readonly calls: number;
  /** Calls that succeeded: histories of refusals alone would say little. */
  readonly succeeded: number;
  /** By error name. */
  readonly refused: Readonly<Record<string, number>>;
}

/** In CI; `npm run soak -- contracts` runs more. */
export const HISTORIES = Number(process.env['WEFT_HISTORIES'] ?? 1_000);

/** A seed for a run: WEFT_SEED, or random. It is printed. */
export function historySeed(name: string): number {
  const seed = Number(process.env['WEFT_SEED'] ?? Math.floor(Math.random() * 0x7fff_ffff));
  console.log(`${name}: WEFT_SEED=${seed}`);
  return seed;
}

/** Runs so many histories. @throws what `check` throws, shrunk by fast-check, with the seed */
export async function runHistories(
  createScene: CreateScene,
  { seed, runs }: { readonly seed: number; readonly runs: number },
): Promise<HistoriesReport> {
  const oracle = createDirectOracle();
  const parallel = createParallelExecutor({ workers: 2 });
  const count = { histories: 0, blocks: 0, calls: 0, succeeded: 0, refused: {} as Record<string, number> };
  try {
    const { world, call, check, pause = fc.integer({ min: 0, max: 1_000 }) } = await createScene(oracle);
    const block = fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 8 }), pause });
    const history = fc.array(block, { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(history, async (steps) => {
      const first = world.fork();
      const second = count.histories++ % 10 === 0 ? world.fork(parallel) : undefined;
      const blocks: HistoryBlock[] = [];
      for (const { calls, pause: ms } of steps) {
        first.time += ms;
        const { time } = first;
        const ran = await first.block(calls);
        if (second) {
          second.time = time;
          assertSameOutcome(ran.outcome, (await second.block(calls)).outcome, 'two workers');
        }
        blocks.push({ ...ran, calls, time });
        check(first, blocks);
        count.blocks++;
        for (const done of ran.done) note(count, done);
      }
    });
    await fc.assert(property, { seed, numRuns: runs });
    return { seed, ...count };
  } finally {
    await Promise.all([oracle.close(), parallel.close()]);
  }
}

function note(
  count: { calls: number; succeeded: number; refused: Record<string, number> },
  done: Done,
): void {
  count.calls++;
  if (done.receipt.status === 'OK') count.succeeded++;
  else {
    const name = done.error?.name ?? done.receipt.status;
    count.refused[name] = (count.refused[name] ?? 0) + 1;
  }
}

/** Sums amounts by key, from 0. */
export class Sums {
  readonly #sums = new Map<string, bigint>();

  add(key: string, amount: bigint): void {
    this.#sums.set(key, this.get(key) + amount);
  }
  get(key: string): bigint {
    return this.#sums.get(key) ?? 0n;
  }
  entries(): IterableIterator<[string, bigint]> {
    return this.#sums.entries();
  }
}

/** Throws unless both are the same. */
export function same(got: unknown, expected: unknown, what: string): void {
  if (got !== expected) throw new RangeError(`${what}: expected ${expected}, got ${got}`);
}
