// One call without a transaction, over one state: what `weft call` shows. Runs on the oracle's kind of thread.
import { assert } from '../../base/assert.js';
import type { ViewOutcome, ViewRequest } from '../../ports/execution.js';
import type { Address } from '../../types/address.js';
import type { ReadState } from '../../types/outcome.js';
import { runTransaction } from '../../vm/run-transaction.js';
import type { OracleThread } from './oracle.js';

export type ViewInput = ViewRequest;

/** Runs the call unrestricted and drops what it writes. @throws VM_NODE_FAULT */
export function runView(request: ViewInput, read: ReadState, thread: OracleThread): ViewOutcome {
  const { height, time, grandparentHash, selector, args, value, gasLimit } = request;
  const call = { contract: request.contract as Address, selector, args, value };
  const outcome = runTransaction(
    {
      sender: request.sender as Address,
      calls: [call],
      gasLimit,
      index: undefined,
      enforcer: null,
      tail: false,
      notes: true,
    },
    {
      state: { read, past: read },
      codes: thread.codes.view(read),
      pool: thread.pool,
      height,
      time,
      grandparentHash,
    },
  );
  assert(outcome.status !== 'VIOLATION', 'a view is unrestricted');
  return {
    status: outcome.status,
    gasUsed: outcome.gas,
    result: outcome.results[0] ?? new Uint8Array(0),
    failure: outcome.failure,
    logs: outcome.notes?.logs.map(({ text }) => text) ?? [],
    trace: outcome.notes?.trace,
    abort: outcome.notes?.abort,
    observed: outcome.notes?.observed ?? [],
  };
}
