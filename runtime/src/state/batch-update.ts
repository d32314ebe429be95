// One batch over one tree. First the structure, from the top down along the sorted changes: changed nodes are copied,
// so the tree before stays whole. Then the hashes: all leaves, then inner nodes level by level from the deepest, each
// level as one flat buffer of 64-byte blocks.
import { sha256Into } from '../base/hash.js';
import { STATE_LEAF_TAG } from '../base/state-tree.js';
import { bitAt, KEY_WORDS, sharedBits, WINDOW_BITS, windowBefore, writeWords } from './bits.js';
import { EMPTY, INNER, type NodeArena } from './node-arena.js';
import type { PairHasher } from './pair-hasher.js';
import type { SortedBatch } from './sorted-batch.js';

/** Levels of recursion: 256 bits, the root's own and one for the children of the last. */
const LEVELS = 258;
/** Nodes hashed by one call of the batch hasher. */
const CHUNK = 1024;
/** Where a hash goes or comes from: half `2 × node + side` of an inner node, or the root itself. */
const ROOT = -1;
/** A subtree the batch has not changed. */
const UNCHANGED = -1;

const LEAF_MESSAGE = new Uint8Array(112);
LEAF_MESSAGE.set(STATE_LEAF_TAG, 0);
const VALUE_DIGEST = LEAF_MESSAGE.subarray(80);
const LEAF_DIGEST = new Uint8Array(32);
const LEAF_DIGEST_WORDS = new Int32Array(LEAF_DIGEST.buffer);
const BLOCKS = new Int32Array(16 * CHUNK);
const BLOCK_BYTES = new Uint8Array(BLOCKS.buffer);
const DIGESTS = new Int32Array(8 * CHUNK);
const DIGEST_BYTES = new Uint8Array(DIGESTS.buffer);

/** Runs once. Hashes are held as the machine's words over their 32 bytes. */
export class BatchUpdate {
  readonly created: number[] = [];
  readonly replaced: number[] = [];
  /** Leaves added less leaves removed. */
  added = 0;
  /** The root's hash: before the batch, then after it; meaningless for an empty tree. */
  readonly root = new Int32Array(KEY_WORDS);
  readonly #arena: NodeArena;
  readonly #batch: SortedBatch;
  readonly #hasher: PairHasher;
  /** Where the hash of each created node goes; parallel to `created`. */
  readonly #goals: number[] = [];
  /** Of created leaves: which node they are of `created`, which change of the batch. */
  readonly #leaves: number[] = [];
  readonly #leafChanges: number[] = [];
  /** By level, which of `created` the inner nodes are. */
  readonly #levels: (number[] | undefined)[] = new Array(LEVELS);
  /** What `#update` returns beside the reference: which of `created` it is, or UNCHANGED and where its hash is. */
  #index = UNCHANGED;
  #source = ROOT;

  constructor(arena: NodeArena, batch: SortedBatch, hasher: PairHasher) {
    this.#arena = arena;
    this.#batch = batch;
    this.#hasher = hasher;
  }

