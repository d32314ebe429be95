// From a store to a snapshot: flat state at its flush boundary, cut by the first bits of the hashed keys.
import { compareBytes } from '../../base/bytes.js';
import { sha256 } from '../../base/hash.js';
import type { Store } from '../../ports/store.js';
import type { PresentValue } from '../../state/chain-state.js';
import { createTree } from '../../state/tree.js';
import type { ProofStep } from '../../types/proof.js';
import { stateAt } from '../state-at.js';
import {
  encodeChunk,
  encodeManifest,
  PREFIX_BITS_MAX,
  prefixOf,
  type SnapshotChunk,
  type SnapshotManifest,
} from './format.js';

/** About so many bytes of keys and values in a chunk. */
const CHUNK_BYTES = 1 << 20;

/** Where a snapshot's files go. */
export interface SnapshotSink {
  chunk(prefix: number, bytes: Uint8Array): Promise<void>;
  /** Comes last: a snapshot without it is none. */
  manifest(bytes: Uint8Array): Promise<void>;
}

export interface ExportOptions {
  /** Default: the flushed height, which costs least. */
  readonly height?: number;
  /** Default: by the size of the state, chunks of about 1 MiB. */
  readonly prefixBits?: number;
  readonly onChunk?: (done: number, of: number) => void;
}

/**
 * Writes the state of the store's flushed height, verified against that header. Holds the state in memory.
 * @throws CHAIN_HEAD_MISMATCH and what store and sink throw
 */
export async function exportSnapshot(
  store: Store,
  sink: SnapshotSink,
  options: ExportOptions = {},
): Promise<SnapshotManifest> {
  const height = options.height ?? (await store.flushedHeight());
  const { head, content } = await stateAt(store, height);
  const base = await store.base();
  const seal = height === base.height ? new Uint8Array(0) : (await store.record(height)).seal;
  const tree = createTree();
  tree.apply(content);
  const prefixBits = options.prefixBits ?? bitsFor(content);
  const groups = groupByPrefix(content, prefixBits);
  const chunks: SnapshotChunk[] = [];
  for (const [prefix, group] of groups) {
    const entries = group.map(({ entry }) => entry);
    const whole = stepsOf(tree.prove(entries[0]!.key));
    const part = createTree();
    part.apply(entries);
    const path = whole.slice(stepsOf(part.prove(entries[0]!.key)).length);
    const bytes = encodeChunk(prefix, entries, path);
    await sink.chunk(prefix, bytes);
    chunks.push({ prefix, keys: entries.length, bytes: bytes.length, hash: sha256(bytes) });
    options.onChunk?.(chunks.length, groups.length);
  }
  const { genesis, genesisRoot } = base;
  const manifest = {
    header: head.header,
    seal,
    genesis,
    genesisRoot,
    keys: content.length,
    prefixBits,
    chunks,
  };
  await sink.manifest(encodeManifest(manifest));
  return manifest;
}

interface Hashed {
  readonly hashedKey: Uint8Array;
  readonly entry: PresentValue;
}

/** Prefixes that hold a key, ascending, each with its entries by hashed key. */
function groupByPrefix(content: readonly PresentValue[], bits: number): [number, Hashed[]][] {
  const groups = new Map<number, Hashed[]>();
  for (const entry of content) {
    const hashedKey = sha256(entry.key);
    const prefix = prefixOf(hashedKey, bits);
    const group = groups.get(prefix);
    if (group) group.push({ hashedKey, entry });
    else groups.set(prefix, [{ hashedKey, entry }]);
  }
  for (const group of groups.values()) group.sort((a, b) => compareBytes(a.hashedKey, b.hashedKey));
  return [...groups].sort(([a], [b]) => a - b);
}

function bitsFor(content: readonly PresentValue[]): number {
  let bytes = 0;
  for (const { key, value } of content) bytes += key.length + value.length;
  return Math.min(PREFIX_BITS_MAX, Math.max(0, Math.ceil(Math.log2(bytes / CHUNK_BYTES))));
}

function stepsOf(proof: ReturnType<ReturnType<typeof createTree>['prove']>): readonly ProofStep[] {
  return proof.kind === 'present' ? proof.existence.steps : [];
}
