// State checkpoints: the tree of one height in a file, so that a node opens without reading and hashing every entry. A
// checkpoint is never trusted: its checksums, its leaves' hash and the header of its height have to agree, or it is
// passed over and the state made from the flat entries.
import { bytesEqual, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { CheckpointFile } from '../ports/checkpoint.js';
import type { ChainState } from './chain-state.js';
import { createChainTree } from './chain-state.js';
import { CheckpointDecoder, CheckpointEncoder, type CheckpointHead, FRAME } from './checkpoint-codec.js';
import { StateError } from './errors.js';
import type { StateTree, TreeOptions } from './tree.js';

/** A checkpoint's content: its leaves hash to `head.root`. */
export interface LoadedCheckpoint {
  readonly head: CheckpointHead;
  readonly tree: StateTree;
}

/**
 * Reads the newest checkpoint; about 0.7 us a key. Undefined: there is none.
 * @throws STATE_CHECKPOINT_DAMAGED, STATE_CHECKPOINT_VERSION
 */
export async function readCheckpoint(
  file: CheckpointFile,
  group?: TreeOptions['group'],
): Promise<LoadedCheckpoint | undefined> {
  const reader = await file.open();
  if (reader === undefined) return undefined;
  try {
    const decoder = new CheckpointDecoder(reader);
    const head = await decoder.head();
    const tree = createChainTree(group);
    for (let leaves = await decoder.leaves(); leaves !== undefined; leaves = await decoder.leaves()) {
      tree.load(leaves);
      tree.forget();
    }
    if (tree.size !== head.size) throw damaged('number of keys', head.size, tree.size);
    if (!bytesEqual(tree.root(), head.root)) throw damaged('root', toHex(head.root), toHex(tree.root()));
    for (const key of head.keys)
      if (tree.get(key) === undefined) throw damaged('listed keys', 'present', toHex(key));
    return { head, tree };
  } catch (error) {
    if (error instanceof StateError && error.code === 'STATE_DUPLICATE_KEY')
      throw new StateError('STATE_CHECKPOINT_DAMAGED', { place: 'order of keys' }, error);
    if (error instanceof WeftError) throw error;
    throw new StateError('STATE_CHECKPOINT_DAMAGED', { place: 'reading' }, error);
  } finally {
    await reader.close();
  }
}

/** Writes the state as it is now, while newer blocks come. False: the chain went back behind it meanwhile. */
export async function writeCheckpoint(
  file: CheckpointFile,
  state: ChainState,
  keys: readonly Uint8Array[],
): Promise<boolean> {
  const { height } = state;
  const pinned = state.pin();
  async function* pieces(): AsyncIterable<Uint8Array> {
    const encoder = new CheckpointEncoder();
    yield encoder.head({ height, root: pinned.root, size: pinned.size, keys });
    for (;;) {
      const leaves = pinned.next(FRAME.leaves, FRAME.valueBytes);
      if (leaves === undefined) break;
      yield encoder.leaves(leaves);
    }
    if (!pinned.isHeld) throw new StateError('STATE_CHECKPOINT_STALE', { got: height });
    yield encoder.end();
  }
  try {
    await file.write(pieces());
    return true;
  } catch (error) {
    if (error instanceof StateError && error.code === 'STATE_CHECKPOINT_STALE') return false;
    throw error;
  } finally {
    pinned.release();
  }
}

/** Decides when checkpoints are written; one at a time, beside the blocks. */
export interface Checkpoints {
  /** Height of the newest one; undefined: none was written or opened. Records above it are what opening replays. */
  readonly height: number | undefined;
  /** After a block is durable and taken, `changes` keys of it written. Begins a checkpoint if one is due. */
  note(changes: number): void;
  /** Waits for the one under way. */
  settle(): Promise<void>;
  /** Waits for the one under way and writes another if enough has changed; for a stop. */
  close(): Promise<void>;
}

export interface CheckpointOptions {
  readonly file: CheckpointFile;
  readonly state: ChainState;
  /** State keys to list in a checkpoint, as of the present state. */
  readonly listKeys: () => readonly Uint8Array[];
  /** Of the checkpoint the state was opened from. */
  readonly height?: number | undefined;
  /** Changes since. */
  readonly changes?: number;
  /** A checkpoint that cannot be written costs nothing but time at the next start. */
  readonly onFailure?: (error: unknown) => void;
}

export function createCheckpoints(options: CheckpointOptions): Checkpoints {
  const { file, state, listKeys } = options;
  let written = options.height;
  let changes = options.changes ?? 0;
  let running: Promise<void> | undefined;
  /** After a failure, not again at every block. */
  let owed = LIMITS.checkpointChanges;

  const due = (divisor: number): boolean =>
    changes >= Math.max(owed / divisor, state.size / (LIMITS.checkpointShare * divisor));
  const begin = (): Promise<void> => {
    const { height } = state;
    const counted = changes;
    changes = 0;
    running ??= writeCheckpoint(file, state, listKeys())
      .then(
        (done) => {
          if (done) written = height;
          owed = LIMITS.checkpointChanges;
        },
        (error) => {
          changes += counted;
          owed = changes + LIMITS.checkpointChanges;
          options.onFailure?.(error);
        },
      )
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    get height() {
      return written;
    },
    note(more) {
      changes += more;
      if (running === undefined && due(1)) void begin();
    },
    async settle() {
      await running;
    },
    async close() {
      await running;
      if (due(LIMITS.checkpointCloseDivisor)) await begin();
    },
  };
}

function damaged(place: string, expected: string | number, got: string | number): StateError {
  return new StateError('STATE_CHECKPOINT_DAMAGED', { place, expected, got });
}
