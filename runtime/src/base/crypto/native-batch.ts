// `#hash-batch` on Node. Messages wait in tables by their number of blocks, so that four of a kind share the lanes.
import { assert } from '../assert.js';
import { copyToWords } from '../words.js';
import { blocksOf, type HashBatch, LANE_BLOCKS_MAX, PLACED_BYTES_MAX, paddedBytes } from './batch.js';
import { sha256Into } from './native-hash.js';
import { ROUND_CONSTANTS, sha256LanesModule } from './sha256-lanes.js';

const PAGE_BYTES = 65_536;
/** Messages of one number of blocks that wait at most; a multiple of four. */
const TABLE_ENTRIES = 256;
/** Words of an entry: where the message begins, where its digest goes. */
const ENTRY_WORDS = 2;
/** Room for copies of messages that wait. */
const STAGING_BYTES = 32_768;

/** Of a message that is hashed at once. */
const DIGEST = new Uint8Array(32);

interface Lanes {
  hash(table: number, groups: number, blocks: number, constants: number): void;
}

/** Compiled at the first use: short commands hash no batches. */
let compiled: WebAssembly.Module | undefined;

/** A batch with so many bytes for its user. */
export function createHashBatch(bytes: number): HashBatch {
  return new LaneBatch(bytes);
}

class LaneBatch implements HashBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly #lanes: Lanes;
  /** The whole memory: the user's, staging, a table for each number of blocks, the constants. */
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #staging: number;
  #staged = 0;
  readonly #tables: number;
  readonly #constants: number;
  /** Messages that wait, by their number of blocks. */
  readonly #waiting = new Int32Array(LANE_BLOCKS_MAX + 1);

  constructor(bytes: number) {
    this.#staging = Math.ceil(bytes / 64) * 64;
    this.#tables = this.#staging + STAGING_BYTES;
    this.#constants = this.#tables + 4 * ENTRY_WORDS * TABLE_ENTRIES * LANE_BLOCKS_MAX;
    const pages = Math.ceil((this.#constants + 4 * ROUND_CONSTANTS.length) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(sha256LanesModule());
    const { exports } = new WebAssembly.Instance(compiled, { lanes: { memory } });
    this.#lanes = exports as unknown as Lanes;
    const buffer = memory.buffer as ArrayBuffer;
    this.#memory = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#words.set(ROUND_CONSTANTS, this.#constants / 4);
    this.bytes = new Uint8Array(buffer, 0, bytes);
    this.words = new Int32Array(buffer, 0, bytes >>> 2);
  }

  add(message: Uint8Array, to: number): void {
    const { length } = message;
    if (length > PLACED_BYTES_MAX) {
      this.#hashAlone(message, to);
      return;
    }
    const at = this.#stage(length);
    this.#memory.set(message, at);
    this.#queue(at, length, to);
  }

  addFrom(memory: DataView, from: number, length: number, to: number): void {
    if (length > PLACED_BYTES_MAX) {
      const message = new Uint8Array(memory.buffer, memory.byteOffset + from, length);
      this.#hashAlone(message, to);
      return;
    }
    const at = this.#stage(length);
    copyToWords(this.#words, at >>> 2, memory, from, length);
    this.#queue(at, length, to);
  }

  #hashAlone(message: Uint8Array, to: number): void {
    sha256Into(DIGEST, message);
    this.bytes.set(DIGEST, to);
  }

  addPlaced(at: number, length: number, to: number): void {
    assert(
      length <= PLACED_BYTES_MAX && (at & 3) === 0,
      'a message composed in place fits a lane and begins at a word',
    );
    this.#queue(at, length, to);
  }

  run(): void {
    for (let blocks = 1; blocks <= LANE_BLOCKS_MAX; blocks++) {
      let count = this.#waiting[blocks]!;
      if (count === 0) continue;
      // Lanes without a message of their own repeat the last one.
      const last = this.#entryAt(blocks, count - 1);
      for (; count % 4 !== 0; count++)
        this.#words.copyWithin(this.#entryAt(blocks, count), last, last + ENTRY_WORDS);
      this.#lanes.hash(4 * this.#entryAt(blocks, 0), count / 4, blocks, this.#constants);
      this.#waiting[blocks] = 0;
    }
    this.#staged = 0;
  }

  /** Room for the copy of a message. */
  #stage(length: number): number {
    const room = paddedBytes(length);
    if (this.#staged + room > STAGING_BYTES) this.run();
    const at = this.#staging + this.#staged;
    this.#staged += room;
    return at;
  }

  #entryAt(blocks: number, index: number): number {
    return this.#tables / 4 + ENTRY_WORDS * (TABLE_ENTRIES * (blocks - 1) + index);
  }

  #queue(at: number, length: number, to: number): void {
    const blocks = blocksOf(length);
    this.#pad(at, length, at + 64 * blocks);
    const entry = this.#entryAt(blocks, this.#waiting[blocks]!++);
    this.#words[entry] = at;
    this.#words[entry + 1] = to;
    if (this.#waiting[blocks] === TABLE_ENTRIES) this.run();
  }

  /** A 1 bit, zeros, and the length in bits, which two bytes hold here: word by word. */
  #pad(at: number, length: number, end: number): void {
    const words = this.#words;
    const last = (end >>> 2) - 1;
    let word = (at + length) >>> 2;
    const bit = 8 * (length & 3);
    words[word] = (words[word]! & ((1 << bit) - 1)) | (0x80 << bit);
    for (word++; word < last; word++) words[word] = 0;
    const bits = 8 * length;
    words[last] = ((bits & 0xff00) << 8) | (bits << 24);
  }
}
