// What the demo sends, as plain calls: deployments, funding, token transfers, EPCIS events. Everything repeats: keys
// come from the development mnemonic, partners and amounts from a fixed seed.

import type { Hash32 } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import { buildTransaction } from '@weft/sdk/client/transaction';
import type { Account } from '@weft/sdk/client/wallet';

/** Signs calls with each account's next sequence; never needs to ask the node. */
export interface Signer {
  sign(account: Account, calls: readonly Call[], gasLimit: number): Uint8Array;
}

/** A signer for one chain whose accounts nobody else uses. `expiry`: last height for all of them. */
export function createSigner(genesisHash: Hash32, gasPrice: bigint, expiry: number): Signer {
  const sequences = new Map<string, bigint>();
  return {
    sign(account, calls, gasLimit) {
      const sequence = sequences.get(account.text) ?? 0n;
      sequences.set(account.text, sequence + 1n);
      const nonce = { kind: 'lane', lane: 0, sequence } as const;
      return buildTransaction(account, calls, { genesisHash, nonce, gasLimit, gasPrice, expiry });
    },
  };
}

/** One token transfer, by account index. */
export interface TransferPlan {
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
}

/** `count` transfers among `accounts` accounts: each sends in turn, to a partner and of an amount drawn from the seed. */
export function planTransfers(count: number, accounts: number, seed: number): TransferPlan[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const from = index % accounts;
    const to = (from + 1 + Math.floor(random() * (accounts - 1))) % accounts;
    return { from, to, amount: 1n + BigInt(Math.floor(random() * 100)) };
  });
}

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32): the same on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
