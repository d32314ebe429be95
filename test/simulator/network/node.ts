// One runtime of the simulation: a real chain, a real pool and the authority engine over a disk in memory that outlives it,
// with crashes at every step of a block, a disk that is slow or full, and a clock of its own.

import { ed25519PublicKey, ed25519Sign } from '@weft/runtime/base/crypto/native';
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { ConsensusEngine, EngineEnvironment, FinalizedBlock } from '@weft/runtime/ports/consensus';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { Mempool } from '@weft/runtime/ports/mempool';
import type { Store } from '@weft/runtime/ports/store';
import { StoreError } from '@weft/runtime/store/errors';
import {
  copyMemoryDisk,
  createMemoryDisk,
  createMemoryStore,
  type MemoryDisk,
} from '@weft/runtime/store/memory/memory-store';
import type { Genesis } from '@weft/runtime/types/genesis';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { createEngine } from '../../authority/engine.mjs';
import type { SimulatedNetwork } from './network.js';
import type { World } from './world.js';

export const BLOCK_MS = 1000;

class Crash extends Error {}

/** A process's life; of an earlier one nothing has an effect any more. */
interface Life {
  readonly chain: Chain;
  readonly engine: ConsensusEngine;
  readonly mempool: Mempool;
  readonly store: Store;
}

/** Ways to break a node on purpose, to see that the simulation notices. */
export type Mutation = 'forgets decisions' | 'loses blocks';

export interface NodeOptions {
  readonly mutation?: Mutation | undefined;
  readonly world: World;
  readonly network: SimulatedNetwork;
  readonly runner: BlockExecutor;
  readonly genesis: Genesis;
  readonly seed: Uint8Array;
  readonly onBlock: (node: number, block: FinalizedBlock) => void;
  /** A failure no fault explains. */
  readonly onFailure: (node: number, error: unknown) => void;
}

export class SimulatedNode {
  life: Life | undefined;
  /** Dies at the next append: before it, or when it is durable. */
  crashAtAppend: 'before' | 'after' | undefined;
  slowDiskMs = 0;
  diskIsFull = false;
  clockSkewMs = 0;
  #disk: MemoryDisk = createMemoryDisk();
  #log = new Map<number, Uint8Array>();
  #journal: readonly Uint8Array[] = [];
  #number = 0;
  #work = new Set<Promise<unknown>>();
  /** Waits for virtual time, not for the machine. */
  #waiting = 0;
  #noteWait: () => void = () => undefined;

  constructor(
    readonly index: number,
    private readonly options: NodeOptions,
  ) {}

  get height(): number {
    return this.life?.chain.initialised ? this.life.chain.info().height : 0;
  }

