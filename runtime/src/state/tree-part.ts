// A part of the tree: the keys that begin with given bits, in an arena of its own with one writer, so that parts can be
// updated side by side. It keeps what newer versions replaced until it is told to drop the oldest one.
import { assert } from '../base/assert.js';
import { BatchUpdate } from './batch-update.js';
import { KEY_WORDS } from './bits.js';
import { HASH_CHUNK, hashChunk } from './hash-changes.js';
import { freeReplacedValues, type JournalWords, NO_JOURNAL, undoJournal } from './journal.js';
import { type ArenaPage, EMPTY, NodeArena, type NodePages } from './node-arena.js';
import { BatchPacker, type TreeChange } from './packed-batch.js';
import { type PairHasher, pairHasher } from './pair-hasher.js';
import { BatchSorter, type SortedBatch } from './sorted-batch.js';

/** What a staged batch makes of a part. */
export interface PartRoot {
  /** EMPTY without keys. */
  readonly top: number;
  /** The machine's words over the 32 bytes of the hash; meaningless without keys. */
  readonly hash: Int32Array;
  /** Keys of the version. */
  readonly size: number;
  /** What the batch overwrote. */
  readonly journal: JournalWords;
}

/** A part as the whole tree drives it, in this thread or another. */
export interface TreePart {
  /** Its nodes, to read while it stages nothing. */
  readonly pages: NodePages;
  /** In use, for tests of leaks. */
  readonly used: { readonly inner: number; readonly leaves: number };
  /** The staged version becomes the newest. */
  commit(): void;
  discard(): void;
  /** Frees what only the oldest version holds. */
  dropOldest(): void;
  /** Takes the newest versions back. */
  revert(count: number): void;
}

/** The parts of one tree, with how a batch reaches all of them. */
export interface PartGroup {
  /** 1, 2, 4 or 8 of them. */
  readonly parts: readonly TreePart[];
  /** Stages a batch in every part, or in none. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE, STATE_THREAD_LOST */
  stage(changes: readonly TreeChange[]): readonly PartRoot[];
  /** The same with a batch sorted already. */
  stageSorted(batch: SortedBatch): readonly PartRoot[];
}

/** One part, in this thread. */
export function createLocalGroup(hasher?: PairHasher): PartGroup {
  const part = new LocalPart(hasher);
  const packer = new BatchPacker();
  const sorter = new BatchSorter();
  return {
    parts: [part],
    stage(changes) {
      const packed = packer.begin(changes);
      for (let from = 0; from < changes.length; from += HASH_CHUNK) {
        const to = Math.min(from + HASH_CHUNK, changes.length);
        packer.pack(from, to);
        hashChunk(packed, from, to - from);
      }
      return [part.stage(sorter.sort(packed, 0, 0))];
    },
    stageSorted: (batch) => [part.stage(batch)],
  };
}

/** A part without keys. */
export const EMPTY_PART: PartRoot = {
  top: EMPTY,
  hash: new Int32Array(KEY_WORDS),
  size: 0,
  journal: NO_JOURNAL,
};

interface Version extends PartRoot {
  /** Nodes of it that the version before has not. */
  readonly created: Int32Array;
  /** Nodes of the version before that it has not. */
  readonly removed: Int32Array;
}

const NOTHING = new Int32Array(0);

export class LocalPart implements TreePart {
  readonly pages: NodeArena;
  readonly #update: BatchUpdate;
  /** Oldest first, never empty. */
  readonly #versions: Version[] = [{ ...EMPTY_PART, created: NOTHING, removed: NOTHING }];
  #staged: Version | undefined;

  constructor(hasher: PairHasher = pairHasher, onPage?: (page: ArenaPage) => void) {
    this.pages = new NodeArena(onPage);
    this.#update = new BatchUpdate(this.pages, hasher);
  }

  get used(): { readonly inner: number; readonly leaves: number } {
    return this.pages.used;
  }

  /** One batch at a time, of keys that belong to the part. */
  stage(batch: SortedBatch): PartRoot {
    assert(this.#staged === undefined, 'a part stages one batch at a time');
    const newest = this.#newest();
    const update = this.#update;
    const top = update.run(batch, newest.top, newest.hash);
    this.#staged = {
      top,
      hash: update.root.slice(),
      size: newest.size + update.added,
      journal: update.journal.finish(),
      created: update.created.copy(),
      removed: update.removed.copy(),
    };
    return this.#staged;
  }

  commit(): void {
    assert(this.#staged !== undefined, 'a part commits what it staged');
    this.#versions.push(this.#staged);
    this.#staged = undefined;
  }

  discard(): void {
    assert(this.#staged !== undefined, 'a part discards what it staged');
    this.#undo(this.#staged);
    this.#staged = undefined;
  }

  dropOldest(): void {
    this.#versions.shift();
    const oldest = this.#versions[0];
    assert(oldest !== undefined, 'a part keeps its newest version');
    freeReplacedValues(this.pages, oldest.journal);
    this.#update.journal.recycle(oldest.journal);
    this.#free(oldest.removed);
    this.#versions[0] = { ...oldest, journal: NO_JOURNAL, created: NOTHING, removed: NOTHING };
  }

  revert(count: number): void {
    for (let index = 0; index < count; index++) {
      const version = this.#versions.pop();
      assert(version !== undefined && this.#versions.length > 0, 'a part reverts to a version it holds');
      this.#undo(version);
    }
  }

  #newest(): Version {
    return this.#versions[this.#versions.length - 1]!;
  }

  #undo({ journal, created }: Version): void {
    undoJournal(this.pages, journal);
    this.#update.journal.recycle(journal);
    this.#free(created);
  }

  #free(references: Int32Array): void {
    for (const reference of references) this.pages.free(reference);
  }
}
