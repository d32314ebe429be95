// A snapshot's two kinds of files: one manifest, and chunks, each the keys under one bit prefix of their hashes with the
// path from that subtree to the state root. SPEC: runtime/docs/spec/snapshot.md.
import { bytesEqual, compareBytes, toHex } from '../../base/bytes.js';
import { decodeExact, Writer } from '../../base/codec.js';
import { CodecError } from '../../base/codec-error.js';
import { hashPair, sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import { type PresentValue, stateRootOf } from '../../state/chain-state.js';
import type { Header } from '../../types/block.js';
import { decodeHeader, encodeHeader } from '../../types/header-codec.js';
import type { ProofStep } from '../../types/proof.js';
import { SnapshotError } from '../errors.js';

/** The format's version, the first byte of every file. */
export const SNAPSHOT_VERSION = 1;
/** Most bits of a chunk's prefix. */
export const PREFIX_BITS_MAX = 16;
const HEADER_BYTES_MAX = 4096;
const CHUNK_KEYS_MAX = 16_777_216;

export interface SnapshotChunk {
  /** The first bits of every hashed key in it, as a number. */
  readonly prefix: number;
  readonly keys: number;
  readonly bytes: number;
  /** SHA-256 of the chunk's file. */
  readonly hash: Uint8Array;
}

export interface SnapshotManifest {
  /** Of the block after which the state was taken. */
  readonly header: Header;
  /** The engine's seal over its hash; empty at height 0. */
  readonly seal: Uint8Array;
  readonly genesis: Uint8Array;
  readonly genesisRoot: Uint8Array;
  readonly keys: number;
  readonly prefixBits: number;
  /** Those that hold a key, by prefix ascending. */
  readonly chunks: readonly SnapshotChunk[];
}

export function encodeManifest(manifest: SnapshotManifest): Uint8Array {
  const writer = new Writer().u8(SNAPSHOT_VERSION).bytes(encodeHeader(manifest.header));
  writer.bytes(manifest.seal).bytes(manifest.genesis).fixed(manifest.genesisRoot, 32);
  writer.number64(manifest.keys).u8(manifest.prefixBits);
  writer.list(manifest.chunks, ({ prefix, keys, bytes, hash }) =>
    writer.u32(prefix).u32(keys).u32(bytes).fixed(hash, 32),
  );
  const content = writer.finish();
  return new Writer().fixed(content).fixed(sha256(content), 32).finish();
}

/** @throws SNAPSHOT_VERSION, SNAPSHOT_CORRUPT */
export function decodeManifest(bytes: Uint8Array): SnapshotManifest {
  const place = 'manifest';
  assertVersion(bytes, place);
  const content = bytes.subarray(0, Math.max(0, bytes.length - 32));
  if (!bytesEqual(sha256(content), bytes.subarray(content.length)))
    throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'its own hash at the end', place });
  return decoded(place, () =>
    decodeExact(content, place, (reader) => {
      reader.u8();
      return {
        header: decodeHeader(reader.bytes(HEADER_BYTES_MAX)),
        seal: reader.bytes(LIMITS.sealBytes),
        genesis: reader.bytes(LIMITS.genesisBytes),
        genesisRoot: reader.fixed(32),
        keys: reader.number64(),
        prefixBits: reader.u8(),
        chunks: reader.list(
          () => ({ prefix: reader.u32(), keys: reader.u32(), bytes: reader.u32(), hash: reader.fixed(32) }),
          1 << PREFIX_BITS_MAX,
        ),
      };
    }),
  );
}

/** Entries by their hashed key ascending; `path` from their subtree to the state root. */
export function encodeChunk(
  prefix: number,
  entries: readonly PresentValue[],
  path: readonly ProofStep[],
): Uint8Array {
  const writer = new Writer().u8(SNAPSHOT_VERSION).u32(prefix);
  writer.list(path, ({ siblingIsLeft, sibling }) => writer.bool(siblingIsLeft).fixed(sibling, 32));
  writer.list(entries, ({ key, value }) => writer.bytes(key).bytes(value));
  return writer.finish();
}

/**
 * The entries of a chunk, proven: they are all there is under its prefix in the state with this root.
 * @throws SNAPSHOT_VERSION, SNAPSHOT_CORRUPT, SNAPSHOT_ROOT
 */
export function openChunk(
  bytes: Uint8Array,
  { prefix, hash }: SnapshotChunk,
  { header, prefixBits }: Pick<SnapshotManifest, 'header' | 'prefixBits'>,
): PresentValue[] {
  const place = `chunk ${prefix}`;
  assertVersion(bytes, place);
  if (!bytesEqual(sha256(bytes), hash))
    throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'the hash in the manifest', place });
  const { path, entries } = decoded(place, () => decodeChunk(bytes, prefix, place));
  let before: Uint8Array | undefined;
  for (const { key } of entries) {
    const hashed = sha256(key);
    const ordered = before === undefined || compareBytes(before, hashed) < 0;
    if (!ordered || prefixOf(hashed, prefixBits) !== prefix)
      throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'keys of its prefix, ascending', place });
    before = hashed;
  }
  if (entries.length === 0) throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: 'a key', place });
  let root = stateRootOf(entries);
  for (const { siblingIsLeft, sibling } of path)
    root = siblingIsLeft ? hashPair(sibling, root) : hashPair(root, sibling);
  if (!bytesEqual(root, header.stateRoot)) {
    throw new SnapshotError('SNAPSHOT_ROOT', {
      expected: toHex(header.stateRoot),
      got: toHex(root),
      place,
    });
  }
  return entries;
}

/** The first bits of a hashed key as a number; 0 bits: 0. */
export function prefixOf(hashedKey: Uint8Array, bits: number): number {
  const first = (hashedKey[0]! << 16) | (hashedKey[1]! << 8) | hashedKey[2]!;
  return first >>> (24 - bits);
}

function decodeChunk(
  bytes: Uint8Array,
  prefix: number,
  place: string,
): { readonly path: readonly ProofStep[]; readonly entries: PresentValue[] } {
  return decodeExact(bytes, place, (reader) => {
    reader.u8();
    const got = reader.u32();
    if (got !== prefix) throw new SnapshotError('SNAPSHOT_CORRUPT', { expected: prefix, got, place });
    const path = reader.list(
      () => ({ siblingIsLeft: reader.bool(), sibling: reader.fixed(32) }),
      LIMITS.proofSteps,
    );
    const entries = reader.list(
      () => ({ key: reader.bytes(LIMITS.keyBytes), value: reader.bytes(LIMITS.valueBytes) }),
      CHUNK_KEYS_MAX,
    );
    return { path, entries: [...entries] };
  });
}

function assertVersion(bytes: Uint8Array, place: string): void {
  if (bytes[0] === SNAPSHOT_VERSION) return;
  const got = bytes[0] ?? 'nothing';
  throw new SnapshotError('SNAPSHOT_VERSION', { expected: SNAPSHOT_VERSION, got, place });
}

function decoded<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof CodecError) throw new SnapshotError('SNAPSHOT_CORRUPT', { place }, cause);
    throw cause;
  }
}
