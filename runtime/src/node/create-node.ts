// The composition root: configuration in, a running node out. It alone knows which store, executor, engine, pool and
// edge stand behind the ports; a pause closes the store and keeps the address, the pool and the worker threads.
import { ed25519PublicKey, ed25519Sign } from '#crypto';
import { bytesEqual, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { createChain } from '../chain/apply.js';
import type { Chain } from '../chain/chain.js';
import { canonicalGenesis } from '../chain/genesis.js';
import { createQuery } from '../chain/query.js';
import type { SnapshotPlan } from '../chain/snapshot/schedule.js';
import { createTurns } from '../chain/turns.js';
import type { SealOptions } from '../consensus/seal/engine.js';
import { createMempool, type MempoolOptions } from '../mempool/pool.js';
import type { Clock, Entropy } from '../ports/clock.js';
import type { CodeCache } from '../ports/code-cache.js';
import type { ConsensusEngine, EngineEnvironment, FinalizedBlock, Signer } from '../ports/consensus.js';
import type { DevelopmentChain } from '../ports/development.js';
import type { BlockExecutor } from '../ports/execution.js';
import type { HistoryIndex } from '../ports/history-index.js';
import type { Mempool } from '../ports/mempool.js';
import type { ChainQuery } from '../ports/query.js';
import type { SignatureChecker } from '../ports/signatures.js';
import type { Store } from '../ports/store.js';
import { createMethods } from '../rpc/methods.js';
import { type NodeFigures, RpcMetrics } from '../rpc/metrics.js';
import { type RpcServer, type ServerOptions, startServer } from '../rpc/server.js';
import { Subscriptions } from '../rpc/subscriptions.js';
import { asHash32 } from '../types/address.js';
import type { Genesis } from '../types/genesis.js';
import { genesisHash } from '../types/genesis-codec.js';
import type { BlockOutcome } from '../types/outcome.js';
import { decodeTransaction } from '../types/transaction-codec.js';
import { systemClock, systemEntropy } from './clock.js';
import { createDataFolder, createMemoryFolder, type DataFolder } from './data-folder.js';
import { DEVELOPMENT_VALIDATOR_SEED } from './development.js';
import { createDevelopmentChain, type DevelopmentParts } from './development-chain.js';
import { DevelopmentClock } from './development-clock.js';
import { createEngine, type EngineChoice, isSealEngine } from './engines.js';
import { NodeError } from './errors.js';
import { createExecutor, createSignatures } from './executors.js';
import { HistoryFollower } from './history-follower.js';
import { createLog, type LogOptions, type NodeLog } from './log.js';

export interface NodeConfig {
  /** Where the chain is kept; default: in memory, gone with the process. */
  readonly dataFolder?: string;
  /** For a new data folder; an old one must be of the same genesis. */
  readonly genesis?: Genesis;
  /** Ed25519 seed, 32 bytes; default: `validator.key` of the data folder, or the public one of a development chain. */
  readonly validatorSeed?: Uint8Array;
  /** `parallel` (default), or the oracle. */
  readonly executor?: 'parallel' | 'sequential';
  /** Worker threads of the parallel executor; default: one a core. */
  readonly workers?: number;
  /** Threads the state tree is updated on: 1 (default), 2, 4 or 8. Pays off for blocks that change thousands of keys. */
  readonly treeThreads?: number;
  /** Of the embedded engine; default: instant. */
  readonly seal?: SealOptions;
  /** Another consensus engine than the embedded one. */
  readonly engine?: EngineChoice;
  /** Blocks between snapshots for nodes that join; default: none are made. Needs a data folder. */
  readonly snapshotEvery?: number;
  /** False: no RPC. Default: 127.0.0.1, any free port. */
  readonly rpc?: ServerOptions | false;
  readonly mempool?: MempoolOptions;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** After each commit. */
  readonly onBlock?: (block: FinalizedBlock, outcome: BlockOutcome) => void;
  /** On a development chain, after it went back to a height. */
  readonly onRevert?: (height: number) => void;
  /** Block records kept, apart from those something still needs; default: all (an archive). */
  readonly keepBlocks?: number;
  /** False: no index of past blocks, and their events are found by reading them. Default: one in the data folder. */
  readonly history?: boolean;
  /**
   * What a fault looks like to the log: block production that halted for good (`engine`), that waits for room on a full
   * disk (`disk`), a checkpoint that is not used or not written (`checkpoint`: the node goes on), an index of past blocks that is
   * behind (`history`: it goes on), or an internal RPC error (its method).
   */
  readonly onFault?: (error: unknown, place: string) => void;
  /** A structured log of starts, stops, blocks, faults and ended connections; default: none. */
  readonly log?: LogOptions;
}

export type NodeState = 'new' | 'running' | 'paused' | 'stopped';

export interface WeftNode {
  readonly state: NodeState;
  /** `http://host:port` while the RPC listens. */
  readonly url: string | undefined;
  /** Opens the data folder and serves. @throws NODE_*, STORE_*, STATE_*, CHAIN_*, RPC_* */
  start(): Promise<void>;
  /** Finishes the block under way, flushes and closes the store: another process may open it. The address stays. */
  pause(): Promise<void>;
  /** Opens the store again after a pause, from what is on disk. */
  reopen(): Promise<void>;
  /** Ends everything; a node stops once. */
  stop(): Promise<void>;
  /** @throws NODE_PAUSED, NODE_STOPPED */
  query(): ChainQuery;
  /** Puts a transaction into the pool; its id. @throws ADMIT_*, MEMPOOL_*, NODE_* */
  submit(bytes: Uint8Array): Promise<Uint8Array>;
  /** Seals blocks now; the last height. @throws SEAL_*, NODE_* */
  seal(count?: number): Promise<number>;
  /** What only development chains can do. @throws NODE_DEV_ONLY on any other, NODE_PAUSED, NODE_STOPPED */
  development(): DevelopmentChain;
}

/** What is open while the node runs. */
interface Opened {
  readonly store: Store;
  readonly chain: Chain;
  readonly query: ChainQuery;
  readonly engine: ConsensusEngine;
  readonly history: HistoryFollower;
  /** Undefined: the genesis is not for development. */
  readonly development: DevelopmentChain | undefined;
}

/** A node, not started. */
export function createNode(config: NodeConfig = {}): WeftNode {
  return new Node(config);
}

class Node implements WeftNode {
  state: NodeState = 'new';
  readonly #config: NodeConfig;
  readonly #folder: DataFolder;
  readonly #mempool: Mempool;
  /** Starts, pauses and stops follow each other. */
  readonly #life = createTurns(Number.POSITIVE_INFINITY);
  #executor: BlockExecutor | undefined;
  #signatures: SignatureChecker | undefined;
  #codes: CodeCache | undefined;
  #server: RpcServer | undefined;
  readonly #subscriptions = new Subscriptions((height) => this.query().block(height));
  #opened: Opened | undefined;
  #outcome: BlockOutcome | undefined;
  readonly #log: NodeLog | undefined;

  constructor(config: NodeConfig) {
    this.#config = config;
    this.#log = config.log && createLog(config.log);
    this.#folder =
      config.dataFolder === undefined ? createMemoryFolder() : createDataFolder(config.dataFolder);
    this.#mempool = createMempool(config.mempool);
  }

  get url(): string | undefined {
    return this.#server?.url;
  }

  start(): Promise<void> {
    return this.#life.take(async () => {
      this.#expect('new', 'start');
      try {
        await this.#open();
        await this.#serve();
        this.state = 'running';
        this.#log?.info({ url: this.url, folder: this.#config.dataFolder, ...this.#figures() }, 'started');
      } catch (error) {
        await this.#end();
        throw error;
      }
    });
  }

  pause(): Promise<void> {
    return this.#life.take(async () => {
      this.#expect('running', 'pause');
      this.state = 'paused';
      await this.#close();
      this.#log?.info('paused');
    });
  }

  reopen(): Promise<void> {
    return this.#life.take(async () => {
      this.#expect('paused', 'reopen');
      await this.#open();
      this.state = 'running';
      this.#log?.info(this.#figures() ?? {}, 'reopened');
    });
  }

  stop(): Promise<void> {
    return this.#life.take(() => this.#end());
  }

  query(): ChainQuery {
    return this.#running().query;
  }

  async submit(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#running().engine.submit(bytes);
  }

  async seal(count = 1): Promise<number> {
    const { engine } = this.#running();
    if (!isSealEngine(engine)) throw new NodeError('NODE_SEAL', { got: engine.status().engine });
    return engine.seal(count);
  }

  development(): DevelopmentChain {
    const { development } = this.#running();
    if (development === undefined) throw new NodeError('NODE_DEV_ONLY');
    return development;
  }

  async #end(): Promise<void> {
    if (this.state === 'stopped') return;
    this.state = 'stopped';
    await this.#server?.close();
    this.#server = undefined;
    await this.#close();
    await this.#folder.journal.close();
    await this.#executor?.close();
    await this.#signatures?.close();
    await this.#codes?.close();
    this.#log?.info('stopped');
  }

  async #open(): Promise<void> {
    const store = await this.#folder.openStore();
    try {
      if (this.#executor === undefined) {
        this.#codes = this.#config.executor === 'sequential' ? undefined : this.#folder.openCodes();
        this.#executor = await createExecutor(this.#config, this.#codes);
        this.#signatures = await createSignatures(this.#config);
      }
      const chain = await createChain({
        store,
        executor: this.#executor,
        signatures: this.#signatures,
        checkpoint: this.#folder.checkpoint,
        onCheckpointFailure: (error) => this.#fault(error, 'checkpoint'),
        treeThreads: this.#config.treeThreads,
        pending: this.#mempool,
        clock: this.#config.clock ?? systemClock,
        onDiskFull: (error) => this.#fault(error, 'disk'),
        snapshots: this.#snapshots(store),
        onSnapshotFailure: (error) => this.#fault(error, 'snapshot'),
        ...(this.#config.keepBlocks === undefined ? {} : { keepBlocks: this.#config.keepBlocks }),
        onOutcome: (outcome) => {
          this.#outcome = outcome;
        },
      });
      const genesis = this.#agreeOnGenesis(chain);
      const signer = await this.#signer(genesis);
      const clock = genesis.dev ? this.#developmentClock(chain, genesis) : undefined;
      const engine = await createEngine(this.#config.engine, {
        ...(this.#config.seal ?? { trigger: { kind: 'instant' } }),
        ...(clock && { timeOf: (height, now) => clock.timeOf(height, now) }),
      });
      const history = new HistoryFollower(store, () => this.#openHistory(store));
      const query = createQuery({ chain, store, mempool: this.#mempool, history });
      const isNew = !chain.initialised;
      let development: DevelopmentChain | undefined;
      if (clock && isSealEngine(engine)) {
        await chain.initChain(genesis);
        development = this.#develop({ chain, store, engine, clock });
      }
      this.#opened = { store, chain, query, engine, history, development };
      if (chain.initialised) history.begin();
      if (this.state === 'new') await this.#restorePool(chain);
      if (chain.initialised) this.#mempool.settle([], chain.stale());
      await engine.start(
        chain,
        this.#environment(chain, genesis, signer, () => clock?.sealed()),
      );
      if (isNew) await this.#folder.noteGenesis(genesis);
    } catch (error) {
      await this.#opened?.history.close();
      this.#opened = undefined;
      await store.close();
      throw error;
    }
  }

  #snapshots(store: Store): SnapshotPlan | undefined {
    const { genesis, snapshotEvery = Number.POSITIVE_INFINITY } = this.#config;
    const archive = this.#folder.openSnapshots(store);
    if (archive === undefined) return undefined;
    return {
      archive,
      everyBlocks: snapshotEvery,
      ...(genesis && { genesisHash: genesisHash(canonicalGenesis(genesis)) }),
    };
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    opened.chain.interrupt();
    await opened.engine.stop();
    this.#opened = undefined;
    try {
      await opened.chain.close();
    } finally {
      await opened.history.close();
      await opened.store.close();
    }
  }

  /** Admits what was pending when the process ended; what no longer holds is gone. */
  async #restorePool(chain: Chain): Promise<void> {
    const { journal } = this.#folder;
    const { transactions, damage } = await journal.read();
    if (damage !== undefined) this.#fault(damage, 'mempool');
    await chain.checkSignatures(transactions);
    for (const bytes of transactions) {
      try {
        this.#mempool.add(await chain.checkTransaction(bytes, false));
      } catch (error) {
        if (!(error instanceof WeftError)) throw error;
      }
    }
    await journal.follow(this.#mempool, (error) => this.#fault(error, 'mempool'));
  }

  /** The genesis of the store, or of the configuration where the store is new. @throws NODE_NO_GENESIS, NODE_GENESIS_MISMATCH */
  #agreeOnGenesis({ opened }: Chain): Genesis {
    const given = this.#config.genesis && canonicalGenesis(this.#config.genesis);
    const genesis = opened?.genesis ?? given;
    const place = this.#config.dataFolder ?? 'memory';
    if (genesis === undefined) throw new NodeError('NODE_NO_GENESIS', { place });
    if (given !== undefined && !bytesEqual(genesisHash(given), genesisHash(genesis))) {
      const [expected, got] = [toHex(genesisHash(genesis)), toHex(genesisHash(given))];
      throw new NodeError('NODE_GENESIS_MISMATCH', { expected, got, place });
    }
    return genesis;
  }

  /** The key of this node; other engines than the embedded one may do without, and with one the genesis does not name. */
  async #signer(genesis: Genesis): Promise<Signer | undefined> {
    const kept = this.#config.validatorSeed ?? (await this.#folder.validatorSeed());
    const embedded = this.#config.engine === undefined;
    const seed = kept ?? (genesis.dev && embedded ? DEVELOPMENT_VALIDATOR_SEED : undefined);
    if (seed === undefined) {
      if (!embedded) return undefined;
      throw new NodeError('NODE_VALIDATOR_KEY', { place: this.#config.dataFolder ?? 'memory' });
    }
    const publicKey = ed25519PublicKey(seed);
    const named = genesis.validators.some((validator) => bytesEqual(validator.publicKey, publicKey));
    if (embedded && !named) {
      throw new NodeError('NODE_NOT_VALIDATOR', {
        expected: genesis.validators.map((validator) => toHex(validator.publicKey)),
        got: toHex(publicKey),
      });
    }
    return { publicKey, sign: async (message) => ed25519Sign(seed, message) };
  }

  #developmentClock(chain: Chain, genesis: Genesis): DevelopmentClock {
    const { clock = systemClock, seal } = this.#config;
    const moved = new DevelopmentClock(clock, seal?.timeOf);
    if (seal?.timeOf === undefined) moved.follow(chain.initialised ? chain.info().time : genesis.time);
    return moved;
  }

  #develop(parts: Pick<DevelopmentParts, 'chain' | 'store' | 'engine' | 'clock'>): DevelopmentChain {
    return createDevelopmentChain({
      ...parts,
      mempool: this.#mempool,
      entropy: this.#config.entropy ?? systemEntropy,
      onRevert: (height) => {
        this.#outcome = undefined;
        this.#opened?.history.revert(height);
        this.#subscriptions.revert(height);
        this.#folder.journal.settle();
        this.#config.onRevert?.(height);
      },
    });
  }

  #environment(
    chain: Chain,
    genesis: Genesis,
    signer: Signer | undefined,
    onSealed: () => void,
  ): EngineEnvironment {
    const mempool = this.#mempool;
    return {
      genesis,
      clock: this.#config.clock ?? systemClock,
      entropy: this.#config.entropy ?? systemEntropy,
      signer,
      pool: () => mempool.inOrder(),
      admit: (bytes) => {
        const transaction = chain.checkTransactionSync(bytes, false);
        mempool.add(transaction);
        return transaction.id;
      },
      isPending: (bytes) => mempool.find(bytes) !== undefined || mempool.has(decodeTransaction(bytes).id),
      onTransaction: (run) => mempool.onAdd(run),
      onBlock: (block) => {
        onSealed();
        mempool.settle(
          block.receipts.map(({ transaction }) => transaction),
          chain.stale(),
          chain.touched(),
        );
        this.#folder.journal.settle();
        this.#opened?.history.follow(block.header.height);
        const { height, gasUsed } = block.header;
        this.#log?.debug({ height, gasUsed, transactions: block.receipts.length }, 'block');
        const outcome = this.#outcome;
        if (outcome === undefined) return;
        this.#subscriptions.publish({ ...block, hash: asHash32(block.hash), events: outcome.events });
        this.#config.onBlock?.(block, outcome);
      },
      onFailure: (error) => this.#fault(error, 'engine'),
    };
  }

  async #openHistory(store: Store): Promise<HistoryIndex | undefined> {
    if (this.#config.history === false) return undefined;
    return this.#folder.openHistory(store, (error) => this.#fault(error, 'history'));
  }

  async #serve(): Promise<void> {
    const { rpc } = this.#config;
    if (rpc === false) return;
    const dev = this.#opened?.development !== undefined;
    const methods = createMethods(
      {
        query: () => this.query(),
        submit: (bytes) => this.submit(bytes),
        checkSignatures: async (transactions) => this.#opened?.chain.checkSignatures(transactions),
        development: () => this.development(),
        engine: () => {
          const { engine, producing } = this.#running().engine.status();
          return { engine, producing };
        },
        subscriptions: this.#subscriptions,
      },
      dev,
    );
    const metrics = new RpcMetrics(() => this.#figures());
    metrics.watchSubscriptions(this.#subscriptions);
    const health = () => ({ ok: this.#figures()?.producing ?? false, state: this.state, ...this.#figures() });
    this.#server = await startServer(
      { methods, metrics, health },
      {
        onFault: (error, place) => this.#fault(error, place),
        onEnd: (code) => this.#log?.debug({ code }, 'connection ended'),
        ...rpc,
      },
    );
  }

  /** What is measured of a node that runs. */
  #figures(): NodeFigures | undefined {
    if (!this.#opened?.chain.initialised) return undefined;
    const { query, engine } = this.#opened;
    const { height, mempool } = query.status();
    return { height, producing: engine.status().producing, mempool };
  }

  #fault(error: unknown, place: string): void {
    this.#log?.error({ place, error }, 'fault');
    this.#config.onFault?.(error, place);
  }

  #running(): Opened {
    if (this.state === 'paused') throw new NodeError('NODE_PAUSED');
    if (this.#opened === undefined) throw new NodeError('NODE_STOPPED');
    return this.#opened;
  }

  #expect(state: NodeState, action: string): void {
    if (this.state !== state)
      throw new NodeError('NODE_STATE', { expected: state, got: this.state, place: action });
  }
}
