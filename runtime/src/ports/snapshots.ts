// The port snapshots pass through between nodes: the engine carries them, the chain makes and proves them.

/** A snapshot as it is offered. */
export interface SnapshotOffer {
  readonly height: number;
  /** Version of the format. */
  readonly format: number;
  /** How many chunks. */
  readonly chunks: number;
  /** Of the metadata, 32 bytes. */
  readonly hash: Uint8Array;
  /** The manifest: it names and hashes every chunk. */
  readonly metadata: Uint8Array;
}
/** What became of a chunk: kept; damaged, ask again elsewhere; the last one, the chain is open; all of it is no good. */
export type ChunkVerdict = 'accepted' | 'damaged' | 'restored' | 'refused';

/**
 * Must (chain): accept only what `trustedHash` commits to; take nothing into the store before all of it is proven.
 * Must (engine): offer before it applies, to a chain that is not initialised; a later offer replaces an earlier one.
 */
export interface Snapshots {
  /** Those this node can give, newest first. */
  list(): Promise<readonly SnapshotOffer[]>;
  /** One chunk by its index; undefined where it is not there any more. */
  load(height: number, format: number, index: number): Promise<Uint8Array | undefined>;
  /** Begins to restore. `trustedHash`: the header hash at its height that consensus vouches for. */
  offer(snapshot: SnapshotOffer, trustedHash: Uint8Array): Promise<'accepted' | 'refused' | 'unknown format'>;
  apply(index: number, chunk: Uint8Array): Promise<ChunkVerdict>;
}
