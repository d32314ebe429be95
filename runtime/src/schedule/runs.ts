// Per-resource queues: consecutive sharers of a resource form a run, every member of a run waits for the whole run
// before it. Between two runs stands one join node, so an access costs at most two edges however long the runs are.
import { type IndexLists, packEdges } from './index-lists.js';

/** How a transaction uses a key, or (from `intentRead` on) a field or a contract. */
export type RunClass = 'read' | 'add' | 'write' | 'intentRead' | 'intentChange' | 'lockRead' | 'lockWrite';

interface Run {
  class: RunClass;
  /** Locks over the key when the run was opened; a lock closes the adder runs under it. */
  readonly epoch: number;
  readonly members: number[];
  /** The node every member waits for; -1: none. */
  readonly gate: number;
  /** Number of an adder run; -1 otherwise. */
  readonly adders: number;
}

/** The open run of each resource of one level (keys, fields, contracts). */
export type RunQueue = (Run | undefined)[];

/** The graph under construction: transactions are nodes 0 to n-1, join nodes follow. */
export class RunGraph {
  /** Members per adder run, ascending. */
  readonly adderRuns: { readonly resource: number; readonly members: readonly number[] }[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #nodes: number;

  constructor(transactions: number) {
    this.#nodes = transactions;
  }

  /** Puts transaction t behind a resource's queue; transactions come in block order. Returns its adder run, or -1. */
  enter(queue: RunQueue, resource: number, t: number, runClass: RunClass, epoch: number): number {
    const open = queue[resource];
    const shared = open !== undefined && open.epoch === epoch ? shareClass(open.class, runClass) : undefined;
    if (open !== undefined && shared !== undefined) {
      open.class = shared;
      open.members.push(t);
      if (open.gate >= 0) this.#edge(open.gate, t);
      return open.adders;
    }
    const members = [t];
    const gate = open === undefined ? -1 : this.#close(open);
    const adders = runClass === 'add' ? this.adderRuns.push({ resource, members }) - 1 : -1;
    if (gate >= 0) this.#edge(gate, t);
    queue[resource] = { class: runClass, epoch, members, gate, adders };
    return adders;
  }

  /** The finished graph. */
  finish(): { readonly nodeCount: number; readonly inDegrees: Int32Array; readonly successors: IndexLists } {
    const inDegrees = new Int32Array(this.#nodes);
    for (const node of this.#to) inDegrees[node] = (inDegrees[node] as number) + 1;
    return { nodeCount: this.#nodes, inDegrees, successors: packEdges(this.#nodes, this.#from, this.#to) };
  }

  /** The node that stands for the end of a run: its only member, or a join node behind all of them. */
  #close(run: Run): number {
    const [first] = run.members;
    if (run.members.length === 1 && first !== undefined) return first;
    const join = this.#nodes++;
    for (const member of run.members) this.#edge(member, join);
    return join;
  }

  #edge(from: number, to: number): void {
    this.#from.push(from);
    this.#to.push(to);
  }
}

/** The class of a run of `open` once `next` has joined it; undefined: they do not share. */
function shareClass(open: RunClass, next: RunClass): RunClass | undefined {
  if (open === next) return open === 'write' || open === 'lockWrite' ? undefined : open;
  const [low, high] = open === 'intentRead' ? [open, next] : [next, open];
  if (low !== 'intentRead') return undefined;
  return high === 'intentChange' || high === 'lockRead' ? high : undefined;
}
