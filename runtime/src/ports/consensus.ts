// The seam between chain and consensus: the engine drives, the runtime answers. Written for people who bring an engine
// of their own; docs/spec/engine.md walks through it, `node/conformance` is the suite every engine passes.
import type { Header } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import type { Receipt } from '../types/receipt.js';
import type { SignedTransaction } from '../types/transaction.js';
import type { Clock, Entropy } from './clock.js';
import type { Snapshots } from './snapshots.js';

/** What an engine knows of the block it proposes or decided. */
export interface BlockContext {
  readonly height: number;
  /** Milliseconds; never below the parent's. */
  readonly time: number;
  /** Address that earns the block's fees, 32 bytes. */
  readonly proposer: Uint8Array;
}
/** A validator as the chain's state names it. */
export interface ValidatorPower {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 0 in an update: no validator any more. */
  readonly power: bigint;
}
export interface FinalizedBlock {
  readonly header: Header;
  /** The header hash; for CometBFT the app hash. */
  readonly hash: Uint8Array;
  /** One per transaction, block order. */
  readonly receipts: readonly Receipt[];
  /** How the block changed the validators, by key ascending; when that takes effect is the engine's rule. */
  readonly validatorUpdates: readonly ValidatorPower[];
}
export interface ChainInfo {
  /** Newest durable height, 0 after genesis. */
  readonly height: number;
  readonly hash: Uint8Array;
  /** Milliseconds: of the newest durable header. */
  readonly time: number;
  readonly genesisHash: Uint8Array;
  /** Of the state after `height`, by key ascending. */
  readonly validators: readonly ValidatorPower[];
}
export interface StateQuery {
  /** `state`: `data` is a state key. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Default: the newest. */
  readonly height?: number;
  readonly prove?: boolean;
}
export interface StateAnswer {
  readonly height: number;
  /** The stored value; empty if absent. */
  readonly value: Uint8Array;
  /** Asked for: ICS-23 commitments, the first of the value (or its absence) under a root, each next of that root's. */
  readonly proof: readonly StateProofStep[];
}
/** One ICS-23 CommitmentProof. The last one's root is the header hash. */
export interface StateProofStep {
  readonly tree: 'state' | 'header';
  /** The key it is of: SHA-256 of the state key; the header field's name. */
  readonly key: Uint8Array;
  readonly commitment: Uint8Array;
}

/**
 * What the chain offers every engine.
 *
 * Grammar: `initChain* (height)*`, `height = (prepare | process)* finalize+ commit`. `info`, `checkTransaction`, `query`
 * and `snapshots` may be called at any time, beside everything else.
 *
 * Must (engine):
 * - call `initChain`, or restore a snapshot, before anything else of a chain that is not `initialised`;
 * - never run two of finalize, commit and initChain at once, nor prepare or process beside them; call commit exactly
 *   once after the last finalize of a height, with nothing between;
 * - commit only what is decided: nothing takes a committed block back;
 * - after a crash, begin at `info().height + 1`, and give that height the block that was decided for it, if one was.
 * Must (chain):
 * - prepare and process change nothing and may be repeated, for any proposals, in any number, or be left out;
 * - process is deterministic, and accepts whatever prepare made of the same state and context;
 * - finalize takes any transactions, those process would refuse too, and answers the same hash on every node;
 * - finalize is a candidate only: a crash before commit leaves the parent height; a second finalize replaces it;
 * - when commit resolves, the block is durable (fsync) and every reader sees it; before, nobody does. A crash inside
 *   commit leaves all of the block or none.
 * Should (engine): process a proposal before it votes for it; finalize of the block processed last is then for free.
 */
