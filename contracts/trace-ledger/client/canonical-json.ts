// One text for equal JSON values (the rules of RFC 8785): what an event's hash is taken over.
import { EpcisError } from './errors.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Objects and lists inside each other: no EPCIS event comes near it, and a hostile file stops at it. */
const DEPTH_MAX = 64;

/**
 * Members sorted by UTF-16 code units, no white space, numbers as ECMAScript prints them.
 * @throws EPCIS_FIELD_INVALID for a number without a text; EPCIS_TOO_LARGE for values nested deeper than 64
 */
export function canonicalJson(value: Json, depth = 0): string {
  if (depth > DEPTH_MAX)
    throw new EpcisError('EPCIS_TOO_LARGE', { expected: `at most ${DEPTH_MAX} levels`, got: 'more' });
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      throw new EpcisError('EPCIS_FIELD_INVALID', { expected: 'a finite number', got: value });
    return JSON.stringify(value);
  }
  if (isJsonList(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json, depth + 1)}`);
  return `{${members.join(',')}}`;
}

/** True for JSON arrays, keeping the element type. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
