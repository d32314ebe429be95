// Layouts: the shape of a Borsh value, as data. Arguments, pointers and results are sliced and checked by them.
// Values stay bytes here: nothing is built but views. SPEC: runtime/docs/spec/access.md §layouts.
import { utf8 } from '../base/bytes.js';
import { Reader, type Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';

/** A Borsh type. `address` and `hash` are 32 fixed bytes; `bytes` and `string` carry a u32 length. */
export type Layout =
  | { readonly kind: 'u8' | 'u16' | 'u32' | 'u64' | 'u128' | 'u256' }
  | { readonly kind: 'i8' | 'i16' | 'i32' | 'i64' | 'i128' }
  | { readonly kind: 'bool' | 'address' | 'hash' | 'bytes' | 'string' }
  | { readonly kind: 'fixed'; readonly length: number }
  | { readonly kind: 'list'; readonly item: Layout }
  | { readonly kind: 'option'; readonly item: Layout }
  | {
      readonly kind: 'struct';
      readonly fields: readonly { readonly name: string; readonly layout: Layout }[];
    };

/** Encoded tags, by position. New kinds go at the end. */
const KINDS = [
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'bool',
  'address',
  'hash',
  'bytes',
  'string',
  'fixed',
  'list',
  'option',
  'struct',
] as const satisfies readonly Layout['kind'][];

/** Bytes of the kinds whose every value has the same size and every byte pattern is a value. */
const PLAIN_SIZE: Readonly<Partial<Record<Layout['kind'], number>>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  u256: 32,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  i128: 16,
  address: 32,
  hash: 32,
};

/** Bytes of every value of a layout, any of which is one; undefined where that depends on the value. */
export function plainSize(layout: Layout): number | undefined {
  return layout.kind === 'fixed' ? layout.length : PLAIN_SIZE[layout.kind];
}

/** The type's text in signatures: `u64`, `address`, `fixed32`, `T[]` a list, `T?` an option, `(a,b)` a struct. */
export function layoutText(layout: Layout): string {
  switch (layout.kind) {
    case 'fixed':
      return `fixed${layout.length}`;
    case 'list':
      return `${layoutText(layout.item)}[]`;
    case 'option':
      return `${layoutText(layout.item)}?`;
    case 'struct':
      return `(${layout.fields.map((field) => layoutText(field.layout)).join(',')})`;
    default:
      return layout.kind;
  }
}

/** A method's or error's selector: the u32 (little-endian) of the first 4 bytes of SHA-256(`name(t1,t2)`). */
export function selectorOf(name: string, layouts: readonly Layout[]): number {
  const hash = signatureHash(name, layouts);
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0, true);
}

/** An event's 8 bytes: the first of SHA-256(`name(t1,t2)`), indexed fields included, in declared order. */
export function eventId(name: string, layouts: readonly Layout[]): Uint8Array {
  return signatureHash(name, layouts).slice(0, 8);
}

function signatureHash(name: string, layouts: readonly Layout[]): Uint8Array {
  return sha256(utf8(`${name}(${layouts.map(layoutText).join(',')})`));
}

/** Tag byte, then what the kind carries; struct field names are not written. @throws CODEC_LIMIT, CODEC_RANGE */
export function encodeLayout(writer: Writer, layout: Layout): void {
  writeLayout(writer, layout, 1, { left: LIMITS.layoutNodes });
}

function writeLayout(writer: Writer, layout: Layout, depth: number, budget: { left: number }): void {
  spend(depth, budget);
  writer.u8(KINDS.indexOf(layout.kind));
  if (layout.kind === 'fixed') writer.u16(checkCount(layout.length, LIMITS.fixedBytes, 'fixed length'));
  else if (layout.kind === 'list' || layout.kind === 'option')
    writeLayout(writer, layout.item, depth + 1, budget);
  else if (layout.kind === 'struct') {
    writer.u32(checkCount(layout.fields.length, LIMITS.structFields, 'struct fields'));
    for (const field of layout.fields) writeLayout(writer, field.layout, depth + 1, budget);
  }
}

/** Inverse of `encodeLayout`; struct fields are named by index. @throws CodecError */
export function decodeLayout(reader: Reader): Layout {
  return readLayout(reader, 1, { left: LIMITS.layoutNodes });
}

function readLayout(reader: Reader, depth: number, budget: { left: number }): Layout {
  spend(depth, budget);
  const kind = KINDS[reader.tag(KINDS.length, 'a layout')]!;
  switch (kind) {
    case 'fixed':
      return { kind, length: checkCount(reader.u16(), LIMITS.fixedBytes, 'fixed length') };
    case 'list':
    case 'option':
      return { kind, item: readLayout(reader, depth + 1, budget) };
    case 'struct': {
      const count = checkCount(reader.u32(), LIMITS.structFields, 'struct fields');
      const fields: { name: string; layout: Layout }[] = [];
      for (let index = 0; index < count; index++) {
        fields.push({ name: String(index), layout: readLayout(reader, depth + 1, budget) });
      }
      return { kind, fields };
    }
    default:
      return { kind };
  }
}

