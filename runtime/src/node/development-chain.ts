// The development port over a running node: system transactions sealed into blocks of their own, the clock of blocks, and
// going back, between blocks, with pool and subscriptions.
import { assert } from '../base/assert.js';
import { bytesEqual, utf8 } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { sha256Domain } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { Chain } from '../chain/chain.js';
import type { SealEngine } from '../consensus/seal/engine.js';
import type { Entropy } from '../ports/clock.js';
import type {
  BlockMode,
  BlockPoint,
  ChainSnapshot,
  DevelopmentChain,
  ImpersonatedCalls,
} from '../ports/development.js';
import type { Mempool } from '../ports/mempool.js';
import type { Store } from '../ports/store.js';
import { type Address, asHash32, SCHEME } from '../types/address.js';
import { encodeValues } from '../types/layout-value.js';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '../types/system.js';
import type { Authorisation, Call, TransactionBody } from '../types/transaction.js';
import { encodeTransaction } from '../types/transaction-codec.js';
import { failureName } from '../vm/failure.js';
import type { ClockSetting, DevelopmentClock } from './development-clock.js';
import { NodeError } from './errors.js';

/** Sender of system transactions. Nobody has its key; on a development chain nobody needs one. */
export const DEVELOPMENT_OPERATOR = sha256Domain('weft/development-operator/1', utf8('operator')) as Address;

const SNAPSHOTS_MAX = 256;
const GAS_LIMIT = 10_000_000;
const SYSTEM_GAS_LIMIT = 1_000_000;
const UNSIGNED: Authorisation = { scheme: SCHEME.DEVELOPMENT, bytes: new Uint8Array(0) };

/** What it works on, open as long as it is used. */
export interface DevelopmentParts {
  readonly chain: Chain;
  readonly store: Store;
  readonly engine: SealEngine;
  readonly mempool: Mempool;
  readonly clock: DevelopmentClock;
  readonly entropy: Entropy;
  /** Told once the chain is back at a height, before any block follows. */
  readonly onRevert: (height: number) => void;
}

interface Kept extends ChainSnapshot {
  readonly hash: Uint8Array;
  readonly clock: ClockSetting;
  readonly pending: readonly Uint8Array[];
}

/** The development port. The chain's genesis must say `dev: true`. */
export function createDevelopmentChain(parts: DevelopmentParts): DevelopmentChain {
  assert(parts.chain.opened?.genesis.dev === true, 'a development chain has a development genesis');
  return new Development(parts);
}

class Development implements DevelopmentChain {
  readonly #parts: DevelopmentParts;
  readonly #snapshots = new Map<string, Kept>();
  #taken = 0;

  constructor(parts: DevelopmentParts) {
    this.#parts = parts;
  }

  get mode(): BlockMode {
    const { trigger } = this.#parts.engine;
    return trigger.kind === 'interval' ? { kind: 'interval', everyMs: trigger.everyMs } : trigger;
  }

  setMode(mode: BlockMode): void {
    this.#parts.engine.setTrigger(mode);
  }

  async seal(count: number): Promise<BlockPoint> {
    await this.#parts.engine.seal(count);
    return this.#newest();
  }

  async setTime(time: number, seal = true): Promise<BlockPoint> {
    const { chain, clock, engine } = this.#parts;
    const newest = this.#newest();
    if (!Number.isSafeInteger(time) || time < newest.time)
      throw new NodeError('NODE_DEV_TIME', { expected: `at least ${newest.time}`, got: time, unit: 'ms' });
    clock.set(chain.info().height + 1, time);
    if (seal) await engine.sealOnly([]);
    return this.#newest();
  }

  increaseTime(ms: number, seal = true): Promise<BlockPoint> {
    const { chain, clock } = this.#parts;
    const { height, time } = chain.info();
    return this.setTime(Math.max(time, clock.timeOf(height + 1)) + ms, seal);
  }

  setBalance(account: Address, balance: bigint): Promise<BlockPoint> {
    return this.#system(systemCall('devSetBalance', account, balance));
  }

  mint(to: Address, amount: bigint): Promise<BlockPoint> {
    return this.#system(systemCall('devMint', to, amount));
  }

  send(request: ImpersonatedCalls): Promise<Uint8Array> {
    return this.#parts.engine.submit(this.#unsigned(request));
  }

  drop(id?: Uint8Array): number {
    const { mempool } = this.#parts;
    const stale = id === undefined ? () => true : (one: { id: Uint8Array }) => bytesEqual(one.id, id);
    return mempool.settle([], stale).length;
  }

