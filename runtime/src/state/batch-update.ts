// One batch over one part of the tree. First the structure, from the top down along the sorted changes: nodes change
// where they stand, and a journal takes what they held. Then the hashes: all leaves, then inner nodes level by level
// from the deepest, each level as one flat buffer of 64-byte blocks.
import { sha256Into } from '../base/hash.js';
import { STATE_LEAF_TAG } from '../base/state-tree.js';
import { bitAt, KEY_WORDS, sharedBits, WINDOW_BITS, windowBefore, writeWords } from './bits.js';
import { JournalWriter } from './journal.js';
import { EMPTY, INNER, LEAF, type NodeArena } from './node-arena.js';
import type { PairHasher } from './pair-hasher.js';
import type { SortedBatch } from './sorted-batch.js';
import { WordList } from './word-list.js';

/** Levels of recursion: 256 bits, the root's own and one for the children of the last. */
const LEVELS = 258;
/** Nodes hashed by one call of the batch hasher. */
const CHUNK = 1024;
/**
 * Where a hash goes: half `2 × node + side` of an inner node, the complement of one less than that half where the node
 * is new (nothing of it is worth keeping), or the root itself.
 */
const ROOT = -1;
/** A subtree the batch has not changed. */
const UNCHANGED = -1;

const NO_BATCH: SortedBatch = { count: 0, keys: new Int32Array(0), values: [] };
const LEAF_MESSAGE = new Uint8Array(112);
LEAF_MESSAGE.set(STATE_LEAF_TAG, 0);
const VALUE_DIGEST = LEAF_MESSAGE.subarray(80);
const LEAF_DIGEST = new Uint8Array(32);
const LEAF_DIGEST_WORDS = new Int32Array(LEAF_DIGEST.buffer);
const BLOCKS = new Int32Array(16 * CHUNK);
const BLOCK_BYTES = new Uint8Array(BLOCKS.buffer);
const DIGESTS = new Int32Array(8 * CHUNK);
const DIGEST_BYTES = new Uint8Array(DIGESTS.buffer);

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
  readonly #hasher: PairHasher;
  /** Where the hash of each changed subtree goes. */
  readonly #goals = new WordList();
  /** Of changed leaves: which goal is theirs, which change of the batch they are. */
  readonly #leaves = new WordList();
  /** By level, goal and node of each inner node to hash. */
  readonly #levels: WordList[] = [];
  /** What `#update` returns beside the reference: which goal is its own, or UNCHANGED and where its hash is. */
  #goal = UNCHANGED;
  #source = ROOT;

  constructor(arena: NodeArena, hasher: PairHasher) {
    this.#arena = arena;
    this.#hasher = hasher;
    for (let level = 0; level < LEVELS; level++) this.#levels.push(new WordList());
  }

  /** The reference of the tree after the batch; `root` (32 bytes in words) is its hash before. */
  run(batch: SortedBatch, top: number, root: Int32Array): number {
    this.#reset(batch);
    this.root.set(root);
    const reference = this.#update(top, ROOT, -1, 0, this.#batch.count, 0);
    if (this.#goal !== UNCHANGED) this.#goals.words[this.#goal] = ROOT;
    else if (this.#source !== ROOT) this.#copyHash(this.#source, this.root, 0);
    for (let from = 0; from < this.#leaves.length; from += 2 * CHUNK) this.#hashLeaves(from);
    for (let level = LEVELS - 1; level >= 0; level--) {
      const nodes = this.#levels[level]!;
      for (let from = 0; from < nodes.length; from += 2 * CHUNK) this.#hashInner(nodes, from);
    }
    this.#batch = NO_BATCH;
    return reference;
  }

  #reset(batch: SortedBatch): void {
    this.#batch = batch;
    this.added = 0;
    this.journal.clear();
    for (const list of [this.created, this.removed, this.#goals, this.#leaves, ...this.#levels]) list.clear();
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
    return this.#rehash(node, level);
  }

  /** The half of a node that stayed: its hash comes later, is there, or moves up from a node taken out. */
  #settleHalf(half: number, goal: number, source: number): void {
    if (goal !== UNCHANGED) this.#goals.words[goal] = half;
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
    else this.#goals.words[leftGoal] = ~(2 * node + 1);
    if (rightGoal === UNCHANGED) this.#copyHash(rightSource, hashes, hashesAt + 8);
    else this.#goals.words[rightGoal] = ~(2 * node + 2);
    return this.#rehash(node, level);
  }

  #changeLeaf(leaf: number, change: number): number {
    const value = this.#batch.values[change];
    if (value === undefined) {
      this.removed.push(leaf);
      this.added--;
      return this.#keep(EMPTY, ROOT);
    }
    const page = this.#arena.leafPage(leaf);
    const at = this.#arena.leafAt(leaf);
    this.journal.addLeaf(leaf, page[at + LEAF.place]!, page[at + LEAF.length]!);
    page[at + LEAF.place] = this.#arena.values.write(value);
    page[at + LEAF.length] = value.length;
    return this.#rehashLeaf(leaf, change);
  }

  #createLeaf(change: number): number {
    const value = this.#batch.values[change];
    if (value === undefined) return this.#keep(EMPTY, ROOT);
    const leaf = this.#arena.createLeaf(this.#batch.keys, KEY_WORDS * change, value);
    this.created.push(leaf);
    this.added++;
    return this.#rehashLeaf(leaf, change);
  }

  #keep(reference: number, source: number): number {
    this.#goal = UNCHANGED;
    this.#source = source;
    return reference;
  }

  #rehashLeaf(leaf: number, change: number): number {
    this.#goal = this.#goals.push(ROOT);
    this.#leaves.push(this.#goal);
    this.#leaves.push(change);
    return leaf;
  }

  #rehash(node: number, level: number): number {
    this.#goal = this.#goals.push(ROOT);
    const nodes = this.#levels[level]!;
    nodes.push(this.#goal);
    nodes.push(node);
    return node;
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

  /**
   * Puts `count` hashes of DIGESTS where their goals, kept in `words` from `from` on in steps of two, say. A loop of
   * nothing but loads goes first: the processor waits for many of them at once, and for hardly any in the second loop.
   */
  #putHashes(words: Int32Array, from: number, count: number): void {
    const goals = this.#goals.words;
    const arena = this.#arena;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const goal = goals[words[from + 2 * index]!]!;
      if (goal >= 0) touched ^= arena.hashesPage(goal >> 1)[arena.hashesAt(goal >> 1) + 8 * (goal & 1)]!;
    }
    // Kept where the next gathering overwrites it, so that the loads are made.
    BLOCKS[0] = touched;
    for (let index = 0; index < count; index++) {
      const goal = goals[words[from + 2 * index]!]!;
      let target: Int32Array = this.root;
      let at = 0;
      if (goal !== ROOT) {
        const half = goal < 0 ? ~goal - 1 : goal;
        target = arena.hashesPage(half >> 1);
        at = arena.hashesAt(half >> 1) + 8 * (half & 1);
        if (goal >= 0) this.journal.addHalf(half, target, at);
      }
      for (let word = 0; word < 8; word++) target[at + word] = DIGESTS[8 * index + word]!;
    }
  }

  /** Hashes up to CHUNK leaves. */
  #hashLeaves(from: number): void {
    const { keys, values, hashes } = this.#batch;
    const { words, length } = this.#leaves;
    const count = Math.min(CHUNK, (length - from) / 2);
    for (let index = 0; index < count; index++) {
      const change = words[from + 2 * index + 1]!;
      if (hashes !== undefined) {
        for (let word = 0; word < 8; word++) DIGESTS[8 * index + word] = hashes[8 * change + word]!;
        continue;
      }
      writeWords(keys, KEY_WORDS * change, LEAF_MESSAGE, 48);
      sha256Into(VALUE_DIGEST, values[change]!);
      sha256Into(LEAF_DIGEST, LEAF_MESSAGE);
      for (let word = 0; word < 8; word++) DIGESTS[8 * index + word] = LEAF_DIGEST_WORDS[word]!;
    }
    this.#putHashes(words, from, count);
  }

  /** Hashes up to CHUNK nodes of one level, whose children have theirs. */
  #hashInner({ words, length }: WordList, from: number): void {
    const count = Math.min(CHUNK, (length - from) / 2);
    for (let index = 0; index < count; index++) {
      const node = words[from + 2 * index + 1]!;
      const page = this.#arena.hashesPage(node);
      const at = this.#arena.hashesAt(node);
      for (let word = 0; word < 16; word++) BLOCKS[16 * index + word] = page[at + word]!;
    }
    this.#hasher(BLOCK_BYTES.subarray(0, 64 * count), DIGEST_BYTES.subarray(0, 32 * count));
    this.#putHashes(words, from, count);
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
