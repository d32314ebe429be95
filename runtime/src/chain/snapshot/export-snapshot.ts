// From a store to a snapshot, while blocks go on: the state of one height is put aside by the first bits of the hashed keys,
// then written chunk by chunk, so that memory does not grow with the state.
import { sha256 } from '../../base/hash.js';
import type { Store } from '../../ports/store.js';
import { stateRootOf } from '../../state/chain-state.js';
import { decodeGenesis } from '../../types/genesis-codec.js';
import { genesisEntries } from '../genesis.js';
import { headAt } from '../open.js';
import { assertStateRoot, openFlat } from '../state-at.js';
import {
  encodeChunk,
  encodeManifest,
  PREFIX_BITS_MAX,
  type SnapshotChunk,
  type SnapshotManifest,
} from './format.js';
import { PrefixRoots } from './prefix-roots.js';
import { type Spool, SpooledContent } from './spooled-content.js';

/** About so many bytes of keys and values in a chunk. */
const CHUNK_BYTES = 1 << 20;

/** Where a snapshot's files go. */
export interface SnapshotSink {
  /** Empty room for as long as the snapshot is made: about as much as the state takes. */
  spool(): Promise<Spool>;
  chunk(prefix: number, bytes: Uint8Array): Promise<void>;
  /** Comes last: a snapshot without it is none. */
  manifest(bytes: Uint8Array): Promise<void>;
}

export interface ExportOptions {
  /** Default: the flushed height, which costs least. */
  readonly height?: number;
  /** Default: by the size of the state, chunks of about 1 MiB. */
  readonly prefixBits?: number;
  /** Bytes that wait for the spool; default 8 MiB. */
  readonly bufferBytes?: number;
  readonly onChunk?: (done: number, of: number) => void;
}

/**
 * Writes the state of a height, verified against that header. Holds a buffer, then a chunk or a 256th of the state. About
 * 20 us a key. The store may go on meanwhile; if it prunes a record that is needed before it was read, this fails.
 * @throws CHAIN_HEAD_MISMATCH and what store and sink throw
 */
export async function exportSnapshot(
  store: Store,
  sink: SnapshotSink,
  options: ExportOptions = {},
): Promise<SnapshotManifest> {
  const height = options.height ?? (await store.flushedHeight());
  const { header } = await headAt(store, height);
  const { genesis, genesisRoot, height: baseHeight } = await store.base();
  const seal = height === baseHeight ? new Uint8Array(0) : (await store.record(height)).seal;
  const spool = await sink.spool();
  try {
    const content = new SpooledContent(spool, options.bufferBytes);
    const bytes = await spoolState(store, height, content);
    const prefixBits = options.prefixBits ?? bitsFor(bytes);
    const subtrees = new Map<number, Uint8Array>();
    for await (const { prefix, entries } of content.groups(prefixBits))
      subtrees.set(prefix, stateRootOf(entries));
    const roots = new PrefixRoots(prefixBits, subtrees);
    assertStateRoot(header, roots.root);
    const chunks: SnapshotChunk[] = [];
    let keys = 0;
    for await (const { prefix, entries } of content.groups(prefixBits)) {
      const chunk = encodeChunk(prefix, entries, roots.path(prefix));
      await sink.chunk(prefix, chunk);
      chunks.push({ prefix, keys: entries.length, bytes: chunk.length, hash: sha256(chunk) });
      keys += entries.length;
      options.onChunk?.(chunks.length, subtrees.size);
    }
    const manifest = { header, seal, genesis, genesisRoot, keys, prefixBits, chunks };
    await sink.manifest(encodeManifest(manifest));
    return manifest;
  } finally {
    await spool.close();
  }
}

/** Puts the state of a height aside; the bytes of its keys and values. */
async function spoolState(store: Store, height: number, content: SpooledContent): Promise<number> {
  let bytes = 0;
  if (height === 0) {
    for (const { key, value } of genesisEntries(decodeGenesis((await store.base()).genesis))) {
      bytes += key.length + value.length;
      await content.addFlat(key, value);
    }
    return bytes;
  }
  const { flushed, entries } = await openFlat(store);
  try {
    // First the records between, before the chain lets go of them: each tells what its keys hold instead.
    const change = async (key: Uint8Array, from: Uint8Array | undefined, to: Uint8Array | undefined) => {
      bytes += sizeOf(key, to) - sizeOf(key, from);
      await content.addChange(key, to);
    };
    for await (const { stateDiff } of store.records(flushed + 1, height))
      for (const { key, before, after } of stateDiff) await change(key, before, after);
    for (let at = flushed; at > height; at--)
      for (const { key, before, after } of (await store.record(at)).stateDiff)
        await change(key, after, before);
    for await (const { key, value } of entries) {
      bytes += sizeOf(key, value);
      if (value !== undefined) await content.addFlat(key, value);
    }
    return bytes;
  } finally {
    await entries.return();
  }
}

/** Bytes an entry takes; none without a value. */
function sizeOf(key: Uint8Array, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : key.length + value.length;
}

function bitsFor(bytes: number): number {
  return Math.min(PREFIX_BITS_MAX, Math.max(0, Math.ceil(Math.log2(bytes / CHUNK_BYTES))));
}
