// An executor with an eye on the engine: every breach of the port's grammar is noted, and it fails, waits or dies where
// it is told to.
import { toHex } from '../../base/bytes.js';
import type {
  BlockContext,
  ChainInfo,
  Executor,
  FinalizedBlock,
  StateAnswer,
  StateQuery,
  ValidatorPower,
} from '../../ports/consensus.js';
import type { Snapshots } from '../../ports/snapshots.js';
import type { Genesis } from '../../types/genesis.js';
import type { SignedTransaction } from '../../types/transaction.js';
import { ConformanceError } from './errors.js';

/** Where a process can end; inside commit it leaves either the one before or the one after. */
export type CrashPoint = 'before finalize' | 'after finalize' | 'before commit' | 'after commit';
export const CRASH_POINTS: readonly CrashPoint[] = [
  'before finalize',
  'after finalize',
  'before commit',
  'after commit',
];

export interface DecidedBlock {
  readonly context: BlockContext;
  readonly transactions: readonly Uint8Array[];
  readonly hash: Uint8Array;
  readonly seal: Uint8Array;
}

export class WatchedExecutor implements Executor {
  readonly breaches: string[] = [];
  /** Committed since this executor was opened. */
  readonly blocks: DecidedBlock[] = [];
  /** Calls of the block path. */
  calls = 0;
  dead = false;
  /** Finalize fails at this height. */
  failAt = Number.POSITIVE_INFINITY;
  crash: { readonly height: number; readonly point: CrashPoint } | undefined;
  /** Awaited inside finalize. */
  gate: Promise<void> = Promise.resolve();
  /** What a block is said to change, by its height: no transaction of the sample chain changes validators. */
  readonly updates = new Map<number, readonly ValidatorPower[]>();
  #busy: string | undefined;
  #candidate: DecidedBlock | undefined;

  constructor(private readonly inner: Executor) {}

  get initialised(): boolean {
    return this.inner.initialised;
  }

  get snapshots(): Snapshots {
    return this.inner.snapshots;
  }

  info(): ChainInfo {
    const info = this.inner.info();
    const validators = new Map(info.validators.map((one) => [toHex(one.publicKey), one]));
    for (const [height, changes] of this.updates) {
      if (height > info.height) continue;
      for (const change of changes) validators.set(toHex(change.publicKey), change);
    }
    return { ...info, validators: [...validators.values()].filter(({ power }) => power > 0n) };
  }

  async initChain(genesis: Genesis): Promise<Uint8Array> {
    return this.#run('initChain', undefined, () => this.inner.initChain(genesis));
  }

  async checkTransaction(bytes: Uint8Array, recheck: boolean): Promise<SignedTransaction> {
    this.#assertAlive();
    return this.inner.checkTransaction(bytes, recheck);
  }

  async checkSignatures(transactions: readonly Uint8Array[]): Promise<void> {
    return this.inner.checkSignatures(transactions);
  }

  async prepare(
    context: BlockContext,
    pool: Iterable<Uint8Array>,
    bytesMax: number,
  ): Promise<readonly Uint8Array[]> {
    return this.#run('prepare', context, () => this.inner.prepare(context, pool, bytesMax));
  }

  async process(context: BlockContext, transactions: readonly Uint8Array[]): Promise<string | undefined> {
    return this.#run('process', context, () => this.inner.process(context, transactions));
  }

  async finalize(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock> {
    this.#dieAt(context.height, 'before finalize');
    const block = await this.#run('finalize', context, async () => {
      await this.gate;
      if (context.height >= this.failAt) throw new ConformanceError('CONFORMANCE_FAILURE');
      return this.inner.finalize(context, transactions);
    });
    this.#candidate = { context, transactions, hash: block.hash, seal: new Uint8Array(0) };
    this.#dieAt(context.height, 'after finalize');
    const changes = this.updates.get(context.height);
    return changes === undefined ? block : { ...block, validatorUpdates: changes };
  }

  async commit(seal: Uint8Array): Promise<number> {
    const candidate = this.#candidate;
    if (candidate === undefined) this.breaches.push('commit without a candidate');
    this.#candidate = undefined;
    const height = candidate?.context.height ?? 0;
    this.#dieAt(height, 'before commit');
    const retain = await this.#run('commit', undefined, () => this.inner.commit(seal));
    if (candidate !== undefined) this.blocks.push({ ...candidate, seal });
    this.#dieAt(height, 'after commit');
    return retain;
  }

  async query(query: StateQuery): Promise<StateAnswer> {
    return this.inner.query(query);
  }

  async #run<T>(call: string, context: BlockContext | undefined, action: () => Promise<T>): Promise<T> {
    this.#assertAlive();
    this.calls++;
    if (this.#busy !== undefined) this.breaches.push(`${call} while ${this.#busy} runs`);
    if (call !== 'initChain' && !this.initialised) this.breaches.push(`${call} before initChain`);
    if (call !== 'commit' && call !== 'finalize' && this.#candidate !== undefined && call !== 'initChain')
      this.breaches.push(`${call} between finalize and commit`);
    if (context !== undefined && this.initialised) this.#watch(call, context);
    this.#busy = call;
    try {
      return await action();
    } finally {
      this.#busy = undefined;
    }
  }

  #watch(call: string, { height, time }: BlockContext): void {
    const parent = this.inner.info();
    if (height !== parent.height + 1)
      this.breaches.push(`${call} at height ${height} after ${parent.height}`);
    if (time < parent.time) this.breaches.push(`${call} before the parent's time`);
  }

  #dieAt(height: number, point: CrashPoint): void {
    this.#assertAlive();
    if (this.crash?.height !== height || this.crash.point !== point) return;
    this.dead = true;
    this.#assertAlive();
  }

  #assertAlive(): void {
    if (this.dead) throw new ConformanceError('CONFORMANCE_CRASH');
  }
}
