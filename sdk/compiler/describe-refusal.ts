// A refusal as a person reads it: the place, what is wrong, the line with a mark under it, and what to write instead.
import type { ContextValue, WeftError } from '@weft/runtime/base/errors';

const PLACE = /^(.*):(\d+):(\d+)$/;

/** `sourceOf`: the text of a file by the name that stands in the place. */
export function describeRefusal(error: WeftError, sourceOf: (file: string) => string | undefined): string {
  const { place, expected, got, write, others, method, message, why } = error.context;
  const title = message === undefined ? titleOf(error) : String(message);
  const lines = [`${place ?? error.code}: ${title}`];
  lines.push(...excerpt(place, sourceOf));
  if (got !== undefined && !isInExcerpt(got, lines)) lines.push(`  found: ${joined(got)}`);
  if (expected !== undefined) lines.push(`  expected: ${joined(expected)}`);
  if (why !== undefined) lines.push(`  ${joined(why)}`);
  if (method !== undefined) lines.push(`  in the method ${joined(method)}`);
  const ways = write === undefined ? (error.fix ? [error.fix] : []) : listOf(write);
  const [only, ...more] = ways;
  if (only !== undefined && more.length === 0) lines.push(`  write instead: ${only}`);
  else if (only !== undefined) lines.push('  write instead', ...ways.map((way) => `    - ${way}`));
  for (const other of listOf(others)) lines.push(`  also: ${other}`);
  lines.push(`  [${error.code}]`);
  return `${lines.join('\n')}\n`;
}

/** The table's clause, without code and facts. */
function titleOf(error: WeftError): string {
  const text = error.message.startsWith(`${error.code}: `)
    ? error.message.slice(error.code.length + 2)
    : error.message;
  return text.replace(/ \((?:expected|got|write|method|at|message|id|why) [\s\S]*$/, '');
}

function excerpt(place: string | undefined, sourceOf: (file: string) => string | undefined): string[] {
  const [, file, line, column] = PLACE.exec(place ?? '') ?? [];
  const text = file === undefined ? undefined : sourceOf(file)?.split('\n')[Number(line) - 1];
  if (text === undefined) return [];
  const margin = ' '.repeat(String(line).length);
  return [`  ${line} | ${text}`, `  ${margin} | ${' '.repeat(Number(column) - 1)}^`];
}

/** Whether the line shown says it already. */
function isInExcerpt(value: ContextValue, lines: readonly string[]): boolean {
  return typeof value === 'string' && (lines[1]?.includes(value) ?? false);
}

function listOf(value: ContextValue | undefined): readonly ContextValue[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as string];
}

function joined(value: ContextValue): string {
  return listOf(value).map(String).join(', ');
}
