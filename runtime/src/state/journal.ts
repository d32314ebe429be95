// What one batch overwrote in a part's pages: enough to undo it, and to read the version before it. Batches change nodes
// where they stand, so the newest version is compact; older ones are read through the journals of those after them.
import { LEAF, type NodeArena } from './node-arena.js';
import { WordList } from './word-list.js';

/** Words of an entry: inner node, its left and right reference before. */
const LINKS = 3;
/** `2 × node + side`, the eight words of that child's hash before. */
const HALF = 9;
/** Leaf, place and length of its value before. */
const LEAF_VALUE = 3;

/** The three lists as they travel between threads. */
export interface JournalWords {
  readonly links: Int32Array;
  readonly halves: Int32Array;
  readonly leaves: Int32Array;
}

/** Journals whose memory is kept for those to come. */
const SPARE_MAX = 2;

/** Collects what a batch overwrites. */
export class JournalWriter {
  readonly #spare: JournalWords[] = [];
  readonly #links = new WordList();
  readonly #halves = new WordList();
  readonly #leaves = new WordList();

  addLinks(node: number, left: number, right: number): void {
    const at = this.#links.reserve(LINKS);
    const { words } = this.#links;
    words[at] = node;
    words[at + 1] = left;
    words[at + 2] = right;
  }

  /** The eight words of `page` at `from`, which are the half's. */
  addHalf(half: number, page: Int32Array, from: number): void {
    const at = this.#halves.reserve(HALF);
    const { words } = this.#halves;
    words[at] = half;
    for (let word = 0; word < 8; word++) words[at + 1 + word] = page[from + word]!;
  }

  addLeaf(leaf: number, place: number, length: number): void {
    const at = this.#leaves.reserve(LEAF_VALUE);
    const { words } = this.#leaves;
    words[at] = leaf;
    words[at + 1] = place;
    words[at + 2] = length;
  }

  clear(): void {
    this.#links.clear();
    this.#halves.clear();
    this.#leaves.clear();
  }

  finish(): JournalWords {
    const spare = this.#spare.pop();
    return {
      links: this.#links.handOver(spare?.links),
      halves: this.#halves.handOver(spare?.halves),
      leaves: this.#leaves.handOver(spare?.leaves),
    };
  }

  /** Takes back the memory of a journal that nobody reads any more. */
  recycle(journal: JournalWords): void {
    if (journal !== NO_JOURNAL && this.#spare.length < SPARE_MAX) this.#spare.push(journal);
  }
}

const NO_WORDS = new Int32Array(0);
/** Of a batch that overwrote nothing. */
export const NO_JOURNAL: JournalWords = { links: NO_WORDS, halves: NO_WORDS, leaves: NO_WORDS };

/** Bytes it holds: its own, and the replaced values. */
export function journalBytes({ links, halves, leaves }: JournalWords): number {
  let values = 0;
  for (let at = 2; at < leaves.length; at += LEAF_VALUE) values += leaves[at]!;
  return links.buffer.byteLength + halves.buffer.byteLength + leaves.buffer.byteLength + values;
}

/** Puts back what stood there before; frees the values that replaced others. */
export function undoJournal(arena: NodeArena, { links, halves, leaves }: JournalWords): void {
  for (let at = 0; at < links.length; at += LINKS) {
    const node = links[at]!;
    arena.linksPage(node).set(links.subarray(at + 1, at + LINKS), arena.linksAt(node));
  }
  for (let at = 0; at < halves.length; at += HALF) {
    const half = halves[at]!;
    const page = arena.hashesPage(half >> 1);
    page.set(halves.subarray(at + 1, at + HALF), arena.hashesAt(half >> 1) + 8 * (half & 1));
  }
  for (let at = 0; at < leaves.length; at += LEAF_VALUE) {
    const page = arena.leafPage(leaves[at]!);
    const leaf = arena.leafAt(leaves[at]!);
    arena.values.free(page[leaf + LEAF.place]!, page[leaf + LEAF.length]!);
    page[leaf + LEAF.place] = leaves[at + 1]!;
    page[leaf + LEAF.length] = leaves[at + 2]!;
  }
}

/** Frees the values that only versions before the batch hold. */
export function freeReplacedValues(arena: NodeArena, { leaves }: JournalWords): void {
  for (let at = 0; at < leaves.length; at += LEAF_VALUE) arena.values.free(leaves[at + 1]!, leaves[at + 2]!);
}

/** A journal to look things up in; its indexes are made at the first question. */
export class Journal {
  readonly #words: JournalWords;
  #links: WordIndex | undefined;
  #halves: WordIndex | undefined;
  #leaves: WordIndex | undefined;

  constructor(words: JournalWords) {
    this.#words = words;
  }

  /** The child an inner node had; undefined: the batch left its links alone. */
  child(node: number, side: number): number | undefined {
    const { links } = this.#words;
    if (links.length === 0) return undefined;
    this.#links ??= new WordIndex(links, LINKS);
    const at = this.#links.find(node);
    return at === undefined ? undefined : links[at + 1 + side];
  }

  /** The eight words of the hash of a child; undefined: left alone. */
  half(half: number): Int32Array | undefined {
    const { halves } = this.#words;
    if (halves.length === 0) return undefined;
    this.#halves ??= new WordIndex(halves, HALF);
    const at = this.#halves.find(half);
    return at === undefined ? undefined : halves.subarray(at + 1, at + HALF);
  }

  /** Place and length of the value a leaf had; undefined: left alone. */
  leaf(leaf: number): { readonly place: number; readonly length: number } | undefined {
    const { leaves } = this.#words;
    if (leaves.length === 0) return undefined;
    this.#leaves ??= new WordIndex(leaves, LEAF_VALUE);
    const at = this.#leaves.find(leaf);
    return at === undefined ? undefined : { place: leaves[at + 1]!, length: leaves[at + 2]! };
  }
}

/** Entries of equal size by their first word: open addressing, half full at most. */
class WordIndex {
  readonly #entries: Int32Array;
  /** Offset of an entry plus 1; 0: free. */
  readonly #slots: Int32Array;

  constructor(entries: Int32Array, size: number) {
    const count = entries.length / size;
    this.#entries = entries;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
    const mask = this.#slots.length - 1;
    for (let at = 0; at < entries.length; at += size) {
      let slot = mix(entries[at]!) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = at + 1;
    }
  }

  find(word: number): number | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = mix(word) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot]!;
      if (entry === 0) return undefined;
      if (this.#entries[entry - 1] === word) return entry - 1;
    }
  }
}

function mix(word: number): number {
  const mixed = Math.imul(word, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
