// The bytes of a state checkpoint: every leaf in the order of hashed keys, with its hash, in checksummed frames. Inner
// nodes are not in it: hashing them again costs 0.3 us a key and proves the leaf hashes against the state root.
// SPEC: runtime/docs/spec/checkpoint.md.
import { bytesEqual, concatBytes } from '../base/bytes.js';
import { decodeExact, Writer } from '../base/codec.js';
import { sha256, sha256Domain } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { CheckpointReader } from '../ports/checkpoint.js';
import { KEY_WORDS, wordAt, writeWords } from './bits.js';
import { StateError } from './errors.js';
import type { SortedBatch } from './sorted-batch.js';

/** `weftstat` and the version. */
const MAGIC = new Uint8Array([0x77, 0x65, 0x66, 0x74, 0x73, 0x74, 0x61, 0x74, 1, 0, 0, 0]);
/** Length of the body, leaves in it. */
const FRAME_HEAD_BYTES = 8;
const DIGEST_BYTES = 32;
/** Bytes of a leaf beside its value: hashed key, leaf hash, length of the value. */
const LEAF_BYTES = 68;
/** Longest body; a frame ends once its values pass `FRAME_VALUE_BYTES`. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Leaves of a frame, and bytes of values after which no more are added. */
export const FRAME = { leaves: 8192, valueBytes: 1024 * 1024 } as const;

/** What stands before the leaves. */
export interface CheckpointHead {
  readonly height: number;
  /** State root of the height, 32 bytes. */
  readonly root: Uint8Array;
  /** Number of keys. */
  readonly size: number;
  /** State keys that whoever opens the checkpoint wants to know (the tree holds only their hashes). */
  readonly keys: readonly Uint8Array[];
}

/** Leaves of one frame, ascending by hashed key: a batch without deletions, in one order. */
export type CheckpointLeaves = Omit<SortedBatch, 'order' | 'members'>;

/** Encodes frame after frame; each digest covers the ones before. */
export class CheckpointEncoder {
  #digest: Uint8Array = new Uint8Array(0);

  head({ height, root, size, keys }: CheckpointHead): Uint8Array {
    const writer = new Writer();
    writer.number64(height).fixed(root, 32).number64(size).u32(keys.length);
    for (const key of keys) writer.bytes(key);
    return concatBytes(MAGIC, this.#frame(0, writer.finish()));
  }

  leaves({ count, keys, values, hashes }: CheckpointLeaves): Uint8Array {
    const { bytes, places, lengths } = values;
    let length = LEAF_BYTES * count;
    for (let index = 0; index < count; index++) length += lengths[index]!;
    const body = new Uint8Array(length);
    const view = new DataView(body.buffer);
    body.set(new Uint8Array(hashes.buffer, hashes.byteOffset, 32 * count), 32 * count);
    let at = LEAF_BYTES * count;
    for (let index = 0; index < count; index++) {
      const value = new Uint8Array(bytes.buffer, bytes.byteOffset + places[index]!, lengths[index]);
      writeWords(keys, KEY_WORDS * index, body, 32 * index);
      view.setUint32(64 * count + 4 * index, value.length, true);
      body.set(value, at);
      at += value.length;
    }
    return this.#frame(count, body);
  }

  /** An empty frame: without it the file is not whole. */
  end(): Uint8Array {
    return this.#frame(0, new Uint8Array(0));
  }

  #frame(count: number, body: Uint8Array): Uint8Array {
    const head = new Uint8Array(FRAME_HEAD_BYTES);
    new DataView(head.buffer).setUint32(0, body.length, true);
    new DataView(head.buffer).setUint32(4, count, true);
    this.#digest = frameDigest(this.#digest, head, body);
    return concatBytes(head, body, this.#digest);
  }
}

/** Decodes what `CheckpointEncoder` made. @throws STATE_CHECKPOINT_DAMAGED, STATE_CHECKPOINT_VERSION */
export class CheckpointDecoder {
  readonly #reader: CheckpointReader;
  #digest: Uint8Array = new Uint8Array(0);

  constructor(reader: CheckpointReader) {
    this.#reader = reader;
  }

  async head(): Promise<CheckpointHead> {
    const magic = await this.#reader.read(MAGIC.length);
    if (!bytesEqual(magic.subarray(0, 8), MAGIC.subarray(0, 8))) throw damaged('first bytes');
    if (!bytesEqual(magic, MAGIC)) throw new StateError('STATE_CHECKPOINT_VERSION', { expected: 1 });
    const { body } = await this.#frame('head');
    return readOr('head', () =>
      decodeExact(body, 'checkpoint head', (reader) => {
        const height = reader.number64();
        const root = reader.fixed(32);
        const size = reader.number64();
        const keys: Uint8Array[] = [];
        reader.repeat(() => keys.push(reader.bytes(LIMITS.keyBytes)), LIMITS.blockChanges);
        return { height, root, size, keys };
      }),
    );
  }

  /** Undefined: that was all. Values are views. */
  async leaves(): Promise<CheckpointLeaves | undefined> {
    const { count, body } = await this.#frame('leaves');
    if (count === 0) {
      if (body.length > 0 || (await this.#reader.read(1)).length > 0) throw damaged('end');
      return undefined;
    }
    if (body.length < LEAF_BYTES * count) throw damaged('leaves');
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    const keys = new Int32Array(KEY_WORDS * count);
    for (let word = 0; word < keys.length; word++) keys[word] = wordAt(body, 4 * word);
    const hashes = new Int32Array(KEY_WORDS * count);
    new Uint8Array(hashes.buffer).set(body.subarray(32 * count, 64 * count));
    const places = new Int32Array(count);
    const lengths = new Int32Array(count);
    let at = LEAF_BYTES * count;
    for (let index = 0; index < count; index++) {
      const length = view.getUint32(64 * count + 4 * index, true);
      if (length === 0 || at + length > body.length) throw damaged('values');
      places[index] = at;
      lengths[index] = length;
      at += length;
    }
    if (at !== body.length) throw damaged('values');
    return { count, keys, values: { bytes: view, places, lengths }, hashes };
  }

  async #frame(place: string): Promise<{ readonly count: number; readonly body: Uint8Array }> {
    const head = await this.#reader.read(FRAME_HEAD_BYTES);
    if (head.length < FRAME_HEAD_BYTES) throw damaged(place);
    const view = new DataView(head.buffer, head.byteOffset);
    const length = view.getUint32(0, true);
    if (length > BODY_BYTES_MAX) throw damaged(place);
    const rest = await this.#reader.read(length + DIGEST_BYTES);
    if (rest.length < length + DIGEST_BYTES) throw damaged(place);
    const body = rest.subarray(0, length);
    this.#digest = frameDigest(this.#digest, head, body);
    if (!bytesEqual(this.#digest, rest.subarray(length))) throw damaged(place);
    return { count: view.getUint32(4, true), body };
  }
}

function frameDigest(before: Uint8Array, head: Uint8Array, body: Uint8Array): Uint8Array {
  return sha256Domain('weft/checkpoint/1', before, head, sha256(body));
}

function readOr<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new StateError('STATE_CHECKPOINT_DAMAGED', { place }, cause);
  }
}

function damaged(place: string): StateError {
  return new StateError('STATE_CHECKPOINT_DAMAGED', { place });
}
