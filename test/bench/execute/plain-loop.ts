// The fastest sequential code there is for a block of transfers: the workers' own, over the same arena, in block order on
// this thread, without threads, queue or atomic operations. What the parallel executor is compared with.

import { CodeStore } from '@weft/runtime/execute/code-store';
import { HEADER, RUN, recordAt } from '@weft/runtime/execute/parallel/arena';
import { encodeSeenBlock } from '@weft/runtime/execute/parallel/block-context';
import { layOrderedPart } from '@weft/runtime/execute/parallel/layout';
import { OrderedWorker } from '@weft/runtime/execute/parallel/ordered-worker';
import { resolveTable } from '@weft/runtime/execute/parallel/resolve-table';
import { reserve, reservedOf } from '@weft/runtime/execute/phases/reserve';
import { readSettings } from '@weft/runtime/execute/phases/settings';
import { BlockState } from '@weft/runtime/execute/phases/state';
import { planTable } from '@weft/runtime/schedule/plan';
import type { BlockInput, ReadState } from '@weft/runtime/types/outcome';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';

/** Lays one block out again and again and times its transactions alone. Every transaction must be reserved. */
export function createPlainLoop(input: BlockInput, read: ReadState): () => number {
  const codes = new CodeStore();
  const pool = new InstancePool(HOST_IMPORTS);
  const memory = new SharedArrayBuffer(256 * 1024 * 1024);
  /** Kept until the next block, as the threads do (`execute/parallel/worker.ts`). */
  const last: { worker?: OrderedWorker } = {};
  return () => {
    const state = new BlockState(read);
    const reserved = reservedOf(reserve(input, readSettings(state), state));
    state.mark();
    const code = codes.view((key) => state.past(key));
    const resolved = resolveTable(reserved, reserved.length, state, code, 0);
    const { table } = resolved;
    const planned = {
      senders: Int32Array.from(reserved, ({ sender }) => sender),
      gasLimits: Float64Array.from(reserved, ({ transaction }) => transaction.gasLimit),
    };
    const plan = planTable(table, planned, (key, to, at) => state.pastCellAt(key, to, at));
    const context = encodeSeenBlock(input);
    const { arena } = layOrderedPart({ ...resolved, reserved, plan, state, code, context }, 1, () => memory);
    const alone = {
      isFlagged: () => false,
      flag: () => undefined,
      leave(run: number): boolean {
        const at = recordAt(arena, HEADER.runs, run, RUN.size) + RUN.remaining;
        arena.words[at] = arena.words[at]! - 1;
        return arena.words[at] === 0;
      },
    };
    const main = {
      ask: (): never => {
        throw new RangeError('every key of a transfer is declared');
      },
    };
    const worker = new OrderedWorker(arena, main, { ...input, codes: code, pool }, alone);
    last.worker = worker;
    const started = performance.now();
    for (let transaction = 0; transaction < reserved.length; transaction++) worker.take(transaction);
    return performance.now() - started;
  };
}
