// One call of a transaction.
import { decodeAddress } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';

/** A call to a contract given by its bech32m text. */
export function createCall(contract: string, selector: number, args: Uint8Array, value = 0n): Call {
  return { contract: decodeAddress(contract), selector, args, value };
}
