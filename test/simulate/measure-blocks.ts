// The same blocks of token transfers on real chains, one of one worker and one of two, block by block in turn: signatures,
// execution, root and a fsynced record, each stage timed. Afterwards the blocks are explained: their recorded plans.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import type { Store } from '@weft/runtime/ports/store';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { createTokenSigner, type TokenSigner, type TokenTransfer } from '../support/token-signer.js';
import type { MeasuredBlock } from './model.js';
import type { BlockTimes } from './stages.js';

export interface MeasureOptions {
  readonly accounts: number;
  readonly blocks: number;
  /** Transfers a block. */
  readonly size: number;
  /** The index-th transfer of a block. */
  readonly transfer: (index: number) => TokenTransfer;
}

/** What every account but the first begins with; the first has a thousand times as much for each account. */
export const SHARE = 10n ** 12n;

/** Blocks before those that count: code is still being optimised. */
const WARM_UP = 10;

/** Runs them. */
export async function measureBlocks(options: MeasureOptions): Promise<MeasuredBlock[]> {
  const { accounts, blocks, size, transfer } = options;
  const signer = await createTokenSigner(accounts, SHARE * BigInt(1_000 * accounts));
  const folder = await mkdtemp(join(tmpdir(), 'weft-simulate-'));
  const opened: MeasuredChain[] = [];
  try {
    for (const workers of [1, 2])
      opened.push(await MeasuredChain.open(signer, join(folder, `${workers}`), workers));
    const [one, two] = opened as [MeasuredChain, MeasuredChain];
    const funding = Array.from({ length: accounts - 1 }, (_, index) =>
      signer.transfer([0, index + 1, SHARE]),
    );
    for (const transactions of [...signer.deployment.map((bytes) => [bytes]), ...chunks(funding, size)])
      for (const chain of opened) await chain.block(transactions);
    const measured: { height: number; one: BlockTimes; two: BlockTimes }[] = [];
    for (let block = 0; block < WARM_UP + blocks; block++) {
      const transactions = Array.from({ length: size }, (_, index) => signer.transfer(transfer(index)));
      // In turn, and turned round: what else runs on the machine meets both alike.
      const times = new Map<MeasuredChain, BlockTimes>();
      for (const chain of block % 2 === 0 ? [one, two] : [two, one])
        times.set(chain, await chain.block(transactions));
      measured.push({ height: one.height, one: times.get(one)!, two: times.get(two)! });
    }
    const result: MeasuredBlock[] = [];
    for (const { height, ...times } of measured.slice(WARM_UP))
      result.push({ record: await one.explain(height), ...times });
    return result;
  } finally {
    for (const chain of opened) await chain.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A chain over files, driven by hand. */
class MeasuredChain {
  #outcome: BlockOutcome | undefined;

  private constructor(
    readonly chain: Chain,
    readonly store: Store,
    readonly executor: ReturnType<typeof createParallelExecutor>,
    private readonly admitted: WeakMap<Uint8Array, SignedTransaction>,
  ) {}

  static async open(signer: TokenSigner, folder: string, workers: number): Promise<MeasuredChain> {
    const store = await openLevelStore(folder);
    const executor = createParallelExecutor({ workers });
    let made: MeasuredChain | undefined;
    const admitted = new WeakMap<Uint8Array, SignedTransaction>();
    const chain = await createChain({
      store,
      executor,
      // A block's transactions of one sender follow each other; the pool would know.
      pending: {
        nextSequence: () => undefined,
        holdsNonce: () => true,
        reservedBy: () => 0n,
        assertWelcome: () => undefined,
        find: (bytes) => admitted.get(bytes),
      },
      onOutcome: (outcome) => made?.note(outcome),
    });
    await chain.initChain(signer.genesis);
    made = new MeasuredChain(chain, store, executor, admitted);
    return made;
  }

  get height(): number {
    return this.chain.info().height;
  }

  note(outcome: BlockOutcome): void {
    this.#outcome = outcome;
  }

  /** Admits, executes and commits one block; milliseconds of each stage. */
  async block(transactions: readonly Uint8Array[]): Promise<BlockTimes> {
    const { height, time } = this.chain.info();
    const began = performance.now();
    for (const bytes of transactions)
      this.admitted.set(bytes, await this.chain.checkTransaction(bytes, false));
    const admitted = performance.now();
    const context = { height: height + 1, time: time + 1, proposer: new Uint8Array(32) };
    await this.chain.finalize(context, transactions);
    const finalized = performance.now();
    await this.chain.commit(new Uint8Array(64));
    const committed = performance.now();
    const outcome = this.#outcome;
    const failed = outcome?.receipts.find(({ status }) => status !== 'OK');
    if (outcome?.stats.stages === undefined || failed !== undefined)
      throw new RangeError(`a block of the workload: ${failed?.status ?? 'no stages'}`);
    return {
      signatures: admitted - began,
      ...outcome.stats.stages,
      root: finalized - admitted - outcome.stats.wallMs,
      commit: committed - finalized,
    };
  }

  explain(height: number): Promise<ExplainRecord> {
    return this.chain.explain(height);
  }

  async close(): Promise<void> {
    await this.chain.close();
    await this.executor.close();
    await this.store.close();
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
