// An initialised store as a running chain holds it: newest head, state of that height, what is flushed behind it.
import { bytesEqual, toHex } from '../base/bytes.js';
import type { CheckpointFile } from '../ports/checkpoint.js';
import type { StateEntry, Store, StoreBase } from '../ports/store.js';
import { type ChainState, stateRootOf } from '../state/chain-state.js';
import { type Checkpoints, createCheckpoints } from '../state/checkpoint.js';
import type { FlushBehind } from '../state/flush-behind.js';
import { openState } from '../state/open-state.js';
import { createThreadGroup, type ThreadGroup } from '../state/thread-group.js';
import type { Hash32 } from '../types/address.js';
import type { BlockRecord } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import { decodeGenesis, encodeGenesis, genesisHash } from '../types/genesis-codec.js';
import { decodeHeader, headerHash } from '../types/header-codec.js';
import { ChainError } from './errors.js';
import { createExpiringNonces, type ExpiringNonces } from './expiring-nonces.js';
import { canonicalGenesis, genesisEntries, genesisHead } from './genesis.js';
import type { Head } from './head.js';

/** Everything that moves with a block. `head` is replaced at each commit. */
export interface OpenChain {
  readonly genesis: Genesis;
  readonly genesisHash: Hash32;
  /** Height 0, which has no record. */
  readonly genesisHead: Head;
  readonly state: ChainState;
  readonly flushBehind: FlushBehind;
  /** Undefined: the node keeps none. */
  readonly checkpoints: Checkpoints | undefined;
  readonly expiring: ExpiringNonces;
  head: Head;
  /** Ends the threads of the tree; the state is of no more use. */
  closeTree(): Promise<void>;
}

/** Writes a genesis into a new store. @throws GENESIS_*, STORE_INITIALISED */
export async function initialiseStore(store: Store, genesis: Genesis): Promise<void> {
  const canonical = canonicalGenesis(genesis);
  const entries = genesisEntries(canonical);
  const base = {
    height: 0,
    genesis: encodeGenesis(canonical),
    genesisRoot: stateRootOf(entries),
    header: undefined,
  };
  await store.initialise(base, entries);
}

export interface OpenChainOptions {
  /** Where checkpoints of the state are kept. */
  readonly checkpoint?: CheckpointFile | undefined;
  /** Told of a checkpoint that is not used or cannot be written: both cost time only. */
  readonly onCheckpointFailure?: ((error: unknown) => void) | undefined;
  /** Threads the state tree is updated on, this one included: 1 (default), 2, 4 or 8. */
  readonly treeThreads?: number | undefined;
}

/** Groups of tree threads that were made, to be ended together. */
function createGroups(threads: number) {
  const made: ThreadGroup[] = [];
  return {
    make: (): ThreadGroup => {
      const group = createThreadGroup(threads);
      made.push(group);
      return group;
    },
    close: async (): Promise<void> => {
      await Promise.all(made.map((group) => group.close()));
    },
  };
}

/** @throws CHAIN_TREE_THREADS, CHAIN_NO_GENESIS, CHAIN_HEAD_MISMATCH, and what store and state throw for damage */
export async function openChain(store: Store, options: OpenChainOptions = {}): Promise<OpenChain> {
  const { treeThreads = 1 } = options;
  if (![1, 2, 4, 8].includes(treeThreads))
    throw new ChainError('CHAIN_TREE_THREADS', { expected: '1, 2, 4 or 8', got: treeThreads });
  const groups = createGroups(treeThreads);
  try {
    return await openOver(store, options, treeThreads > 1 ? groups.make : undefined, groups.close);
  } catch (error) {
    await groups.close();
    throw error;
  }
}

async function openOver(
  store: Store,
  options: OpenChainOptions,
  group: (() => ThreadGroup) | undefined,
  closeTree: () => Promise<void>,
): Promise<OpenChain> {
  const bytes = await store.genesis();
  if (bytes === undefined) throw new ChainError('CHAIN_NO_GENESIS');
  const genesis = decodeGenesis(bytes);
  const base = await store.base();
  const expiring = createExpiringNonces();
  const { checkpoint: file, onCheckpointFailure } = options;
  const opened = await openState(watchKeys(store, expiring), {
    checkpoint: file,
    group,
    onUnused: (reason) => onCheckpointFailure?.(reason),
    onCheckpoint: ({ keys }) => {
      for (const key of keys) expiring.note(key, true);
    },
  });
  const { state, flushBehind, head: record } = opened;
  const first = genesisHead(genesis, base.genesisRoot);
  const head =
    record === undefined ? baseHead(base, first) : { header: record.block.header, hash: record.block.hash };
  // Comparing the genesis state costs as much as building it: once, while there is nothing else to compare.
  if (head === first) assertSame('genesis state', 0, stateRootOf(genesisEntries(genesis)), base.genesisRoot);
  assertHead(head, genesis, state.root());
  return {
    genesis,
    genesisHash: genesisHash(genesis),
    genesisHead: first,
    state,
    flushBehind,
    checkpoints:
      file &&
      createCheckpoints({
        file,
        state,
        listKeys: () => expiring.all(),
        height: opened.checkpoint?.height,
        changes: opened.checkpoint ? opened.replayed : state.size,
        ...(onCheckpointFailure && { onFailure: onCheckpointFailure }),
      }),
    expiring,
    head,
    closeTree,
  };
}

/** The head after block `height`: of genesis, of the base, or of a record. @throws STORE_UNKNOWN_HEIGHT, STORE_PRUNED */
export async function headAt(store: Store, height: number): Promise<Head> {
  const base = await store.base();
  if (height === 0) return genesisHead(decodeGenesis(base.genesis), base.genesisRoot);
  if (height === base.height && base.header !== undefined) {
    const header = decodeHeader(base.header);
    return { header, hash: headerHash(header) };
  }
  const { block } = await store.record(height);
  return { header: block.header, hash: block.hash };
}

/** What the first record follows. */
export function baseHead(base: StoreBase, genesisHead: Head): Head {
  if (base.header === undefined) return genesisHead;
  const header = decodeHeader(base.header);
  return { header, hash: headerHash(header) };
}

/** The store, its expiring nonces noted as they pass by: opening the state reads every key once, and so do we. */
function watchKeys(store: Store, expiring: ExpiringNonces): Store {
  async function* entries(): AsyncIterable<StateEntry> {
    for await (const entry of store.entries()) {
      expiring.note(entry.key, entry.value !== undefined);
      yield entry;
    }
  }
  async function* records(from: number, to: number): AsyncIterable<BlockRecord> {
    for await (const record of store.records(from, to)) {
      expiring.apply(record.stateDiff);
      yield record;
    }
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'entries') return entries;
      if (name === 'records') return records;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function assertHead({ header, hash }: Head, genesis: Genesis, root: Uint8Array): void {
  assertSame('genesis hash', header.height, genesisHash(genesis), header.genesisHash);
  assertSame('header hash', header.height, headerHash(header), hash);
  assertSame('state root', header.height, header.stateRoot, root);
}

function assertSame(what: string, height: number, expected: Uint8Array, got: Uint8Array): void {
  if (bytesEqual(expected, got)) return;
  const place = `${what} at height ${height}`;
  throw new ChainError('CHAIN_HEAD_MISMATCH', { expected: toHex(expected), got: toHex(got), place });
}
