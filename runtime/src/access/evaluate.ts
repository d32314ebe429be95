// Template expressions to bytes: over a call's arguments and context, and over values stored in S0.
// Called by resolve for every expansion of a template. SPEC: runtime/docs/spec/access.md, expressions.
import { ByteImage } from '../base/byte-table.js';
import { concatBytes } from '../base/bytes.js';
import { Reader, Writer } from '../base/codec.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import { bigintOf } from '../base/words.js';
import type { Expression, KeyExpression } from '../types/access.js';
import type { Address } from '../types/address.js';
import { cellBits, KEY_HEAD_BYTES, type KeyKind, writeKeyImage } from '../types/key.js';
import {
  assertLayout,
  type Layout,
  plainSize,
  skipLayout,
  sliceFields,
  type TypedBytes,
  zeroValue,
} from '../types/layout.js';
import { balanceImage } from '../types/system.js';
import { decodeBytesValue, decodeCell } from '../types/value.js';
import { AMOUNT_WORDS } from './access-sink.js';
import { AccessError, decoding } from './errors.js';
import type { ResolutionMeter } from './meter.js';

/** What an expression yields: Borsh bytes and their shape; constants have none. */
export interface Evaluated {
  readonly bytes: Uint8Array;
  readonly layout: Layout | undefined;
}

/** One call whose templates are being resolved. */
export interface CallFrame {
  readonly self: Address;
  readonly caller: Address;
  readonly sender: Address;
  readonly value: bigint;
  /** One value an argument. */
  readonly args: readonly TypedBytes[];
}

/** Where pointers lead: declares the pointer's key in its mode and returns what S0 holds there, header included. */
export type FollowPointer = (key: ByteImage, mode: 'read' | 'past') => Uint8Array | undefined;

const AMOUNT = new Uint32Array(AMOUNT_WORDS);
const IMAGE = new ByteImage();
const ADDRESS: Layout = { kind: 'address' };
const HASH: Layout = { kind: 'hash' };
const U128: Layout = { kind: 'u128' };

/** The arguments of a call, one value each, nothing left over. @throws ACCESS_ARGUMENTS */
export function sliceArguments(bytes: Uint8Array, layouts: readonly Layout[]): readonly TypedBytes[] {
  const values: TypedBytes[] = [];
  let at = 0;
  for (const layout of layouts) {
    const size = plainSize(layout);
    if (size === undefined || size > bytes.length - at) return sliceSlowly(bytes, layouts);
    values.push({ bytes: bytes.subarray(at, at + size), layout });
    at += size;
  }
  return at === bytes.length ? values : sliceSlowly(bytes, layouts);
}

/** For layouts that have to be looked into, and for bytes that are wrong. */
function sliceSlowly(bytes: Uint8Array, layouts: readonly Layout[]): readonly TypedBytes[] {
  return decoding('ACCESS_ARGUMENTS', 'arguments', () => {
    const reader = new Reader(bytes, 'arguments');
    const values = layouts.map((layout) => {
      const start = reader.offset;
      skipLayout(reader, layout);
      return { bytes: bytes.subarray(start, reader.offset), layout };
    });
    reader.done();
    return values;
  });
}

/** Evaluates expressions of one call under the list elements bound so far. */
export class Evaluator {
  /** The element each `each` expression of the template stands at. */
  readonly elements = new Map<Expression, TypedBytes>();

  constructor(
    readonly frame: CallFrame,
    readonly meter: ResolutionMeter,
    readonly follow: FollowPointer,
  ) {}

