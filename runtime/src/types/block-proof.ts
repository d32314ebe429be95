// What a block holds, shown under its header hash: a transaction, a receipt or an event by two Merkle paths, a field of the
// header by one. Browser-safe. SPEC: runtime/docs/spec/proof.md, "Items of a block".
import { utf8 } from '../base/bytes.js';
import { indexedItems, indexKey, type MerkleStep, merklePath, verifyMerklePath } from '../base/merkle.js';
import { ProofError } from '../base/proof.js';
import type { Block, Header } from './block.js';
import { headerFieldPath, headerFieldValue } from './header-codec.js';
import { encodeEvent, encodeReceipt } from './receipt-codec.js';

/** A list of a block. */
export type BlockPart = 'transaction' | 'receipt' | 'event';
const ROOTS = {
  transaction: 'transactionRoot',
  receipt: 'receiptRoot',
  event: 'eventRoot',
} as const satisfies Record<BlockPart, keyof Header>;

/** An item of a block's list with its paths: from the item to the list's root, from there to the header hash. */
export interface ProvenItem {
  readonly height: number;
  /** The header hash. */
  readonly hash: Uint8Array;
  readonly part: BlockPart;
  /** In the list: block order of transactions and receipts, effective order of events. */
  readonly index: number;
  /** Wire bytes of a transaction, canonical bytes of a receipt or an event. */
  readonly item: Uint8Array;
  readonly root: Uint8Array;
  readonly path: readonly MerkleStep[];
  readonly headerPath: readonly MerkleStep[];
}

/** A field of a header with its path to the header hash. */
export interface ProvenField {
  readonly height: number;
  readonly hash: Uint8Array;
  readonly field: keyof Header;
  /** 8 bytes little-endian, or 32 bytes. */
  readonly value: Uint8Array;
  readonly path: readonly MerkleStep[];
}

/** The item of a list with its proof; undefined past the list's end. About 6 hashes an item of the list. */
export function proveItem(block: Block, part: BlockPart, index: number): ProvenItem | undefined {
  const values = encodedItems(block, part);
  const item = values[index];
  if (item === undefined) return undefined;
  const { header, hash } = block;
  return {
    height: header.height,
    hash,
    part,
    index,
    item,
    root: header[ROOTS[part]],
    path: merklePath(indexedItems(values), index),
    headerPath: headerFieldPath(header, ROOTS[part]),
  };
}

/** A header's field with its proof. */
export function proveField({ header, hash }: Block, field: keyof Header): ProvenField {
  const value = headerFieldValue(header, field);
  return { height: header.height, hash, field, value, path: headerFieldPath(header, field) };
}

/**
 * The item that stands at `index` of the part under a header hash the caller trusts. `height` is not proven.
 * @throws PROOF_ROOT
 */
export function verifyItem(
  headerHash: Uint8Array,
  { part, index, item, root, path, headerPath }: Omit<ProvenItem, 'height' | 'hash'>,
): Uint8Array {
  if (!verifyMerklePath(headerHash, { key: utf8(ROOTS[part]), value: root }, headerPath))
    throw new ProofError('PROOF_ROOT', { place: 'headerPath' });
  if (!verifyMerklePath(root, { key: indexKey(index), value: item }, path))
    throw new ProofError('PROOF_ROOT', { place: 'path' });
  return item;
}

/** The field's value under a header hash the caller trusts. @throws PROOF_ROOT */
export function verifyField(
  headerHash: Uint8Array,
  { field, value, path }: Omit<ProvenField, 'height' | 'hash'>,
): Uint8Array {
  if (!verifyMerklePath(headerHash, { key: utf8(field), value }, path))
    throw new ProofError('PROOF_ROOT', { place: 'path' });
  return value;
}

function encodedItems({ transactions, receipts, events }: Block, part: BlockPart): readonly Uint8Array[] {
  if (part === 'transaction') return transactions;
  return part === 'receipt' ? receipts.map(encodeReceipt) : events.map(encodeEvent);
}
