// A node without sockets, files or clock: the real chain over a store in memory, one block a transaction, time by hand.
// The whole of it can be copied (snapshot) and put back (revert).

import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createQuery } from '@weft/runtime/chain/query';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { ChainQuery } from '@weft/runtime/ports/query';
import type { Store } from '@weft/runtime/ports/store';
import {
  copyMemoryDisk,
  createMemoryDisk,
  createMemoryStore,
  type MemoryDisk,
} from '@weft/runtime/store/memory/memory-store';
import type { BlockRecord } from '@weft/runtime/types/block';
import type { Genesis } from '@weft/runtime/types/genesis';
import type { BlockInput, BlockOutcome, ReadState } from '@weft/runtime/types/outcome';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { TestingError } from './errors.js';
import { oracle } from './executors.js';

/** A block that was run and is not kept yet. */
export interface RunBlock {
  readonly height: number;
  readonly transactions: readonly SignedTransaction[];
  readonly outcome: BlockOutcome;
}
/** Told of each block before it is kept; what it throws refuses the block. */
export type Inspect = (block: RunBlock) => void;

/** What is open between two restores. */
interface Opened {
  readonly store: Store;
  readonly chain: Chain;
  readonly query: ChainQuery;
}

const PROPOSER = new Uint8Array(32);
const NO_SEAL = new Uint8Array(0);

/** The node of one test chain. */
export class LocalNode {
  readonly #inspect: Inspect;
  #disk: MemoryDisk = createMemoryDisk();
  #opened: Opened | undefined;
  #last: { readonly input: BlockInput; readonly outcome: BlockOutcome } | undefined;
  #pending: SignedTransaction[] = [];
  #gathering = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Of the next block; undefined: a second after the last one. */
  #nextTime: number | undefined;

  private constructor(inspect: Inspect) {
    this.#inspect = inspect;
  }

  static async start(genesis: Genesis, inspect: Inspect): Promise<LocalNode> {
    const node = new LocalNode(inspect);
    await node.#open();
    await node.#chain().initChain(genesis);
    return node;
  }

  query(): ChainQuery {
    return this.#running().query;
  }

  /** Admits a transaction and, unless blocks are gathered, runs it in a block of its own. @throws ADMIT_*, TEST_* */
  submit(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#take(async () => {
      const transaction = await this.#chain().checkTransaction(bytes, false);
      this.#pending.push(transaction);
      if (!this.#gathering) await this.#block();
      return transaction.id;
    });
  }

  /** Makes blocks now; the height. */
  seal(count = 1): Promise<number> {
    return this.#take(async () => {
      for (let made = 0; made < count; made++) await this.#block();
      return this.#chain().info().height;
    });
  }

  /** While true, transactions wait for `seal`. */
  gather(gathering: boolean): void {
    this.#gathering = gathering;
  }

  /** Transactions that wait. */
  get gathered(): number {
    return this.#pending.length;
  }

  /** The next block's time, ms. @throws TEST_TIME */
  setTime(time: number): void {
    const { time: now } = this.#chain().info();
    if (time < now)
      throw new TestingError('TEST_TIME', { expected: `at least ${now}`, got: time, unit: 'ms' });
    this.#nextTime = time;
  }

  /** A copy of everything. */
  async copy(): Promise<MemoryDisk> {
    return this.#take(async () => copyMemoryDisk(this.#disk));
  }

  /** Puts a copy back; the copy may be used again. */
  async restore(disk: MemoryDisk): Promise<void> {
    await this.#take(async () => {
      await this.#closeChain();
      this.#disk = copyMemoryDisk(disk);
      this.#pending = [];
      this.#nextTime = undefined;
      await this.#open();
    });
  }

  /** The blocks after a height. */
  blocksAfter(height: number): readonly BlockRecord[] {
    return this.#disk.records.filter(({ block }) => block.header.height > height);
  }

  async close(): Promise<void> {
    await this.#take(() => this.#closeChain());
  }

  async #block(): Promise<void> {
    const chain = this.#chain();
    const transactions = this.#pending;
    this.#pending = [];
    const { height, time } = chain.info();
    const context = { height: height + 1, time: this.#nextTime ?? time + 1000, proposer: PROPOSER };
    this.#nextTime = undefined;
    await chain.finalize(
      context,
      transactions.map(({ bytes }) => bytes),
    );
    const outcome = this.#last?.outcome;
    if (outcome !== undefined) this.#inspect({ height: context.height, transactions, outcome });
    await chain.commit(NO_SEAL);
  }

  async #open(): Promise<void> {
    const store = createMemoryStore(this.#disk);
    const executor: BlockExecutor = {
      workers: 1,
      execute: async (input, read) => {
        const outcome = await oracle().execute({ ...input, notes: true }, read);
        this.#last = { input, outcome };
        return outcome;
      },
      view: (request, read) => oracle().view(request, read),
      simulate: (request, read) => oracle().simulate(request, read),
      explain: (input, read) => oracle().explain(input, read),
      close: async () => undefined,
    };
    const chain = await createChain({ store, executor, pending: this.#pendingView() });
    const mempool = createMempool();
    this.#opened = { store, chain, query: createQuery({ chain, store, mempool }) };
  }

  /** What is gathered counts as spent. */
  #pendingView(): NonNullable<Parameters<typeof createChain>[0]['pending']> {
    const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
    return {
      nextSequence: (sender, lane) => {
        const own = this.#pending.filter((one) => same(one.sender, sender));
        const last = own.findLast(({ nonce }) => nonce.kind === 'lane' && nonce.lane === lane)?.nonce;
        return last?.kind === 'lane' ? last.sequence + 1n : undefined;
      },
      holdsNonce: () => false,
      find: () => undefined,
      assertWelcome: () => undefined,
      reservedBy: (payer) =>
        this.#pending
          .filter((one) => same(one.payer ?? one.sender, payer))
          .reduce((sum, one) => sum + BigInt(one.gasLimit) * one.gasPrice, 0n),
    };
  }

  async #closeChain(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.chain.close();
    await opened?.store.close();
  }

  #chain(): Chain {
    return this.#running().chain;
  }

  #running(): Opened {
    if (this.#opened === undefined) throw new TestingError('TEST_CLOSED');
    return this.#opened;
  }

  /** One thing after the other. */
  #take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** The state a disk holds, and the head above it. The chain must be closed when done. */
export async function openDisk(disk: MemoryDisk): Promise<{
  readonly read: ReadState;
  readonly height: number;
  readonly time: number;
  readonly parent: Uint8Array;
  readonly genesisHash: Uint8Array;
  close(): Promise<void>;
}> {
  const store = createMemoryStore(copyMemoryDisk(disk));
  const chain = await createChain({ store, executor: oracle() });
  const opened = chain.opened;
  if (opened === undefined) throw new TestingError('TEST_CLOSED');
  const { header } = opened.head;
  return {
    read: (key) => opened.state.read(key),
    height: header.height,
    time: header.time,
    parent: header.parent,
    genesisHash: opened.genesisHash,
    async close() {
      await chain.close();
      await store.close();
    },
  };
}
