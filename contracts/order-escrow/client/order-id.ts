// Ids of orders, before they are opened.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeAddress } from '@weft/runtime/types/address';

/** What buyer and seller agree on; addresses as text, `lot` 32 bytes, `deadline` in ms. */
export interface OrderTerms {
  readonly seller: string;
  readonly arbiter: string;
  readonly token: string;
  readonly ledger: string;
  readonly lot: Uint8Array;
  /** Pieces. */
  readonly quantity: bigint;
  /** Of all milestones. */
  readonly total: bigint;
  readonly deadline: bigint;
}

/** The id `open` gives, 32 bytes. */
export function orderId(buyer: string, terms: OrderTerms, salt: Uint8Array): Uint8Array {
  const writer = new Writer().fixed(decodeAddress(buyer), 32);
  for (const party of [terms.seller, terms.arbiter, terms.token, terms.ledger])
    writer.fixed(decodeAddress(party), 32);
  writer.fixed(terms.lot, 32).u64(terms.quantity).u128(terms.total).u64(terms.deadline);
  return sha256(writer.fixed(salt, 32).finish());
}