function spend(depth: number, budget: { left: number }): void {
  budget.left--;
  if (depth > LIMITS.layoutDepth || budget.left < 0) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `depth ${LIMITS.layoutDepth}, ${LIMITS.layoutNodes} nodes`,
      got: `depth ${depth}`,
      place: 'layout',
    });
  }
}

/** At least 1: every value then takes at least one byte, so list counts are bounded by the bytes there are. */
function checkCount(count: number, maximum: number, place: string): number {
  if (count < 1 || count > maximum)
    throw new CodecError('CODEC_LIMIT', { expected: `1..${maximum}`, got: count, place });
  return count;
}

/** Moves past one value and checks it: bools, option tags, UTF-8, lengths. @throws CodecError */
export function skipLayout(reader: Reader, layout: Layout): void {
  const size = PLAIN_SIZE[layout.kind];
  if (size !== undefined) {
    reader.skip(size);
    return;
  }
  switch (layout.kind) {
    case 'bool':
      reader.bool();
      return;
    case 'bytes':
      reader.skip(reader.u32());
      return;
    case 'string':
      reader.string();
      return;
    case 'fixed':
      reader.skip(layout.length);
      return;
    case 'list':
      reader.repeat(() => skipLayout(reader, layout.item), LIMITS.listItems);
      return;
    case 'option':
      if (reader.bool()) skipLayout(reader, layout.item);
      return;
    case 'struct':
      for (const field of layout.fields) skipLayout(reader, field.layout);
      return;
    default:
      throw new CodecError('CODEC_TAG', { expected: 'a layout', got: layout.kind });
  }
}

/** `bytes` must be exactly one value of each layout, in order. @throws CodecError */
export function assertLayout(bytes: Uint8Array, layouts: readonly Layout[]): void {
  const reader = new Reader(bytes, 'arguments');
  for (const layout of layouts) skipLayout(reader, layout);
  reader.done();
}

/** A value and its shape. `bytes` is a view. */
export interface TypedBytes {
  readonly bytes: Uint8Array;
  readonly layout: Layout;
}

/**
 * The value at a path: path[0] is the index among `layouts`, later steps are struct field indexes. Checks only
 * what it passes. @throws CODEC_RANGE for a path that leads nowhere, CodecError for bytes that do not fit
 */
export function sliceByPath(
  layouts: readonly Layout[],
  bytes: Uint8Array,
  path: readonly number[],
): TypedBytes {
  const [first, ...rest] = path;
  const top = sliceNth(layouts, bytes, first);
  return rest.length === 0 ? top : sliceFields(top, rest);
}

/** The value at a path of struct field indexes, at least one step. @throws as `sliceByPath` */
export function sliceFields(value: TypedBytes, path: readonly number[]): TypedBytes {
  let current = value;
  for (const step of path) {
    if (current.layout.kind !== 'struct') {
      throw new CodecError('CODEC_RANGE', {
        expected: 'a struct',
        got: current.layout.kind,
        place: `path ${path.join('.')}`,
      });
    }
    current = sliceNth(
      current.layout.fields.map((field) => field.layout),
      current.bytes,
      step,
    );
  }
  return current;
}

function sliceNth(layouts: readonly Layout[], bytes: Uint8Array, index: number | undefined): TypedBytes {
  const layout = index === undefined ? undefined : layouts[index];
  if (index === undefined || layout === undefined) {
    throw new CodecError('CODEC_RANGE', {
      expected: `0..${layouts.length - 1}`,
      got: index ?? null,
      place: 'path',
    });
  }
  const reader = new Reader(bytes, 'value');
  for (let before = 0; before < index; before++) skipLayout(reader, layouts[before]!);
  const start = reader.offset;
  skipLayout(reader, layout);
  return { bytes: bytes.subarray(start, reader.offset), layout };
}

/** The items of a list value, as views. @throws CODEC_RANGE for a layout that is no list, CodecError */
export function sliceList(value: TypedBytes): readonly TypedBytes[] {
  const { layout, bytes } = value;
  if (layout.kind !== 'list')
    throw new CodecError('CODEC_RANGE', { expected: 'a list', got: layout.kind, place: 'each' });
  const reader = new Reader(bytes, 'list');
  const items: TypedBytes[] = [];
  reader.repeat(() => {
    const start = reader.offset;
    skipLayout(reader, layout.item);
    items.push({ bytes: bytes.subarray(start, reader.offset), layout: layout.item });
  }, LIMITS.listItems);
  reader.done();
  return items;
}

/** The bytes of the layout's zero: 0, false, empty, none, each field zero. What an absent pointer evaluates to. */
export function zeroValue(layout: Layout): Uint8Array {
  return new Uint8Array(zeroSize(layout));
}

function zeroSize(layout: Layout): number {
  switch (layout.kind) {
    case 'fixed':
      return layout.length;
    case 'bytes':
    case 'string':
    case 'list':
      return 4;
    case 'bool':
    case 'option':
      return 1;
    case 'struct':
      return layout.fields.reduce((size, field) => size + zeroSize(field.layout), 0);
    default:
      return PLAIN_SIZE[layout.kind]!;
  }
}
