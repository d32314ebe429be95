// One version of a part, to read: its pages as they are now, behind the journals of the batches since.
import type { Journal } from './journal.js';
import { LEAF, type NodePages } from './node-arena.js';

export class VersionView {
  readonly pages: NodePages;
  /** EMPTY without keys. */
  readonly top: number;
  readonly #later: readonly Journal[];

  /** `later`: the journals of the batches after this version, oldest first. */
  constructor(pages: NodePages, top: number, later: readonly Journal[]) {
    this.pages = pages;
    this.top = top;
    this.#later = later;
  }

  /** The child of an inner node: side 0 left, 1 right. */
  child(node: number, side: number): number {
    const later = this.#later;
    for (let index = 0; index < later.length; index++) {
      const child = later[index]!.child(node, side);
      if (child !== undefined) return child;
    }
    return this.pages.child(node, side);
  }

  /** The 32 bytes of the hash of a child, written into `target` at `at`. */
  writeHash(node: number, side: number, target: Uint8Array, at: number): void {
    HASH.set(this.#hash(node, side));
    target.set(HASH_BYTES, at);
  }

  /** Whether these eight words are the hash of a child. */
  hasHash(node: number, side: number, words: Int32Array): boolean {
    for (const journal of this.#later) {
      const own = journal.half(2 * node + side);
      if (own !== undefined) return equalWords(own, 0, words);
    }
    return equalWords(this.pages.hashesPage(node), this.pages.hashesAt(node) + 8 * side, words);
  }

  /** A view of a leaf's value, good until the next batch. */
  valueView(leaf: number): Uint8Array {
    for (const journal of this.#later) {
      const value = journal.leaf(leaf);
      if (value !== undefined) return this.pages.values.view(value.place, value.length);
    }
    const page = this.pages.leafPage(leaf);
    const at = this.pages.leafAt(leaf);
    return this.pages.values.view(page[at + LEAF.place]!, page[at + LEAF.length]!);
  }

  /** A copy of a leaf's value. */
  value(leaf: number): Uint8Array {
    for (const journal of this.#later) {
      const value = journal.leaf(leaf);
      if (value !== undefined) return this.pages.values.read(value.place, value.length);
    }
    const page = this.pages.leafPage(leaf);
    const at = this.pages.leafAt(leaf);
    return this.pages.values.read(page[at + LEAF.place]!, page[at + LEAF.length]!);
  }

  #hash(node: number, side: number): Int32Array {
    for (const journal of this.#later) {
      const words = journal.half(2 * node + side);
      if (words !== undefined) return words;
    }
    const at = this.pages.hashesAt(node) + 8 * side;
    return this.pages.hashesPage(node).subarray(at, at + 8);
  }
}

const HASH = new Int32Array(8);
const HASH_BYTES = new Uint8Array(HASH.buffer);

function equalWords(a: Int32Array, at: number, b: Int32Array): boolean {
  for (let word = 0; word < 8; word++) if (a[at + word] !== b[word]) return false;
  return true;
}
