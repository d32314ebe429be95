// Header bytes and the header hash: the `tendermintSpec` Merkle root over the fields by name, so any field is proven
// by one stock ICS-23 step. SPEC: runtime/docs/spec/header.md.
import { compareBytes, utf8 } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { type MerkleItem, type MerkleStep, merklePath, merkleRoot } from '../base/merkle.js';
import type { Address, Hash32 } from './address.js';
import type { Header } from './block.js';

type FieldKind = 'number' | 'hash';

/** Fields in the order of their bytes; numbers are u64 below 2^53, hashes and addresses 32 bytes. */
const FIELDS = {
  protocolVersion: 'number',
  genesisHash: 'hash',
  height: 'number',
  time: 'number',
  parent: 'hash',
  transactionRoot: 'hash',
  receiptRoot: 'hash',
  eventRoot: 'hash',
  stateRoot: 'hash',
  parametersHash: 'hash',
  validatorsHash: 'hash',
  proposer: 'hash',
  gasUsed: 'number',
  criticalPathGas: 'number',
  tailGas: 'number',
  accessRoot: 'hash',
  hintsRoot: 'hash',
} as const satisfies Record<keyof Header, FieldKind>;
const NAMES = Object.keys(FIELDS) as (keyof Header)[];
/** Names of a header's fields. */
export const HEADER_FIELDS: readonly (keyof Header)[] = NAMES;
/** Names and their keys in the order of the tree: by bytes. */
const SORTED = NAMES.map((name) => ({ name, key: utf8(name) })).sort((a, b) => compareBytes(a.key, b.key));

/** 472 bytes. @throws CodecError */
export function encodeHeader(header: Header): Uint8Array {
  const writer = new Writer();
  writeHeader(writer, header);
  return writer.finish();
}

/** Inverse of `encodeHeader`. @throws CodecError */
export function decodeHeader(bytes: Uint8Array): Header {
  return decodeExact(bytes, 'header', readHeader);
}

export function writeHeader(writer: Writer, header: Header): void {
  for (const name of NAMES) writeField(writer, header[name]);
}

export function readHeader(reader: Reader): Header {
  return {
    protocolVersion: reader.number64(),
    genesisHash: reader.fixed(32) as Hash32,
    height: reader.number64(),
    time: reader.number64(),
    parent: reader.fixed(32) as Hash32,
    transactionRoot: reader.fixed(32) as Hash32,
    receiptRoot: reader.fixed(32) as Hash32,
    eventRoot: reader.fixed(32) as Hash32,
    stateRoot: reader.fixed(32) as Hash32,
    parametersHash: reader.fixed(32) as Hash32,
    validatorsHash: reader.fixed(32) as Hash32,
    proposer: reader.fixed(32) as Address,
    gasUsed: reader.number64(),
    criticalPathGas: reader.number64(),
    tailGas: reader.number64(),
    accessRoot: reader.fixed(32) as Hash32,
    hintsRoot: reader.fixed(32) as Hash32,
  };
}

/** What a field is in the tree: 8 bytes little-endian, or 32 bytes. */
export function headerFieldValue(header: Header, name: keyof Header): Uint8Array {
  const writer = new Writer();
  writeField(writer, header[name]);
  return writer.finish();
}

/** The block's hash; for CometBFT the app hash. About 50 hashes. */
export function headerHash(header: Header): Hash32 {
  return merkleRoot(headerItems(header)) as Hash32;
}

/** The path from one field to the header hash; verify with `verifyMerklePath` and `headerFieldValue`. */
export function headerFieldPath(header: Header, name: keyof Header): readonly MerkleStep[] {
  return merklePath(
    headerItems(header),
    SORTED.findIndex((field) => field.name === name),
  );
}

function headerItems(header: Header): readonly MerkleItem[] {
  return SORTED.map(({ name, key }) => ({ key, value: headerFieldValue(header, name) }));
}

function writeField(writer: Writer, value: number | Uint8Array): void {
  if (typeof value === 'number') writer.number64(value);
  else writer.fixed(value, 32);
}
