// The little language of access decorators: parses one expression into data; declared.ts gives it types.

export type ParsedExpression =
  | { readonly kind: 'literal'; readonly value: bigint | string | boolean }
  | { readonly kind: 'context'; readonly name: 'sender' | 'caller' | 'self' | 'value' }
  | { readonly kind: 'argument'; readonly name: string }
  | { readonly kind: 'member'; readonly of: ParsedExpression; readonly name: string }
  | { readonly kind: 'each'; readonly of: ParsedExpression }
  | { readonly kind: 'hash'; readonly parts: readonly ParsedExpression[] }
  /** What a field holds now, or held before the block, under its keys. */
  | {
      readonly kind: 'stored' | 'past';
      readonly field: string;
      readonly keys: readonly ParsedExpression[];
    };

const TOKEN = /\s*(?:(\d+)|'([^']*)'|([A-Za-z_$][\w$]*)|([().,[\]]))/y;
const DEPTH_MAX = 16;

/** The expression, or undefined when the text is none. */
export function parseExpressionText(text: string): ParsedExpression | undefined {
  const tokens = tokenize(text.trim());
  if (!tokens) return undefined;
  const state = { tokens, at: 0 };
  const parsed = readExpression(state, 0);
  return parsed && state.at === tokens.length ? parsed : undefined;
}

/** Splits at commas outside brackets and quotes; an empty text has no parts. */
export function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(' || character === '[') depth++;
    else if (character === ')' || character === ']') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  const last = text.slice(start).trim();
  return parts.length === 0 && last === '' ? [] : [...parts, last];
}

type Token = { readonly kind: 'number' | 'text' | 'name' | 'sign'; readonly text: string };
interface State {
  readonly tokens: readonly Token[];
  at: number;
}

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    at = TOKEN.lastIndex;
    const [, number, quoted, name, sign] = match;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}

function readExpression(state: State, depth: number): ParsedExpression | undefined {
  if (depth > DEPTH_MAX) return undefined;
  let parsed = readAtom(state, depth);
  while (parsed && isSign(state, '.')) {
    state.at++;
    const name = state.tokens[state.at++];
    if (name?.kind !== 'name') return undefined;
    parsed = { kind: 'member', of: parsed, name: name.text };
  }
  return parsed;
}

function readAtom(state: State, depth: number): ParsedExpression | undefined {
  const token = state.tokens[state.at++];
  if (!token) return undefined;
  if (token.kind === 'number') return { kind: 'literal', value: BigInt(token.text) };
  if (token.kind === 'text') return { kind: 'literal', value: token.text };
  if (token.kind === 'sign') return undefined;
  switch (token.text) {
    case 'true':
    case 'false':
      return { kind: 'literal', value: token.text === 'true' };
    case 'sender':
    case 'caller':
    case 'self':
    case 'value':
      return { kind: 'context', name: token.text };
    case 'args': {
      if (!isSign(state, '.')) return undefined;
      state.at++;
      const name = state.tokens[state.at++];
      return name?.kind === 'name' ? { kind: 'argument', name: name.text } : undefined;
    }
    case 'each':
    case 'hash': {
      const parts = readParts(state, depth, '(', ')');
      const [first] = parts ?? [];
      if (!parts || !first) return undefined;
      if (token.text === 'hash') return { kind: 'hash', parts };
      return parts.length === 1 ? { kind: 'each', of: first } : undefined;
    }
    case 'stored':
    case 'past':
      return readStored(state, token.text, depth);
    default:
      return undefined;
  }
}

/** `(field)` or `(field[key, …])`. */
function readStored(state: State, kind: 'stored' | 'past', depth: number): ParsedExpression | undefined {
  if (!isSign(state, '(')) return undefined;
  state.at++;
  const field = state.tokens[state.at++];
  if (field?.kind !== 'name') return undefined;
  const keys = isSign(state, '[') ? readParts(state, depth, '[', ']') : [];
  if (!keys || !isSign(state, ')')) return undefined;
  state.at++;
  return { kind, field: field.text, keys };
}

function readParts(state: State, depth: number, open: string, close: string): ParsedExpression[] | undefined {
  if (!isSign(state, open)) return undefined;
  const parts: ParsedExpression[] = [];
  do {
    state.at++;
    const part = readExpression(state, depth + 1);
    if (!part) return undefined;
    parts.push(part);
  } while (isSign(state, ','));
  if (!isSign(state, close)) return undefined;
  state.at++;
  return parts;
}

function isSign(state: State, sign: string): boolean {
  const token = state.tokens[state.at];
  return token?.kind === 'sign' && token.text === sign;
}
