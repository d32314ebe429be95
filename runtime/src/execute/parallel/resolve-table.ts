// Resolve (SPEC §4 step 3) for the workers: A(t) of every reserved transaction and its job, as words.
import { Resolver } from '../../access/resolve.js';
import { TableSink } from '../../access/table-sink.js';
import { AccessTable } from '../../types/access-table.js';
import type { CodeOnChain } from '../code-store.js';
import type { Reserved } from '../phases/reserve.js';
import { accessLookup, rememberContracts } from '../phases/resolve.js';
import type { BlockState } from '../phases/state.js';
import { JobTable } from './jobs.js';

/** What Resolve found, as the parallel executor takes it. */
export interface ResolvedTable {
  readonly table: AccessTable;
  /** Of the transactions that have a record in the table. */
  readonly jobs: JobTable;
  /** By transaction: gas used before the run, intrinsic and what resolving cost; of a refused one, anything. */
  readonly attemptGas: Float64Array;
}

/**
 * `resolveAll` into a table of `transactions` records, keys numbered by the state. `state` must be marked at S0, `code` must read
 * S0.
 */
export function resolveTable(
  reserved: readonly Reserved[],
  transactions: number,
  state: BlockState,
  code: CodeOnChain,
  seed: number,
): ResolvedTable {
  const lookup = rememberContracts(
    accessLookup(code, (key) => state.past(key)),
    seed,
  );
  const table = new AccessTable(transactions, state, seed);
  const sink = new TableSink(table);
  const resolver = new Resolver(sink, lookup);
  const jobs = new JobTable(table);
  const attemptGas = new Float64Array(transactions);
  reserved.forEach(({ index, transaction, intrinsic }) => {
    const { gasLimit, calls, extraAccess } = transaction;
    const request = { sender: transaction.sender, calls, extraAccess };
    sink.begin();
    const { gas, refusal } = resolver.resolve(request, gasLimit - intrinsic);
    const used = intrinsic + gas;
    attemptGas[index] = used;
    if (refusal === undefined) {
      sink.commit(index);
      jobs.add(index, request.sender, calls, gasLimit - used);
    }
  });
  return { table, jobs, attemptGas };
}