  /** @throws ACCESS_EXPRESSION, ACCESS_POINTER, ACCESS_KEY, ACCESS_LIMIT */
  evaluate(expression: Expression): Evaluated {
    this.meter.spend();
    switch (expression.kind) {
      case 'const':
        return { bytes: expression.bytes, layout: undefined };
      case 'args':
        return this.#argument(expression.path);
      case 'sender':
        return { bytes: this.frame.sender, layout: ADDRESS };
      case 'caller':
        return { bytes: this.frame.caller, layout: ADDRESS };
      case 'self':
        return { bytes: this.frame.self, layout: ADDRESS };
      case 'value':
        return { bytes: new Writer().u128(this.frame.value).finish(), layout: U128 };
      case 'each':
        return this.elements.get(expression) ?? fail('an element of a list', 'none');
      case 'hash':
        return { bytes: sha256(this.#concat(expression.parts)), layout: HASH };
      case 'valueOf':
        return this.#pointer(expression.key, expression.mode, expression.layout);
      case 'field':
        return this.#fields(this.evaluate(expression.of), expression.path);
    }
  }

  /** The concrete key, good until the next is asked for. @throws ACCESS_KEY past the key limit */
  key(key: KeyExpression): ByteImage {
    if (key.space === 'balance') return balanceImage(this.address(key.address));
    // All of them first: a component may follow a pointer, whose key uses the same image.
    const components: Uint8Array[] = [];
    for (const component of key.components) components.push(this.evaluate(component).bytes);
    let length = KEY_HEAD_BYTES;
    for (const component of components) length += 2 + component.length;
    if (length > LIMITS.keyBytes) {
      throw new AccessError('ACCESS_KEY', {
        expected: `at most ${LIMITS.keyBytes}`,
        got: length,
        unit: 'bytes',
      });
    }
    return writeKeyImage(IMAGE, key.kind, this.frame.self, key.field, components);
  }

  /** Arguments of a call: the parts, concatenated. */
  concat(parts: readonly Expression[]): Uint8Array {
    return this.#concat(parts);
  }

  /** 32 bytes that name a contract or an account. */
  address(expression: Expression): Address {
    const { bytes, layout } = this.evaluate(expression);
    const fits = layout === undefined || ['address', 'hash', 'fixed'].includes(layout.kind);
    if (!fits || bytes.length !== 32) fail('an address', layout?.kind ?? `${bytes.length} bytes`);
    return bytes as Address;
  }

  /** An unsigned integer of up to 32 bytes, as `AMOUNT_WORDS` words. */
  writeAmount(expression: Expression, to: Uint32Array): void {
    const { bytes, layout } = this.evaluate(expression);
    const fits = layout === undefined ? bytes.length > 0 && bytes.length <= 32 : /^u\d/.test(layout.kind);
    if (!fits) fail('an unsigned integer', layout?.kind ?? `${bytes.length} bytes`);
    // Words of cells are little-endian, as is every machine this runs on.
    const room = new Uint8Array(to.buffer, to.byteOffset, to.byteLength);
    room.fill(0);
    room.set(bytes);
  }

  /** The same as a bigint. */
  amount(expression: Expression): bigint {
    this.writeAmount(expression, AMOUNT);
    return bigintOf(AMOUNT, 0, AMOUNT_WORDS);
  }

  /** The content of a `bytes` value, without its length. */
  content(expression: Expression): Uint8Array {
    const { bytes, layout } = this.evaluate(expression);
    if (layout !== undefined && layout.kind !== 'bytes') fail('bytes', layout.kind);
    return decoding('ACCESS_EXPRESSION', 'payload', () => {
      const reader = new Reader(bytes, 'payload');
      const content = reader.fixed(reader.u32());
      reader.done();
      return content;
    });
  }

  #argument(path: readonly number[]): Evaluated {
    const [first, ...rest] = path;
    const value = first === undefined ? undefined : this.frame.args[first];
    if (value === undefined) fail('an argument', first ?? 'none');
    return rest.length === 0 ? value : this.#fields(value, rest);
  }

  #fields({ bytes, layout }: Evaluated, path: readonly number[]): TypedBytes {
    if (layout === undefined) fail('a struct', 'a constant');
    this.meter.spend(bytes.length * path.length);
    return decoding('ACCESS_EXPRESSION', 'field', () => sliceFields({ bytes, layout }, path));
  }

  #pointer(expression: KeyExpression, mode: 'read' | 'past', layout: Layout): TypedBytes {
    const key = this.key(expression);
    const kind = key.bytes[0] as KeyKind;
    const stored = this.follow(key, mode);
    if (kind !== 0) return { bytes: cellBytes(kind, stored, layout), layout };
    if (stored === undefined) return { bytes: zeroValue(layout), layout };
    this.meter.spend(stored.length);
    const bytes = decoding('ACCESS_POINTER', 'stored value', () => {
      const content = decodeBytesValue(stored);
      assertLayout(content, [layout]);
      return content;
    });
    return { bytes, layout };
  }

  #concat(parts: readonly Expression[]): Uint8Array {
    const bytes = concatBytes(...parts.map((part) => this.evaluate(part).bytes));
    this.meter.spend(bytes.length);
    return bytes;
  }
}

/** A cell as a pointer: its integer, which the layout must name at the cell's own width. */
function cellBytes(kind: KeyKind, stored: Uint8Array | undefined, layout: Layout): Uint8Array {
  const bits = cellBits(kind);
  if (layout.kind !== `u${bits}`) {
    throw new AccessError('ACCESS_POINTER', { expected: `u${bits}`, got: layout.kind, place: 'cell' });
  }
  const value = decoding('ACCESS_POINTER', 'cell', () => decodeCell(kind, stored));
  const writer = new Writer();
  if (bits === 64) return writer.u64(value).finish();
  return bits === 128 ? writer.u128(value).finish() : writer.u256(value).finish();
}

function fail(expected: string, got: string | number): never {
  throw new AccessError('ACCESS_EXPRESSION', { expected, got });
}
