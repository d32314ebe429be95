// A node's folder: `store/` (the chain), `code/` (compiled code), `history/` (where events and an account's transactions
// are) and `state.checkpoint`, these three made again when missing,
// `genesis.json` (a copy for people), `validator.key` (the seed in hexadecimal, readable by its owner only),
// `mempool.journal` (pending transactions), `snapshots/` (for nodes that join).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '../base/bytes.js';
import { formatGenesis } from '../chain/genesis-json.js';
import type { SnapshotArchive } from '../chain/snapshot/exchange.js';
import { createPoolJournal, NO_JOURNAL, type PoolJournal } from '../mempool/journal.js';
import type { CheckpointFile } from '../ports/checkpoint.js';
import type { CodeCache } from '../ports/code-cache.js';
import type { HistoryIndex } from '../ports/history-index.js';
import type { Store } from '../ports/store.js';
import { createCheckpointFile } from '../store/checkpoint-file.js';
import { openCodeFiles } from '../store/files/code-files.js';
import { openHistoryThread } from '../store/history/history-thread.js';
import { openLevelStore } from '../store/level/level-store.js';
import { storePaths } from '../store/level/open-chain.js';
import { createMemoryDisk, createMemoryStore } from '../store/memory/memory-store.js';
import type { Genesis } from '../types/genesis.js';
import { NodeError } from './errors.js';
import { createSnapshotArchive } from './snapshot-archive.js';

const SEED_BYTES = 32;

/** Where a node keeps what outlives it. */
export interface DataFolder {
  /** Opens the store, exclusively. @throws STORE_* */
  openStore(): Promise<Store>;
  /** Where compiled code is kept, if anywhere; close it last. */
  openCodes(): CodeCache | undefined;
  /** Opens the index of past blocks, which follows the store; undefined: there is none. */
  openHistory(store: Store, onFailure: (error: unknown) => void): Promise<HistoryIndex | undefined>;
  /** Where checkpoints of the state go; undefined: nowhere. */
  readonly checkpoint: CheckpointFile | undefined;
  /** The seed in `validator.key`, or undefined without one. @throws NODE_VALIDATOR_KEY for a file that holds none */
  validatorSeed(): Promise<Uint8Array | undefined>;
  /** Where snapshots for other nodes are kept; undefined: nowhere. */
  openSnapshots(store: Store): SnapshotArchive | undefined;
  /** Where pending transactions outlive the process. */
  readonly journal: PoolJournal;
  /** Leaves a readable copy of the genesis. */
  noteGenesis(genesis: Genesis): Promise<void>;
}

/** The path of the chain inside a data folder: what replay and other tools open. */
export function storePath(folder: string): string {
  return join(folder, 'store');
}

/** A folder on disk, created if missing. */
export function createDataFolder(folder: string): DataFolder {
  return {
    openStore: () => openLevelStore(storePath(folder)),
    openCodes: () => openCodeFiles(join(folder, 'code')),
    async openHistory(store, onFailure) {
      const heights = { oldest: await store.oldest(), head: await store.head() };
      const { records } = storePaths(storePath(folder));
      return openHistoryThread(
        { ...heights, folder: join(folder, 'history'), logFolder: records },
        onFailure,
      );
    },
    checkpoint: createCheckpointFile(join(folder, 'state.checkpoint')),
    validatorSeed: () => readSeed(join(folder, 'validator.key')),
    openSnapshots: (store) => createSnapshotArchive(join(folder, 'snapshots'), store),
    journal: createPoolJournal(join(folder, 'mempool.journal')),
    async noteGenesis(genesis) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'genesis.json'), formatGenesis(genesis));
    },
  };
}

/** The same in memory: it outlives a pause, not the process. */
export function createMemoryFolder(): DataFolder {
  const disk = createMemoryDisk();
  return {
    openStore: async () => createMemoryStore(disk),
    openCodes: () => undefined,
    openHistory: async () => undefined,
    checkpoint: undefined,
    validatorSeed: async () => undefined,
    openSnapshots: () => undefined,
    journal: NO_JOURNAL,
    noteGenesis: async () => undefined,
  };
}

async function readSeed(path: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw new NodeError('NODE_VALIDATOR_KEY', { place: path }, error);
  }
  try {
    const seed = fromHex(text.trim());
    if (seed.length === SEED_BYTES) return seed;
  } catch {
    // Falls through: the text itself is a secret and is not repeated.
  }
  throw new NodeError('NODE_VALIDATOR_KEY', { expected: '64 hexadecimal digits', place: path });
}
