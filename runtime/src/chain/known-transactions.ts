// A bounded memory of transactions by their bytes: what was found out about them once and need not be again.
import { bytesEqual } from '../base/bytes.js';
import { ED25519_SIGNATURE_BYTES } from '../types/authorisation-codec.js';

/** Bytes of the transactions remembered at most, in all; each of them may be large. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Where the second half of a signature at the end of a transaction begins, counted from there: nobody chooses those bytes. */
const PLACE_FROM_END = ED25519_SIGNATURE_BYTES / 2;

/** Of transactions' bytes, whatever object holds them. The oldest is forgotten first, which only costs finding out again. */
export interface KnownTransactions<Found> {
  get(bytes: Uint8Array): Found | undefined;
  set(bytes: Uint8Array, found: Found): void;
  remove(bytes: Uint8Array): void;
}

interface Entry<Found> {
  readonly bytes: Uint8Array;
  readonly found: Found;
}

/** `countMax`: how many it remembers. */
export function createKnownTransactions<Found>(countMax: number): KnownTransactions<Found> {
  /** By place, oldest first; of two with one place the newer is remembered. */
  const entries = new Map<number, Entry<Found>>();
  let held = 0;
  const forget = (place: number, { bytes }: Entry<Found>): void => {
    entries.delete(place);
    held -= bytes.length;
  };
  return {
    get(bytes) {
      const entry = entries.get(placeOf(bytes));
      return entry !== undefined && isOf(entry, bytes) ? entry.found : undefined;
    },
    set(bytes, found) {
      const place = placeOf(bytes);
      const known = entries.get(place);
      if (known !== undefined && isOf(known, bytes)) {
        entries.set(place, { bytes: known.bytes, found });
        return;
      }
      if (known !== undefined) forget(place, known);
      entries.set(place, { bytes, found });
      held += bytes.length;
      for (const [oldest, entry] of entries) {
        if (entries.size <= countMax && held <= BYTES_MAX) return;
        forget(oldest, entry);
      }
    },
    remove(bytes) {
      const place = placeOf(bytes);
      const known = entries.get(place);
      if (known !== undefined && isOf(known, bytes)) forget(place, known);
    },
  };
}

function isOf<Found>(entry: Entry<Found>, bytes: Uint8Array): boolean {
  return entry.bytes === bytes || bytesEqual(entry.bytes, bytes);
}

/** 30 bits. Those of signatures differ however transactions are made, short of trying a billion of them. */
function placeOf(bytes: Uint8Array): number {
  const at = Math.max(0, bytes.length - PLACE_FROM_END);
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    (((bytes[at + 3] ?? 0) & 0x3f) << 24)
  );
}
