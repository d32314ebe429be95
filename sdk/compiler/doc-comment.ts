// Doc comments of the author, for the ABI: the `/** … */` right before a class, a method or a field.
import type { DeclarationStatement } from 'assemblyscript';

const COMMENT = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:(?:export|abstract|default)\s+)*$/;

/** The comment's text on one line, undefined when there is none. */
export function docOf(declaration: DeclarationStatement): string | undefined {
  const starts = (declaration.decorators ?? []).map((decorator) => decorator.range.start);
  const start = Math.min(declaration.range.start, ...starts);
  const before = declaration.range.source.text.slice(Math.max(0, start - 4_000), start);
  const body = COMMENT.exec(before)?.[1];
  if (body === undefined) return undefined;
  const text = body
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .join(' ')
    .trim();
  return text === '' ? undefined : text;
}
