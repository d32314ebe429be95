// The embedded engine: one process, one validator. One sealing path (prepare, process, finalize, sign, commit) with
// three triggers; every trigger only asks for that path, so blocks never overlap.
import { assert } from '../../base/assert.js';
import type {
  BlockContext,
  ConsensusEngine,
  EngineEnvironment,
  Executor,
  FinalizedBlock,
} from '../../ports/consensus.js';
import { accountAddress } from '../../types/address.js';
import { SealError } from './errors.js';
import { sealMessage } from './seal.js';

/**
 * When a block is made. `instant`: as soon as the pool holds something, never an empty block. `interval`: every
 * `everyMs`, empty ones too unless `emptyBlocks` is false. `manual`: only by `seal`.
 */
export type SealTrigger =
  | { readonly kind: 'instant' }
  | { readonly kind: 'interval'; readonly everyMs: number; readonly emptyBlocks?: boolean }
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
}

const SEAL_COUNT_MAX = 10_000;

/** Longest delay a timer takes: 2^31-1 ms. */
const INTERVAL_MS_MAX = 2_147_483_647;

/** A seal engine, not started. @throws SEAL_INTERVAL for an `everyMs` that is no whole number from 1 to 2^31-1 */
export function createSealEngine(options: SealOptions): SealEngine {
  const { trigger } = options;
  if (trigger.kind === 'interval') {
    const { everyMs } = trigger;
    if (!Number.isInteger(everyMs) || everyMs < 1 || everyMs > INTERVAL_MS_MAX) {
      throw new SealError('SEAL_INTERVAL', { expected: `1 to ${INTERVAL_MS_MAX}`, got: everyMs, unit: 'ms' });
    }
  }
  return new Sealing(options);
}

class Sealing implements SealEngine {
  readonly #options: SealOptions;
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
  }

  async start(executor: Executor, environment: EngineEnvironment): Promise<void> {
    if (this.#state !== 'new') throw new SealError('SEAL_STARTED');
    this.#executor = executor;
    this.#environment = environment;
    this.#state = 'running';
    const { trigger } = this.#options;
    switch (trigger.kind) {
      case 'instant':
        this.#unsubscribe = environment.onTransaction(() => this.#request(false));
        if (environment.pool().length > 0) this.#request(false);
        return;
      case 'interval':
        this.#tick(trigger.everyMs, trigger.emptyBlocks ?? true);
        return;
      case 'manual':
        return;
    }
  }

  async stop(): Promise<void> {
    if (this.#state === 'running' || this.#state === 'new') this.#state = 'stopped';
    this.#cancelTimer?.();
    this.#unsubscribe?.();
    await this.#path.catch(() => undefined);
  }

  async submit(bytes: Uint8Array): Promise<Uint8Array> {
    this.#assertRunning();
    assert(this.#environment !== undefined, 'a running engine has an environment');
    return this.#environment.admit(bytes);
  }

  status() {
    const height = this.#executor?.info().height ?? 0;
    return { engine: 'seal', height, producing: this.#state === 'running' };
  }

  async seal(count = 1): Promise<number> {
    if (!Number.isSafeInteger(count) || count < 1 || count > SEAL_COUNT_MAX) {
      throw new SealError('SEAL_COUNT', { expected: `1 to ${SEAL_COUNT_MAX}`, got: count });
    }
    let height = 0;
    for (let index = 0; index < count; index++) {
      const block = await this.#enqueue(true);
      assert(block !== undefined, 'a manual seal always makes a block');
      height = block.header.height;
    }
    return height;
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
      this.#enqueue(allowEmpty).then(
        (block) => this.#again(block),
        () => undefined,
      );
    });
  }

  /** Instant sealing goes on until the pool holds nothing a block can take. */
  #again(block: FinalizedBlock | undefined): void {
    if (this.#options.trigger.kind !== 'instant' || block === undefined) return;
    if (this.#environment !== undefined && this.#environment.pool().length > 0) this.#request(false);
  }

  #enqueue(allowEmpty: boolean): Promise<FinalizedBlock | undefined> {
    const block = this.#path.then(async () => {
      this.#requested = false;
      this.#assertRunning();
      try {
        return await this.#sealOne(allowEmpty);
      } catch (error) {
        this.#halt(error);
        throw error;
      }
    });
    this.#path = block.catch(() => undefined);
    return block;
  }

  async #sealOne(allowEmpty: boolean): Promise<FinalizedBlock | undefined> {
    const executor = this.#executor;
    const environment = this.#environment;
    assert(executor !== undefined && environment !== undefined, 'sealing began before start');
    const parent = executor.info();
    const height = parent.height + 1;
    const now = environment.clock.now();
    const context: BlockContext = {
      height,
      time: Math.max(parent.time, this.#options.timeOf?.(height, now) ?? now),
      proposer: accountAddress(0, environment.signer.publicKey),
    };
    const bytesMax = this.#options.blockBytesMax ?? 16 << 20;
    const transactions = await executor.prepare(context, environment.pool(), bytesMax);
    if (transactions.length === 0 && !allowEmpty) return undefined;
    const refusal = await executor.process(context, transactions);
    if (refusal !== undefined)
      throw new SealError('SEAL_PROPOSAL_REFUSED', { got: refusal, place: `height ${height}` });
    const block = await executor.finalize(context, transactions);
    await executor.commit(await environment.signer.sign(sealMessage(block.hash)));
    environment.onBlock(block);
    return block;
  }

  #halt(error: unknown): void {
    if (this.#state !== 'running') return;
    this.#state = 'halted';
    this.#cancelTimer?.();
    this.#unsubscribe?.();
    this.#environment?.onFailure(error);
  }

  #assertRunning(): void {
    if (this.#state === 'halted') throw new SealError('SEAL_HALTED');
    if (this.#state !== 'running') throw new SealError('SEAL_STOPPED');
  }
}
