// The one message there is most of: every transaction comes as a CheckTx, and again after each block it waits for. Its one
// usual form is read where it stands; the generated decoder reads all others.
import { CheckTxType, type RequestCheckTx } from 'cosmjs-types/tendermint/abci/types';

/** Tags as the generated encoder writes them: field number, wire type (protobuf.dev/programming-guides/encoding). */
const REQUEST_CHECK_TX = (8 << 3) | 2;
const CHECK_TX_TX = (1 << 3) | 2;
const CHECK_TX_TYPE = (2 << 3) | 0;
/** Bytes of a length this reads: 2 MB, more than a transaction may have. */
const LENGTH_BYTES_MAX = 3;

/**
 * The CheckTx a Request from `start` to `end` holds, where it is one transaction, then a type or none, and nothing else;
 * undefined: the generated decoder knows. A new transaction is a copy, for it may wait in the pool for long, and what it came
 * in is larger; of one that is checked again it is a view.
 */
export function readCheckTx(bytes: Uint8Array, start: number, end: number): RequestCheckTx | undefined {
  if (bytes[start] !== REQUEST_CHECK_TX) return undefined;
  const whole = lengthBytes(bytes, start + 1);
  const tag = start + 1 + whole;
  if (whole === 0 || tag + lengthAt(bytes, start + 1, whole) !== end) return undefined;
  if (bytes[tag] !== CHECK_TX_TX) return undefined;
  const own = lengthBytes(bytes, tag + 1);
  const from = tag + 1 + own;
  const to = from + lengthAt(bytes, tag + 1, own);
  if (own === 0 || to > end) return undefined;
  const tx = new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from);
  if (to === end) return { tx: tx.slice(), type: CheckTxType.NEW };
  if (bytes[to] !== CHECK_TX_TYPE || bytes[to + 1] !== CheckTxType.RECHECK || to + 2 !== end)
    return undefined;
  return { tx, type: CheckTxType.RECHECK };
}

/** Bytes of the varint at `at`; 0: more than are read here. */
function lengthBytes(bytes: Uint8Array, at: number): number {
  for (let count = 1; count <= LENGTH_BYTES_MAX; count++) if (bytes[at + count - 1]! < 0x80) return count;
  return 0;
}

/** The varint of so many bytes. */
function lengthAt(bytes: Uint8Array, at: number, count: number): number {
  let length = 0;
  for (let index = count - 1; index >= 0; index--) length = (length << 7) | (bytes[at + index]! & 0x7f);
  return length;
}
