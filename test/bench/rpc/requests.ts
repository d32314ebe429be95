// What is asked: reads of distinct keys, one by one and in batches, and signed transfers of distinct senders. Everything
// repeats.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { developmentGenesis } from '@weft/runtime/node/development';
import { type Address, asAddress, encodeAddress, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { balanceKey, SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';

/** Accounts that have keys; the others are only read. */
export const SENDERS = 32_768;

const seedOf = (index: number): Uint8Array => sha256(utf8(`sender ${index}`));

const signers: Address[] = [];

/** The n-th account that has a key. */
export function signerOf(index: number): Address {
  signers[index] ??= ed25519Address(seedOf(index));
  return signers[index];
}

/** The n-th account of the genesis: only the first ones have keys. */
export function accountOf(index: number): Address {
  return index < SENDERS ? signerOf(index) : asAddress(sha256(utf8(`account ${index}`)));
}

/** Accounts that all have keys. */
export function signersGenesis(accounts: number): Genesis {
  return developmentGenesis({ accounts: Array.from({ length: accounts }, (_, index) => signerOf(index)) });
}

export function benchGenesis(accounts: number): Genesis {
  return developmentGenesis({ accounts: Array.from({ length: accounts }, (_, index) => accountOf(index)) });
}

/** A read of the n-th account's native balance, as a state key or by address. */
export function readRequest(
  index: number,
  method: 'weft_getState' | 'weft_getBalance' = 'weft_getState',
): string {
  const params =
    method === 'weft_getState'
      ? { key: `0x${toHex(balanceKey(accountOf(index)))}` }
      : { address: encodeAddress(accountOf(index)) };
  return JSON.stringify({ jsonrpc: '2.0', id: index, method, params });
}

/** Requests from one index to before another as batches of so many. */
export function batchesOf(from: number, to: number, size: number): string[] {
  const batches: string[] = [];
  for (let first = from; first < to; first += size)
    batches.push(`[${Array.from({ length: size }, (_, at) => readRequest(first + at)).join(',')}]`);
  return batches;
}

/** The first transaction of the n-th account with a key, as a submission. `chain`: its genesis hash. */
export function submitRequest(
  chain: Hash32,
  index: number,
  gasPrice = 1n,
): { readonly body: string; readonly bytes: Uint8Array } {
  const { selector } = SYSTEM_METHODS.transfer;
  const args = new Writer()
    .fixed(signerOf(index + 1), 32)
    .u128(1n)
    .finish();
  const bytes = signTransaction(
    {
      version: 1,
      genesisHash: chain,
      sender: signerOf(index),
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence: 0n },
      gasLimit: 300_000,
      gasPrice,
      expiry: 1_000_000,
      calls: [{ contract: SYSTEM_ADDRESS, selector, args, value: 0n }],
      extraAccess: [],
    },
    seedOf(index),
  );
  const body = { jsonrpc: '2.0', id: index, method: 'weft_sendTransaction', params: [`0x${toHex(bytes)}`] };
  return { body: JSON.stringify(body), bytes };
}

/** Submissions as calls of so many. */
export function submitsOf(transactions: readonly { readonly bytes: Uint8Array }[], size: number): string[] {
  const calls: string[] = [];
  for (let first = 0; first < transactions.length; first += size) {
    const list = transactions.slice(first, first + size).map(({ bytes }) => `0x${toHex(bytes)}`);
    const params = [list];
    calls.push(JSON.stringify({ jsonrpc: '2.0', id: first, method: 'weft_sendTransactions', params }));
  }
  return calls;
}
