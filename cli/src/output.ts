// Where words go: data on stdout, everything for people on stderr, one JSON value last under --json. What is for people may
// hold what strangers wrote (a contract's strings, a node's messages): nothing of it moves a terminal's cursor.
import { styleText } from 'node:util';
import { WeftError } from '@weft/runtime/base/errors';
import { visibleText } from '@weft/runtime/base/text';
import { CompileError } from '@weft/sdk/compiler/errors';

/** Colours for people: on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says no. */
function paint(colour: 'red', text: string, stream = process.stderr): string {
  const { NO_COLOR: none, TERM: terminal } = process.env;
  const plain = !stream.isTTY || terminal === 'dumb' || (none !== undefined && none !== '');
  return plain ? text : styleText(colour, text);
}

/** Exit codes of every command. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** How a command speaks. */
export interface Output {
  readonly json: boolean;
  /** Progress and remarks: stderr. */
  note(line: string): void;
  /** A line on a terminal's stderr that the next one takes the place of; '' takes it away. False: no terminal, nothing shown. */
  status(line: string): boolean;
  /** The answer: `text` for people, `value` as one JSON line under --json. */
  result(value: unknown, text: string): void;
  /** A refusal: its message, facts and fix on stderr; a JSON object on stdout under --json. */
  failure(error: unknown): void;
}

/** Output over the process's own streams, or others in tests. */
export function createOutput(json: boolean, out = process.stdout, log = process.stderr): Output {
  return {
    json,
    note: (line) => void log.write(`${visibleText(line)}\n`),
    status(line) {
      if (!log.isTTY) return false;
      log.write(`\r\x1b[2K${visibleText(line)}`);
      return true;
    },
    result(value, text) {
      if (json) out.write(`${JSON.stringify(value, jsonValue)}\n`);
      else if (text !== '') out.write(`${visibleText(text)}\n`);
    },
    failure(error) {
      if (json) out.write(`${JSON.stringify({ error: errorValue(error) }, jsonValue)}\n`);
      log.write(`${errorText(error)}\n`);
    },
  };
}

/** bigint as decimal text, bytes as 0x hex: what JSON cannot hold itself. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  return value;
}

function errorValue(error: unknown): Record<string, unknown> {
  if (error instanceof WeftError) {
    const { cause } = error;
    return { ...error.toJSON(), ...(cause instanceof WeftError ? { cause: errorValue(cause) } : {}) };
  }
  return { code: 'CLI_UNEXPECTED', message: error instanceof Error ? error.message : String(error) };
}

/** What a node refused has a code of its own. */
function codeToExplain({ code, context }: WeftError): string {
  const { nodeCode } = context as { readonly nodeCode?: unknown };
  return typeof nodeCode === 'string' && /^[A-Z]+_/.test(nodeCode) ? nodeCode : code;
}

function errorText(error: unknown): string {
  if (!(error instanceof WeftError)) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  // A contract's mistake is shown with the line it is about.
  if (error instanceof CompileError && error.described !== undefined) return error.described.trimEnd();
  const lines = [paint('red', visibleText(error.message))];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
    lines.push(`  because ${visibleText(cause.message)}`);
  if (error.fix) lines.push(`  ${visibleText(error.fix)}`);
  lines.push(`  weft explain ${codeToExplain(error)}`);
  return lines.join('\n');
}
