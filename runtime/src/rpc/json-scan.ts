// A look at JSON as its bytes come, before it is decoded or parsed: how deep it nests and how many items its outermost list
// has. It stops at the first bound that is passed, so hostile text costs as much as its honest beginning; it does not judge
// the rest. UTF-8 needs no decoding for that: the bytes of other characters are none of those looked for.

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
/** By byte: 1 for those that are looked at outside strings. */
const MARKS = new Uint8Array(256);
for (const code of [QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) MARKS[code] = 1;
/** Bytes of a string looked at one by one: past them Node's own search is faster. */
const SHORT = 8;

/** One text, in parts. */
export class JsonScan {
  readonly #bounds: JsonBounds;
  #depth = 0;
  #commas = 0;
  #inList = false;
  #inString = false;
  /** The last part ended in a string, after a backslash that escapes what comes next. */
  #escaped = false;

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds;
  }

  /** Takes the next part. Undefined where the text keeps the bounds so far, or is no JSON, which its parser says better. */
  take(part: Buffer): JsonExcess | undefined {
    const { depthMax, itemsMax } = this.#bounds;
    const first = this.#inString ? this.#endOfString(part, 0) + 1 : 0;
    for (let at = nextMark(part, first); at < part.length; at = nextMark(part, at + 1)) {
      const code = part[at]!;
      if (code === QUOTE) at = this.#endOfString(part, at + 1);
      else if (code === OPEN_LIST || code === OPEN_OBJECT) {
        if (this.#depth === 0) this.#inList = code === OPEN_LIST;
        if (++this.#depth > depthMax) return 'depth';
      } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) this.#depth--;
      else if (code === COMMA && this.#depth === 1 && this.#inList && ++this.#commas >= itemsMax)
        return 'items';
    }
    return undefined;
  }

  /** The place of the closing quote; past the end of the part where it is not in it. */
  #endOfString(part: Buffer, from: number): number {
    let at = from;
    if (this.#escaped && at < part.length) {
      this.#escaped = false;
      at++;
    }
    this.#inString = false;
    const short = Math.min(part.length, at + SHORT);
    for (; at < short; at++) {
      const code = part[at]!;
      if (code === QUOTE) return at;
      if (code === BACKSLASH) at++;
    }
    // Whether a quote is escaped is told by the backslashes before it, back to where this search began.
    const begin = at;
    for (at = part.indexOf(QUOTE, begin); at !== -1; at = part.indexOf(QUOTE, at + 1)) {
      if (backslashesBefore(part, at, begin) % 2 === 0) return at;
    }
    this.#inString = true;
    this.#escaped = begin > part.length || backslashesBefore(part, part.length, begin) % 2 === 1;
    return part.length;
  }
}

/** Where the next byte that is looked at stands; the end where there is none. Four at a time: filler is not dear then. */
function nextMark(part: Buffer, from: number): number {
  const { length } = part;
  let at = from;
  while (
    at + 4 <= length &&
    (MARKS[part[at]!]! | MARKS[part[at + 1]!]! | MARKS[part[at + 2]!]! | MARKS[part[at + 3]!]!) === 0
  )
    at += 4;
  while (at < length && MARKS[part[at]!] === 0) at++;
  return at;
}

function backslashesBefore(part: Buffer, end: number, begin: number): number {
  let count = 0;
  while (end - count > begin && part[end - count - 1] === BACKSLASH) count++;
  return count;
}
