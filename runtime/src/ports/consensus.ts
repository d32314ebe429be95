// The seam between chain and consensus: the engine drives, the runtime answers.
import type { Header } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import type { Receipt } from '../types/receipt.js';
import type { SignedTransaction } from '../types/transaction.js';
import type { Clock, Entropy } from './clock.js';

/** What an engine knows of the block it proposes or decided. */
export interface BlockContext {
  readonly height: number;
  /** Milliseconds; never below the parent's. */
  readonly time: number;
  readonly proposer: Uint8Array;
}
export interface FinalizedBlock {
  readonly header: Header;
  /** The header hash; for CometBFT the app hash. */
  readonly hash: Uint8Array;
  /** One per transaction, block order. */
  readonly receipts: readonly Receipt[];
}
export interface ChainInfo {
  /** Newest durable height, 0 after genesis. */
  readonly height: number;
  readonly hash: Uint8Array;
  /** Milliseconds: of the newest durable header. */
  readonly time: number;
  readonly genesisHash: Uint8Array;
}

/**
 * What the chain offers every engine. Call grammar per height: prepare* process* finalize commit.
 * Must (engine): never run two of finalize and commit at once; call commit exactly once after finalize.
 * Must (chain): prepare and process change nothing; finalize is a candidate only; when commit resolves the block is durable.
 */
export interface Executor {
  info(): ChainInfo;
  /** Writes genesis into a new store. Returns the hash of the genesis header. */
  initChain(genesis: Genesis): Promise<Uint8Array>;
  /** The decoded transaction. @throws the coded refusal. `recheck`: the signature was checked before. */
  checkTransaction(bytes: Uint8Array, recheck: boolean): Promise<SignedTransaction>;
  /** Transactions for a proposal, out of the pool, at most `bytesMax` in all. */
  prepare(
    context: BlockContext,
    pool: readonly Uint8Array[],
    bytesMax: number,
  ): Promise<readonly Uint8Array[]>;
  /** Deterministic: undefined to accept, or the code of the refusal. */
  process(context: BlockContext, transactions: readonly Uint8Array[]): Promise<string | undefined>;
  /** The candidate at the next height; an earlier candidate not committed is dropped. */
  finalize(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock>;
  /** `seal`: the engine's signature over the header hash, kept with the record; empty if it keeps its own. */
  commit(seal: Uint8Array): Promise<void>;
  /** Paths: `state` (data = key; answers the stored value, empty if absent). @throws QUERY_UNKNOWN_PATH */
  query(query: {
    readonly path: string;
    readonly data: Uint8Array;
    readonly height?: number;
  }): Promise<Uint8Array>;
}

/** The validator's key, wherever it is kept. */
export interface Signer {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What an engine is given besides the executor. */
export interface EngineEnvironment {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly signer: Signer;
  /** The pool in proposal order. */
  readonly pool: () => readonly Uint8Array[];
  /** Checks a transaction and puts it into the pool; its id. @throws the coded refusal of the check or of the pool. */
  readonly admit: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Called when a transaction enters the pool. Returns an unsubscribe. */
  readonly onTransaction: (run: () => void) => () => void;
  /** Called after each commit, with the block, before the next one begins. */
  readonly onBlock: (block: FinalizedBlock) => void;
  /** Called once when the engine cannot go on; it calls the executor no more. */
  readonly onFailure: (error: unknown) => void;
}
export interface EngineStatus {
  readonly engine: string;
  readonly height: number;
  /** False before start, after stop and after a failure. */
  readonly producing: boolean;
}
/**
 * Must: after `stop` resolves, no executor method is running and none is called again.
 * Must: one instance, one start.
 * Must: `submit` resolves when the transaction is accepted, not when it is in a block.
 */
export interface ConsensusEngine {
  start(executor: Executor, environment: EngineEnvironment): Promise<void>;
  stop(): Promise<void>;
  /** The transaction's id. @throws the coded refusal */
  submit(bytes: Uint8Array): Promise<Uint8Array>;
  status(): EngineStatus;
}
