// Per-resource queues: consecutive sharers of a resource form a run, every member of a run waits for the whole run
// before it. Between two runs stands one join node, so an access costs at most two edges however long the runs are.
import { IntList } from '../base/int-list.js';
import { type IndexLists, ItemPairs } from './index-lists.js';

/** How a transaction uses a key, or (from `intentRead` on) a field or a contract. */
export const RUN_CLASS = {
  read: 1,
  add: 2,
  write: 3,
  intentRead: 4,
  intentChange: 5,
  lockRead: 6,
  lockWrite: 7,
} as const;
export type RunClass = (typeof RUN_CLASS)[keyof typeof RUN_CLASS];

/**
 * A run's record. `epoch`: locks over the key when the run was opened; a lock closes the adder runs under it. `gate`: the
 * node every member waits for, -1: none. `adders`: number of an adder run, else -1. `last`: its newest member's link.
 */
const RUN = { class: 0, epoch: 1, gate: 2, adders: 3, members: 4, last: 5, size: 6 } as const;

/** The open run of each resource of one level (keys, fields, contracts): 1 + its record, 0: none yet. */
export type RunQueue = Int32Array;

/** The graph under construction: transactions are nodes 0 to n-1, join nodes follow. */
export class RunGraph {
  /** By adder run: the number of its key, and how many members it has. */
  readonly adderKeys = new IntList();
  readonly adderMembers = new IntList();
  readonly #runs = new IntList(1 << 14);
  /** Members of runs, two words each: the transaction, the link before it (-1: none). */
  readonly #links = new IntList(1 << 14);
  readonly #edges = new ItemPairs();
  #nodes: number;

  constructor(transactions: number) {
    this.#nodes = transactions;
  }

  /** Puts transaction t behind a resource's queue; transactions come in block order. Returns its adder run, or -1. */
  enter(queue: RunQueue, resource: number, t: number, runClass: RunClass, epoch: number): number {
    const open = queue[resource]! - 1;
    if (open >= 0 && this.#runs.items[open + RUN.epoch] === epoch) {
      const shared = sharedClass(this.#runs.items[open + RUN.class] as RunClass, runClass);
      if (shared !== 0) return this.#join(open, t, shared);
    }
    const gate = open < 0 ? -1 : this.#close(open);
    if (gate >= 0) this.#edges.add(gate, t);
    const adders = runClass === RUN_CLASS.add ? this.adderKeys.length : -1;
    if (adders >= 0) {
      this.adderKeys.push(resource);
      this.adderMembers.push(1);
    }
    const run = this.#runs.take(RUN.size);
    const { items } = this.#runs;
    items[run + RUN.class] = runClass;
    items[run + RUN.epoch] = epoch;
    items[run + RUN.gate] = gate;
    items[run + RUN.adders] = adders;
    items[run + RUN.members] = 1;
    items[run + RUN.last] = this.#link(t, -1);
    queue[resource] = run + 1;
    return adders;
  }

  /** The finished graph. */
  finish(): { readonly nodeCount: number; readonly inDegrees: Int32Array; readonly successors: IndexLists } {
    const count = this.#nodes;
    return {
      nodeCount: count,
      inDegrees: this.#edges.itemCounts(count),
      successors: this.#edges.pack(count),
    };
  }

  #join(run: number, t: number, shared: number): number {
    const { items } = this.#runs;
    items[run + RUN.class] = shared;
    items[run + RUN.members]!++;
    items[run + RUN.last] = this.#link(t, items[run + RUN.last]!);
    const gate = items[run + RUN.gate]!;
    if (gate >= 0) this.#edges.add(gate, t);
    const adders = items[run + RUN.adders]!;
    if (adders >= 0) this.adderMembers.items[adders]!++;
    return adders;
  }

  #link(t: number, before: number): number {
    const link = this.#links.take(2);
    this.#links.items[link] = t;
    this.#links.items[link + 1] = before;
    return link;
  }

  /** The node that stands for the end of a run: its only member, or a join node behind all of them. */
  #close(run: number): number {
    const links = this.#links.items;
    const last = this.#runs.items[run + RUN.last]!;
    if (this.#runs.items[run + RUN.members] === 1) return links[last]!;
    const join = this.#nodes++;
    for (let link = last; link >= 0; link = links[link + 1]!) this.#edges.add(links[link]!, join);
    return join;
  }
}

/** The class of a run of `open` once `next` has joined it; 0: they do not share. */
function sharedClass(open: RunClass, next: RunClass): number {
  if (open === next) return open === RUN_CLASS.write || open === RUN_CLASS.lockWrite ? 0 : open;
  const other = open === RUN_CLASS.intentRead ? next : open;
  if (open !== RUN_CLASS.intentRead && next !== RUN_CLASS.intentRead) return 0;
  return other === RUN_CLASS.intentChange || other === RUN_CLASS.lockRead ? other : 0;
}
