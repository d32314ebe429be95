// What a test run cost and touched, by contract and method: tables for people, plain data for snapshots.
import type { TransactionNotes } from '@weft/runtime/types/run-notes';

/** Gas of one method over every transaction that called it alone. */
export interface GasLine {
  /** `Contract.method` */
  readonly method: string;
  readonly calls: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** What the transactions of one method touched, in the author's names. */
export interface AccessLine {
  /** `Contract.method` */
  readonly method: string;
  readonly transactions: number;
  /** Of them, those that ran in the serial tail. */
  readonly tail: number;
  /** `read`, `write`, `add` or `past`, and the key: each with the transactions that touched it. */
  readonly touched: readonly { readonly access: string; readonly transactions: number }[];
  /** Declared and touched by none of them: what keeps others waiting for nothing. */
  readonly unused: readonly string[];
}

/** Collects while tests run. */
export class Reports {
  readonly #gas = new Map<string, number[]>();
  readonly #access = new Map<
    string,
    { transactions: number; tail: number; touched: Map<string, number>; unused: Set<string> }
  >();

  /** `label`: a key as the author knows it. */
  add(method: string, gasUsed: number, notes: TransactionNotes, label: (key: Uint8Array) => string): void {
    this.#gas.set(method, [...(this.#gas.get(method) ?? []), gasUsed]);
    const fresh = { transactions: 0, tail: 0, touched: new Map<string, number>(), unused: new Set<string>() };
    const one = this.#access.get(method) ?? fresh;
    this.#access.set(method, one);
    one.transactions++;
    if (notes.tail !== undefined) one.tail++;
    const touched = new Set(
      (notes.tail ?? notes.ordered)?.observed.flatMap((seen) =>
        (['reads', 'writes', 'adds', 'past'] as const)
          .filter((what) => seen[what])
          .map((what) => `${MODE[what]} ${label(seen.key)}`),
      ),
    );
    for (const access of touched) one.touched.set(access, (one.touched.get(access) ?? 0) + 1);
    const declared = notes.access?.keys.map(({ key, mode }) => `${mode} ${label(key)}`) ?? [];
    for (const access of declared) {
      const key = access.slice(access.indexOf(' '));
      if (![...touched].some((done) => done.endsWith(key))) one.unused.add(access);
    }
  }

  /** By method name. */
  gas(): readonly GasLine[] {
    return gasLines(this.gasUsed());
  }

  /** Of every transaction, by method. */
  gasUsed(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(this.#gas);
  }

  /** By method name. */
  access(): readonly AccessLine[] {
    return [...this.#access].sort(byName).map(([method, { transactions, tail, touched, unused }]) => ({
      method,
      transactions,
      tail,
      touched: [...touched].sort(byName).map(([access, count]) => ({ access, transactions: count })),
      unused: [...unused].sort(),
    }));
  }
}

const MODE = { reads: 'read', writes: 'write', adds: 'add', past: 'past' } as const;

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** One line a method, by name. */
export function gasLines(used: Readonly<Record<string, readonly number[]>>): readonly GasLine[] {
  return Object.entries(used)
    .sort(byName)
    .map(([method, all]) => ({
      method,
      calls: all.length,
      min: Math.min(...all),
      mean: Math.round(all.reduce((sum, gas) => sum + gas, 0) / all.length),
      max: Math.max(...all),
    }));
}

/** A gas report as text: one line a method. */
export function gasTable(lines: readonly GasLine[]): string {
  const width = Math.max(6, ...lines.map(({ method }) => method.length));
  const number = (value: number | string) => String(value).padStart(10);
  const row = (name: string, ...cells: readonly (number | string)[]) =>
    `${name.padEnd(width)}${cells.map(number).join('')}`;
  return [
    row('method', 'calls', 'min', 'mean', 'max'),
    ...lines.map(({ method, calls, min, mean, max }) => row(method, calls, min, mean, max)),
  ].join('\n');
}

/** An access report as text. */
export function accessTable(lines: readonly AccessLine[]): string {
  return lines
    .flatMap(({ method, transactions, tail, touched, unused }) => [
      `${method}: ${transactions} transactions${tail > 0 ? `, ${tail} in the tail` : ''}`,
      ...touched.map(({ access, transactions: count }) => `  ${access}${count > 1 ? ` (${count})` : ''}`),
      ...unused.map((access) => `  declared, never touched: ${access}`),
    ])
    .join('\n');
}
