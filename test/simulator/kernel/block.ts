// A block for the explored kernel: planned by the real planner, laid out by the real layout, run by a model of a
// transaction (reads, multiplies and adds over plain words) whose sequential result is known.
import { AccessBuilder } from '@weft/runtime/access/access-builder';
import { conflicts } from '@weft/runtime/access/conflicts';
import { type Arena, arenaOver, HEADER, RUN } from '@weft/runtime/execute/parallel/arena';
import { placeTables, writeGraph } from '@weft/runtime/execute/parallel/graph-tables';
import { JobTable } from '@weft/runtime/execute/parallel/jobs';
import type { Kernel } from '@weft/runtime/execute/parallel/kernel';
import { type ListedPlan, planSchedule } from '@weft/runtime/schedule/plan-sets';
import type { AccessSet } from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import { encodeStateKey, fieldId, keyText, type StateKey } from '@weft/runtime/types/key';
import type { SharedWords, System } from './explorer.js';

/** What a transaction does to each key: reads it, writes a value that depends on the old one, or adds to it. */
export interface ModelTransaction {
  /** `r`, `w`, `a`, or `-` for nothing, per key. */
  readonly modes: string;
  readonly sender: number;
  /** Ends as an access violation: changes nothing and joins the tail. */
  readonly violates?: boolean;
}

/** The shipped class, or a mutant. */
export type KernelClass = typeof Kernel;

const NONE = new Int32Array(0);
const NO_KEYS = { buckets: NONE, places: NONE, heap: NONE, seed: 0 };
const INITIAL = 5;
const written = (before: number, transaction: number): number => 3 * before + transaction + 1;
const added = (transaction: number): number => 10 + transaction;

/** Transactions from texts such as `ra w-`: a word each, a letter a key; `!` behind it: violates. Senders differ. */
export function modelBlock(text: string, sameSender = false): ModelTransaction[] {
  return text.split(' ').map((word, index) => ({
    modes: word.replace('!', ''),
    sender: sameSender ? 0 : index,
    violates: word.endsWith('!'),
  }));
}

/**
 * The block as a system of workers. `claimParts`: as the kernel's own; 0: a worker takes all that is ready, without it one
 * at a time in blocks this small.
 */
export function kernelSystem(
  block: readonly ModelTransaction[],
  workers: number,
  KernelOf: KernelClass,
  { fine = false, claimParts }: { readonly fine?: boolean; readonly claimParts?: number | undefined } = {},
): System {
  const model = new Model(block);
  model.arena.words[HEADER.workers] = workers;
  return {
    words: model.arena.words.slice(),
    workers,
    program: (shared) => {
      const kernel = new KernelOf(model.arena, () => false, shared.atomics, 0, claimParts);
      kernel.serve((transaction) => model.run(transaction, kernel, shared));
    },
    fine,
    // `next` begins with the signal and knows nothing; looking at the queue again it knows the signal alone.
    known: ({ kind, at }) => {
      if (kind !== 'load') return undefined;
      if (at === HEADER.readySignal) return 0;
      return at === HEADER.queueHead ? 1 : undefined;
    },
    // The signal only grows and is only compared: whether it has moved since is all that matters.
    meaning: (result, place, words) => (place === 0 ? Number(result === words[HEADER.readySignal]) : result),
    essence: (words) => {
      const copy = words.slice();
      copy[HEADER.readySignal] = 0;
      return copy;
    },
    // A place of the queue that is counted but not yet filled is read until it is.
    mayRepeat: ({ kind, at }) => kind === 'load' && at >= model.queueAt && at < model.queueAt + block.length,
    faulty: (words, awake, asleep) => {
      const head = words[HEADER.queueHead]!;
      const waits = head < words[HEADER.queueTail]! && words[model.queueAt + head] !== 0;
      const busy = awake.every((operation) => model.isStart(operation.at));
      return waits && busy && asleep > 0 ? 'a worker sleeps while a transaction waits' : undefined;
    },
    wrong: (words) => model.wrong(words),
  };
}

/** The order in which one worker alone runs a block of which it takes all that is ready. */
export function orderAlone(block: readonly ModelTransaction[], KernelOf: KernelClass): number[] {
  const { arena } = new Model(block);
  const order: number[] = [];
  new KernelOf(arena, () => false, Atomics, 0, 0).serve((transaction) => {
    order.push(transaction);
  });
  return order;
}

class Model {
  readonly arena: Arena;
  readonly queueAt: number;
  readonly #accesses: AccessSet[];
  readonly #plan: ListedPlan;
  readonly #keys: number;
  /** First words of: cells, sums of members, what each transaction read, how often it ran, whether it joined the tail. */
  readonly #at: { cells: number; sums: number; seen: number; ran: number; tail: number };

