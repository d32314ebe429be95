// Reader of WebAssembly test scripts (.wast): top-level forms as nested lists with their place in the text.

/** An atom, a string (bytes), or a list. */
export type Node =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'string'; readonly bytes: Uint8Array }
  | List;
export interface List {
  readonly kind: 'list';
  readonly items: readonly Node[];
  /** The list in the script, parentheses included. */
  readonly source: string;
  readonly line: number;
}

const TOKEN = /\s+|;;[^\n]*|"(?:[^"\\]|\\.)*"|[()]|[^\s()";]+|;/gy;

/** The forms of a script in order; modules are parsed as far as the parentheses go. */
export function readScript(text: string): List[] {
  const clean = blankBlockComments(text);
  const open: { items: Node[]; start: number; line: number }[] = [{ items: [], start: 0, line: 1 }];
  let line = 1;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(clean); match !== null; match = TOKEN.exec(clean)) {
    const [token] = match;
    if (token === '(') open.push({ items: [], start: match.index, line });
    else if (token === ')') {
      const { items, start, line: first } = open.pop()!;
      const source = clean.slice(start, match.index + 1);
      open.at(-1)!.items.push({ kind: 'list', items, source, line: first });
    } else if (token.startsWith('"'))
      open.at(-1)!.items.push({ kind: 'string', bytes: unescapeString(token.slice(1, -1)) });
    else if (!/^(\s|;)/.test(token)) open.at(-1)!.items.push({ kind: 'atom', text: token });
    for (const character of token) if (character === '\n') line++;
  }
  return open[0]!.items.filter((item) => item.kind === 'list');
}

/** Text of an atom, or of a string read as UTF-8; empty for a list or nothing. */
export function textOf(node: Node | undefined): string {
  if (node?.kind === 'atom') return node.text;
  return node?.kind === 'string' ? new TextDecoder().decode(node.bytes) : '';
}

/** The list's first word. */
export function headOf(list: List): string {
  return textOf(list.items[0]);
}

/** A constant like (i32.const -0x1) as JavaScript passes it; undefined for types the tests do not pass. */
export function constant(list: List): number | bigint | undefined {
  const text = textOf(list.items[1]).replaceAll('_', '');
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '');
  switch (headOf(list)) {
    case 'i32.const':
      return Number(BigInt.asIntN(32, negative ? -BigInt(digits) : BigInt(digits)));
    case 'i64.const':
      return BigInt.asIntN(64, negative ? -BigInt(digits) : BigInt(digits));
    case 'f32.const':
    case 'f64.const':
      return negative ? -float(digits) : float(digits);
    default:
      return undefined;
  }
}

function float(text: string): number {
  if (text.startsWith('nan')) return Number.NaN;
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  const hex = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(text);
  if (!hex) return Number(text);
  const [, whole = '', fraction = '', power = '0'] = hex;
  return Number(BigInt(`0x0${whole}${fraction}`)) * 2 ** (Number(power) - 4 * fraction.length);
}

/** Block comments nest, so they are blanked beforehand; strings and lines stay in place. */
function blankBlockComments(text: string): string {
  let depth = 0;
  return text.replace(/"(?:[^"\\\n]|\\.)*"|;;[^\n]*|\(;|;\)|[^\n]/g, (token) => {
    if (token === '(;') depth++;
    if (token === ';)' && depth > 0) {
      depth--;
      return '  ';
    }
    if (depth > 0) return ' '.repeat(token.length);
    return token.startsWith(';;') ? '' : token;
  });
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '"': 34, "'": 39, '\\': 92 };

function unescapeString(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [token] of text.matchAll(/\\u\{[0-9a-fA-F]+\}|\\[0-9a-fA-F]{2}|\\.|[^\\]/gu)) {
    if (token.startsWith('\\u'))
      bytes.push(...new TextEncoder().encode(String.fromCodePoint(Number.parseInt(token.slice(3), 16))));
    else if (token.length === 3 && token.startsWith('\\')) bytes.push(Number.parseInt(token.slice(1), 16));
    else if (token.startsWith('\\')) bytes.push(ESCAPES[token[1]!]!);
    else bytes.push(...new TextEncoder().encode(token));
  }
  return Uint8Array.from(bytes);
}
