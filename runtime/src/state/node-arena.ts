// Where the tree's nodes live: pages of flat typed arrays, so a million keys are a few hundred objects. A reference
// is a 32-bit integer: an inner node (page ‖ slot, 0 or more), a leaf (the complement of its id, negative) or EMPTY.
// Links and hashes of inner nodes have pages of their own: the links of a million keys, all that a search reads, stay
// in the processor's cache. Pages are shared memory: other threads may read between batches.
import { assert } from '../base/assert.js';
import { ValueHeap } from './value-heap.js';

/** The reference of no node. */
export const EMPTY = 0x7fff_ffff;

/** Words of an inner node's links: both references, and `bit` (8 bits, where they part) ‖ the 24 path bits before it. */
export const INNER = { left: 0, right: 1, path: 2, words: 3 } as const;
/** Words of an inner node's hashes, left then right: the 64 bytes whose SHA-256 the node is. */
export const HASH_WORDS = 16;
/** Words of a leaf: its hashed key, the place and length of its value. */
export const LEAF = { key: 0, place: 8, length: 9, words: 10 } as const;

const PAGE_BITS = 14;
const PAGE_SLOTS = 1 << PAGE_BITS;
const SLOT_MASK = PAGE_SLOTS - 1;
/** Twice a reference plus a side has to stay a small integer. */
const INNER_MAX = 0x1fff_0000;

/** A new page, as other threads need it to read. */
export interface ArenaPage {
  readonly kind: 'links' | 'hashes' | 'leaf' | 'value';
  readonly words: Int32Array | Uint8Array;
}

/** Pages and the nodes in them, to read. */
export class NodePages {
  readonly links: Int32Array[] = [];
  readonly hashes: Int32Array[] = [];
  readonly leaves: Int32Array[] = [];
  readonly values: ValueHeap;

  constructor(values = new ValueHeap()) {
    this.values = values;
  }

  /** Takes a page that another thread's arena made. */
  adopt({ kind, words }: ArenaPage): void {
    if (kind === 'value') this.values.pages.push(words as Uint8Array);
    else if (kind === 'leaf') this.leaves.push(words as Int32Array);
    else this[kind].push(words as Int32Array);
  }

  /** The page of an inner node's links, which begin in it at `linksAt`. */
  linksPage(node: number): Int32Array {
    return this.links[node >> PAGE_BITS]!;
  }

  linksAt(node: number): number {
    return INNER.words * (node & SLOT_MASK);
  }

  /** The page of an inner node's hashes, which begin in it at `hashesAt`. */
  hashesPage(node: number): Int32Array {
    return this.hashes[node >> PAGE_BITS]!;
  }

  hashesAt(node: number): number {
    return HASH_WORDS * (node & SLOT_MASK);
  }

  /** The page of a leaf by its reference; it begins in it at `leafAt`. */
  leafPage(reference: number): Int32Array {
    return this.leaves[~reference >> PAGE_BITS]!;
  }

  leafAt(reference: number): number {
    return LEAF.words * (~reference & SLOT_MASK);
  }

  /** The child of an inner node: side 0 left, 1 right. */
  child(node: number, side: number): number {
    return this.linksPage(node)[this.linksAt(node) + side]!;
  }

  bit(node: number): number {
    return this.linksPage(node)[this.linksAt(node) + INNER.path]! >>> 24;
  }

  /** A leaf at or below the reference. */
  someLeaf(reference: number): number {
    let at = reference;
    while (at >= 0) at = this.child(at, 0);
    return at;
  }

  /** Bytes of all pages. */
  get bytes(): number {
    let bytes = 0;
    for (const pages of [this.links, this.hashes, this.leaves, this.values.pages])
      for (const page of pages) bytes += page.byteLength;
    return bytes;
  }
}

/** Pages with the right to write them. One writer. */
export class NodeArena extends NodePages {
  readonly #onPage: (page: ArenaPage) => void;
  readonly #innerFree: number[] = [];
  #innerNext = 0;
  readonly #leafFree: number[] = [];
  #leafNext = 0;

  /** `onPage` is told each page before anything refers to it. */
  constructor(onPage: (page: ArenaPage) => void = () => undefined) {
    super(new ValueHeap((words) => onPage({ kind: 'value', words })));
    this.#onPage = onPage;
  }

  /** A slot for an inner node, whose words the caller writes. */
  createInner(): number {
    const freed = this.#innerFree.pop();
    if (freed !== undefined) return freed;
    const node = this.#innerNext++;
    if (node >> PAGE_BITS === this.links.length) {
      assert(node < INNER_MAX, 'inner nodes fit a 29-bit reference');
      this.links.push(this.#page('links', INNER.words));
      this.hashes.push(this.#page('hashes', HASH_WORDS));
    }
    return node;
  }

  /** A leaf of a value in the heap; the eight words of `keys` at `from` are copied. */
  createLeaf(keys: Int32Array, from: number, place: number, length: number): number {
    const leaf = this.#leafFree.pop() ?? this.#leafNext++;
    if (leaf >> PAGE_BITS === this.leaves.length) this.leaves.push(this.#page('leaf', LEAF.words));
    const page = this.leaves[leaf >> PAGE_BITS]!;
    const at = LEAF.words * (leaf & SLOT_MASK);
    for (let word = 0; word < 8; word++) page[at + word] = keys[from + word]!;
    page[at + LEAF.place] = place;
    page[at + LEAF.length] = length;
    return ~leaf;
  }

  /** Gives a node's slot back, a leaf's value with it. */
  free(reference: number): void {
    if (reference >= 0) {
      this.#innerFree.push(reference);
      return;
    }
    const page = this.leafPage(reference);
    const at = this.leafAt(reference);
    this.values.free(page[at + LEAF.place]!, page[at + LEAF.length]!);
    this.#leafFree.push(~reference);
  }

  /** Nodes in use. */
  get used(): { readonly inner: number; readonly leaves: number } {
    return {
      inner: this.#innerNext - this.#innerFree.length,
      leaves: this.#leafNext - this.#leafFree.length,
    };
  }

  #page(kind: 'links' | 'hashes' | 'leaf', words: number): Int32Array {
    const page = new Int32Array(new SharedArrayBuffer(4 * words * PAGE_SLOTS));
    this.#onPage({ kind, words: page });
    return page;
  }
}
