// Coded errors: every refusal carries a stable code and the facts behind it; the message is built from both.
// Each floor declares its own table with `defineErrors`; `explainError` and the CLI read the tables back.

/** What a caller may attach to an error: what was expected, what came, in which unit and where. */
export interface ErrorContext {
  readonly expected?: ContextValue | undefined;
  readonly got?: ContextValue | undefined;
  readonly unit?: string | undefined;
  /** Where: a field path, a function name, `file:line:column`, a byte offset. */
  readonly place?: string | undefined;
  readonly [key: string]: ContextValue | undefined;
}
export type ContextValue = string | number | bigint | boolean | null | readonly ContextValue[];

/** One row of a floor's error table. */
export interface ErrorRow {
  /** What happened, one clause without a full stop. */
  readonly what: string;
  /** What the reader can do about it, one sentence. */
  readonly fix?: string;
}
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/** The base of every error Weft throws. `code` is stable; `message` is for people and may change. */
export class WeftError extends Error {
  override readonly name: string = 'WeftError';
  readonly fix: string | undefined;
  constructor(
    readonly code: string,
    readonly context: ErrorContext,
    row: ErrorRow,
    cause?: unknown,
  ) {
    super(formatMessage(code, row, context), cause === undefined ? undefined : { cause });
    this.fix = row.fix;
  }

  /** The plain-data form for logs, RPC answers and `--json`. */
  toJSON(): { code: string; message: string; context: Record<string, ContextValue>; fix?: string } {
    const context: Record<string, ContextValue> = {};
    for (const [key, value] of Object.entries(this.context)) {
      if (value !== undefined) context[key] = typeof value === 'bigint' ? value.toString() : value;
    }
    return { code: this.code, message: this.message, context, ...(this.fix ? { fix: this.fix } : {}) };
  }
}

const tables: Record<string, ErrorTable> = {};

/** The class a floor throws, made from its table. Codes are the table's keys, `LAYER_WHAT`. */
export function defineErrors<const Table extends ErrorTable>(name: string, table: Table) {
  tables[name] = table;
  return class LayerError extends WeftError {
    override readonly name = name;
    constructor(code: keyof Table & string, context: ErrorContext = {}, cause?: unknown) {
      super(code, context, table[code] as ErrorRow, cause);
    }
  };
}

/** The row of a code among all floors loaded so far, or undefined. */
export function explainError(code: string): ErrorRow | undefined {
  for (const table of Object.values(tables)) if (Object.hasOwn(table, code)) return table[code];
  return undefined;
}

/** Every code of the floors loaded so far, sorted. */
export function listErrorCodes(): string[] {
  return Object.values(tables)
    .flatMap((table) => Object.keys(table))
    .sort();
}

function formatMessage(code: string, row: ErrorRow, context: ErrorContext): string {
  const { expected, got, unit, place, ...rest } = context;
  const facts: string[] = [];
  if (expected !== undefined) facts.push(`expected ${formatValue(expected)}${unit ? ` ${unit}` : ''}`);
  if (got !== undefined)
    facts.push(`got ${formatValue(got)}${unit && expected === undefined ? ` ${unit}` : ''}`);
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined) facts.push(`${key} ${formatValue(value)}`);
  if (place !== undefined) facts.push(`at ${place}`);
  return `${code}: ${row.what}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

function formatValue(value: ContextValue): string {
  if (Array.isArray(value)) return value.map((item) => formatValue(item as ContextValue)).join(' | ');
  return String(value);
}
