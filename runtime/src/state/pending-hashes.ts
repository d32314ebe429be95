// The hashes a batch has changed, to be made once its structure stands: leaves', which come with the batch, and inner
// nodes', level by level from the deepest, each level as one flat buffer of 64-byte blocks. Not the whole batch at a time but
// one run of changes after the other, so that the nodes of a run stay in the processor's cache while their levels go by.
import type { JournalWriter } from './journal.js';
import type { NodeArena } from './node-arena.js';
import type { PairHasher } from './pair-hasher.js';
import type { SortedBatch } from './sorted-batch.js';
import { WordList } from './word-list.js';

/** Changes whose hashes are made together; at most so many nodes of a level with them. */
const RUN = 1024;
/** Words of an entry: which goal is its own, the node (of a leaf: the change), the end of the changes below it. */
const ENTRY = 3;
/**
 * Where a hash goes: half `2 × node + side` of an inner node, the complement of one less than that half where the node
 * is new (nothing of it is worth keeping), or the root itself.
 */
export const ROOT = -1;

const BLOCKS = new Int32Array(16 * RUN);
const BLOCK_BYTES = new Uint8Array(BLOCKS.buffer);
const DIGESTS = new Int32Array(8 * RUN);
const DIGEST_BYTES = new Uint8Array(DIGESTS.buffer);

/** Entries of one level, in the order of their changes. */
class Level {
  readonly entries = new WordList();
  /** Words of entries that are done. */
  done = 0;

  clear(): void {
    this.entries.clear();
    this.done = 0;
  }

  add(goal: number, node: number, end: number): void {
    const at = this.entries.reserve(ENTRY);
    const { words } = this.entries;
    words[at] = goal;
    words[at + 1] = node;
    words[at + 2] = end;
  }

  /** How many entries, from the first not done, end before or at a change. */
  ready(end: number): number {
    const { words, length } = this.entries;
    let to = this.done;
    while (to < length && words[to + 2]! <= end) to += ENTRY;
    return (to - this.done) / ENTRY;
  }
}

export class PendingHashes {
  readonly #arena: NodeArena;
  readonly #hasher: PairHasher;
  readonly #journal: JournalWriter;
  readonly #root: Int32Array;
  /** Where the hash of each changed subtree goes. */
  readonly #goals = new WordList();
  readonly #leaves = new Level();
  /** As many as there were ever changes on; 258 at most. */
  readonly #levels: Level[] = [];
  #deepest = -1;

  /** `root` gets the hash of a subtree without a goal. */
  constructor(arena: NodeArena, hasher: PairHasher, journal: JournalWriter, root: Int32Array) {
    this.#arena = arena;
    this.#hasher = hasher;
    this.#journal = journal;
    this.#root = root;
  }

  clear(): void {
    this.#goals.clear();
    this.#leaves.clear();
    for (let level = 0; level <= this.#deepest; level++) this.#levels[level]!.clear();
    this.#deepest = -1;
  }

  /** A leaf of the batch; its goal's number. */
  addLeaf(change: number): number {
    const goal = this.#goals.push(ROOT);
    this.#leaves.add(goal, change, change + 1);
    return goal;
  }

  /** An inner node above the changes up to `end`; its goal's number. In the order of changes on each level. */
  addInner(node: number, level: number, end: number): number {
    const goal = this.#goals.push(ROOT);
    while (this.#levels.length <= level) this.#levels.push(new Level());
    this.#levels[level]!.add(goal, node, end);
    this.#deepest = Math.max(this.#deepest, level);
    return goal;
  }

  /** The hash goes to a half of a node; `isNew`: of one the batch made. */
  setGoal(goal: number, half: number, isNew: boolean): void {
    this.#goals.words[goal] = isNew ? ~(half + 1) : half;
  }

  /** Makes all of them; every goal is set. */
  make({ count, order, hashes }: SortedBatch): void {
    for (let end = 0; end < count; ) {
      end = Math.min(end + RUN, count);
      this.#putLeaves(order, hashes, this.#leaves.ready(end));
      for (let level = this.#deepest; level >= 0; level--) this.#hashLevel(this.#levels[level]!, end);
    }
  }

  #putLeaves(order: Int32Array | undefined, hashes: Int32Array, count: number): void {
    const { entries, done } = this.#leaves;
    for (let index = 0; index < count; index++) {
      const change = entries.words[done + ENTRY * index + 1]!;
      const from = 8 * (order?.[change] ?? change);
      for (let word = 0; word < 8; word++) DIGESTS[8 * index + word] = hashes[from + word]!;
    }
    this.#putDigests(this.#leaves, count);
  }

  /** The nodes of one level whose changes end before or at `end`: their children have their hashes. */
  #hashLevel(level: Level, end: number): void {
    const count = level.ready(end);
    if (count === 0) return;
    const { words } = level.entries;
    for (let index = 0; index < count; index++) {
      const node = words[level.done + ENTRY * index + 1]!;
      const page = this.#arena.hashesPage(node);
      const at = this.#arena.hashesAt(node);
      for (let word = 0; word < 16; word++) BLOCKS[16 * index + word] = page[at + word]!;
    }
    this.#hasher(BLOCK_BYTES.subarray(0, 64 * count), DIGEST_BYTES.subarray(0, 32 * count));
    this.#putDigests(level, count);
  }

  /**
   * Puts `count` hashes of DIGESTS where the goals of the level's next entries are. A loop of nothing but loads goes first:
   * the processor waits for many of them at once, and for hardly any in the second loop.
   */
  #putDigests(level: Level, count: number): void {
    const goals = this.#goals.words;
    const { words } = level.entries;
    const from = level.done;
    const arena = this.#arena;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const goal = goals[words[from + ENTRY * index]!]!;
      if (goal >= 0) touched ^= arena.hashesPage(goal >> 1)[arena.hashesAt(goal >> 1) + 8 * (goal & 1)]!;
    }
    // Kept where the next gathering overwrites it, so that the loads are made.
    BLOCKS[0] = touched;
    for (let index = 0; index < count; index++) {
      const goal = goals[words[from + ENTRY * index]!]!;
      let target: Int32Array = this.#root;
      let at = 0;
      if (goal !== ROOT) {
        const half = goal < 0 ? ~goal - 1 : goal;
        target = arena.hashesPage(half >> 1);
        at = arena.hashesAt(half >> 1) + 8 * (half & 1);
        if (goal >= 0) this.#journal.addHalf(half, target, at);
      }
      for (let word = 0; word < 8; word++) target[at + word] = DIGESTS[8 * index + word]!;
    }
    level.done += ENTRY * count;
  }
}
