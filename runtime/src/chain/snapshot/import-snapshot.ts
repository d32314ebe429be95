// From a snapshot to a new store that continues the chain: every chunk is proven against the header's state root before
// any of it is kept, and all of them together make that root.
import { bytesEqual, toHex } from '../../base/bytes.js';
import type { StateEntry, Store } from '../../ports/store.js';
import { stateRootOf } from '../../state/chain-state.js';
import { createTree } from '../../state/tree.js';
import type { Genesis } from '../../types/genesis.js';
import { decodeGenesis, genesisHash } from '../../types/genesis-codec.js';
import { encodeHeader, headerHash } from '../../types/header-codec.js';
import { SnapshotError } from '../errors.js';
import { genesisEntries, genesisHead } from '../genesis.js';
import { decodeManifest, openChunk, type SnapshotChunk, type SnapshotManifest } from './format.js';

/** Where a snapshot's files come from. */
export interface SnapshotSource {
  manifest(): Promise<Uint8Array>;
  chunk(chunk: SnapshotChunk): Promise<Uint8Array>;
}

export interface ImportOptions {
  /** The header hash the operator trusts; without it the seal alone speaks for the snapshot. */
  readonly trustedHash?: Uint8Array;
  /** Whether a seal is the validators'; asked where no hash is trusted. Default: not looked at. Height 0 has none. */
  readonly isSealed?: (genesis: Genesis, headerHash: Uint8Array, seal: Uint8Array) => boolean;
  readonly onChunk?: (done: number, of: number) => void;
}

/**
 * Fills a new store. A snapshot that fails leaves it new.
 * @throws SNAPSHOT_*, STORE_INITIALISED and what the source throws
 */
export async function importSnapshot(
  source: SnapshotSource,
  store: Store,
  options: ImportOptions = {},
): Promise<SnapshotManifest> {
  const manifest = decodeManifest(await source.manifest());
  const genesis = assertManifest(manifest, options);
  const { header, genesisRoot } = manifest;
  const base = {
    height: header.height,
    genesis: manifest.genesis,
    genesisRoot,
    header: header.height === 0 ? undefined : encodeHeader(header),
  };
  if (!bytesEqual(stateRootOf(genesisEntries(genesis)), genesisRoot))
    throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'the root of its genesis', place: 'manifest' });
  await store.initialise(base, entriesOf(source, manifest, options));
  return manifest;
}

/** Reads every chunk and proves it, keeping nothing. @throws SNAPSHOT_* and what the source throws */
export async function verifySnapshot(
  source: SnapshotSource,
  options: ImportOptions = {},
): Promise<SnapshotManifest> {
  const manifest = decodeManifest(await source.manifest());
  assertManifest(manifest, options);
  for await (const _ of entriesOf(source, manifest, options)) {
    // Proven as they pass by.
  }
  return manifest;
}

function assertManifest(manifest: SnapshotManifest, options: ImportOptions): Genesis {
  const { header, seal } = manifest;
  const genesis = decodeGenesis(manifest.genesis);
  const place = 'manifest';
  if (!bytesEqual(genesisHash(genesis), header.genesisHash))
    throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'the genesis its header names', place });
  const hash = headerHash(header);
  if (options.trustedHash !== undefined && !bytesEqual(hash, options.trustedHash)) {
    const expected = toHex(options.trustedHash);
    throw new SnapshotError('SNAPSHOT_UNTRUSTED', { expected, got: toHex(hash), place });
  }
  if (header.height === 0) {
    if (!bytesEqual(genesisHead(genesis, manifest.genesisRoot).hash, hash))
      throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'the header of its genesis', place });
  } else if (options.trustedHash === undefined && options.isSealed?.(genesis, hash, seal) === false) {
    throw new SnapshotError('SNAPSHOT_UNTRUSTED', { expected: 'a seal of a validator', place });
  }
  return genesis;
}

/** All entries, chunk by chunk; its end throws unless they are the whole state. */
async function* entriesOf(
  source: SnapshotSource,
  manifest: SnapshotManifest,
  options: ImportOptions,
): AsyncGenerator<StateEntry> {
  const { chunks, header } = manifest;
  const tree = createTree();
  for (const [index, chunk] of chunks.entries()) {
    const entries = openChunk(await source.chunk(chunk), chunk, manifest);
    tree.apply(entries);
    for (const { key, value } of entries) yield { key: key as StateEntry['key'], value };
    options.onChunk?.(index + 1, chunks.length);
  }
  const root = tree.root();
  if (bytesEqual(root, header.stateRoot)) return;
  const expected = toHex(header.stateRoot);
  throw new SnapshotError('SNAPSHOT_ROOT', { expected, got: toHex(root), place: 'all chunks' });
}
