// Replay: recorded blocks executed again, signatures checked again, each record made anew and compared: header, receipts,
// events, values. It knows executors by their port only, so the oracle can judge what parallel workers made.
import type { BlockExecutor, SeededExecutor } from '../ports/execution.js';
import type { Store } from '../ports/store.js';
import type { BlockRecord } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import { decodeGenesis } from '../types/genesis-codec.js';
import type { BlockOutcome, ReadState } from '../types/outcome.js';
import { buildBlock, buildInput, readCommitments } from './build.js';
import { assertSameRecord } from './compare-records.js';
import { ReplayError } from './errors.js';
import { createExpiringNonces } from './expiring-nonces.js';
import type { Head } from './head.js';
import { stateAt } from './state-at.js';

export interface ReplayOptions {
  /** Whether a block's seal is its validators'; default: seals are not looked at. */
  readonly isSealed?: (genesis: Genesis, headerHash: Uint8Array, seal: Uint8Array) => boolean;
  /** Called after each block. */
  readonly onBlock?: (block: ReplayedBlock) => void;
  /** Called after each block with what it came to and the state after it, which is valid until it returns. */
  readonly onOutcome?: (record: BlockRecord, outcome: BlockOutcome, read: ReadState) => void;
  /** Asks the executor for notes, which the oracle alone takes. Default false. */
  readonly notes?: boolean;
  /** Asks the executor when and where transactions ran, which the parallel one alone tells. Default false. */
  readonly timed?: boolean;
  /** First height to replay; default: the oldest whose parent is known. */
  readonly from?: number;
  /** Last height to replay; default: the newest. */
  readonly to?: number;
}

export interface ReplayedBlock {
  readonly height: number;
  readonly transactions: number;
  readonly criticalPathGas: number;
  readonly stateRoot: Uint8Array;
  /** Milliseconds the executor says it took. */
  readonly wallMs: number;
}

export interface ReplayReport {
  readonly from: number;
  /** Newest height replayed. */
  readonly height: number;
  /** Of all blocks. */
  readonly transactions: number;
  /** Hash and state root of the newest block. */
  readonly hash: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** Sum over the blocks. */
  readonly wallMs: number;
}

/**
 * Replays a store's chain. The store and the executor stay open. A `SeededExecutor` runs every transaction from the
 * recorded values before it, so that even a block in which each waits for the one before runs on all threads.
 * @throws REPLAY_NO_GENESIS, REPLAY_HEADER_MISMATCH, REPLAY_RECORD_MISMATCH, REPLAY_SEAL, and what store and executor throw
 */
export async function replayChain(
  store: Store,
  executor: BlockExecutor | SeededExecutor,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const bytes = await store.genesis();
  if (bytes === undefined) throw new ReplayError('REPLAY_NO_GENESIS');
  const genesis = decodeGenesis(bytes);
  const newest = await store.head();
  const to = options.to ?? newest;
  const from = options.from ?? Math.min(await firstReplayable(store), to + 1);
  if (from < 1 || to > newest || from > to + 1)
    throw new ReplayError('REPLAY_RANGE', { expected: `1..${newest}`, got: `${from}..${to}` });
  const { head: first, state, content } = await stateAt(store, from - 1);
  const expiring = createExpiringNonces();
  for (const { key } of content) expiring.note(key, true);
  let head = first;
  let transactions = 0;
  let wallMs = 0;
  for await (const record of store.records(from, to)) {
    const { header } = record.block;
    const context = { height: head.header.height + 1, time: header.time, proposer: header.proposer };
    const keysOver = expiring.at(context.height);
    const plain = buildInput(head, context, record.block.transactions, keysOver, 'finalize');
    const asked = { ...(options.notes && { notes: true }), ...(options.timed && { timed: true }) };
    const input = { ...plain, ...asked };
    const outcomes =
      'executeSeeded' in executor
        ? await executor.executeSeeded(input, state.read, record)
        : [await executor.execute(input, state.read)];
    let ms = 0;
    for (const outcome of outcomes) {
      const staged = state.stage(outcome.stateDiff);
      try {
        const commitments = readCommitments(state.read);
        const block = buildBlock(head, context, input.transactions, outcome, staged.root, commitments);
        assertSameRecord(record, {
          ...record,
          block,
          changes: outcome.changes,
          stateDiff: outcome.stateDiff,
        });
      } finally {
        staged.discard();
      }
      ms = Math.max(ms, outcome.stats.wallMs);
    }
    assertSeal(genesis, record, options);
    state.stage(record.stateDiff).commit();
    expiring.apply(record.stateDiff);
    head = { header, hash: record.block.hash } satisfies Head;
    transactions += input.transactions.length;
    wallMs += ms;
    options.onBlock?.(replayed(record, outcomes[0], ms));
    if (outcomes[0] !== undefined) options.onOutcome?.(record, outcomes[0], state.read);
  }
  const { height, stateRoot } = head.header;
  return { from, height, transactions, hash: head.hash, stateRoot, wallMs };
}

/** The oldest height whose parent's header is known. */
async function firstReplayable(store: Store): Promise<number> {
  const oldest = await store.oldest();
  return oldest === (await store.base()).height + 1 ? oldest : oldest + 1;
}

function replayed({ block }: BlockRecord, outcome: BlockOutcome | undefined, wallMs: number): ReplayedBlock {
  const { height, stateRoot } = block.header;
  const criticalPathGas = outcome?.criticalPathGas ?? 0;
  return { height, transactions: block.transactions.length, criticalPathGas, stateRoot, wallMs };
}

function assertSeal(genesis: Genesis, { block, seal }: BlockRecord, options: ReplayOptions): void {
  if (options.isSealed === undefined || options.isSealed(genesis, block.hash, seal)) return;
  throw new ReplayError('REPLAY_SEAL', {
    got: `${seal.length} bytes`,
    place: `height ${block.header.height}`,
  });
}
