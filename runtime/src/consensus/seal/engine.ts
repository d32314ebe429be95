// The embedded engine: one process, one validator. One sealing path (prepare, process, finalize, sign, commit) with
// four triggers; every trigger only asks for that path, so blocks never overlap.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { assert } from '../../base/assert.js';
import type {
  BlockContext,
  ConsensusEngine,
  EngineEnvironment,
  EngineStatus,
  Executor,
  FinalizedBlock,
} from '../../ports/consensus.js';
import { accountAddress } from '../../types/address.js';
import { SealError } from './errors.js';
import { sealMessage } from './seal.js';

/**
 * When a block is made. `instant`: as soon as the pool holds something, never an empty block. `interval`: every
 * `everyMs`, empty ones too unless `emptyBlocks` is false. `mixed`: both. `manual`: only by `seal`.
 */
export type SealTrigger =
  | { readonly kind: 'instant' }
  | { readonly kind: 'interval'; readonly everyMs: number; readonly emptyBlocks?: boolean }
  | { readonly kind: 'mixed'; readonly everyMs: number }
  | { readonly kind: 'manual' };

export interface SealOptions {
  readonly trigger: SealTrigger;
  /** Bytes of transactions in a block; default 16 MiB. */
  readonly blockBytesMax?: number;
  /** Block time in milliseconds from height and the clock; default: the clock. Raised to the parent's where below. */
  readonly timeOf?: (height: number, now: number) => number;
}

export interface SealEngine extends ConsensusEngine {
  /** Seals `count` blocks (default 1; empty ones too) after those under way. Returns the last height. @throws SEAL_* */
  seal(count?: number): Promise<number>;
  /** Seals a block of exactly these transactions, past the pool. @throws SEAL_REFUSED, and nothing is done; SEAL_* */
  sealOnly(transactions: readonly Uint8Array[]): Promise<FinalizedBlock>;
  /** Does something while no block is under way; a failure is the caller's. @throws SEAL_* */
  between<T>(work: () => Promise<T>): Promise<T>;
  /** What makes blocks from now on. @throws SEAL_INTERVAL, SEAL_STOPPED, SEAL_HALTED */
  setTrigger(trigger: SealTrigger): void;
  readonly trigger: SealTrigger;
}

const SEAL_COUNT_MAX = 10_000;

/** Longest delay a timer takes: 2^31-1 ms. */
const INTERVAL_MS_MAX = 2_147_483_647;

/** A seal engine, not started. @throws SEAL_INTERVAL for an `everyMs` that is no whole number from 1 to 2^31-1 */
export function createSealEngine(options: SealOptions): SealEngine {
  assertTrigger(options.trigger);
  return new Sealing(options);
}

function assertTrigger(trigger: SealTrigger): void {
  if (trigger.kind !== 'interval' && trigger.kind !== 'mixed') return;
  const { everyMs } = trigger;
  if (!Number.isInteger(everyMs) || everyMs < 1 || everyMs > INTERVAL_MS_MAX)
    throw new SealError('SEAL_INTERVAL', { expected: `1 to ${INTERVAL_MS_MAX}`, got: everyMs, unit: 'ms' });
}

