// Signatures in shared memory: main lays items out, threads take them by an atomic counter and leave a byte for each.
import { SCHEME } from '../../types/address.js';
import {
  decodeThresholdProof,
  ED25519_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
} from '../../types/authorisation.js';
import type { Authorisation, SignedTransaction } from '../../types/transaction.js';

/** Words before the items: the next item to take (Atomics), how many there are, the byte offset of the answers. */
const HEADER = { next: 0, count: 1, answers: 2, size: 4 } as const;
/** An item: where its key, its signature and its message begin (byte offsets), and how long the message is. */
const ITEM = { key: 0, signature: 1, message: 2, length: 3, size: 4 } as const;
/** Items a thread takes at a time: few, for one takes 100 us. */
const CHUNK = 4;

/** One check: does the signature of the message hold under the key? */
export interface SignatureItem {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  /** The same object for all items of one transaction. */
  readonly message: Uint8Array;
}

/** The items of one transaction; none where something in it is not checked here. */
export function itemsOf(transaction: SignedTransaction): SignatureItem[] {
  const message = transaction.signingBytes;
  const { senderAuthorisation: sender, payerAuthorisation: payer } = transaction;
  const items = itemsUnder(sender, message);
  if (payer === undefined || items.length === 0) return items;
  const more = itemsUnder(payer, message);
  return more.length === 0 ? [] : [...items, ...more];
}

function itemsUnder({ scheme, bytes }: Authorisation, message: Uint8Array): SignatureItem[] {
  if (scheme === SCHEME.ED25519) {
    const key = bytes.subarray(0, ED25519_KEY_BYTES);
    return [{ key, signature: bytes.subarray(ED25519_KEY_BYTES), message }];
  }
  if (scheme !== SCHEME.THRESHOLD) return [];
  const { policy, signatures } = decodeThresholdProof(bytes);
  return signatures.map(({ index, signature }) => ({ key: policy.keys[index]!, signature, message }));
}

/** Bytes a batch takes. */
export function batchBytes(items: readonly SignatureItem[]): number {
  let bytes = 4 * HEADER.size + items.length;
  let message: Uint8Array | undefined;
  for (const item of items) {
    bytes += 4 * ITEM.size + ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES;
    if (item.message !== message) bytes += item.message.length;
    message = item.message;
  }
  return bytes;
}

/** Lays a batch out in memory of at least `batchBytes`. */
export function writeBatch(memory: SharedArrayBuffer, items: readonly SignatureItem[]): void {
  const words = new Int32Array(memory);
  const bytes = new Uint8Array(memory);
  let at = 4 * (HEADER.size + ITEM.size * items.length);
  const put = (part: Uint8Array): number => {
    const start = at;
    bytes.set(part, start);
    at += part.length;
    return start;
  };
  let message: Uint8Array | undefined;
  let messageAt = 0;
  items.forEach((item, index) => {
    const word = HEADER.size + ITEM.size * index;
    if (item.message !== message) messageAt = put(item.message);
    message = item.message;
    words[word + ITEM.key] = put(item.key);
    words[word + ITEM.signature] = put(item.signature);
    words[word + ITEM.message] = messageAt;
    words[word + ITEM.length] = item.message.length;
  });
  bytes.fill(0, at, at + items.length);
  words[HEADER.next] = 0;
  words[HEADER.count] = items.length;
  words[HEADER.answers] = at;
}

/** A thread's part: takes items until none is left. */
export function checkBatch(
  memory: SharedArrayBuffer,
  verify: (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => boolean,
): void {
  const words = new Int32Array(memory);
  const bytes = new Uint8Array(memory);
  const count = words[HEADER.count]!;
  const answers = words[HEADER.answers]!;
  for (;;) {
    const first = Atomics.add(words, HEADER.next, CHUNK);
    if (first >= count) return;
    for (let index = first; index < Math.min(first + CHUNK, count); index++) {
      const word = HEADER.size + ITEM.size * index;
      // Copies: the library takes memory of its own thread only.
      const part = (at: number, length: number): Uint8Array => bytes.slice(at, at + length);
      const signature = part(words[word + ITEM.signature]!, ED25519_SIGNATURE_BYTES);
      const message = part(words[word + ITEM.message]!, words[word + ITEM.length]!);
      const key = part(words[word + ITEM.key]!, ED25519_KEY_BYTES);
      bytes[answers + index] = verify(signature, message, key) ? 1 : 0;
    }
  }
}

/** The answers, once every thread has left. */
export function readAnswers(memory: SharedArrayBuffer): boolean[] {
  const words = new Int32Array(memory);
  const answers = words[HEADER.answers]!;
  const bytes = new Uint8Array(memory, answers, words[HEADER.count]!);
  return Array.from(bytes, (one) => one === 1);
}
