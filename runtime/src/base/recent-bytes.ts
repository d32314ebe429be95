// Byte strings read lately: who reads the same again gets the same object, which costs nothing to keep and is quick to
// compare. For addresses and hashes, of which a block names few again and again.
import { hasBytesAt } from './bytes.js';

/** Places; a power of two. */
const PLACES = 1 << 13;

/** Strings of one length. Two whose first bytes agree share a place, and the later one has it: that costs time only. */
export class RecentBytes {
  readonly #strings: (Uint8Array | undefined)[] = new Array(PLACES).fill(undefined);

  /** `length`: bytes of each, at least 2. */
  constructor(readonly length: number) {}

  /** The string that stands in `bytes` from `at` on: an object of its own, good for ever. */
  at(bytes: Uint8Array, at: number): Uint8Array {
    const place = (bytes[at]! | (bytes[at + 1]! << 8)) & (PLACES - 1);
    const known = this.#strings[place];
    if (known !== undefined && hasBytesAt(bytes, at, known)) return known;
    const string = bytes.slice(at, at + this.length);
    this.#strings[place] = string;
    return string;
  }
}
