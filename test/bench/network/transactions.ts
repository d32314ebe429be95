// The transactions of both contenders, as many as are asked for: those signed ahead, then others signed when they are
// taken, which only slows down the one that needs signatures.
import { asHash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signedTransfer } from '../../simulator/network/transfer.js';

/** Base64, as CometBFT's RPC takes and shows it, by place in one endless list. */
export interface Transactions {
  /** Bytes of each. */
  readonly length: number;
  at(index: number): string;
}

/** Native transfers between the accounts of these seeds, each account's in its order and far apart; `ahead` signed now. */
export function transfers(genesis: Genesis, seeds: readonly Uint8Array[], ahead: number): Transactions {
  const hash = asHash32(genesisHash(genesis));
  const accounts = seeds.map((seed) => ({ seed, from: ed25519Address(seed) }));
  const sign = (index: number): Uint8Array => {
    const account = accounts[index % accounts.length]!;
    const to = accounts[(index + 1) % accounts.length]!.from;
    return signedTransfer(hash, { ...account, to }, BigInt(Math.floor(index / accounts.length)));
  };
  const signed = Array.from({ length: ahead }, (_, index) => base64(sign(index)));
  return { length: sign(0).length, at: (index) => signed[index] ?? base64(sign(index)) };
}

/** `key=value` texts of that many bytes. */
export function pairs(length: number): Transactions {
  return { length, at: (index) => base64(Buffer.from(`key${index}=`.padEnd(length, 'x'))) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
