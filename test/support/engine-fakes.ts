// Fakes of what a consensus engine stands on: a clock moved by hand, an executor that checks the call grammar.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { Clock } from '@weft/runtime/ports/clock';
import type {
  BlockContext,
  EngineEnvironment,
  Executor,
  FinalizedBlock,
} from '@weft/runtime/ports/consensus';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import type { SignedTransaction } from '@weft/runtime/types/transaction';

/** A clock that stands still until `advance`; timers are monotonic (moving `time` alone fires none), those of 0 ms run soon. */
export class FakeClock implements Clock {
  time = 1_000_000;
  #elapsed = 0;
  #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.time;
  }
  after(ms: number, run: () => void): () => void {
    if (ms === 0) {
      const handle = setImmediate(run);
      return () => clearImmediate(handle);
    }
    const timer = { at: this.#elapsed + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  /** Runs every timer due within `ms`, in order of their times. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#pass(next.at);
      next.run();
    }
    this.#pass(end);
  }

  #pass(elapsed: number): void {
    this.time += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

/** An executor without execution: it takes the whole pool, hashes it, and records every breach of the port's grammar. */
export class FakeExecutor implements Executor {
  readonly breaches: string[] = [];
  readonly blocks: { context: BlockContext; transactions: readonly Uint8Array[]; seal: Uint8Array }[] = [];
  /** Throws from finalize at this height. */
  failAt = Number.POSITIVE_INFINITY;
  /** Awaited inside finalize. */
  gate: Promise<void> = Promise.resolve();
  calls = 0;
  #hash = sha256(utf8('genesis'));
  #time = 0;
  #busy: string | undefined;
  #candidate: { context: BlockContext; transactions: readonly Uint8Array[]; hash: Uint8Array } | undefined;

  info() {
    return {
      height: this.blocks.length,
      hash: this.#hash,
      time: this.#time,
      genesisHash: sha256(utf8('genesis')),
    };
  }
  async initChain(): Promise<Uint8Array> {
    return this.#hash;
  }
  async checkTransaction(bytes: Uint8Array): Promise<SignedTransaction> {
    return { id: sha256(bytes), bytes } as unknown as SignedTransaction;
  }
  async prepare(context: BlockContext, pool: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    this.#enter('prepare', context);
    this.#busy = undefined;
    return pool;
  }
  async process(context: BlockContext): Promise<string | undefined> {
    this.#enter('process', context);
    this.#busy = undefined;
    return undefined;
  }
  async finalize(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock> {
    this.#enter('finalize', context);
    await this.gate;
    this.#busy = undefined;
    if (context.height >= this.failAt) throw new RangeError('the fake fails here');
    const hash = sha256(concatBytes(this.#hash, ...transactions));
    this.#candidate = { context, transactions, hash };
    return fakeBlock(context, hash);
  }
  async commit(seal: Uint8Array): Promise<void> {
    this.#enter('commit');
    await null;
    this.#busy = undefined;
    if (this.#candidate === undefined) this.breaches.push('commit without a candidate');
    else {
      const { context, transactions, hash } = this.#candidate;
      this.blocks.push({ context, transactions, seal });
      this.#hash = hash;
      this.#time = context.time;
    }
    this.#candidate = undefined;
  }
  async query(): Promise<Uint8Array> {
    return new Uint8Array(0);
  }

  #enter(call: string, context?: BlockContext): void {
    this.calls++;
    if (this.#busy !== undefined) this.breaches.push(`${call} while ${this.#busy} runs`);
    this.#busy = call;
    if (context === undefined) return;
    if (context.height !== this.blocks.length + 1) this.breaches.push(`${call} at height ${context.height}`);
    if (context.time < this.#time) this.breaches.push(`${call} before the parent's time`);
  }
}

function fakeBlock(context: BlockContext, hash: Uint8Array): FinalizedBlock {
  const zero = new Uint8Array(32) as Hash32;
  const roots = {
    transactionRoot: zero,
    receiptRoot: zero,
    eventRoot: zero,
    stateRoot: zero,
    accessRoot: zero,
  };
  const header = {
    ...roots,
    protocolVersion: 0,
    genesisHash: zero,
    height: context.height,
    time: context.time,
    parent: zero,
    parametersHash: zero,
    validatorsHash: zero,
    proposer: context.proposer as Address,
    gasUsed: 0,
    criticalPathGas: 0,
    tailGas: 0,
    hintsRoot: zero,
  };
  return { header, hash, receipts: [] };
}

export interface FakeEnvironment extends EngineEnvironment {
  readonly clock: FakeClock;
  readonly blocks: FinalizedBlock[];
  readonly failures: unknown[];
  /** Resolves when a block of this height was announced. */
  reached(height: number): Promise<void>;
}

/** An environment with a pool that empties at each block. */
export function fakeEnvironment(executor: FakeExecutor): FakeEnvironment {
  const pool: Uint8Array[] = [];
  const listeners = new Set<() => void>();
  const waiting: { height: number; run: () => void }[] = [];
  const blocks: FinalizedBlock[] = [];
  const failures: unknown[] = [];
  return {
    clock: new FakeClock(),
    blocks,
    failures,
    entropy: { bytes: (length) => new Uint8Array(length) },
    signer: { publicKey: new Uint8Array(32).fill(7), sign: async (message) => sha256(message) },
    pool: () => [...pool],
    admit: async (bytes) => {
      pool.push(bytes);
      for (const run of listeners) run();
      return sha256(bytes);
    },
    onTransaction: (run) => {
      listeners.add(run);
      return () => listeners.delete(run);
    },
    onBlock: (block) => {
      blocks.push(block);
      const included = new Set(executor.blocks.at(-1)?.transactions);
      pool.splice(0, pool.length, ...pool.filter((bytes) => !included.has(bytes)));
      for (const { height, run } of waiting) if (block.header.height >= height) run();
    },
    onFailure: (error) => failures.push(error),
    reached: (height) =>
      blocks.some((block) => block.header.height >= height)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ height, run: resolve })),
  };
}
