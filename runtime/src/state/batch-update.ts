// One batch over one part of the tree. First the structure, from the top down along the sorted changes: nodes change
// where they stand, and a journal takes what they held. Then the hashes (pending-hashes.ts).
import { bitAt, KEY_WORDS, sharedBits, WINDOW_BITS, windowBefore } from './bits.js';
import { JournalWriter } from './journal.js';
import { EMPTY, INNER, LEAF, type NodeArena } from './node-arena.js';
import { DELETED } from './packed-batch.js';
import type { PairHasher } from './pair-hasher.js';
import { PendingHashes, ROOT } from './pending-hashes.js';
import type { SortedBatch } from './sorted-batch.js';
import { WordList } from './word-list.js';

/** A subtree the batch has not changed. */
const UNCHANGED = -1;
const NO_WORDS = new Int32Array(0);
const NO_VALUES = { bytes: new DataView(new ArrayBuffer(0)), places: NO_WORDS, lengths: NO_WORDS };
const NO_BATCH: SortedBatch = { count: 0, keys: NO_WORDS, values: NO_VALUES, hashes: NO_WORDS };

/** Batch after batch over one arena. Hashes are held as the machine's words over their 32 bytes. */
export class BatchUpdate {
  /** Nodes the batch made, and those it took out; the latter keep their words until they are freed. */
  readonly created = new WordList();
  readonly removed = new WordList();
  readonly journal = new JournalWriter();
  /** Leaves added less leaves removed. */
  added = 0;
  /** The root's hash: before the batch, then after it; meaningless for an empty tree. */
  readonly root = new Int32Array(KEY_WORDS);
  readonly #arena: NodeArena;
  #batch: SortedBatch = NO_BATCH;
  /** Where each value of the batch is in the heap. In the order they came, as `#lengths`. */
  readonly #heapPlaces = new WordList();
  #places: Int32Array = NO_WORDS;
  #lengths: Int32Array = NO_WORDS;
  readonly #hashes: PendingHashes;
  /** What `#update` returns beside the reference: which goal is its own, or UNCHANGED and where its hash is. */
  #goal = UNCHANGED;
  #source = ROOT;

  constructor(arena: NodeArena, hasher: PairHasher) {
    this.#arena = arena;
    this.#hashes = new PendingHashes(arena, hasher, this.journal, this.root);
  }

  /** The reference of the tree after the batch; `root` (32 bytes in words) is its hash before. */
  run(batch: SortedBatch, top: number, root: Int32Array): number {
    this.#reset(batch);
    this.root.set(root);
    this.#writeValues(batch);
    const reference = this.#update(top, ROOT, -1, 0, this.#batch.count, 0);
    // A root that changed has no goal: its hash comes to `root`.
    if (this.#goal === UNCHANGED && this.#source !== ROOT) this.#copyHash(this.#source, this.root, 0);
    this.#hashes.make(batch);
    this.#batch = NO_BATCH;
    return reference;
  }

  #reset(batch: SortedBatch): void {
    this.#batch = batch;
    this.added = 0;
    this.journal.clear();
    this.created.clear();
    this.removed.clear();
    this.#hashes.clear();
  }

