// Roles of contracts that extend the library's `Roles`.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';

/** The role whose members administer all others: 32 zero bytes. */
export const ADMINISTRATOR: Uint8Array = new Uint8Array(32);

/** The role of a name, 32 bytes: what `hashOf('name')` is in a contract. */
export function roleOf(name: string): Uint8Array {
  return sha256(new Writer().string(name).finish());
}