class Sealing implements SealEngine {
  readonly #options: SealOptions;
  #trigger: SealTrigger;
  #executor: Executor | undefined;
  #environment: EngineEnvironment | undefined;
  #state: 'new' | 'running' | 'halted' | 'stopped' = 'new';
  /** The one sealing path: every block waits for the one before. */
  #path: Promise<unknown> = Promise.resolve();
  /** An automatic block is asked for and has not begun. */
  #requested = false;
  #cancelTimer: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: SealOptions) {
    this.#options = options;
    this.#trigger = options.trigger;
  }

  get trigger(): SealTrigger {
    return this.#trigger;
  }

  async start(executor: Executor, environment: EngineEnvironment): Promise<void> {
    if (this.#state !== 'new') throw new SealError('SEAL_STARTED');
    if (environment.signer === undefined) throw new SealError('SEAL_SIGNER');
    this.#executor = executor;
    this.#environment = environment;
    this.#state = 'running';
    await executor.initChain(environment.genesis);
    this.#arm();
  }

  async stop(): Promise<void> {
    if (this.#state === 'running' || this.#state === 'new') this.#state = 'stopped';
    this.#disarm();
    await this.#path.catch(() => undefined);
  }

  setTrigger(trigger: SealTrigger): void {
    assertTrigger(trigger);
    this.#assertRunning();
    this.#disarm();
    this.#trigger = trigger;
    this.#arm();
  }

  #arm(): void {
    const trigger = this.#trigger;
    if (trigger.kind === 'interval' || trigger.kind === 'mixed')
      this.#tick(trigger.everyMs, trigger.kind === 'mixed' || (trigger.emptyBlocks ?? true));
    if (!this.#isInstant()) return;
    this.#unsubscribe = this.#environment?.onTransaction(() => this.#request(false));
    this.#requestForPool();
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#unsubscribe?.();
  }

  #isInstant(): boolean {
    return this.#trigger.kind === 'instant' || this.#trigger.kind === 'mixed';
  }

  #requestForPool(): void {
    const [first] = this.#environment?.pool() ?? [];
    if (first !== undefined) this.#request(false);
  }

  async submit(bytes: Uint8Array): Promise<Uint8Array> {
    this.#assertRunning();
    assert(this.#environment !== undefined, 'a running engine has an environment');
    return this.#environment.admit(bytes);
  }

  status(): EngineStatus {
    const info = this.#executor?.initialised ? this.#executor.info() : undefined;
    return {
      engine: 'seal',
      height: info?.height ?? 0,
      producing: this.#state === 'running',
      validators: info?.validators ?? [],
    };
  }

  async seal(count = 1): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1 || count > SEAL_COUNT_MAX) {
      throw new SealError('SEAL_COUNT', { expected: `1 to ${SEAL_COUNT_MAX}`, got: count });
    }
    let height = 0;
    for (let index = 0; index < count; index++) {
      const block = await this.#enqueue(() => this.#sealOne(true));
      assert(block !== undefined, 'a manual seal always makes a block');
      height = block.header.height;
      // Blocks kept in memory come without a wait: who asks or is told meanwhile gets a turn all the same.
      await nextTurn();
    }
    return height;
  }

  async sealOnly(transactions: readonly Uint8Array[]): Promise<FinalizedBlock> {
    const end = await this.#enqueue(async () => {
      const context = this.#nextContext();
      const refusal = await this.#executor?.process(context, transactions);
      return refusal === undefined ? this.#finish(context, transactions) : { refusal, context };
    });
    // What was pending may have waited for just this.
    if (this.#isInstant()) this.#requestForPool();
    if (!('refusal' in end)) return end;
    throw new SealError('SEAL_REFUSED', { got: end.refusal, place: `height ${end.context.height}` });
  }

  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#enqueue(work, () => undefined);
  }

  #tick(everyMs: number, allowEmpty: boolean): void {
    this.#cancelTimer = this.#environment?.clock.after(everyMs, () => {
      if (this.#state !== 'running') return;
      this.#request(allowEmpty);
      this.#tick(everyMs, allowEmpty);
    });
  }

  /** Asks for an automatic block; requests made before it begins are one. Zero delay, so that a batch meets in a block. */
  #request(allowEmpty: boolean): void {
    if (this.#requested || this.#state !== 'running') return;
    this.#requested = true;
    this.#environment?.clock.after(0, () => {
      const sealed = this.#enqueue(() => {
        this.#requested = false;
        return this.#sealOne(allowEmpty);
      });
      sealed.then(
        // Instant sealing goes on until the pool holds nothing a block can take.
        (block) => block !== undefined && this.#isInstant() && this.#requestForPool(),
        () => undefined,
      );
    });
  }

  #enqueue<T>(work: () => Promise<T>, onFailure = (error: unknown) => this.#halt(error)): Promise<T> {
    const turn = this.#path.then(async () => {
      this.#assertRunning();
      try {
        return await work();
      } catch (error) {
        onFailure(error);
        throw error;
      }
    });
    this.#path = turn.catch(() => undefined);
    return turn;
  }

  async #sealOne(allowEmpty: boolean): Promise<FinalizedBlock | undefined> {
    const { executor, environment } = this.#started();
    const context = this.#nextContext();
    const bytesMax = this.#options.blockBytesMax ?? 16 << 20;
    const transactions = await executor.prepare(context, environment.pool(), bytesMax);
    if (transactions.length === 0 && !allowEmpty) return undefined;
    const refusal = await executor.process(context, transactions);
    if (refusal !== undefined)
      throw new SealError('SEAL_PROPOSAL_REFUSED', { got: refusal, place: `height ${context.height}` });
    return this.#finish(context, transactions);
  }

  #nextContext(): BlockContext {
    const { executor, environment, signer } = this.#started();
    const parent = executor.info();
    const height = parent.height + 1;
    const now = environment.clock.now();
    return {
      height,
      time: Math.max(parent.time, this.#options.timeOf?.(height, now) ?? now),
      proposer: accountAddress(0, signer.publicKey),
    };
  }

  async #finish(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock> {
    const { executor, environment, signer } = this.#started();
    const block = await executor.finalize(context, transactions);
    await executor.commit(await signer.sign(sealMessage(block.hash)));
    environment.onBlock(block);
    return block;
  }

  #started() {
    const executor = this.#executor;
    const environment = this.#environment;
    const signer = environment?.signer;
    assert(executor !== undefined && environment !== undefined, 'sealing began before start');
    assert(signer !== undefined, 'start refuses a node without a key');
    return { executor, environment, signer };
  }

  #halt(error: unknown): void {
    if (this.#state !== 'running') return;
    this.#state = 'halted';
    this.#disarm();
    this.#environment?.onFailure(error);
  }

  #assertRunning(): void {
    if (this.#state === 'halted') throw new SealError('SEAL_HALTED');
    if (this.#state !== 'running') throw new SealError('SEAL_STOPPED');
  }
}