  /**
   * Applies changes [from, to), which belong below `reference`. Its hash before stands at `source`, its parent parts
   * at bit `parent`.
   */
  #update(
    reference: number,
    source: number,
    parent: number,
    from: number,
    to: number,
    level: number,
  ): number {
    if (from === to) return this.#keep(reference, source);
    const { keys } = this.#batch;
    const first = KEY_WORDS * from;
    const last = KEY_WORDS * (to - 1);
    if (reference === EMPTY) {
      if (first === last) return this.#createLeaf(from);
      return this.#split(EMPTY, source, 0, sharedBits(keys, first, keys, last), from, to, level);
    }
    const arena = this.#arena;
    if (reference >= 0) {
      const path = arena.linksPage(reference)[arena.linksAt(reference) + INNER.path]!;
      const bit = path >>> 24;
      if (bit - parent <= WINDOW_BITS + 1) {
        // The batch is sorted: what both its ends share with the node's path, all of it shares.
        const difference = (windowBefore(keys, first, bit) ^ path) | (windowBefore(keys, last, bit) ^ path);
        const parted = (difference & 0xff_ffff) << 8;
        if (parted === 0) return this.#descend(reference, source, bit, from, to, level);
        const shared = bit - WINDOW_BITS + Math.clz32(parted);
        const side = (path >>> (bit - 1 - shared)) & 1;
        return this.#split(reference, source, side, shared, from, to, level);
      }
      return this.#updateFar(reference, source, bit, from, to, level);
    }
    return this.#updateFar(reference, source, 256, from, to, level);
  }

  /** A leaf, or an inner node so far below its parent that it does not hold its whole path: compares with a leaf. */
  #updateFar(
    reference: number,
    source: number,
    bit: number,
    from: number,
    to: number,
    level: number,
  ): number {
    const { keys } = this.#batch;
    const leaf = this.#arena.someLeaf(reference);
    const page = this.#arena.leafPage(leaf);
    const at = this.#arena.leafAt(leaf);
    const shared = Math.min(
      sharedBits(page, at, keys, KEY_WORDS * from),
      sharedBits(page, at, keys, KEY_WORDS * (to - 1)),
    );
    if (shared < bit) return this.#split(reference, source, bitAt(page, at, shared), shared, from, to, level);
    if (reference < 0) return this.#changeLeaf(reference, from);
    return this.#descend(reference, source, bit, from, to, level);
  }

  /** Changes that all belong below an inner node: it stays, unless one side of it is empty afterwards. */
  #descend(node: number, source: number, bit: number, from: number, to: number, level: number): number {
    const middle = this.#firstWithBit(bit, from, to);
    const page = this.#arena.linksPage(node);
    const at = this.#arena.linksAt(node);
    const left = page[at + INNER.left]!;
    const right = page[at + INNER.right]!;
    const newLeft = this.#update(left, 2 * node, bit, from, middle, level + 1);
    const leftGoal = this.#goal;
    const leftSource = this.#source;
    const newRight = this.#update(right, 2 * node + 1, bit, middle, to, level + 1);
    const rightGoal = this.#goal;
    const rightSource = this.#source;
    if (newLeft === EMPTY || newRight === EMPTY) {
      this.removed.push(node);
      if (newLeft === EMPTY) return newRight;
      this.#goal = leftGoal;
      this.#source = leftSource;
      return newLeft;
    }
    const isMoved = newLeft !== left || newRight !== right;
    if (!isMoved && leftGoal === UNCHANGED && rightGoal === UNCHANGED) return this.#keep(node, source);
    if (isMoved) {
      this.journal.addLinks(node, left, right);
      page[at + INNER.left] = newLeft;
      page[at + INNER.right] = newRight;
    }
    this.#settleHalf(2 * node, leftGoal, leftSource);
    this.#settleHalf(2 * node + 1, rightGoal, rightSource);
    this.#goal = this.#hashes.addInner(node, level, to);
    return node;
  }

  /** The half of a node that stayed: its hash comes later, is there, or moves up from a node taken out. */
  #settleHalf(half: number, goal: number, source: number): void {
    if (goal !== UNCHANGED) this.#hashes.setGoal(goal, half, false);
    else if (source !== half) {
      const page = this.#arena.hashesPage(half >> 1);
      const at = this.#arena.hashesAt(half >> 1) + 8 * (half & 1);
      this.journal.addHalf(half, page, at);
      this.#copyHash(source, page, at);
    }
  }

  /** Changes that part from each other, or from the subtree (which goes to `oldSide`), at `bit`. */
  #split(
    old: number,
    source: number,
    oldSide: number,
    bit: number,
    from: number,
    to: number,
    level: number,
  ): number {
    const middle = this.#firstWithBit(bit, from, to);
    const left = this.#update(oldSide === 0 ? old : EMPTY, source, bit, from, middle, level + 1);
    const leftGoal = this.#goal;
    const leftSource = this.#source;
    const right = this.#update(oldSide === 1 ? old : EMPTY, source, bit, middle, to, level + 1);
    if (left === EMPTY) return right;
    const rightGoal = this.#goal;
    const rightSource = this.#source;
    if (right === EMPTY) {
      this.#goal = leftGoal;
      this.#source = leftSource;
      return left;
    }
    const arena = this.#arena;
    const node = arena.createInner();
    this.created.push(node);
    const page = arena.linksPage(node);
    const at = arena.linksAt(node);
    page[at + INNER.left] = left;
    page[at + INNER.right] = right;
    page[at + INNER.path] = (bit << 24) | windowBefore(this.#batch.keys, KEY_WORDS * from, bit);
    const hashes = arena.hashesPage(node);
    const hashesAt = arena.hashesAt(node);
    if (leftGoal === UNCHANGED) this.#copyHash(leftSource, hashes, hashesAt);
    else this.#hashes.setGoal(leftGoal, 2 * node, true);
    if (rightGoal === UNCHANGED) this.#copyHash(rightSource, hashes, hashesAt + 8);
    else this.#hashes.setGoal(rightGoal, 2 * node + 1, true);
    this.#goal = this.#hashes.addInner(node, level, to);
    return node;
  }

  /** In the order they came: each is copied while those around it are in the processor's cache. */
  #writeValues({ count, members, values }: SortedBatch): void {
    const { bytes, places, lengths } = values;
    const heap = this.#arena.values;
    this.#places = this.#heapPlaces.renew(places.length);
    this.#lengths = lengths;
    for (let index = 0; index < count; index++) {
      const change = members?.[index] ?? index;
      const length = lengths[change]!;
      if (length !== DELETED) this.#places[change] = heap.write(bytes, places[change]!, length);
    }
  }

  #changeLeaf(leaf: number, change: number): number {
    const index = this.#batch.order?.[change] ?? change;
    const length = this.#lengths[index]!;
    if (length === DELETED) {
      this.removed.push(leaf);
      this.added--;
      return this.#keep(EMPTY, ROOT);
    }
    const page = this.#arena.leafPage(leaf);
    const at = this.#arena.leafAt(leaf);
    this.journal.addLeaf(leaf, page[at + LEAF.place]!, page[at + LEAF.length]!);
    page[at + LEAF.place] = this.#places[index]!;
    page[at + LEAF.length] = length;
    this.#goal = this.#hashes.addLeaf(change);
    return leaf;
  }

  #createLeaf(change: number): number {
    const index = this.#batch.order?.[change] ?? change;
    const length = this.#lengths[index]!;
    if (length === DELETED) return this.#keep(EMPTY, ROOT);
    const leaf = this.#arena.createLeaf(this.#batch.keys, KEY_WORDS * change, this.#places[index]!, length);
    this.created.push(leaf);
    this.added++;
    this.#goal = this.#hashes.addLeaf(change);
    return leaf;
  }

  #keep(reference: number, source: number): number {
    this.#goal = UNCHANGED;
    this.#source = source;
    return reference;
  }

  #copyHash(source: number, target: Int32Array, at: number): void {
    if (source === ROOT) {
      if (target !== this.root) target.set(this.root, at);
      return;
    }
    const page = this.#arena.hashesPage(source >> 1);
    const from = this.#arena.hashesAt(source >> 1) + 8 * (source & 1);
    for (let word = 0; word < 8; word++) target[at + word] = page[from + word]!;
  }

  /** First index of [from, to) whose key has `bit` set; the keys agree on all bits before it. */
  #firstWithBit(bit: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bitAt(this.#batch.keys, KEY_WORDS * middle, bit) === 1) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
