// A look at JSON text before it is parsed: how deep it nests and how many items its outermost list has. It stops at the
// first bound that is passed, so hostile text costs as much as its honest beginning; it does not judge the rest.

/** Bounds of a text. */
export interface JsonBounds {
  readonly depthMax: number;
  /** Items of a list at the top. */
  readonly itemsMax: number;
}
/** Which bound a text passes. */
export type JsonExcess = 'depth' | 'items';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Undefined where the text keeps the bounds, or is no JSON, which its parser says better. */
export function scanJson(text: string, { depthMax, itemsMax }: JsonBounds): JsonExcess | undefined {
  let depth = 0;
  let commas = 0;
  let inList = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (depth === 0) inList = code === OPEN_LIST;
      if (++depth > depthMax) return 'depth';
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    else if (code === COMMA && depth === 1 && inList && ++commas >= itemsMax) return 'items';
  }
  return undefined;
}

/** The place of the closing quote; the end of the text without one. */
function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
