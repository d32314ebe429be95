// The tail of a workload, summed: which methods came there, why, and what would have kept them out.
import type { ExplainedTail, ExplainRecord, TailReason } from '@weft/runtime/types/explain-record';
import { type AbiOf, contractLabel, methodLabel, placeLabel, placeOf } from './names.js';

/** Transactions of one method in the tail for one reason. */
export interface TailLine {
  readonly reason: TailReason;
  readonly method: string;
  /** What was touched undeclared, or the code of the refusal. */
  readonly what?: string;
  readonly transactions: number;
  /** Of them, those that found the tail full. */
  readonly full: number;
  /** Gas they used, the tail's factor included. */
  readonly gasUsed: number;
  readonly advice: string;
}

const ADVICE: Readonly<Record<TailReason, string>> = {
  TAIL_NO_ACCESS: 'send it once what it calls is on chain, with arguments that decode',
  TAIL_VIOLATION:
    'simulate before sending (the client does): what is missing becomes extra access of the transaction',
  TAIL_SAME_SENDER: 'it follows what its sender sent before: keep that one out of the tail',
};

type One = ExplainRecord['transactions'][number];

/** Collects over blocks, names at the end. */
export class TailLines {
  readonly #all: { readonly transaction: One; readonly tail: ExplainedTail }[] = [];

  add({ transactions }: ExplainRecord): void {
    for (const transaction of transactions) {
      if (transaction.tail !== undefined) this.#all.push({ transaction, tail: transaction.tail });
    }
  }

  /** Most transactions first. */
  lines(abiOf: AbiOf): readonly TailLine[] {
    const lines = new Map<string, { -readonly [name in keyof TailLine]: TailLine[name] }>();
    for (const { transaction, tail } of this.#all) {
      const { reason } = tail;
      const method = methodLabel(transaction, abiOf);
      const what = whatOf(tail, abiOf);
      const name = `${reason} ${method} ${what ?? ''}`;
      const named = what === undefined ? {} : { what };
      const fresh = {
        reason,
        method,
        ...named,
        transactions: 0,
        full: 0,
        gasUsed: 0,
        advice: ADVICE[reason],
      };
      const line = lines.get(name) ?? fresh;
      lines.set(name, line);
      line.transactions++;
      line.gasUsed += transaction.gasUsed;
      if (!tail.ran) line.full++;
    }
    return [...lines]
      .sort(([a, x], [b, y]) => y.transactions - x.transactions || (a < b ? -1 : 1))
      .map(([, line]) => line);
  }
}

function whatOf({ touched, refusal }: ExplainedTail, abiOf: AbiOf): string | undefined {
  if (touched === undefined) return refusal;
  const { key, mode } = touched;
  return mode === 'call'
    ? `call ${contractLabel(key, abiOf)}`
    : `${mode} ${placeLabel(placeOf({ kind: 'key', key }), abiOf)}`;
}
