// From access sets to the graph the executor runs: exact queues per key, intentions on fields and contracts for locks,
// intervals that let adders share. Between resolveAccess and the executors; pure, linear in the declared keys.
import type { AccessSet } from '../types/access.js';
import type { StateKey } from '../types/key.js';
import { criticalPath } from './critical-path.js';
import type { IndexLists } from './index-lists.js';
import { CellIntervals, type InitialCell } from './intervals.js';
import { numberResources, type ResourceUse } from './resources.js';
import { type RunClass, RunGraph, type RunQueue } from './runs.js';
import { type SameSenderFlags, sameSenderFlags } from './same-sender.js';

/** One transaction of the block. Without `access` it takes no part: a node without edges. */
export interface PlanItem {
  readonly access: AccessSet | undefined;
  readonly sender: Uint8Array;
  /** 1 to 2^53-1. */
  readonly gasLimit: number;
}

/** Transactions that add to one cell at the same time; the last to leave merges what they added, by block order. */
export interface AdderRun {
  readonly key: StateKey;
  /** Transactions, ascending; at least one. */
  readonly members: readonly number[];
}

/** The plan of a block. Nodes are transactions in block order, then join nodes (which only count). */
export interface Plan {
  readonly transactionCount: number;
  readonly nodeCount: number;
  /** Per node, how many nodes must finish first; one may be counted more than once, as in `successors`. */
  readonly inDegrees: Int32Array;
  readonly successors: IndexLists;
  /** Per transaction, beside `access.keys`: the adder run of the key, or -1. Empty without access. */
  readonly adderRunOf: readonly Int32Array[];
  readonly adderRuns: readonly AdderRun[];
  readonly sameSender: SameSenderFlags;
  /** The longest chain of conflicting transactions, in gas; hashed. */
  readonly criticalPathGas: number;
}

/**
 * Plans a block. Any two transactions that conflict by joined modes (or by an add that does not fit) are ordered by a
 * path; adders that fit are not. Costs a few map look-ups and at most six edges a declared key.
 * @param initial S0's value of a cell; see `InitialCell`. @param seed of the tables' hashes; changes speed alone.
 */
export function planSchedule(items: readonly PlanItem[], initial: InitialCell, seed = 0): Plan {
  const resources = numberResources(
    items.map((item) => item.access),
    seed,
  );
  const planner = new Planner(items.length, new CellIntervals(resources, initial));
  const adderRunOf = resources.uses.map((use, t) =>
    use === undefined ? new Int32Array(0) : planner.take(use, t),
  );
  return {
    transactionCount: items.length,
    ...planner.graph.finish(),
    adderRunOf,
    adderRuns: planner.graph.adderRuns.map(({ resource, members }) => ({
      key: planner.cells.get(resource) as StateKey,
      members,
    })),
    sameSender: sameSenderFlags(
      resources,
      items.map((item) => item.sender),
      seed,
    ),
    criticalPathGas: criticalPath(
      resources,
      items.map((item) => item.gasLimit),
      (t, i) => (adderRunOf[t]?.[i] ?? -1) >= 0,
    ),
  };
}

/** The queues of a block while its transactions are taken in order. */
class Planner {
  readonly graph: RunGraph;
  /** Keys of cells that have an adder run, by number. */
  readonly cells = new Map<number, StateKey>();
  readonly #keys: RunQueue = [];
  readonly #fields: RunQueue = [];
  readonly #contracts: RunQueue = [];
  /** Locks met so far, read locks too: a lock sees what earlier adders added, so their runs end before it. */
  readonly #fieldEpochs: number[] = [];
  readonly #contractEpochs: number[] = [];

  constructor(
    transactions: number,
    readonly intervals: CellIntervals,
  ) {
    this.graph = new RunGraph(transactions);
  }

  take(use: ResourceUse, t: number): Int32Array {
    const { fields, contracts } = intentions(use);
    const adderRuns = Int32Array.from(use.access.keys, (access, i) => {
      const numbers = use.keys[i] as ResourceUse['keys'][number];
      const fits = this.intervals.fits(access, numbers);
      const runClass: RunClass = access.mode === 'read' ? 'read' : fits ? 'add' : 'write';
      const epoch = (this.#fieldEpochs[numbers.field] ?? 0) + (this.#contractEpochs[numbers.contract] ?? 0);
      if (fits) this.cells.set(numbers.key, access.key);
      return this.graph.enter(this.#keys, numbers.key, t, runClass, fits ? epoch : 0);
    });
    for (const lock of use.locks) {
      this.intervals.lock(lock);
      if (lock.field < 0)
        this.#contractEpochs[lock.contract] = (this.#contractEpochs[lock.contract] ?? 0) + 1;
      else this.#fieldEpochs[lock.field] = (this.#fieldEpochs[lock.field] ?? 0) + 1;
    }
    for (const [field, runClass] of fields) this.graph.enter(this.#fields, field, t, runClass, 0);
    for (const [contract, runClass] of contracts) this.graph.enter(this.#contracts, contract, t, runClass, 0);
    return adderRuns;
  }
}

/** How a transaction uses the fields and contracts over its keys: by its locks and by what lies under them. */
function intentions(use: ResourceUse): { fields: Map<number, RunClass>; contracts: Map<number, RunClass> } {
  const fields = new Map<number, RunClass>();
  const contracts = new Map<number, RunClass>();
  use.access.keys.forEach((access, i) => {
    const numbers = use.keys[i] as ResourceUse['keys'][number];
    const intent = access.mode === 'read' ? 'intentRead' : 'intentChange';
    join(fields, numbers.field, intent);
    join(contracts, numbers.contract, intent);
  });
  for (const lock of use.locks) {
    const level = lock.field < 0 ? contracts : fields;
    join(level, lock.field < 0 ? lock.contract : lock.field, lock.write ? 'lockWrite' : 'lockRead');
    if (lock.field >= 0) join(contracts, lock.contract, lock.write ? 'intentChange' : 'intentRead');
  }
  return { fields, contracts };
}

/** Both uses at once; a read lock with a change under it is exclusive, for nobody may share with both. */
function join(classes: Map<number, RunClass>, resource: number, next: RunClass): void {
  const have = classes.get(resource);
  if (have === undefined || have === 'intentRead') classes.set(resource, next);
  else if (next !== have && next !== 'intentRead') classes.set(resource, 'lockWrite');
}
