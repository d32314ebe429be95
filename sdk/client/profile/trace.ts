// A workload as a Chrome trace (chrome://tracing, Perfetto): a row a worker, an arrow from each transaction to the one that
// waited for it. Placed as it ran where the records were timed, else by a model.
import {
  type ExplainedTransaction,
  type ExplainRecord,
  WAIT_REASONS,
} from '@weft/runtime/types/explain-record';
import { orderGraph, type Placement, placeOnWorkers } from './model.js';
import { type AbiOf, methodLabel, resourceLabel } from './names.js';

/** One gas is about half a nanosecond (runtime/docs/spec/gas.md). */
const GAS_PER_US = 2000;

export interface TraceOptions {
  readonly workers: number;
  /**
   * `gas`: modelled, the same on every machine. `measured`: as records were timed on workers; where they were not,
   * modelled with the durations they have.
   */
  readonly clock: 'gas' | 'measured';
}

/** An event of the trace format; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M' | 's' | 'f';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly bp?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Row of the blocks; workers follow. */
const BLOCKS = 0;
const PROCESS = 1;

/** Adds blocks one after the other. */
export class TraceWriter {
  readonly #events: TraceEvent[] = [];
  readonly #options: TraceOptions;
  #now = 0;
  #flows = 0;

  constructor(options: TraceOptions) {
    this.#options = options;
    this.#name('process_name', BLOCKS, `weft, ${options.workers} workers, ${options.clock}`);
    this.#name('thread_name', BLOCKS, 'blocks');
    for (let worker = 0; worker < options.workers; worker++)
      this.#name('thread_name', worker + 1, `worker ${worker + 1}`);
  }

  add(record: ExplainRecord, abiOf: AbiOf): void {
    const begun = this.#now;
    const graph = orderGraph(record);
    const took = (t: number) => this.#took(record.transactions[t]);
    const placements =
      this.#measured(record) ??
      placeOnWorkers(graph, this.#options.workers, (t) =>
        record.transactions[t]?.phase === 'ordered' ? took(t) : 0,
      );
    const placed: Placement[] = [];
    for (const placement of placements) placed[placement.transaction] = placement;
    for (const placement of placements) this.#transaction(record, placement, placed, abiOf);
    let end = placements.reduce((last, one) => Math.max(last, begun + one.end), begun);
    record.transactions.forEach((one, t) => {
      if (one.tail?.ran !== true) return;
      this.#span(`${methodLabel(one, abiOf)} #${t} (tail)`, 1, end, took(t), { ...one.tail });
      end += took(t);
    });
    const { criticalPathGas, tailGas, gas, parallelism } = record;
    const figures = { transactions: record.transactions.length, gas, criticalPathGas, tailGas, parallelism };
    this.#span(`block ${record.height}`, BLOCKS, begun, end - begun, figures);
    this.#now = end;
  }

  /** The file's content. */
  finish(): { readonly displayTimeUnit: 'ms'; readonly traceEvents: readonly TraceEvent[] } {
    return { displayTimeUnit: 'ms', traceEvents: this.#events };
  }

  /** As the block really ran, where that was timed on no more workers than there are rows. */
  #measured({ transactions }: ExplainRecord): Placement[] | undefined {
    if (this.#options.clock !== 'measured') return undefined;
    const placements: Placement[] = [];
    transactions.forEach(({ worker, startUs, endUs }, transaction) => {
      if (worker === undefined || startUs === undefined || endUs === undefined) return;
      if (worker < this.#options.workers)
        placements.push({ transaction, worker, start: startUs, end: endUs });
    });
    return placements.length === 0 ? undefined : placements;
  }

  #took(transaction: ExplainedTransaction | undefined): number {
    if (transaction === undefined) return 0;
    const byGas = transaction.gasUsed / GAS_PER_US;
    return this.#options.clock === 'measured' ? (transaction.us ?? byGas) : byGas;
  }

  #transaction(
    record: ExplainRecord,
    { transaction: t, worker, start, end }: Placement,
    placed: readonly Placement[],
    abiOf: AbiOf,
  ): void {
    const one = record.transactions[t];
    if (one?.phase !== 'ordered') return;
    const at = this.#now + start;
    const [wait] = one.waits;
    const resource = wait && record.resources[wait.resource];
    const waited = wait &&
      resource && {
        waitedFor: `#${wait.after}`,
        over: resourceLabel(resource, abiOf),
        why: WAIT_REASONS[wait.reason],
      };
    const facts = { id: one.id, status: one.status, gasUsed: one.gasUsed, ...waited };
    this.#span(`${methodLabel(one, abiOf)} #${t}`, worker + 1, at, end - start, facts);
    const before = wait && placed[wait.after];
    if (before === undefined) return;
    const flow = { name: 'waits', cat: 'wait', pid: PROCESS, id: this.#flows++ } as const;
    const from = this.#now + before.end;
    this.#events.push({ ...flow, ph: 's', tid: before.worker + 1, ts: rounded(from) });
    this.#events.push({ ...flow, ph: 'f', bp: 'e', tid: worker + 1, ts: rounded(at) });
  }

  #span(name: string, tid: number, ts: number, dur: number, args: TraceEvent['args']): void {
    const times = { ts: rounded(ts), dur: rounded(dur) };
    this.#events.push({ name, ph: 'X', pid: PROCESS, tid, ...times, ...(args && { args }) });
  }

  #name(kind: string, tid: number, name: string): void {
    this.#events.push({ name: kind, ph: 'M', pid: PROCESS, tid, args: { name } });
  }
}

/** To a nanosecond. */
const rounded = (us: number): number => Math.round(us * 1000) / 1000;