  async snapshot(): Promise<ChainSnapshot> {
    const { chain, engine, mempool, clock } = this.#parts;
    return engine.between(async () => {
      if (this.#snapshots.size >= SNAPSHOTS_MAX)
        throw new NodeError('NODE_DEV_SNAPSHOTS', { expected: `at most ${SNAPSHOTS_MAX}` });
      const point = { id: String(++this.#taken), ...this.#newest() };
      const pending = mempool.peek(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      this.#snapshots.set(point.id, {
        ...point,
        hash: chain.info().hash,
        clock: clock.setting,
        pending: pending.map(({ bytes }) => bytes),
      });
      return point;
    });
  }

  async revert(id: string): Promise<BlockPoint> {
    const { engine, clock } = this.#parts;
    return engine.between(async () => {
      const kept = this.#snapshots.get(id);
      if (kept === undefined)
        throw new NodeError('NODE_DEV_SNAPSHOT', { expected: [...this.#snapshots.keys()], got: id });
      await this.#goBack(kept.height, kept.pending);
      clock.setting = kept.clock;
      for (const later of this.#snapshots.keys())
        if (Number(later) > Number(id)) this.#snapshots.delete(later);
      return this.#newest();
    });
  }

  async reset(): Promise<BlockPoint> {
    const { engine, store, clock } = this.#parts;
    return engine.between(async () => {
      const { height } = await store.base();
      await this.#goBack(height, []);
      clock.setting = { ahead: 0, next: undefined };
      this.#snapshots.clear();
      return this.#newest();
    });
  }

  /** Between blocks: the chain as it was after a block, with these pending. What they were is dropped first. */
  async #goBack(height: number, pending: readonly Uint8Array[]): Promise<void> {
    const { chain, store, mempool, onRevert } = this.#parts;
    const base = await store.base();
    const oldest = await store.oldest();
    const least = oldest === base.height + 1 ? base.height : oldest;
    if (height < least)
      throw new NodeError('NODE_DEV_PRUNED', { expected: `at least ${least}`, got: height, unit: 'height' });
    mempool.settle([], () => true);
    if (height < chain.info().height) await chain.revert(height);
    onRevert(height);
    for (const bytes of pending) {
      try {
        mempool.add(await chain.checkTransaction(bytes, false));
      } catch (error) {
        // As after a restart: what no longer holds (its expiry, in a block that has gone by) does not wait.
        if (!(error instanceof WeftError)) throw error;
      }
    }
  }

  /** Seals a call of the operator's, for which nobody pays, past the pool. @throws NODE_DEV_REFUSED */
  async #system(call: Call): Promise<BlockPoint> {
    const { engine } = this.#parts;
    const request = { sender: DEVELOPMENT_OPERATOR, calls: [call], gasLimit: SYSTEM_GAS_LIMIT, gasPrice: 0n };
    const { header, receipts } = await engine.sealOnly([this.#unsigned(request)]);
    const [receipt] = receipts;
    if (receipt?.status !== 'OK') {
      const { code = 0 } = receipt?.failure ?? {};
      throw new NodeError('NODE_DEV_REFUSED', {
        got: failureName(code) ?? code,
        place: `height ${header.height}`,
      });
    }
    return { height: header.height, time: header.time };
  }

  #unsigned(request: ImpersonatedCalls): Uint8Array {
    const { chain, entropy } = this.#parts;
    const { height, genesisHash } = chain.info();
    const { sender, calls, gasLimit = GAS_LIMIT, gasPrice = 1n, extraAccess = [], payer } = request;
    const expiry = height + LIMITS.nonceExpiryBlocks;
    const body: TransactionBody = {
      version: 1,
      genesisHash: asHash32(genesisHash),
      sender,
      payer,
      nonce: { kind: 'expiring', bytes: entropy.bytes(32), expiry },
      gasLimit,
      gasPrice,
      expiry,
      calls,
      extraAccess,
    };
    const payerAuthorisation = payer === undefined ? undefined : UNSIGNED;
    return encodeTransaction({ ...body, senderAuthorisation: UNSIGNED, payerAuthorisation });
  }

  #newest(): BlockPoint {
    const { height, time } = this.#parts.chain.info();
    return { height, time };
  }
}

function systemCall(name: 'devSetBalance' | 'devMint', account: Address, amount: bigint): Call {
  const { selector, args } = SYSTEM_METHODS[name];
  return { contract: SYSTEM_ADDRESS, selector, args: encodeValues(args, [account, amount]), value: 0n };
}
