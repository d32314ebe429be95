// Blocks and headers. SPEC: runtime/docs/spec/header.md.
import type { Address, Hash32 } from './address.js';
import type { ContractEvent, HookReceipt, Receipt } from './receipt.js';

/** Its hash is the ICS-23 `tendermintSpec` Merkle root over the fields by name. */
export interface Header {
  readonly protocolVersion: number;
  readonly genesisHash: Hash32;
  readonly height: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Header hash of the block before; zero at height 1's parent, the genesis header. */
  readonly parent: Hash32;
  readonly transactionRoot: Hash32;
  readonly receiptRoot: Hash32;
  readonly eventRoot: Hash32;
  /** State root after this block. */
  readonly stateRoot: Hash32;
  readonly parametersHash: Hash32;
  readonly validatorsHash: Hash32;
  readonly proposer: Address;
  readonly gasUsed: number;
  readonly criticalPathGas: number;
  readonly tailGas: number;
  /** Reserved: the hash of nothing. */
  readonly accessRoot: Hash32;
  readonly hintsRoot: Hash32;
}

/** A header with what it commits to. */
export interface Block {
  readonly header: Header;
  readonly hash: Hash32;
  /** Wire bytes in block order. */
  readonly transactions: readonly Uint8Array[];
  /** One per transaction, block order. */
  readonly receipts: readonly Receipt[];
  /** Effective order. */
  readonly events: readonly ContractEvent[];
  readonly hooks: readonly HookReceipt[];
}

/** What a key held before and after; undefined: absent. Cells: absent = 0. */
export interface ValueChange {
  readonly key: Uint8Array;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** What one transaction changed, keys ascending: a list, or the bytes a record has of it. `listOf` gives the list. */
export type ChangeList = readonly ValueChange[] | EncodedList;

/** A list as its bytes: taken apart when somebody asks, which the way through a block does not. */
export interface EncodedList {
  readonly encoded: Uint8Array;
  readonly list: readonly ValueChange[];
}

/** What makes a block durable: the block, every value it changed, the seal. */
export interface BlockRecord {
  readonly block: Block;
  /** Per transaction, keys ascending; empty for one that wrote nothing. */
  readonly changes: readonly ChangeList[];
  /** The whole block's effect on state (Reserve, hooks, transactions, Settle): final value per key, ascending. */
  readonly stateDiff: readonly ValueChange[];
  /** The engine's signature over the header hash; empty where the engine keeps its own. */
  readonly seal: Uint8Array;
}