export interface Executor {
  /** False: a new store, without genesis. */
  readonly initialised: boolean;
  /** @throws CHAIN_NO_GENESIS unless `initialised` */
  info(): ChainInfo;
  /** Writes genesis into a new store; on the chain of this genesis changes nothing. The hash of the genesis header. */
  initChain(genesis: Genesis): Promise<Uint8Array>;
  /** The decoded transaction. @throws the coded refusal. `recheck`: the signature was checked before. */
  checkTransaction(bytes: Uint8Array, recheck: boolean): Promise<SignedTransaction>;
  /** Checks signatures of many ahead, on threads where there are some; refuses nothing. */
  checkSignatures(transactions: readonly Uint8Array[]): Promise<void>;
  /** Transactions for a proposal, out of the pool in its order, at most `bytesMax` in all. Reads no more than it needs. */
  prepare(
    context: BlockContext,
    pool: Iterable<Uint8Array>,
    bytesMax: number,
  ): Promise<readonly Uint8Array[]>;
  /** Undefined to accept, or the code of the refusal. */
  process(context: BlockContext, transactions: readonly Uint8Array[]): Promise<string | undefined>;
  /** The candidate at the next height. */
  finalize(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock>;
  /**
   * `seal`: the engine's signature over the header hash, kept with the record; empty if it keeps its own. Returns the
   * lowest height whose block the chain still wants from the engine; 0: all of them.
   * @throws CHAIN_NO_CANDIDATE, STORE_*
   */
  commit(seal: Uint8Array): Promise<number>;
  /** @throws QUERY_UNKNOWN_PATH, QUERY_HEIGHT, STATE_HEIGHT */
  query(query: StateQuery): Promise<StateAnswer>;
  readonly snapshots: Snapshots;
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
  readonly genesis: Genesis;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Undefined: the node has no key of a validator. */
  readonly signer: Signer | undefined;
  /** The pool in proposal order, read as it is iterated. */
  readonly pool: () => Iterable<Uint8Array>;
  /**
   * Checks a transaction and puts it into the pool; its id, at once where nothing has to be waited for. One call after the
   * other has ended. @throws (or rejects with) the coded refusal of the check or of the pool.
   */
  readonly admit: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
  /** Whether a transaction is in the pool, by its wire bytes. */
  readonly isPending: (bytes: Uint8Array) => boolean;
  /** Called when a transaction enters the pool. Returns an unsubscribe. */
  readonly onTransaction: (run: () => void) => () => void;
  /** Called after each commit, with the block, before the next one begins. It takes the block out of the pool. */
  readonly onBlock: (block: FinalizedBlock) => void;
  /** Called once when the engine cannot go on; it calls the executor no more. */
  readonly onFailure: (error: unknown) => void;
}
export interface EngineStatus {
  readonly engine: string;
  readonly height: number;
  /** False before start, after stop and after a failure. */
  readonly producing: boolean;
  /** Who decides the next block, as far as it knows; by key ascending. */
  readonly validators: readonly ValidatorPower[];
  /** True while it takes decided blocks or a snapshot from others. Default: false. */
  readonly syncing?: boolean;
}
/**
 * Must: keep to the grammar of `Executor`.
 * Must: after `stop` resolves, no executor method is running and none is called again.
 * Must: one instance, one start; a node that reopens makes a new instance.
 * Must: `submit` resolves when the transaction is accepted and outlives this process as the pool does, not when it is in
 * a block; it then reaches whoever proposes next.
 * Must: give a block a time not below its parent's, whatever the clock says.
 * Must: tell `onFailure` once, when an executor method throws or when it cannot go on.
 * Should: let `stop` finish the block under way.
 */
export interface ConsensusEngine {
  start(executor: Executor, environment: EngineEnvironment): Promise<void>;
  stop(): Promise<void>;
  /** The transaction's id. @throws the coded refusal */
  submit(bytes: Uint8Array): Promise<Uint8Array>;
  status(): EngineStatus;
}

/** What the module of an engine exports: `{ module, options }` in a node's configuration names it. */
export interface EngineModule {
  /** An engine, not started. @throws a coded error for options it does not take */
  createEngine(options: unknown): ConsensusEngine | Promise<ConsensusEngine>;
}
