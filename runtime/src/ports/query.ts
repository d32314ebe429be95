// The port RPC reads through: one committed height, nothing below it.
import type { MerkleStep } from '../base/merkle.js';
import type { ExtraAccess } from '../types/access.js';
import type { Block, Header } from '../types/block.js';
import type { BlockPart, ProvenField, ProvenItem } from '../types/block-proof.js';
import type { EventFilter } from '../types/event-filter.js';
import type { ExplainRecord } from '../types/explain-record.js';
import type { Parameters } from '../types/genesis.js';
import type { AccountRole } from '../types/history-terms.js';
import type { StateProof } from '../types/proof.js';
import type { ContractEvent, Receipt } from '../types/receipt.js';
import type { SimulationOutcome, SimulationRequest, TransactionTrace } from '../types/run-notes.js';
import type { SignedTransaction } from '../types/transaction.js';
import type { ViewOutcome, ViewRequest } from './execution.js';
import type { PoolBounds, WaitReason } from './mempool.js';

export interface TransactionLocation {
  readonly height: number;
  readonly index: number;
  readonly receipt: Receipt;
  /** Its events, in order. */
  readonly events: readonly ContractEvent[];
}
/** What a key held after a block, shown by two steps: from the value to the state root, from there to the header hash. */
export interface ProvenState {
  readonly height: number;
  /** The header hash. */
  readonly hash: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly proof: StateProof;
  /** From the header's `stateRoot` up to its hash. */
  readonly headerPath: readonly MerkleStep[];
}
/** A transaction with its place; undefined: it is pending. */
export interface WireLocation {
  readonly height: number | undefined;
  readonly index: number | undefined;
  readonly transaction: SignedTransaction;
}
/** How full the pool is. */
export interface PoolStatus extends PoolBounds {
  readonly count: number;
  readonly bytes: number;
  /** What a new transaction must pay at least now. */
  readonly gasPriceMin: bigint;
}
/** Gas prices that get into a block: the next one, the one after it, some later one. */
export interface GasPrices {
  readonly next: bigint;
  readonly soon: bigint;
  readonly later: bigint;
  /** Gas limits of what is pending together. */
  readonly pendingGas: number;
  readonly blockGasMax: number;
}
/** An answer with the height whose state it was found over. */
export type AtHeight<T> = T & { readonly stateHeight: number };
/** Where a pending transaction stands. */
export interface PendingStatus {
  readonly transaction: SignedTransaction;
  readonly wait:
    | {
        readonly reason: WaitReason;
        /** Height of the proposal it was left out of. */
        readonly height: number;
        /** Extra access to send it again with; only after ACCESS_VIOLATION. */
        readonly missing: readonly ExtraAccess[];
      }
    | undefined;
}
/** Where a page goes on: the first place that was not looked at. */
export interface HistoryCursor {
  readonly height: number;
  readonly place: number;
}
/** Which part of history: heights, default all that are kept; a cursor of the page before. */
export interface HistoryRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly cursor?: HistoryCursor | undefined;
  /** Items at most; a page may have fewer, even none, and yet not be the last. */
  readonly limit: number;
  readonly newestFirst: boolean;
}
export interface HistoryPage<T> {
  readonly items: readonly T[];
  /** Undefined: nothing more up to `to`. */
  readonly next: HistoryCursor | undefined;
  /** The last height that counted as there. */
  readonly to: number;
}
/** An event of a block, with the id of its transaction; undefined: a hook's. */
export interface PlacedEvent {
  readonly height: number;
  /** In effective order over the block. */
  readonly index: number;
  readonly event: ContractEvent;
  readonly transactionId: Uint8Array | undefined;
}
/** A transaction an account had a part in. */
export interface AccountEntry {
  readonly height: number;
  readonly index: number;
  readonly receipt: Receipt;
  readonly roles: readonly AccountRole[];
}
export interface ChainQuery {
  status(): {
    readonly chainName: string;
    readonly genesisHash: Uint8Array;
    readonly dev: boolean;
    readonly protocolVersion: number;
    readonly height: number;
    readonly hash: Uint8Array;
    readonly stateRoot: Uint8Array;
    readonly time: number;
    readonly mempool: { readonly count: number; readonly bytes: number };
    readonly workers: number;
  };
  /** @throws QUERY_UNKNOWN_HEIGHT */
  block(height: number): Promise<Block>;
  transaction(id: Uint8Array): Promise<TransactionLocation | undefined>;
  /** A transaction in a block or pending. */
  wire(id: Uint8Array): Promise<WireLocation | undefined>;
  /** Raw stored value at the committed height. */
  state(key: Uint8Array): Uint8Array | undefined;
  /** The same at a recent height. @throws QUERY_HEIGHT, STORE_PRUNED */
  stateAt(key: Uint8Array, height: number): Promise<Uint8Array | undefined>;
  /** Chain parameters of the next block. */
  parameters(): Parameters;
  /** A proof of what a key holds, or that it holds nothing; `height` default: the newest. @throws STATE_HEIGHT */
  prove(key: Uint8Array, height?: number): Promise<ProvenState>;
  /** An item of a block's list with its paths; undefined past the list's end. @throws as `block` */
  proveItem(part: BlockPart, index: number, height?: number): Promise<ProvenItem | undefined>;
  /** A field of a header with its path. @throws as `block` */
  proveField(field: keyof Header, height?: number): Promise<ProvenField>;
  /** The next sequence of a sender's lane, what is pending not counted. */
  nextSequence(sender: Uint8Array, lane: number): bigint;
  balance(address: Uint8Array): bigint;
  /** Code hash and ABI JSON (of the code's `weft.abi` section, undefined if it has none). */
  contract(
    address: Uint8Array,
  ): { readonly codeHash: Uint8Array; readonly abi: string | undefined } | undefined;
  /** The module of a code hash as it was uploaded. */
  code(codeHash: Uint8Array): Uint8Array | undefined;
  /** Over the state after `height` (default: the newest), which no block changes meanwhile. @throws QUERY_*, EXECUTE_DEADLINE */
  call(
    request: Pick<ViewRequest, 'contract' | 'selector' | 'args' | 'sender' | 'value' | 'gasLimit'>,
    height?: number,
  ): Promise<AtHeight<ViewOutcome>>;
  /** Calls as a transaction would make them in the next block; nothing is kept. As `call`. */
  simulate(request: SimulationRequest, height?: number): Promise<AtHeight<SimulationOutcome>>;
  mempool(): PoolStatus;
  gasPrices(): GasPrices;
  /** Pending transactions of a sender, each lane in its order. */
  pendingOf(sender: Uint8Array): readonly SignedTransaction[];
  /**
   * A pending transaction, and why the last proposal left it out, if it did; undefined: it is not pending. One that
   * went outside its access set comes with the extra access it would need now.
   */
  pending(id: Uint8Array): Promise<PendingStatus | undefined>;
  /** Events that match, in effective order. @throws QUERY_RANGE */
  events(filter: EventFilter, range: HistoryRange): Promise<HistoryPage<PlacedEvent>>;
  /** Included transactions an account sent or paid for, in effective order. @throws QUERY_RANGE */
  accountHistory(account: Uint8Array, range: HistoryRange): Promise<HistoryPage<AccountEntry>>;
  /** Who waited for whom in a recent block, and why: the block is run again beside. @throws QUERY_HEIGHT, QUERY_BUSY */
  explain(height: number): Promise<ExplainRecord>;
  /**
   * How a transaction of a recent block ran, with every step; undefined: no block includes it. The block is run again
   * beside. Console lines on development chains only. @throws QUERY_HEIGHT, QUERY_BUSY
   */
  trace(id: Uint8Array): Promise<TransactionTrace | undefined>;
  /** The same of all transactions of a block, in its order, without their steps. @throws as `trace` */
  traceBlock(height: number): Promise<readonly TransactionTrace[]>;
}
