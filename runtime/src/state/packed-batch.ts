// A batch in memory that threads share: keys and values one behind the other, so that whoever hashes or copies them
// makes no object, and the hashes made of them. The memory serves batch after batch.
import { toHex } from '../base/bytes.js';
import { KEY_WORDS } from './bits.js';
import { StateError } from './errors.js';
import { WordList } from './word-list.js';

/** One key's new value; undefined deletes it. */
export interface TreeChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Values in one memory. */
export interface PackedValues {
  readonly bytes: DataView;
  /** Where each begins, and how long it is: DELETED stands for none. */
  readonly places: Int32Array;
  readonly lengths: Int32Array;
}

/** The length of no value. */
export const DELETED = -1;

/** Arrays may be longer than the batch. */
export interface PackedBatch {
  readonly count: number;
  /** Where each key begins in the bytes of the values; it ends where its value begins. */
  readonly keyPlaces: Int32Array;
  readonly values: PackedValues;
  /** Hashes of keys, eight words each as numbers. Made by `hashChanges`, as the next ones. */
  readonly keys: Int32Array;
  /** The machine's eight words over the 32 bytes of each leaf's hash; of a deletion anything. */
  readonly hashes: Int32Array;
}

/** Packs batch after batch into the same memory: a batch is good until the next one begins. */
export class BatchPacker {
  readonly #keyPlaces = new WordList();
  readonly #valuePlaces = new WordList();
  readonly #lengths = new WordList();
  readonly #words = new WordList();
  readonly #keys = new WordList();
  readonly #hashes = new WordList();
  #bytes: Uint8Array = new Uint8Array(0);
  #changes: readonly TreeChange[] = [];
  #packed: PackedBatch | undefined;
  #end = 0;

  /** Makes room for a batch; its changes come by `pack`, one after the other. @throws STATE_EMPTY_VALUE */
  begin(changes: readonly TreeChange[]): PackedBatch {
    let length = 0;
    for (const { key, value } of changes) {
      if (value?.length === 0) throw new StateError('STATE_EMPTY_VALUE', { place: toHex(key) });
      length += key.length + (value?.length ?? 0);
    }
    const count = changes.length;
    const { buffer } = this.#words.renew(Math.ceil(length / 4));
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer);
    this.#changes = changes;
    this.#end = 0;
    this.#packed = {
      count,
      keyPlaces: this.#keyPlaces.renew(count),
      values: {
        bytes: new DataView(buffer),
        places: this.#valuePlaces.renew(count),
        lengths: this.#lengths.renew(count),
      },
      keys: this.#keys.renew(KEY_WORDS * count),
      hashes: this.#hashes.renew(KEY_WORDS * count),
    };
    return this.#packed;
  }

  /** Packs changes [from, to). About 0.2 us a change. */
  pack(from: number, to: number): void {
    const { keyPlaces, values } = this.#packed!;
    const bytes = this.#bytes;
    let at = this.#end;
    for (let index = from; index < to; index++) {
      const { key, value } = this.#changes[index]!;
      keyPlaces[index] = at;
      bytes.set(key, at);
      at += key.length;
      values.places[index] = at;
      values.lengths[index] = value === undefined ? DELETED : value.length;
      if (value === undefined) continue;
      bytes.set(value, at);
      at += value.length;
    }
    this.#end = at;
    if (to === this.#changes.length) this.#changes = [];
  }
}

/** Values copied into memory of their own. */
export function packValues(values: readonly Uint8Array[]): PackedValues {
  const lengths = Int32Array.from(values, ({ length }) => length);
  const places = new Int32Array(values.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const [index, value] of values.entries()) {
    places[index] = at;
    bytes.set(value, at);
    at += value.length;
  }
  return { bytes: new DataView(bytes.buffer), places, lengths };
}

/** The bytes of a key of the batch. */
export function packedKey({ keyPlaces, values }: PackedBatch, index: number): Uint8Array {
  const from = keyPlaces[index]!;
  return new Uint8Array(values.bytes.buffer, from, values.places[index]! - from);
}
