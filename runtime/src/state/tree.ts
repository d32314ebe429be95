// The authenticated tree: a path-compressed binary Patricia trie over SHA-256(key), in memory.
//
//   keys 0010, 0111, 1…           bit 0            inner node = SHA-256(left ‖ right), exactly 64 bytes
//                                /     \           leaf = SHA-256(tag48 ‖ hashed key ‖ SHA-256(value))
//                            bit 1      1…         every inner node has two children, and bits grow downwards,
//                            /   \                 so the root is a function of the content alone
//                         0010   0111
//
// It is cut into parts by its keys' first bits (1, 2, 4… parts); this file joins them: the nodes above the parts are
// computed anew for each version. Batches keep what they overwrite, so recent versions stay readable and provable.
import { assert } from '../base/assert.js';
import { hashPair, sha256, sha256Into } from '../base/hash.js';
import { EMPTY_STATE_ROOT } from '../base/state-tree.js';
import type { ExistenceProof, ProofStep, StateProof } from '../types/proof.js';
import { KEY_WORDS, toWords, wordAt } from './bits.js';
import type { CheckpointLeaves } from './checkpoint-codec.js';
import { Journal, journalBytes } from './journal.js';
import { EMPTY } from './node-arena.js';
import type { TreeChange } from './packed-batch.js';
import { findLeaf, findNeighbours, outermost, proveLeaf, readLeaf } from './prove.js';
import { createLocalGroup, EMPTY_PART, type PartGroup, type PartRoot, type TreePart } from './tree-part.js';
import { TreeWalk } from './tree-walk.js';
import { VersionView } from './version-view.js';

/** A batch computed and not yet taken; exactly one of `commit` and `discard` is called. */
export interface StagedBatch {
  /** The root the tree has after `commit`, 32 bytes. */
  readonly root: Uint8Array;
  commit(): void;
  discard(): void;
}

export interface StateTree {
  /** Number of keys. */
  readonly size: number;
  /** Nodes in memory, for tests of leaks: inner = leaves - 1 unless a batch is staged or older versions are kept. */
  readonly used: { readonly inner: number; readonly leaves: number };
  /** Bytes of memory its pages take. */
  readonly bytes: number;
  /** Versions before the present one that can be read, proven and gone back to. */
  readonly kept: number;
  /** 32 bytes; `EMPTY_STATE_ROOT` without keys. `back` versions ago, at most `kept`. */
  root(back?: number): Uint8Array;
  /**
   * The root after a batch, the tree itself unchanged. One batch at a time. About 3 us a change.
   * @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE
   */
  stage(changes: readonly TreeChange[]): StagedBatch;
  /** `stage` and `commit`; returns the new root. @throws as `stage` */
  apply(changes: readonly TreeChange[]): Uint8Array;
  /** Takes leaves as a checkpoint holds them, ascending and behind all the tree has; one version. @throws STATE_DUPLICATE_KEY */
  load(leaves: CheckpointLeaves): void;
  /** Keeps no version before the present one, but for a pinned one. */
  forget(): void;
  /** Holds the present version, however many come after it, until it is released. One at a time. */
  pin(): PinnedVersion;
  /**
   * A copy of what a state key (not hashed) holds, compared with its leaf's hash; undefined: absent. About 3 us. A
   * staged batch does not show. @throws STATE_LEAF_MISMATCH
   */
  get(key: Uint8Array, back?: number): Uint8Array | undefined;
  /** Proof of what a state key (not hashed) holds, or that it holds nothing. A staged batch does not show. */
  prove(key: Uint8Array, back?: number): StateProof;
  /** Goes back by so many versions, at most `kept`, which are gone then. */
  revert(back: number): void;
}

/** A version held on to while newer ones come. */
export interface PinnedVersion {
  readonly root: Uint8Array;
  readonly size: number;
  /** Its leaves in order, some at each call; undefined at the end, or once the tree went back behind it. */
  next(countMax: number, valueBytes: number): CheckpointLeaves | undefined;
  /** False once the tree went back behind it. */
  readonly isHeld: boolean;
  release(): void;
}

export interface TreeOptions {
  /** Versions kept before the present one; default 0. */
  readonly keepVersions?: number;
  /** Once what is kept only for older versions takes this many bytes, fewer are kept, never under 2; default no bound. */
  readonly keepBytes?: number;
  /** Empty parts; default one in this thread. */
  readonly group?: PartGroup;
}

/** An empty tree. */
export function createTree(options: TreeOptions = {}): StateTree {
  return new Tree(options);
}

