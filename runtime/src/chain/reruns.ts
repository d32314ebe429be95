// Recorded blocks run again beside the chain, over the state before them, with what people want to know: who waited, what
// each transaction did. Nothing is kept, and the chain goes on meanwhile.
import type { BlockExecutor } from '../ports/execution.js';
import type { Store } from '../ports/store.js';
import type { BlockRecord } from '../types/block.js';
import type { BlockInput, BlockOutcome } from '../types/outcome.js';
import { listOf } from '../types/record-codec.js';
import type { TransactionTrace } from '../types/run-notes.js';
import { buildInput } from './build.js';
import type { History } from './history.js';
import { headAt, type OpenChain } from './open.js';
import { createTurns } from './turns.js';

const WAITING_MAX = 8;

export interface Reruns {
  /** One at a time. `wanted`: notes beyond the usual ones. @throws QUERY_HEIGHT, QUERY_BUSY, STORE_PRUNED */
  run<T>(
    height: number,
    wanted: Pick<BlockInput, 'traced'>,
    show: (record: BlockRecord, outcome: BlockOutcome) => T,
  ): Promise<T>;
}

export interface RerunOptions {
  readonly store: Store;
  readonly executor: BlockExecutor;
  readonly history: History;
  readonly opened: () => OpenChain;
}

export function createReruns({ store, executor, history, opened }: RerunOptions): Reruns {
  const turns = createTurns(WAITING_MAX);
  return {
    run: (height, wanted, show) =>
      turns.offer(async () => {
        const { head, state } = opened();
        const parentState = await history.pin(height - 1, head.header.height, state.read);
        try {
          const record = await store.record(height);
          const { block } = record;
          const { time, proposer } = block.header;
          const context = { height, time, proposer };
          const parent = await headAt(store, height - 1);
          // Settle alone would remove the nonces that expire here, which nobody waits for.
          const input = buildInput(parent, context, block.transactions, [], 'finalize');
          const signaturesFound = block.receipts.map(({ status }) =>
            status === 'INVALID_SIGNATURE' ? undefined : ('all' as const),
          );
          const asked = { ...input, ...wanted, signaturesFound };
          return show(record, await executor.explain(asked, parentState.read));
        } finally {
          parentState.release();
        }
      }),
  };
}

/** How each transaction of a block ran, in block order. */
export function tracesOf(
  { block, changes }: BlockRecord,
  { notes }: Pick<BlockOutcome, 'notes'>,
): readonly TransactionTrace[] {
  const { height } = block.header;
  return block.receipts.map((receipt, index) => ({
    height,
    index,
    receipt,
    changes: listOf(changes[index] ?? []),
    notes: notes?.[index],
  }));
}