  /** The reference of the tree after the batch; `root` (32 bytes in words) is its hash before. */
  run(top: number, root: Int32Array): number {
    this.root.set(root);
    const reference = this.#update(top, ROOT, -1, 0, this.#batch.count, 0);
    if (this.#index !== UNCHANGED) this.#goals[this.#index] = ROOT;
    else if (this.#source !== ROOT) this.#copyHash(this.#source, this.root, 0);
    this.#hashLeaves();
    for (let level = LEVELS - 1; level >= 0; level--) {
      const nodes = this.#levels[level];
      for (let from = 0; nodes && from < nodes.length; from += CHUNK) this.#hashInner(nodes, from);
    }
    return reference;
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
      const path = arena.innerPage(reference)[arena.innerAt(reference) + INNER.path]!;
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
    if (reference < 0) return this.#replaceLeaf(reference, source, from);
    return this.#descend(reference, source, bit, from, to, level);
  }

  /** Changes that all belong below an inner node. */
  #descend(node: number, source: number, bit: number, from: number, to: number, level: number): number {
    const middle = this.#firstWithBit(bit, from, to);
    const left = this.#arena.child(node, 0);
    const right = this.#arena.child(node, 1);
    const newLeft = this.#update(left, 2 * node, bit, from, middle, level + 1);
    const leftIndex = this.#index;
    const leftSource = this.#source;
    const newRight = this.#update(right, 2 * node + 1, bit, middle, to, level + 1);
    if (newLeft === left && newRight === right) return this.#keep(node, source);
    this.replaced.push(node);
    return this.#join(bit, newLeft, leftIndex, leftSource, newRight, from, level);
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
    const leftIndex = this.#index;
    const leftSource = this.#source;
    const right = this.#update(oldSide === 1 ? old : EMPTY, source, bit, middle, to, level + 1);
    return this.#join(bit, left, leftIndex, leftSource, right, from, level);
  }

  /** The node over two subtrees, the right one just updated; a lone one moves up. */
  #join(
    bit: number,
    left: number,
    leftIndex: number,
    leftSource: number,
    right: number,
    from: number,
    level: number,
  ): number {
    if (left === EMPTY) return right;
    const rightIndex = this.#index;
    const rightSource = this.#source;
    if (right === EMPTY) {
      this.#index = leftIndex;
      this.#source = leftSource;
      return left;
    }
    const arena = this.#arena;
    const node = arena.createInner();
    const page = arena.innerPage(node);
    const at = arena.innerAt(node);
    page[at + INNER.left] = left;
    page[at + INNER.right] = right;
    page[at + INNER.path] = (bit << 24) | windowBefore(this.#batch.keys, KEY_WORDS * from, bit);
    if (leftIndex === UNCHANGED) this.#copyHash(leftSource, page, at + INNER.hashes);
    else this.#goals[leftIndex] = 2 * node;
    if (rightIndex === UNCHANGED) this.#copyHash(rightSource, page, at + INNER.hashes + 8);
    else this.#goals[rightIndex] = 2 * node + 1;
    const index = this.#create(node);
    const nodes = this.#levels[level];
    if (nodes) nodes.push(index);
    else this.#levels[level] = [index];
    return node;
  }

  #replaceLeaf(reference: number, source: number, change: number): number {
    const value = this.#batch.values[change];
    if (value !== undefined && isSame(value, this.#arena.valueView(reference)))
      return this.#keep(reference, source);
    this.replaced.push(reference);
    this.added--;
    return this.#createLeaf(change);
  }

  #createLeaf(change: number): number {
    const value = this.#batch.values[change];
    if (value === undefined) return this.#keep(EMPTY, ROOT);
    const leaf = this.#arena.createLeaf(this.#batch.keys, KEY_WORDS * change, value);
    this.#leaves.push(this.#create(leaf));
    this.#leafChanges.push(change);
    this.added++;
    return leaf;
  }

  #keep(reference: number, source: number): number {
    this.#index = UNCHANGED;
    this.#source = source;
    return reference;
  }

  #create(reference: number): number {
    this.#index = this.created.length;
    this.created.push(reference);
    this.#goals.push(ROOT);
    return this.#index;
  }

  #copyHash(source: number, target: Int32Array, at: number): void {
    if (source === ROOT) {
      if (target !== this.root) target.set(this.root, at);
      return;
    }
    const page = this.#arena.innerPage(source >> 1);
    const from = this.#arena.innerAt(source >> 1) + INNER.hashes + 8 * (source & 1);
    for (let word = 0; word < 8; word++) target[at + word] = page[from + word]!;
  }

  #putHash(hashes: Int32Array, from: number, goal: number): void {
    const target = goal === ROOT ? this.root : this.#arena.innerPage(goal >> 1);
    const at = goal === ROOT ? 0 : this.#arena.innerAt(goal >> 1) + INNER.hashes + 8 * (goal & 1);
    for (let word = 0; word < 8; word++) target[at + word] = hashes[from + word]!;
  }

  #hashLeaves(): void {
    const { keys, values } = this.#batch;
    for (let index = 0; index < this.#leaves.length; index++) {
      const change = this.#leafChanges[index]!;
      writeWords(keys, KEY_WORDS * change, LEAF_MESSAGE, 48);
      sha256Into(VALUE_DIGEST, values[change]!);
      sha256Into(LEAF_DIGEST, LEAF_MESSAGE);
      this.#putHash(LEAF_DIGEST_WORDS, 0, this.#goals[this.#leaves[index]!]!);
    }
  }

  /** Hashes up to CHUNK nodes of one level, whose children have theirs. */
  #hashInner(nodes: readonly number[], from: number): void {
    const count = Math.min(CHUNK, nodes.length - from);
    for (let index = 0; index < count; index++) {
      const node = this.created[nodes[from + index]!]!;
      const page = this.#arena.innerPage(node);
      const at = this.#arena.innerAt(node) + INNER.hashes;
      for (let word = 0; word < 16; word++) BLOCKS[16 * index + word] = page[at + word]!;
    }
    this.#hasher(BLOCK_BYTES.subarray(0, 64 * count), DIGEST_BYTES.subarray(0, 32 * count));
    for (let index = 0; index < count; index++)
      this.#putHash(DIGESTS, 8 * index, this.#goals[nodes[from + index]!]!);
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

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