  async start(): Promise<void> {
    const { network, runner, genesis } = this.options;
    const number = ++this.#number;
    this.#work = new Set();
    this.#waiting = 0;
    this.#disk = copyMemoryDisk(this.#disk);
    this.#log = new Map(this.#log);
    const mempool = createMempool();
    const store = this.#faulty(createMemoryStore(this.#disk), number);
    const clock = { after: (ms: number, run: () => void) => this.#wait(number, ms, run) };
    const chain = await createChain({ store, executor: runner, pending: mempool, clock });
    await chain.initChain(genesis);
    for (const bytes of this.#journal) {
      const transaction = await chain.checkTransaction(bytes, false).catch(() => undefined);
      if (transaction !== undefined) mempool.add(transaction);
    }
    const deliver = (effect: () => Promise<void>) => this.#perform(number, effect);
    const endpoint = network.endpoint(this.index, deliver);
    const engine = createEngine({ blockMs: BLOCK_MS, log: this.#log, network: endpoint });
    this.life = { chain, engine, mempool, store };
    await this.#perform(number, () => engine.start(chain, this.#environment(number, chain, mempool)));
  }

  /** The process ends here; the disk keeps what was durable, the journal what was pending. */
  crash(): void {
    const { life } = this;
    if (life === undefined) return;
    this.#number++;
    this.#journal = life.mempool.peek(10_000, 1 << 24).map(({ bytes }) => bytes);
    this.life = undefined;
    this.crashAtAppend = undefined;
    this.#noteWait();
    void life.engine.stop();
    this.#mutate();
  }

  #mutate(): void {
    const { mutation } = this.options;
    if (mutation === undefined) return;
    if (mutation === 'forgets decisions') {
      this.#log = new Map();
      return;
    }
    this.#disk = copyMemoryDisk(this.#disk);
    const head = this.#disk.records.length;
    if (head === 0 || this.#disk.flushed >= head) return;
    this.#disk.records.pop();
    this.#log.delete(head);
  }

  /** True: accepted. */
  async submit(bytes: Uint8Array): Promise<boolean> {
    const { life } = this;
    if (life === undefined) return false;
    let accepted = false;
    await this.#perform(this.#number, async () => {
      accepted = await life.engine.submit(bytes).then(
        () => true,
        () => false,
      );
    });
    return accepted;
  }

  /** Performs until it is done, or until this node waits for virtual time. */
  async #perform(number: number, effect: () => Promise<unknown>): Promise<void> {
    if (number !== this.#number) return;
    const work = effect().catch((error: unknown) => this.#fail(number, error));
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
    await this.#settle(number);
  }

  async #settle(number: number): Promise<void> {
    while (number === this.#number && this.#waiting === 0 && this.#work.size > 0) {
      const waits = new Promise<void>((resolve) => {
        this.#noteWait = resolve;
      });
      await Promise.race([...this.#work, waits]);
    }
  }

  /** Inside a node's work: goes on after virtual time has passed. */
  #wait(number: number, ms: number, run: () => void): () => void {
    if (number !== this.#number) return () => undefined;
    this.#waiting++;
    this.#noteWait();
    return this.options.world.after(ms, async () => {
      if (number !== this.#number) return;
      this.#waiting--;
      run();
      await new Promise((resolve) => setImmediate(resolve));
      await this.#settle(number);
    });
  }

  #faulty(store: Store, number: number): Store {
    const append: Store['append'] = async (record) => {
      if (number !== this.#number) throw new Crash();
      if (this.slowDiskMs > 0)
        await new Promise<void>((resolve) => this.#wait(number, this.slowDiskMs, resolve));
      if (this.diskIsFull) throw new StoreError('STORE_DISK_FULL', { place: `node ${this.index}` });
      if (number !== this.#number || this.crashAtAppend === 'before') throw new Crash();
      await store.append(record);
      if (this.crashAtAppend === 'after') throw new Crash();
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === 'append') return append;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #environment(number: number, chain: Chain, mempool: Mempool): EngineEnvironment {
    const { world, genesis, seed, onBlock } = this.options;
    return {
      genesis,
      clock: {
        now: () => genesis.time + 10_000 + world.now + this.clockSkewMs,
        after: (ms, run) => world.after(ms, () => this.#perform(number, async () => run())),
      },
      entropy: { bytes: (length) => new Uint8Array(length) },
      signer: { publicKey: ed25519PublicKey(seed), sign: async (message) => ed25519Sign(seed, message) },
      pool: () => mempool.peek(10_000, 1 << 24).map(({ bytes }) => bytes),
      admit: async (bytes) => {
        const transaction = await chain.checkTransaction(bytes, false);
        mempool.add(transaction);
        return transaction.id;
      },
      isPending: (bytes) => mempool.has(decodeTransaction(bytes).id),
      onTransaction: (run) => mempool.onAdd(run),
      onBlock: (block) => {
        if (number !== this.#number) return;
        const included = block.receipts.map(({ transaction }) => transaction);
        mempool.settle(included, chain.stale(), chain.touched());
        onBlock(this.index, block);
      },
      onFailure: (error) => this.#fail(number, error),
    };
  }

  #fail(number: number, error: unknown): void {
    if (number !== this.#number) return;
    if (error instanceof Crash) this.crash();
    else this.options.onFailure(this.index, error);
  }
}
