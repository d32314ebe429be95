// Ids of items and classes, before they are made.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeAddress } from '@weft/runtime/types/address';

/** The id an account's `mint` (item) or `createClass` (class) gives for a salt of 32 bytes. */
export function itemId(kind: 'item' | 'class', maker: string, salt: Uint8Array): Uint8Array {
  return sha256(new Writer().string(kind).fixed(decodeAddress(maker), 32).fixed(salt, 32).finish());
}
