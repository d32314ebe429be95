// What a development chain can do that no other can, over its RPC surface; and an account that speaks for anybody there.
import type { ExtraAccess } from '@weft/runtime/types/access';
import { decodeAddress, SCHEME } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import { callJson, extraAccessJson } from './node-client.js';
import type { Transport } from './transport.js';
import type { Account } from './wallet.js';

/** The newest block after what was done. */
export interface BlockPoint {
  readonly height: number;
  /** Of its header, ms since the epoch. */
  readonly time: number;
}

/** What makes blocks: a transaction, a clock, both, or `seal` alone. */
export interface BlockModeJson {
  readonly mode: 'instant' | 'interval' | 'mixed' | 'manual';
  /** Of `interval` and `mixed`, ms. */
  readonly everyMs: number | null;
}

/** Every method @throws CLIENT_RPC: NODE_DEV_* and SEAL_* by name, and an unknown method on any other chain. */
export interface DevelopmentClient {
  /** Seals blocks, empty ones too (default 1). */
  seal(count?: number): Promise<BlockPoint>;
  mode(): Promise<BlockModeJson>;
  setMode(mode: BlockModeJson['mode'], everyMs?: number): Promise<BlockModeJson>;
  /** Time goes on from here, ms; in an empty block sealed now unless `seal` is false. */
  setTime(time: number, seal?: boolean): Promise<BlockPoint>;
  increaseTime(ms: number, seal?: boolean): Promise<BlockPoint>;
  /** In a block of its own; at most 2^100. */
  setBalance(address: string, balance: bigint): Promise<BlockPoint>;
  /** Adds to a balance (default 10^21), in a block of its own. */
  faucet(address: string, amount?: bigint): Promise<BlockPoint>;
  /** Submits calls in the name of anybody; the id. */
  sendAs(sender: string, calls: readonly Call[], options?: SendAsOptions): Promise<string>;
  /** Takes pending transactions out of the pool, one or all; how many. */
  drop(id?: string): Promise<number>;
  snapshot(): Promise<BlockPoint & { readonly id: string }>;
  /** Everything is as it was then; the snapshot stays, later ones are gone. Sessions must forget their nonces. */
  revert(id: string): Promise<BlockPoint>;
  /** Everything is as it was in the beginning. */
  reset(): Promise<BlockPoint>;
}

export interface SendAsOptions {
  /** Default 10,000,000. */
  readonly gasLimit?: number;
  /** Native units a gas; default 1. */
  readonly gasPrice?: bigint;
  readonly extraAccess?: readonly ExtraAccess[];
  /** Pays the fee; default: the sender. */
  readonly payer?: string;
}

/** A client over any transport to a development node. */
export function createDevelopmentClient(transport: Transport): DevelopmentClient {
  const ask = <T>(method: string, params: Record<string, unknown> = {}) =>
    transport.request(`dev_${method}`, params) as Promise<T>;
  return {
    seal: (count = 1) => ask('seal', { count }),
    mode: () => ask('getBlockMode'),
    setMode: (mode, everyMs) => ask('setBlockMode', everyMs === undefined ? { mode } : { mode, everyMs }),
    setTime: (time, seal = true) => ask('setTime', { time, seal }),
    increaseTime: (ms, seal = true) => ask('increaseTime', { ms, seal }),
    setBalance: (address, balance) => ask('setBalance', { address, balance: balance.toString() }),
    faucet: (address, amount) =>
      ask('faucet', amount === undefined ? { address } : { address, amount: amount.toString() }),
    sendAs: (sender, calls, { gasPrice, extraAccess = [], ...rest } = {}) =>
      ask('sendAs', {
        sender,
        calls: calls.map(callJson),
        extraAccess: extraAccess.map(extraAccessJson),
        ...(gasPrice === undefined ? {} : { gasPrice: gasPrice.toString() }),
        ...rest,
      }),
    drop: async (id) =>
      (await ask<{ dropped: number }>('dropTransaction', id === undefined ? {} : { id })).dropped,
    snapshot: () => ask('snapshot'),
    revert: (id) => ask('revert', { id }),
    reset: () => ask('reset'),
  };
}

const NOTHING = new Uint8Array(0);

/** Speaks for an address without its key: for sessions on a development chain, which alone accepts it. */
export function impersonatedAccount(address: string): Account {
  return {
    address: decodeAddress(address),
    text: address,
    publicKey: NOTHING,
    sign: () => NOTHING,
    authorise: () => ({ scheme: SCHEME.DEVELOPMENT, bytes: NOTHING }),
  };
}