const KEPT_LEAST = 2;
const NONE_LATER: readonly Journal[] = [];
/** Room for the hash of the key that is read. */
const HASHED_KEY = new Uint8Array(4 * KEY_WORDS);
const WORDS = new Int32Array(KEY_WORDS);

interface Version {
  readonly parts: readonly PartRoot[];
  readonly root: Uint8Array;
  readonly size: number;
  /** What the batch overwrote, part by part, and the bytes that takes. */
  journals: readonly Journal[];
  replacedBytes: number;
}

class Tree implements StateTree {
  readonly #group: PartGroup;
  readonly #parts: readonly TreePart[];
  /** How many first bits choose the part. */
  readonly #partBits: number;
  readonly #keepVersions: number;
  readonly #keepBytes: number;
  /** Oldest first. */
  readonly #versions: Version[];
  #replacedBytes = 0;
  #pinned: Version | undefined;
  #staged: { readonly batch: StagedBatch; readonly version: Version } | undefined;

  constructor({
    keepVersions = 0,
    keepBytes = Number.POSITIVE_INFINITY,
    group = createLocalGroup(),
  }: TreeOptions) {
    this.#group = group;
    const { parts } = group;
    this.#parts = parts;
    this.#partBits = Math.log2(parts.length);
    assert([0, 1, 2, 3].includes(this.#partBits), 'a tree has 1, 2, 4 or 8 parts');
    this.#keepVersions = keepVersions;
    this.#keepBytes = keepBytes;
    this.#versions = [versionOf(parts.map(() => EMPTY_PART))];
  }

  get size(): number {
    return this.#version(0).size;
  }

  get used(): { readonly inner: number; readonly leaves: number } {
    let inner = Math.max(0, this.#version(0).parts.filter(({ top }) => top !== EMPTY).length - 1);
    let leaves = 0;
    for (const { used } of this.#parts) {
      inner += used.inner;
      leaves += used.leaves;
    }
    return { inner, leaves };
  }

  get bytes(): number {
    return this.#parts.reduce((sum, { pages }) => sum + pages.bytes, 0);
  }

  get kept(): number {
    return this.#versions.length - 1;
  }

  root(back = 0): Uint8Array {
    return this.#version(back).root.slice();
  }

  stage(changes: readonly TreeChange[]): StagedBatch {
    assert(this.#staged === undefined, 'one staged batch at a time');
    return this.#takeStaged(this.#group.stage(changes));
  }

  load(leaves: CheckpointLeaves): void {
    assert(this.#staged === undefined, 'one staged batch at a time');
    this.#takeStaged(this.#group.stageSorted(leaves)).commit();
  }

  #takeStaged(parts: readonly PartRoot[]): StagedBatch {
    const version = versionOf(parts);
    const end = (): void => {
      assert(this.#staged?.batch === batch, 'a staged batch ends once');
      this.#staged = undefined;
    };
    const batch: StagedBatch = {
      root: version.root.slice(),
      commit: () => {
        end();
        for (const part of this.#parts) part.commit();
        this.#versions.push(version);
        this.#replacedBytes += version.replacedBytes;
        this.#dropOld();
      },
      discard: () => {
        end();
        for (const part of this.#parts) part.discard();
      },
    };
    this.#staged = { batch, version };
    return batch;
  }

  apply(changes: readonly TreeChange[]): Uint8Array {
    const staged = this.stage(changes);
    staged.commit();
    return staged.root;
  }

  get(key: Uint8Array, back = 0): Uint8Array | undefined {
    sha256Into(HASHED_KEY, key);
    for (let word = 0; word < KEY_WORDS; word++) WORDS[word] = wordAt(HASHED_KEY, 4 * word);
    const part = this.#partOf(WORDS);
    return readLeaf(this.#view(part, back), WORDS, this.#version(back).parts[part]!.hash);
  }

  prove(key: Uint8Array, back = 0): StateProof {
    const hashedKey = sha256(key);
    const words = toWords(hashedKey);
    const part = this.#partOf(words);
    const view = this.#view(part, back);
    const leaf = findLeaf(view, words);
    if (leaf !== EMPTY) return { kind: 'present', existence: this.#proveLeaf(view, part, back, leaf) };
    const { left, right } = findNeighbours(view, words);
    return {
      kind: 'absent',
      hashedKey,
      left: left === EMPTY ? this.#proveOutermost(part, back, -1) : this.#proveLeaf(view, part, back, left),
      right: right === EMPTY ? this.#proveOutermost(part, back, 1) : this.#proveLeaf(view, part, back, right),
    };
  }

  forget(): void {
    while (this.kept > 0 && this.#versions[0] !== this.#pinned) this.#dropOldest();
  }

  pin(): PinnedVersion {
    assert(this.#pinned === undefined, 'one version is pinned at a time');
    const version = this.#version(0);
    this.#pinned = version;
    const back = (): number => this.#versions.length - 1 - this.#versions.indexOf(version);
    const isHeld = (): boolean => this.#versions.includes(version);
    const walk = new TreeWalk(version.parts, (part) => this.#view(part, back()));
    return {
      root: version.root.slice(),
      size: version.size,
      get isHeld() {
        return isHeld();
      },
      next: (countMax, valueBytes) => (isHeld() ? walk.next(countMax, valueBytes) : undefined),
      release: () => {
        this.#pinned = undefined;
        this.#dropOld();
      },
    };
  }

  revert(back: number): void {
    assert(this.#staged === undefined && back <= this.kept, 'a tree goes back to a version it keeps');
    for (const part of this.#parts) part.revert(back);
    for (const { replacedBytes } of this.#versions.splice(this.#versions.length - back))
      this.#replacedBytes -= replacedBytes;
  }

  #version(back: number): Version {
    const version = this.#versions[this.#versions.length - 1 - back];
    assert(version !== undefined, 'a tree reads a version it keeps');
    return version;
  }

  #dropOld(): void {
    while (
      this.#versions[0] !== this.#pinned &&
      (this.kept > this.#keepVersions || (this.kept > KEPT_LEAST && this.#replacedBytes > this.#keepBytes))
    ) {
      this.#dropOldest();
    }
  }

  #dropOldest(): void {
    this.#versions.shift();
    const oldest = this.#versions[0]!;
    this.#replacedBytes -= oldest.replacedBytes;
    oldest.journals = [];
    oldest.replacedBytes = 0;
    for (const part of this.#parts) part.dropOldest();
  }

  #partOf(words: Int32Array): number {
    return this.#partBits === 0 ? 0 : words[0]! >>> (32 - this.#partBits);
  }

  /** A part as it was `back` versions ago: behind the journals since, that of a staged batch included. */
  #view(part: number, back: number): VersionView {
    if (back === 0 && this.#staged === undefined)
      return new VersionView(this.#parts[part]!.pages, this.#version(0).parts[part]!.top, NONE_LATER);
    const later = this.#versions.slice(this.#versions.length - back).map(({ journals }) => journals[part]!);
    if (this.#staged) later.push(this.#staged.version.journals[part]!);
    return new VersionView(this.#parts[part]!.pages, this.#version(back).parts[part]!.top, later);
  }

  #proveLeaf(view: VersionView, part: number, back: number, leaf: number): ExistenceProof {
    const existence = proveLeaf(view, leaf);
    return { ...existence, steps: [...existence.steps, ...stepsAbove(this.#version(back).parts, part)] };
  }

  /** The nearest leaf of the parts before (-1) or behind (1) one. */
  #proveOutermost(from: number, back: number, direction: -1 | 1): ExistenceProof | undefined {
    for (let part = from + direction; part >= 0 && part < this.#parts.length; part += direction) {
      const view = this.#view(part, back);
      if (view.top === EMPTY) continue;
      const leaf = outermost(view, view.top, direction === -1 ? 1 : 0);
      return this.#proveLeaf(view, part, back, leaf);
    }
    return undefined;
  }
}

function versionOf(parts: readonly PartRoot[]): Version {
  return {
    parts,
    root: groupHash(parts, 0, parts.length) ?? EMPTY_STATE_ROOT,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    journals: parts.map(({ journal }) => new Journal(journal)),
    replacedBytes: parts.reduce((sum, { journal }) => sum + journalBytes(journal), 0),
  };
}

/** Hash of the subtree over parts [from, to), a power of two of them; undefined without keys. */
function groupHash(parts: readonly PartRoot[], from: number, to: number): Uint8Array | undefined {
  if (to - from === 1) {
    const { top, hash } = parts[from]!;
    return top === EMPTY ? undefined : new Uint8Array(Int32Array.from(hash).buffer);
  }
  const middle = (from + to) / 2;
  const left = groupHash(parts, from, middle);
  const right = groupHash(parts, middle, to);
  return left && right ? hashPair(left, right) : (left ?? right);
}

/** Steps from a part's root up to the tree's. */
function stepsAbove(parts: readonly PartRoot[], part: number): ProofStep[] {
  const steps: ProofStep[] = [];
  for (let width = 1; width < parts.length; width *= 2) {
    const own = Math.floor(part / width);
    const other = own ^ 1;
    const sibling = groupHash(parts, other * width, (other + 1) * width);
    if (sibling) steps.push({ siblingIsLeft: other < own, sibling });
  }
  return steps;
}
