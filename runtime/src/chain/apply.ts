// The chain between consensus and execution: proposals, candidates, durable blocks. Order of a commit: one record
// fsynced by the store, then the state moves on, then the flat values follow behind.

import { assert } from '../base/assert.js';
import { bytesEqual, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { BlockContext, ChainInfo, FinalizedBlock, StateAnswer, StateQuery } from '../ports/consensus.js';
import type { NextBlock, ViewOutcome, ViewRequest } from '../ports/execution.js';
import type { PendingView, Touched } from '../ports/mempool.js';
import type { AtHeight } from '../ports/query.js';
import type { Snapshots } from '../ports/snapshots.js';
import type { StagedState } from '../state/chain-state.js';
import { coversSignatures, type SignaturesFound } from '../types/authorisation.js';
import type { Block } from '../types/block.js';
import type { ExplainRecord } from '../types/explain-record.js';
import type { Genesis, Parameters } from '../types/genesis.js';
import { genesisHash } from '../types/genesis-codec.js';
import type { StateKey } from '../types/key.js';
import type { BlockInput, BlockOutcome, ReadState } from '../types/outcome.js';
import { decodeParameters } from '../types/parameters.js';
import type { SimulationOutcome, SimulationRequest, TransactionTrace } from '../types/run-notes.js';
import { parametersKey } from '../types/system.js';
import type { SignedTransaction } from '../types/transaction.js';
import { decodeTransaction } from '../types/transaction-codec.js';
import { checkSignatures, checkTransaction } from './admit.js';
import { buildBlock, buildInput, readCommitments } from './build.js';
import type { Chain, ChainOptions } from './chain.js';
import { checkAhead } from './check-ahead.js';
import { createCallChecks } from './check-calls.js';
import { createDiskFullPause, type DiskFullPause } from './disk-full.js';
import { AdmitError, ChainError } from './errors.js';
import { explainBlock } from './explain.js';
import { canonicalGenesis } from './genesis.js';
import { createHistory, type History } from './history.js';
import { createKnownTransactions } from './known-transactions.js';
import { headAt, initialiseStore, type OpenChain, openChain } from './open.js';
import { createForecasts } from './path-forecast.js';
import { propose } from './propose.js';
import { pruneHeight } from './pruning.js';
import { createReruns, type Reruns, tracesOf } from './reruns.js';
import { createReservations, type Reservations } from './reservations.js';
import { createSlots, type Slots } from './slots.js';
import { createSnapshots } from './snapshot/exchange.js';
import { importSnapshot } from './snapshot/import-snapshot.js';
import { createSnapshotSchedule, type SnapshotSchedule } from './snapshot/schedule.js';
import { matches, type Speculation } from './speculation.js';
import { answerQuery } from './state-query.js';
import { TouchedAccounts } from './touched.js';
import { createTurns } from './turns.js';
import { readValidators, validatorUpdates } from './validators.js';
import { type Waiter, WaitingRoom, type WaitStatus } from './waiting.js';

interface Candidate {
  readonly block: Block;
  readonly outcome: BlockOutcome;
  readonly staged: StagedState;
}

const NOTHING_PENDING: Omit<PendingView, 'find'> = {
  nextSequence: () => undefined,
  holdsNonce: () => false,
  reservedBy: () => 0n,
  assertWelcome: () => undefined,
};
const PARAMETERS_KEY = parametersKey();
const KNOWN_SIGNATURES_MAX = 131_072;
const UNFIT_MAX = 1024;
const BLOCKS_WAITING_MAX = 16;
/** Views that wait for a thread; more are refused. */
const VIEWS_WAITING_MAX = 1024;
/** Blocks between two looks at what may be pruned. */
const PRUNE_EVERY = 64;

/** Opens the chain its store holds, or waits for `initChain` where it holds none. @throws CHAIN_*, STORE_*, STATE_* */
export async function createChain(options: ChainOptions): Promise<Chain> {
  const initialised = (await options.store.genesis()) !== undefined;
  return new RunningChain(options, initialised ? await openChain(options.store, options) : undefined);
}

class RunningChain implements Chain {
  opened: OpenChain | undefined;
  readonly #options: ChainOptions;
  /** Transactions not pending whose signatures passed the strict rule here: no block checks them again. */
  readonly #known = createKnownTransactions<SignaturesFound>(KNOWN_SIGNATURES_MAX);
  /** What was admitted; without a pool that remembers it. */
  readonly #admitted = new WeakMap<Uint8Array, SignedTransaction>();
  readonly #pending: PendingView;
  readonly #checkCalls = createCallChecks();
  /** Transactions no block can take even alone, by hash; bounded. The pool drops them after the next block. */
  readonly #unfit = createKnownTransactions<true>(UNFIT_MAX);
  readonly #touched = new TouchedAccounts();
  readonly #forecasts = createForecasts();
  readonly #waiting = new WaitingRoom();
  /** One block at a time in the executor. */
  readonly #blocks = createTurns(BLOCKS_WAITING_MAX);
  /** Views, as many at once as there are threads for them, each over a height of its own that no block changes. */
  readonly #views: Slots;
  /** Blocks run again to be explained. */
  readonly #reruns: Reruns;
  readonly #history: History;
  readonly #diskFull: DiskFullPause;
  readonly #snapshotSchedule: SnapshotSchedule;
  readonly snapshots: Snapshots;
  #speculation: Speculation | undefined;
  #candidate: Candidate | undefined;
  /** Lowest height whose block the engine has to keep for others; 0: all. */
  #retainHeight = 0;

  /** The parameters asked for last: every admission asks. */
  #decoded: { readonly stored: Uint8Array; readonly parameters: Parameters } | undefined;

  constructor(options: ChainOptions, opened: OpenChain | undefined) {
    this.#options = options;
    this.opened = opened;
    this.#pending = options.pending ?? { ...NOTHING_PENDING, find: (bytes) => this.#admitted.get(bytes) };
    this.#history = createHistory(options.store);
    this.#reruns = createReruns({ ...options, history: this.#history, opened: () => this.#chain() });
    this.#views = createSlots(options.executor.viewers ?? 1, VIEWS_WAITING_MAX);
    this.#diskFull = createDiskFullPause({ clock: options.clock, onPause: options.onDiskFull });
    this.#snapshotSchedule = createSnapshotSchedule(options.snapshots, (error) =>
      options.onSnapshotFailure?.(error),
    );
    this.snapshots = createSnapshots(options.snapshots, async (source, trustedHash) => {
      await importSnapshot(source, options.store, { trustedHash });
      this.opened = await openChain(options.store, options);
    });
  }

  get initialised(): boolean {
    return this.opened !== undefined;
  }

  get workers(): number {
    return this.#options.executor.workers;
  }

  info(): ChainInfo {
    const { head, genesisHash, state } = this.#chain();
    const { height, time } = head.header;
    return { height, hash: head.hash, time, genesisHash, validators: readValidators(state.read) };
  }

  async initChain(genesis: Genesis): Promise<Uint8Array> {
    const { store } = this.#options;
    if (this.opened === undefined) {
      await initialiseStore(store, genesis);
      this.opened = await openChain(store, this.#options);
    } else assertSameGenesis(this.opened, genesis);
    return this.opened.genesisHead.hash;
  }

  async checkTransaction(bytes: Uint8Array, recheck: boolean): Promise<SignedTransaction> {
    return this.checkTransactionSync(bytes, recheck);
  }

  checkTransactionSync(bytes: Uint8Array, recheck: boolean): SignedTransaction {
    const { genesis, genesisHash, head, state } = this.#chain();
    const admission = {
      genesis,
      genesisHash,
      parameters: this.parameters(),
      height: head.header.height + 1,
      read: state.peek,
      pending: this.#pending,
      checkCalls: this.#checkCalls,
    };
    const transaction = checkTransaction(bytes, admission, recheck ? 'rechecked' : this.#known.get(bytes));
    if (this.#options.pending === undefined) this.#admitted.set(bytes, transaction);
    return transaction;
  }

  checkSignatures(transactions: readonly Uint8Array[]): Promise<void> {
    // What is pending was checked on its way in.
    const others = transactions.filter((bytes) => this.#pending.find(bytes) === undefined);
    return checkAhead(others, this.#known, this.#options.signatures);
  }

  async prepare(
    context: BlockContext,
    pool: Iterable<Uint8Array>,
    bytesMax: number,
  ): Promise<readonly Uint8Array[]> {
    this.#assertContext(context);
    const { read } = this.#chain().state;
    const proposal = await propose(pool, {
      parameters: this.parameters(),
      bytesMax,
      reservations: () => this.#reservations(context),
      candidate: (bytes) => (this.#unfit.get(bytes) ? undefined : this.#signed(bytes)),
      forecasts: (candidates) => this.#forecasts(candidates, read),
      mayWait: ({ id }) => this.#waiting.mayWait(id),
      run: async (transactions) => {
        const refusal = await this.#speculate(context, transactions);
        if (refusal !== undefined) return { refusal };
        assert(this.#speculation !== undefined, 'what was not refused is kept');
        return { outcome: this.#speculation.outcome };
      },
    });
    for (const { bytes, sender } of proposal.unfit) {
      this.#unfit.set(bytes, true);
      this.#touched.add(sender);
    }
    this.#waiting.note(proposal, context.height);
    return proposal.transactions;
  }

  waitOf(transaction: Waiter): WaitStatus | undefined {
    return this.#waiting.of(transaction);
  }

  async process(context: BlockContext, transactions: readonly Uint8Array[]): Promise<string | undefined> {
    try {
      this.#assertContext(context);
      assertBlockSize(transactions);
    } catch (error) {
      if (error instanceof ChainError) return error.code;
      throw error;
    }
    return (await this.#speculate(context, transactions))?.code;
  }

  async finalize(context: BlockContext, transactions: readonly Uint8Array[]): Promise<FinalizedBlock> {
    this.#assertContext(context);
    assertBlockSize(transactions);
    this.#candidate?.staged.discard();
    this.#candidate = undefined;
    const { head, state } = this.#chain();
    const kept = this.#speculation;
    const ran =
      kept !== undefined && matches(kept, head.hash, context, transactions)
        ? kept
        : { transactions, outcome: await this.#execute(context, transactions, 'finalize') };
    const { outcome } = ran;
    const staged = state.stage(outcome.stateDiff);
    const commitments = readCommitments(state.read);
    const block = buildBlock(head, context, ran.transactions, outcome, staged.root, commitments);
    this.#candidate = { block, outcome, staged };
    const { header, hash, receipts } = block;
    return { header, hash, receipts, validatorUpdates: validatorUpdates(outcome.stateDiff) };
  }

  async commit(seal: Uint8Array): Promise<number> {
    const chain = this.#chain();
    const candidate = this.#candidate;
    if (candidate === undefined) throw new ChainError('CHAIN_NO_CANDIDATE');
    this.#candidate = undefined;
    this.#speculation = undefined;
    const { block, outcome, staged } = candidate;
    const { changes, stateDiff } = outcome;
    const { height } = block.header;
    try {
      await this.#diskFull.run(() => this.#options.store.append({ block, changes, stateDiff, seal }));
    } catch (error) {
      staged.discard();
      throw error;
    }
    // Together, without a wait between: whoever reads sees one height.
    staged.commit();
    this.#history.advance(stateDiff);
    chain.expiring.apply(stateDiff);
    this.#touched.note(stateDiff);
    chain.head = { header: block.header, hash: block.hash };
    for (const bytes of block.transactions) this.#known.remove(bytes);
    this.#options.onOutcome?.(outcome, height);
    await this.#diskFull.run(() => chain.flushBehind.add(height));
    chain.checkpoints?.note(stateDiff.length);
    this.#snapshotSchedule.note(height);
    if (height % PRUNE_EVERY === 0) await this.#prune(height);
    return this.#retainHeight;
  }

  query(query: StateQuery): Promise<StateAnswer> {
    return answerQuery(query, this.#chain(), this.#options.store, (height) => this.readAt(height));
  }

  async readAt(height: number): Promise<ReadState> {
    const { head, state } = this.#chain();
    if (height === head.header.height) return state.read;
    return this.#history.at(height, head.header.height, state.read);
  }

  async revert(height: number): Promise<void> {
    await this.#blocks.offer(async () => {
      this.#candidate?.staged.discard();
      this.#candidate = undefined;
      this.#speculation = undefined;
      this.#touched.clear();
      const { store } = this.#options;
      await this.#chain().flushBehind.settle();
      await store.revert(height);
      this.#history.clear();
      await this.opened?.checkpoints?.settle();
      await this.opened?.closeTree();
      this.opened = await openChain(store, {
        ...this.#options,
        // A checkpoint of what was taken back is of no use, and no fault.
        onCheckpointFailure: (error) => isStale(error) || this.#options.onCheckpointFailure?.(error),
      });
    });
  }

  interrupt(): void {
    this.#diskFull.interrupt();
  }

  stale(): (transaction: SignedTransaction) => boolean {
    const { head } = this.#chain();
    const { height, time, proposer } = head.header;
    const reserve = this.#reservations({ height: height + 1, time, proposer });
    return (transaction) => this.#unfit.get(transaction.bytes) === true || !reserve(transaction);
  }

  touched(): Touched | undefined {
    const accounts = this.#touched.take();
    return accounts && { accounts, height: this.#chain().head.header.height + 1 };
  }

  view(request: Omit<ViewRequest, keyof NextBlock>, height?: number): Promise<AtHeight<ViewOutcome>> {
    return this.#ask(height, (next, read) => this.#options.executor.view({ ...request, ...next }, read));
  }

  simulate(request: SimulationRequest, height?: number): Promise<AtHeight<SimulationOutcome>> {
    return this.#ask(height, (next, read) => this.#options.executor.simulate({ ...request, ...next }, read));
  }

  explain(height: number): Promise<ExplainRecord> {
    return this.#reruns.run(height, {}, ({ block }, outcome) => explainBlock(block, outcome));
  }

  trace(height: number, index?: number): Promise<readonly TransactionTrace[]> {
    return this.#reruns.run(height, index === undefined ? {} : { traced: index }, tracesOf);
  }

  /** A question about the block after `asked` (default: the newest when its turn comes), over that height's state. */
  async #ask<T extends object>(
    asked: number | undefined,
    question: (next: NextBlock, read: ReadState) => Promise<T>,
  ): Promise<AtHeight<T>> {
    this.#chain();
    return this.#views.offer(async () => {
      const { head, state } = this.#chain();
      const newest = head.header.height;
      const pinned =
        asked === undefined || asked === newest
          ? this.#history.pinNewest(state.read)
          : await this.#history.pin(asked, newest, state.read);
      try {
        const { header } = asked === undefined ? head : await headAt(this.#options.store, asked);
        const { height, time, parent } = header;
        const next = { height: height + 1, time, grandparentHash: parent };
        return { ...(await question(next, pinned.read)), stateHeight: height };
      } finally {
        pinned.release();
      }
    });
  }

  async close(): Promise<void> {
    this.#candidate?.staged.discard();
    this.#candidate = undefined;
    await this.#blocks.take(async () => undefined);
    await this.#views.idle();
    await this.#snapshotSchedule.close();
    try {
      await this.opened?.flushBehind.drain();
    } catch (error) {
      // Nothing is lost: the records are on disk, and the next opening reads them.
      if (!(error instanceof WeftError) || error.code !== 'STORE_DISK_FULL') throw error;
    }
    await this.opened?.checkpoints?.close();
    await this.opened?.closeTree();
  }

  async #prune(head: number): Promise<void> {
    const { store, keepBlocks: keep } = this.#options;
    const checkpoint = this.opened?.checkpoints?.height;
    if (keep === undefined) return;
    const flushed = await store.flushedHeight();
    const oldestSnapshot = await this.#snapshotSchedule.oldest();
    const height = pruneHeight({ head, keep, flushed, checkpoint, oldestSnapshot });
    this.#retainHeight = height;
    await this.#diskFull.run(() => store.prune(height));
  }

  #chain(): OpenChain {
    if (this.opened === undefined) throw new ChainError('CHAIN_NO_GENESIS');
    return this.opened;
  }

  parameters(): Parameters {
    const stored = this.#chain().state.read(PARAMETERS_KEY);
    assert(stored !== undefined, 'a chain state holds its parameters');
    if (stored !== this.#decoded?.stored) this.#decoded = { stored, parameters: decodeParameters(stored) };
    return this.#decoded.parameters;
  }

  #reservations(context: BlockContext): Reservations {
    const { head, expiring, state } = this.#chain();
    const {
      rule: _,
      transactions: __,
      ...input
    } = buildInput(head, context, [], expiring.at(context.height), 'finalize');
    return createReservations(input, state.read);
  }

  /** Runs a block under rule `process` and keeps its outcome; the refusal, or undefined. */
  async #speculate(
    context: BlockContext,
    transactions: readonly Uint8Array[],
  ): Promise<WeftError | undefined> {
    const { head } = this.#chain();
    const kept = this.#speculation;
    if (kept !== undefined && matches(kept, head.hash, context, transactions)) return undefined;
    // As the pool holds them, where it does: what was found out about those bytes need not be found out again.
    const own = transactions.map((bytes) => this.#pending.find(bytes)?.bytes ?? bytes);
    try {
      const outcome = await this.#execute(context, own, 'process');
      this.#speculation = { parent: head.hash, context, transactions: own, outcome };
      return undefined;
    } catch (error) {
      if (error instanceof WeftError && error.code === 'EXECUTE_INVALID_BLOCK') return error;
      throw error;
    }
  }

  async #execute(
    context: BlockContext,
    transactions: readonly Uint8Array[],
    rule: BlockInput['rule'],
  ): Promise<BlockOutcome> {
    await this.checkSignatures(transactions);
    const { head, expiring, state } = this.#chain();
    const keys: readonly StateKey[] = expiring.at(context.height);
    const decoded = transactions.map((bytes) => this.#pending.find(bytes));
    const input = {
      ...buildInput(head, context, transactions, keys, rule),
      signaturesFound: transactions.map((bytes, index) => (decoded[index] ? 'all' : this.#known.get(bytes))),
      decoded,
    };
    return this.#blocks.offer(() => this.#options.executor.execute(input, state.read));
  }

  /** Decoded, if it decodes and its signatures pass the strict rule. */
  #signed(bytes: Uint8Array): SignedTransaction | undefined {
    const pending = this.#pending.find(bytes);
    if (pending !== undefined) return pending;
    const { genesis, state } = this.#chain();
    try {
      const transaction = decodeTransaction(bytes);
      if (!coversSignatures(this.#known.get(bytes), transaction)) {
        checkSignatures(transaction, genesis.dev, state.read);
        this.#known.set(bytes, 'all');
      }
      return transaction;
    } catch (error) {
      if (error instanceof AdmitError || (error instanceof WeftError && error.code.startsWith('CODEC_')))
        return undefined;
      throw error;
    }
  }

  #assertContext({ height, time }: BlockContext): void {
    const { header } = this.#chain().head;
    if (height !== header.height + 1) {
      throw new ChainError('CHAIN_HEIGHT', { expected: header.height + 1, got: height });
    }
    if (!Number.isSafeInteger(time) || time < header.time) {
      throw new ChainError('CHAIN_TIME', { expected: `at least ${header.time}`, got: time, unit: 'ms' });
    }
  }
}

function isStale(error: unknown): boolean {
  return error instanceof WeftError && error.code === 'STATE_CHECKPOINT_STALE';
}

function assertBlockSize(transactions: readonly Uint8Array[]): void {
  let bytes = 0;
  for (const transaction of transactions) bytes += transaction.length;
  if (transactions.length > LIMITS.blockTransactions || bytes > LIMITS.blockBytes) {
    throw new ChainError('CHAIN_BLOCK_SIZE', {
      expected: `at most ${LIMITS.blockTransactions} transactions and ${LIMITS.blockBytes} bytes`,
      got: `${transactions.length} transactions and ${bytes} bytes`,
    });
  }
}

function assertSameGenesis(opened: OpenChain, genesis: Genesis): void {
  const given = genesisHash(canonicalGenesis(genesis));
  if (bytesEqual(given, opened.genesisHash)) return;
  throw new ChainError('CHAIN_GENESIS', { expected: toHex(opened.genesisHash), got: toHex(given) });
}
