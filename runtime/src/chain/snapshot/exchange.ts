// Snapshots between nodes: those this one keeps for others, and the one it is restored from. Chunks that arrive are
// proven one by one against the trusted header and held beside the store, which is filled once all are there.
import { bytesEqual } from '../../base/bytes.js';
import { WeftError } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import type { ChunkVerdict, SnapshotOffer, Snapshots } from '../../ports/snapshots.js';
import { headerHash } from '../../types/header-codec.js';
import { SnapshotError } from '../errors.js';
import { decodeManifest, openChunk, SNAPSHOT_VERSION, type SnapshotManifest } from './format.js';
import type { SnapshotSource } from './import-snapshot.js';

/** Where snapshots are kept: those to give by height, and the chunks of the one that arrives. */
export interface SnapshotArchive {
  heights(): Promise<readonly number[]>;
  open(height: number): SnapshotSource;
  /** Makes one whole or not at all. */
  make(height: number): Promise<void>;
  remove(height: number): Promise<void>;
  /** Empties the place of arriving chunks. */
  clearArrivals(): Promise<void>;
  putArrival(index: number, chunk: Uint8Array): Promise<void>;
  arrival(index: number): Promise<Uint8Array>;
}

/** What a message of the engine may carry. */
const METADATA_BYTES_MAX = 4_000_000;
const OFFERED_MAX = 10;

interface Restoring {
  readonly metadata: Uint8Array;
  readonly manifest: SnapshotManifest;
  readonly missing: Set<number>;
}

/**
 * `restore` fills the store from a proven snapshot and opens the chain. `genesisHash` of the chain it may be of; undefined:
 * any. Without an archive none are given and none taken.
 */
export function createSnapshots(
  place: { readonly archive: SnapshotArchive; readonly genesisHash?: Uint8Array } | undefined,
  restore: (source: SnapshotSource, trustedHash: Uint8Array) => Promise<void>,
): Snapshots {
  return place === undefined ? NO_SNAPSHOTS : new Exchange(place.archive, place.genesisHash, restore);
}

const NO_SNAPSHOTS: Snapshots = {
  list: async () => [],
  load: async () => undefined,
  offer: async () => 'refused',
  apply: async () => 'refused',
};

class Exchange implements Snapshots {
  #restoring: Restoring | undefined;
  #trustedHash = new Uint8Array(0);

  constructor(
    private readonly archive: SnapshotArchive,
    private readonly genesisHash: Uint8Array | undefined,
    private readonly restore: (source: SnapshotSource, trustedHash: Uint8Array) => Promise<void>,
  ) {}

  async list(): Promise<readonly SnapshotOffer[]> {
    const offers: SnapshotOffer[] = [];
    const heights = [...(await this.archive.heights())].sort((a, b) => b - a);
    for (const height of heights.slice(0, OFFERED_MAX)) {
      const metadata = await present(this.archive.open(height).manifest());
      if (metadata === undefined || metadata.length > METADATA_BYTES_MAX) continue;
      const { chunks } = decodeManifest(metadata);
      const hash = sha256(metadata);
      offers.push({ height, format: SNAPSHOT_VERSION, chunks: chunks.length, hash, metadata });
    }
    return offers;
  }

  async load(height: number, format: number, index: number): Promise<Uint8Array | undefined> {
    if (format !== SNAPSHOT_VERSION || !(await this.archive.heights()).includes(height)) return undefined;
    const source = this.archive.open(height);
    const metadata = await present(source.manifest());
    const chunk = metadata && decodeManifest(metadata).chunks[index];
    return chunk && present(source.chunk(chunk));
  }

  async offer(
    snapshot: SnapshotOffer,
    trustedHash: Uint8Array,
  ): Promise<'accepted' | 'refused' | 'unknown format'> {
    this.#restoring = undefined;
    if (snapshot.format !== SNAPSHOT_VERSION) return 'unknown format';
    const manifest = coded(() => decodeManifest(snapshot.metadata));
    const wanted = this.genesisHash;
    const fits =
      manifest !== undefined &&
      manifest.header.height === snapshot.height &&
      manifest.chunks.length === snapshot.chunks &&
      bytesEqual(headerHash(manifest.header), trustedHash) &&
      (wanted === undefined || bytesEqual(manifest.header.genesisHash, wanted));
    if (!fits) return 'refused';
    await this.archive.clearArrivals();
    const { metadata } = snapshot;
    this.#restoring = { metadata, manifest, missing: new Set(manifest.chunks.keys()) };
    this.#trustedHash = trustedHash.slice();
    return 'accepted';
  }

  async apply(index: number, bytes: Uint8Array): Promise<ChunkVerdict> {
    const restoring = this.#restoring;
    const chunk = restoring?.manifest.chunks[index];
    if (restoring === undefined || chunk === undefined) return 'refused';
    if (coded(() => openChunk(bytes, chunk, restoring.manifest)) === undefined) return 'damaged';
    await this.archive.putArrival(index, bytes);
    restoring.missing.delete(index);
    if (restoring.missing.size > 0) return 'accepted';
    this.#restoring = undefined;
    const { chunks } = restoring.manifest;
    const source: SnapshotSource = {
      manifest: async () => restoring.metadata,
      chunk: (one) =>
        this.archive.arrival(chunks.indexOf(chunks.find(({ prefix }) => prefix === one.prefix)!)),
    };
    try {
      await this.restore(source, this.#trustedHash);
    } catch (error) {
      if (error instanceof WeftError && error.code.startsWith('SNAPSHOT_')) return 'refused';
      throw error;
    }
    await this.archive.clearArrivals();
    return 'restored';
  }
}

/** The result, or undefined where it throws a coded error: bytes from elsewhere are no fault. */
function coded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WeftError) return undefined;
    throw error;
  }
}

/** A file of a snapshot; undefined where it was removed meanwhile, to make room for newer ones. */
async function present(file: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await file;
  } catch (error) {
    if (error instanceof SnapshotError && error.code === 'SNAPSHOT_MISSING') return undefined;
    throw error;
  }
}
