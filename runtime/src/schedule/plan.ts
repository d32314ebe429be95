// From access sets to the graph the executor runs: exact queues per key, intentions on fields and contracts for locks,
// intervals that let adders share. Between resolution and the executors; linear in the declared keys.

import { IntList } from '../base/int-list.js';
import { ACCESS, type AccessTable, contractsAt, KEY, LOCK, locksAt, RECORD } from '../types/access-table.js';
import { criticalPath } from './critical-path.js';
import type { IndexLists } from './index-lists.js';
import { CellIntervals, type InitialCell } from './intervals.js';
import { RUN_CLASS, type RunClass, RunGraph } from './runs.js';
import { type SameSenderFlags, sameSenderFlags } from './same-sender.js';

/**
 * The plan of a block. Nodes are transactions in block order, then join nodes (which only count). Transactions that add to
 * one cell at the same time are an adder run; the last to leave merges what they added, by block order.
 */
export interface Plan {
  readonly transactionCount: number;
  readonly nodeCount: number;
  /** Per node, how many nodes must finish first; one may be counted more than once, as in `successors`. */
  readonly inDegrees: Int32Array;
  readonly successors: IndexLists;
  /** Per adder run: the number of its cell, and its first member; an entry more at the end of the latter. */
  readonly runKeys: Int32Array;
  readonly runMembers: Int32Array;
  /** The transaction of each member; those of a run ascend. */
  readonly members: Int32Array;
  readonly sameSender: SameSenderFlags;
  /** The longest chain of conflicting transactions, in gas; hashed. */
  readonly criticalPathGas: number;
}

/** What planning needs to know of transactions beside their access. */
export interface PlannedTransactions {
  /** One number a sender, none negative and none much larger than a block has keys. */
  readonly senders: Int32Array;
  /** 1 to 2^53-1 each. */
  readonly gasLimits: Float64Array;
}

/**
 * Plans a block and writes `KEY.run` and `KEY.member` of its table. Any two transactions that conflict by joined modes (or
 * by an add that does not fit) are ordered by a path; adders that fit are not. At most six edges a declared key.
 * @param initial S0's value of a cell; see `InitialCell`.
 */
export function planTable(
  table: AccessTable,
  { senders, gasLimits }: PlannedTransactions,
  initial: InitialCell,
): Plan {
  const planner = new Planner(table, initial);
  const { records } = table;
  for (let t = 0; t < records.length; t++) if (records[t] !== 0) planner.take(records[t]!, t);
  const runs = planner.runs();
  return {
    transactionCount: records.length,
    ...planner.graph.finish(),
    ...runs,
    sameSender: sameSenderFlags(table, senders),
    criticalPathGas: criticalPath(table, gasLimits),
  };
}

/** The queues of a block while its transactions are taken in order. */
class Planner {
  readonly graph: RunGraph;
  readonly #intervals: CellIntervals;
  readonly #keys: Int32Array;
  readonly #fields: Level;
  readonly #contracts: Level;

  constructor(
    private readonly table: AccessTable,
    initial: InitialCell,
  ) {
    this.graph = new RunGraph(table.records.length);
    this.#intervals = new CellIntervals(table, initial);
    this.#keys = new Int32Array(table.keyRoom);
    this.#fields = new Level(table.fields.size);
    this.#contracts = new Level(table.contracts.size);
  }

