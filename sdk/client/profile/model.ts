// How a block would run on so many workers: the order its accesses force, and workers that take whatever is ready. A model,
// for traces and for machines that are not at hand; the executor does not use it.
import type { ResourceUse } from '@weft/runtime/types/explain-conflicts';
import { waitReason } from '@weft/runtime/types/explain-conflicts';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { chainBlock } from './chains.js';

/** Nodes are transactions, then joins, which take no time: one waits for a whole run, others for it. */
export interface OrderGraph {
  readonly transactions: number;
  readonly inDegrees: Int32Array;
  readonly successors: readonly (readonly number[])[];
}

/** Where and when a transaction ran, in the unit of the durations. */
export interface Placement {
  readonly transaction: number;
  readonly worker: number;
  readonly start: number;
  readonly end: number;
}

/** The order a block's accesses force: per resource, sharers in runs, each run behind the one before it. Linear. */
export function orderGraph(record: ExplainRecord): OrderGraph {
  const block = chainBlock(record);
  const runs: { uses: Set<ResourceUse>; members: number[]; gate: number }[] = [];
  const successors: number[][] = record.transactions.map(() => []);
  const edge = (from: number, to: number) => successors[from]?.push(to);
  block.uses.forEach((uses, t) => {
    for (const [resource, use] of uses) {
      const kind = block.resources[resource]?.kind ?? 'key';
      const open = runs[resource];
      const shares = open !== undefined && ![...open.uses].some((other) => waitReason(kind, use, other));
      const run = shares
        ? open
        : { uses: new Set<ResourceUse>(), members: [], gate: gateOf(open, successors) };
      runs[resource] = run;
      run.uses.add(use);
      run.members.push(t);
      if (run.gate >= 0) edge(run.gate, t);
    }
  });
  const inDegrees = new Int32Array(successors.length);
  for (const list of successors) for (const node of list) inDegrees[node] = (inDegrees[node] as number) + 1;
  return { transactions: record.transactions.length, inDegrees, successors };
}

/** Places every transaction `runs` holds for, in block order among those that are ready. */
export function placeOnWorkers(
  graph: OrderGraph,
  workers: number,
  duration: (transaction: number) => number,
): Placement[] {
  const missing = Int32Array.from(graph.inDegrees);
  const ready: number[] = [];
  const placements: Placement[] = [];
  const free = Array.from({ length: workers }, (_, worker) => worker);
  const running: Placement[] = [];
  let next = 0;
  const release = (node: number): void => {
    for (const after of graph.successors[node] ?? []) {
      missing[after] = (missing[after] as number) - 1;
      if (missing[after] !== 0) continue;
      if (after < graph.transactions) ready.push(after);
      else release(after);
    }
  };
  for (let t = 0; t < graph.transactions; t++) if (missing[t] === 0) ready.push(t);
  for (let now = 0; ; ) {
    while (free.length > 0 && next < ready.length) {
      const transaction = ready[next++] as number;
      const placement = {
        transaction,
        worker: free.shift() as number,
        start: now,
        end: now + duration(transaction),
      };
      placements.push(placement);
      insertByEnd(running, placement);
    }
    const done = running.pop();
    if (done === undefined) return placements;
    now = done.end;
    insertNumber(free, done.worker);
    release(done.transaction);
  }
}

/** The last of a run, or a join behind all of it; -1: nothing to wait for. */
function gateOf(run: { readonly members: readonly number[] } | undefined, successors: number[][]): number {
  const [first] = run?.members ?? [];
  if (run === undefined || first === undefined) return -1;
  if (run.members.length === 1) return first;
  const join = successors.push([]) - 1;
  for (const member of run.members) successors[member]?.push(join);
  return join;
}

/** Latest end first, so that the next to end is the last; of equal ends the first placed ends first. */
function insertByEnd(running: Placement[], placement: Placement): void {
  let at = running.length;
  while (at > 0 && (running[at - 1] as Placement).end <= placement.end) at--;
  running.splice(at, 0, placement);
}

function insertNumber(list: number[], number: number): void {
  const at = list.findIndex((other) => other > number);
  list.splice(at < 0 ? list.length : at, 0, number);
}
