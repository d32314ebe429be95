// The state of one height put aside by the first bits of its hashed keys, so that it can be gone through prefix by prefix
// without being held in memory: at most a buffer while it comes, a 256th of it (or one chunk) while it goes.
import { compareBytes } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import type { PresentValue } from '../../state/chain-state.js';
import { keyText } from '../../types/key.js';
import { prefixOf } from './format.js';

/** Room outside memory for what is put aside. */
export interface Spool {
  /** Adds bytes; where they begin. */
  append(bytes: Uint8Array): Promise<number>;
  read(from: number, length: number): Promise<Uint8Array>;
  /** Gives the room back. */
  close(): Promise<void>;
}

/** The keys under one prefix, by hashed key ascending; never none. */
export interface PrefixGroup {
  readonly prefix: number;
  readonly entries: readonly PresentValue[];
}

const BUCKET_BITS = 8;
/** Bytes that wait in memory, of all buckets together. */
const BUFFER_BYTES = 8 << 20;
/** What an entry is: of flat state, or what a record says of its key, which counts instead. */
const FLAT = 0;
const CHANGED = 1;
const DELETED = 2;

export class SpooledContent {
  readonly #spool: Spool;
  readonly #bufferBytes: number;
  readonly #buckets = Array.from({ length: 1 << BUCKET_BITS }, () => new Writer());
  /** Where the spool has what was in a bucket before: from, length, and so on. */
  readonly #pieces = this.#buckets.map((): number[] => []);
  #buffered = 0;

  constructor(spool: Spool, bufferBytes: number = BUFFER_BYTES) {
    this.#spool = spool;
    this.#bufferBytes = bufferBytes;
  }

  /** An entry of flat state, which counts unless its key was changed. */
  addFlat(key: Uint8Array, value: Uint8Array): Promise<void> | undefined {
    return this.#add(FLAT, key, value);
  }

  /** What a key holds instead of its entry in flat state; the last change of a key counts. */
  addChange(key: Uint8Array, value: Uint8Array | undefined): Promise<void> | undefined {
    return this.#add(value === undefined ? DELETED : CHANGED, key, value ?? NOTHING);
  }

  /** All groups by prefix ascending, once everything is added; again at each call. */
  async *groups(prefixBits: number): AsyncGenerator<PrefixGroup> {
    const width = 1 << Math.max(0, BUCKET_BITS - prefixBits);
    for (let first = 0; first < this.#buckets.length; first += width)
      yield* groupByPrefix(await this.#present(first, first + width), prefixBits);
  }

  /** To be waited for, where it gives a promise: the buffer is full. */
  #add(kind: number, key: Uint8Array, value: Uint8Array): Promise<void> | undefined {
    const bucket = this.#buckets[prefixOf(sha256(key), BUCKET_BITS)]!;
    const before = bucket.length;
    bucket.u8(kind).bytes(key).bytes(value);
    this.#buffered += bucket.length - before;
    return this.#buffered < this.#bufferBytes ? undefined : this.#empty();
  }

  /** Buffers to the spool, in one piece. */
  async #empty(): Promise<void> {
    const whole = new Uint8Array(this.#buffered);
    const cuts = this.#buckets.map(({ length }) => length);
    let end = 0;
    for (const bucket of this.#buckets) {
      whole.set(bucket.view(), end);
      end += bucket.length;
      bucket.clear();
    }
    this.#buffered = 0;
    let at = await this.#spool.append(whole);
    for (const [index, length] of cuts.entries()) {
      if (length > 0) this.#pieces[index]!.push(at, length);
      at += length;
    }
  }

  /** What buckets [from, to) hold once changes are counted. */
  async #present(from: number, to: number): Promise<PresentValue[]> {
    const content = new Map<string, PresentValue | undefined>();
    for (let index = from; index < to; index++) {
      const pieces = this.#pieces[index]!;
      for (let piece = 0; piece < pieces.length; piece += 2)
        take(content, await this.#spool.read(pieces[piece]!, pieces[piece + 1]!));
      take(content, this.#buckets[index]!.view());
    }
    return [...content.values()].filter((entry) => entry !== undefined);
  }
}

const NOTHING = new Uint8Array(0);

function take(content: Map<string, PresentValue | undefined>, bytes: Uint8Array): void {
  const reader = new Reader(bytes, 'spool');
  while (reader.remaining > 0) {
    const kind = reader.u8();
    const key = reader.bytes(LIMITS.keyBytes);
    const value = reader.bytes(LIMITS.valueBytes);
    const text = keyText(key);
    // Changes are added before flat state.
    if (kind === FLAT && content.has(text)) continue;
    content.set(text, kind === DELETED ? undefined : { key, value });
  }
}

function groupByPrefix(content: readonly PresentValue[], bits: number): PrefixGroup[] {
  const hashed = content.map((entry) => ({ entry, hashedKey: sha256(entry.key) }));
  hashed.sort((a, b) => compareBytes(a.hashedKey, b.hashedKey));
  const groups: { prefix: number; entries: PresentValue[] }[] = [];
  for (const { entry, hashedKey } of hashed) {
    const prefix = prefixOf(hashedKey, bits);
    const last = groups.at(-1);
    if (last?.prefix === prefix) last.entries.push(entry);
    else groups.push({ prefix, entries: [entry] });
  }
  return groups;
}