  take(record: number, t: number): void {
    const { table, graph } = this;
    const { words } = table;
    const fields = this.#fields;
    const contracts = this.#contracts;
    let at = record + RECORD.size;
    for (let index = words[record + RECORD.keys]!; index > 0; index--, at += KEY.size) {
      const key = words[at + KEY.number]!;
      const field = table.fieldOf(key);
      const contract = table.contractOf(key);
      const reads = (words[at + KEY.flags]! & ACCESS.read) !== 0;
      const intent = reads ? RUN_CLASS.intentRead : RUN_CLASS.intentChange;
      fields.use(field, intent);
      contracts.use(contract, intent);
      const fits = this.#intervals.fits(at);
      const runClass = reads ? RUN_CLASS.read : fits ? RUN_CLASS.add : RUN_CLASS.write;
      const epoch = fits ? fields.epochs[field]! + contracts.epochs[contract]! : 0;
      const run = graph.enter(this.#keys, key, t, runClass, epoch);
      words[at + KEY.run] = run;
      // Its place in the run, until all runs are known.
      words[at + KEY.member] = run < 0 ? -1 : graph.adderMembers.items[run]! - 1;
    }
    const end = contractsAt(words, record);
    for (let lock = locksAt(words, record); lock < end; lock += LOCK.size) this.#lock(lock);
    fields.enter(graph, t);
    contracts.enter(graph, t);
  }

  /** Numbers members run by run and writes their numbers into the table. */
  runs(): Pick<Plan, 'runKeys' | 'runMembers' | 'members'> {
    const { table, graph } = this;
    const { words, records } = table;
    const counts = graph.adderMembers;
    const runMembers = new Int32Array(counts.length + 1);
    for (let run = 0; run < counts.length; run++) runMembers[run + 1] = runMembers[run]! + counts.items[run]!;
    const members = new Int32Array(runMembers[counts.length]!);
    for (let t = 0; t < records.length; t++) {
      const record = records[t]!;
      if (record === 0) continue;
      let at = record + RECORD.size;
      for (let index = words[record + RECORD.keys]!; index > 0; index--, at += KEY.size) {
        const run = words[at + KEY.run]!;
        if (run < 0) continue;
        const member = words[at + KEY.member]! + runMembers[run]!;
        words[at + KEY.member] = member;
        members[member] = t;
      }
    }
    return { runKeys: graph.adderKeys.view(), runMembers, members };
  }

  #lock(lock: number): void {
    const { words } = this.table;
    const write = (words[lock + LOCK.flags]! & ACCESS.write) !== 0;
    const field = words[lock + LOCK.field]!;
    const contract = words[lock + LOCK.contract]!;
    this.#intervals.lock(lock);
    const own = write ? RUN_CLASS.lockWrite : RUN_CLASS.lockRead;
    if (field < 0) {
      this.#contracts.epochs[contract]!++;
      this.#contracts.use(contract, own);
      return;
    }
    this.#fields.epochs[field]!++;
    this.#fields.use(field, own);
    this.#contracts.use(contract, write ? RUN_CLASS.intentChange : RUN_CLASS.intentRead);
  }
}

/** The fields or the contracts: their queues, and how the transaction at hand uses them. */
class Level {
  /** Locks met so far, read locks too: a lock sees what earlier adders added, so their runs end before it. */
  readonly epochs: Int32Array;
  readonly #queue: Int32Array;
  /** By resource: its joined use by the transaction at hand, 0: none. */
  readonly #uses: Int32Array;
  readonly #used = new IntList();

  constructor(count: number) {
    this.epochs = new Int32Array(count);
    this.#queue = new Int32Array(count);
    this.#uses = new Int32Array(count);
  }

  /** Both uses at once; a read lock with a change under it is exclusive, for nobody may share with both. */
  use(resource: number, next: RunClass): void {
    const have = this.#uses[resource]!;
    if (have === 0) this.#used.push(resource);
    if (have === 0 || have === RUN_CLASS.intentRead) this.#uses[resource] = next;
    else if (next !== have && next !== RUN_CLASS.intentRead) this.#uses[resource] = RUN_CLASS.lockWrite;
  }

  /** Puts the transaction at hand behind the queues of what it used, and forgets its uses. */
  enter(graph: RunGraph, t: number): void {
    const { items, length } = this.#used;
    for (let index = 0; index < length; index++) {
      const resource = items[index]!;
      graph.enter(this.#queue, resource, t, this.#uses[resource] as RunClass, 0);
      this.#uses[resource] = 0;
    }
    this.#used.cut(0);
  }
}
