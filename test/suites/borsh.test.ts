// The vectors of near/borsh-js for the types Weft has: bytes of values and values of bytes.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import type { Layout } from '@weft/runtime/types/layout';
import { assertLayout } from '@weft/runtime/types/layout';
import { decodeValues, encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

type Schema = string | { readonly [kind: string]: unknown };
interface Vector {
  readonly test: string;
  readonly kind: 'roundtrip' | 'encode' | 'decode';
  readonly schema: Schema;
  readonly value: unknown;
  readonly hex: string;
}

/** The suite's schema as a layout; undefined for what Weft has no type for (floats, maps, sets, enums). */
function layoutOf(schema: Schema): Layout | undefined {
  if (typeof schema === 'string') return /^f\d+$/.test(schema) ? undefined : ({ kind: schema } as Layout);
  const [kind, body] = Object.entries(schema)[0] as [string, never];
  if (kind === 'option') return wrap(layoutOf(body), (item) => ({ kind: 'option', item }));
  if (kind === 'array') {
    const { type, len } = body as { type: Schema; len?: number };
    if (len !== undefined) return type === 'u8' ? { kind: 'fixed', length: len } : tuple(type, len);
    return type === 'u8' ? { kind: 'bytes' } : wrap(layoutOf(type), (item) => ({ kind: 'list', item }));
  }
  if (kind !== 'struct') return undefined;
  const fields = Object.entries(body as Record<string, Schema>).map(([name, inner]) => ({
    name,
    layout: layoutOf(inner),
  }));
  if (fields.some((field) => field.layout === undefined)) return undefined;
  return { kind: 'struct', fields: fields as { name: string; layout: Layout }[] };
}

function wrap(layout: Layout | undefined, make: (layout: Layout) => Layout): Layout | undefined {
  return layout && make(layout);
}

/** A fixed array is a struct with one field an item. */
function tuple(type: Schema, length: number): Layout | undefined {
  return wrap(layoutOf(type), (layout) => ({
    kind: 'struct',
    fields: Array.from({ length }, (_, index) => ({ name: String(index), layout })),
  }));
}

function toValue(layout: Layout, value: unknown): LayoutValue {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'object' && '$big' in value) return BigInt(value.$big as string);
  if (typeof value === 'object' && '$bytes' in value) return fromHex(value.$bytes as string);
  if (layout.kind === 'bytes' || layout.kind === 'fixed') return Uint8Array.from(value as number[]);
  if (layout.kind === 'option') return toValue(layout.item, value);
  if (layout.kind === 'list') return (value as unknown[]).map((item) => toValue(layout.item, item));
  if (layout.kind === 'struct') {
    const source = value as Record<string, unknown>;
    return Object.fromEntries(
      layout.fields.map(({ name, layout: inner }) => [name, toValue(inner, source[name])]),
    );
  }
  return value as LayoutValue;
}

const folder = sharedData('borsh');
describe.skipIf(folder === undefined)('borsh vectors', () => {
  const vectors = folder ? (JSON.parse(readFileSync(`${folder}borsh-vectors.json`, 'utf8')) as Vector[]) : [];
  const ours = vectors.flatMap((vector) => {
    const layout = layoutOf(vector.schema);
    return layout ? [{ ...vector, layout }] : [];
  });

  it('cover every vector but those of floats, maps, sets and enums', () => {
    expect(vectors).toHaveLength(41);
    expect(ours).toHaveLength(29);
  });

  it.each(ours)('$test: $hex', ({ layout, value, hex }) => {
    const expected = toValue(layout, value);
    expect(toHex(encodeValues([layout], [expected]))).toBe(hex);
    expect(decodeValues([layout], fromHex(hex))).toEqual([expected]);
    assertLayout(fromHex(hex), [layout]);
  });
});