  constructor(readonly block: readonly ModelTransaction[]) {
    this.#keys = block[0]!.modes.length;
    this.#accesses = block.map(({ modes }) => accessOf(modes));
    const items = block.map(({ sender }, index) => {
      return { access: this.#accesses[index], sender: new Uint8Array([sender]), gasLimit: 1 };
    });
    this.#plan = planSchedule(items, () => BigInt(INITIAL));
    const tables = placeTables(
      this.#plan,
      this.#keys,
      NO_KEYS,
      this.#plan.table,
      new JobTable(this.#plan.table),
    );
    const members = this.#plan.members.length;
    const cells = tables.end;
    const sums = cells + this.#keys;
    const seen = sums + members;
    const ran = seen + block.length * this.#keys;
    const tail = ran + block.length;
    this.#at = { cells, sums, seen, ran, tail };
    this.arena = arenaOver(new SharedArrayBuffer(4 * (tail + block.length)));
    const taking = Int32Array.from(block, (_, index) => index);
    writeGraph(this.arena, tables, this.#plan, taking);
    // The model's cells stand in the order of its keys.
    const names = Array.from({ length: this.#keys }, (_, index) => keyText(keyOf(index)));
    this.#plan.adderRuns.forEach(({ key }, run) => {
      this.arena.words[tables.runs + run * RUN.size + RUN.slot] = names.indexOf(keyText(key));
    });
    this.arena.words.fill(INITIAL, cells, cells + this.#keys);
    this.queueAt = tables.queue;
  }

  /** As a worker runs a transaction: flags, reads and writes, then the runs it leaves. */
  run(transaction: number, kernel: Kernel, shared: SharedWords): void {
    shared.atomics.add(this.arena.words, this.#at.ran + transaction, 1);
    const runs = this.#runsOf(transaction);
    if (kernel.isFlagged(transaction)) this.#join(transaction, kernel, shared);
    else {
      this.#effects(transaction, runs, shared);
      if (this.block[transaction]!.violates) this.#join(transaction, kernel, shared);
    }
    for (const run of runs.values()) if (kernel.leave(run)) this.#merge(run, shared);
  }

  /** The word every run begins with. */
  isStart(at: number): boolean {
    return at >= this.#at.ran && at < this.#at.tail;
  }

  wrong(words: Int32Array): string | undefined {
    const expected = this.#sequential();
    const got = {
      cells: [...words.subarray(this.#at.cells, this.#at.sums)],
      seen: [...words.subarray(this.#at.seen, this.#at.ran)],
      ran: [...words.subarray(this.#at.ran, this.#at.tail)],
      tail: [...words.subarray(this.#at.tail)],
    };
    for (const name of ['cells', 'seen', 'ran', 'tail'] as const) {
      const [want, have] = [expected[name].join(), got[name].join()];
      if (want !== have) return `${name} ${have} instead of ${want}`;
    }
    return undefined;
  }

  #effects(transaction: number, runs: ReadonlyMap<number, number>, shared: SharedWords): void {
    const { modes, violates } = this.block[transaction]!;
    [...modes].forEach((mode, index) => {
      const cell = this.#at.cells + index;
      if (mode === 'r' || mode === 'w') {
        const before = shared.load(cell);
        shared.store(this.#at.seen + transaction * this.#keys + index, before);
        if (mode === 'w' && !violates) shared.store(cell, written(before, transaction));
      } else if (mode === 'a' && !violates) {
        const run = runs.get(index);
        // An add that does not fit is planned as a writer.
        if (run === undefined) shared.store(cell, shared.load(cell) + added(transaction));
        else shared.store(this.#memberOf(run, transaction), added(transaction));
      }
    });
  }

  #join(transaction: number, kernel: Kernel, shared: SharedWords): void {
    shared.store(this.#at.tail + transaction, 1);
    kernel.flag(transaction);
  }

  #merge(run: number, shared: SharedWords): void {
    const { words } = this.arena;
    const record = words[HEADER.runs]! + run * RUN.size;
    const cell = this.#at.cells + words[record + RUN.slot]!;
    let sum = shared.load(cell);
    for (let member = 0; member < words[record + RUN.members]!; member++) {
      sum += shared.load(this.#at.sums + words[record + RUN.firstMember]! + member);
    }
    shared.store(cell, sum);
  }

  /** Adder run of each key of a transaction, by key index. */
  #runsOf(transaction: number): Map<number, number> {
    const runs = new Map<number, number>();
    const declared = [...this.block[transaction]!.modes].flatMap((mode, index) =>
      mode === '-' ? [] : [index],
    );
    declared.forEach((index, place) => {
      const run = this.#plan.adderRunOf[transaction]?.[place] ?? -1;
      if (run >= 0) runs.set(index, run);
    });
    return runs;
  }

  #memberOf(run: number, transaction: number): number {
    const { words } = this.arena;
    const first = words[words[HEADER.runs]! + run * RUN.size + RUN.firstMember]!;
    return this.#at.sums + first + this.#plan.adderRuns[run]!.members.indexOf(transaction);
  }

  /** The definition: one after the other, the same-sender rule by the pairwise question. */
  #sequential(): Record<'cells' | 'seen' | 'ran' | 'tail', number[]> {
    const cells = Array.from({ length: this.#keys }, () => INITIAL);
    const seen = this.block.flatMap(() => cells.map(() => 0));
    const tail = this.block.map(() => 0);
    this.block.forEach(({ modes, sender, violates }, transaction) => {
      const unrun = this.block.some(
        (other, earlier) =>
          earlier < transaction &&
          tail[earlier] === 1 &&
          other.sender === sender &&
          conflicts(this.#accesses[earlier]!, this.#accesses[transaction]!),
      );
      if (unrun || violates) tail[transaction] = 1;
      if (unrun) return;
      [...modes].forEach((mode, index) => {
        if (mode === 'r' || mode === 'w') seen[transaction * this.#keys + index] = cells[index]!;
        if (violates) return;
        if (mode === 'w') cells[index] = written(cells[index]!, transaction);
        if (mode === 'a') cells[index]! += added(transaction);
      });
    });
    return { cells, seen, ran: this.block.map(() => 1), tail };
  }
}

function keyOf(index: number): StateKey {
  return encodeStateKey(1, new Uint8Array(32) as Address, fieldId('model'), [Uint8Array.of(index)]);
}

function accessOf(modes: string): AccessSet {
  const builder = new AccessBuilder();
  [...modes].forEach((mode, index) => {
    if (mode === 'r') builder.key(keyOf(index), 'read');
    if (mode === 'w') builder.key(keyOf(index), 'write');
    if (mode === 'a') builder.add(keyOf(index), { direction: 'up', amount: 20n });
  });
  return builder.finish();
}
