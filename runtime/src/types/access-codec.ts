// Canonical bytes of the `weft.access` section and of a transaction's extra access: strict, bounded, version first.
// What is not known is refused. SPEC: runtime/docs/spec/access.md.
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { AccessMethod, AccessMode, AccessSection, AccessTemplate, ExtraAccess } from './access.js';
import type { Address } from './address.js';
import {
  type ExpressionCodec,
  readExpression,
  readKeyExpression,
  writeExpression,
  writeKeyExpression,
} from './expression-codec.js';
import { asStateKey, cellBits, keyKind } from './key.js';
import { decodeLayout, encodeLayout } from './layout.js';

/** The template version this build reads and writes. */
export const ACCESS_VERSION = 1;
/** Modes by number; 4 to 15 are reserved. */
const MODES = ['read', 'write', 'add', 'past'] as const satisfies readonly AccessMode[];
const DIRECTIONS = ['up', 'down'] as const;
const TEMPLATES = [
  'key',
  'field',
  'contract',
  'call',
  'payload',
] as const satisfies readonly AccessTemplate['kind'][];
const EXTRA = ['key', 'field', 'contract'] as const satisfies readonly ExtraAccess['kind'][];
const FLAG = { view: 1, payable: 2, init: 4 } as const;

/** The payload of a `weft.access` section. @throws CodecError for what has no encoding (order, bounds) */
export function encodeAccessSection(section: AccessSection): Uint8Array {
  assertVersion(section.version);
  assertMethods(section.methods);
  const writer = new Writer().u8(section.version);
  writer.list(section.methods, (method) => writeMethod(writer, method));
  if (writer.length > LIMITS.accessSectionBytes) throw tooLong(writer.length);
  return writer.finish();
}

/** Inverse of `encodeAccessSection`; struct fields in layouts are named by index. @throws CodecError */
export function decodeAccessSection(bytes: Uint8Array): AccessSection {
  if (bytes.length > LIMITS.accessSectionBytes) throw tooLong(bytes.length);
  return decodeExact(bytes, 'weft.access', (reader) => {
    const version = reader.u8();
    assertVersion(version);
    const methods = reader.list(() => readMethod(reader), LIMITS.accessMethods);
    assertMethods(methods);
    return { version, methods };
  });
}

function tooLong(length: number): CodecError {
  const expected = `at most ${LIMITS.accessSectionBytes}`;
  return new CodecError('CODEC_LIMIT', { expected, got: length, unit: 'bytes', place: 'weft.access' });
}

function assertVersion(version: number): void {
  if (version !== ACCESS_VERSION) {
    throw new CodecError('CODEC_VERSION', { expected: ACCESS_VERSION, got: version, place: 'weft.access' });
  }
}

function assertMethods(methods: readonly AccessMethod[]): void {
  assertCount(methods.length, LIMITS.accessMethods, 'methods');
  let previous = -1;
  for (const { selector } of methods) {
    if (selector <= previous)
      throw new CodecError('CODEC_ORDER', { got: selector, place: 'selectors of weft.access' });
    previous = selector;
  }
  const inits = methods.filter((method) => method.init).length;
  if (inits > 1)
    throw new CodecError('CODEC_LIMIT', { expected: 'at most 1', got: inits, place: 'init methods' });
}

function assertCount(count: number, maximum: number, place: string): void {
  if (count > maximum)
    throw new CodecError('CODEC_LIMIT', { expected: `at most ${maximum}`, got: count, place });
}

function writeMethod(writer: Writer, method: AccessMethod): void {
  assertCount(method.args.length, LIMITS.methodArguments, 'arguments');
  assertCount(method.templates.length, LIMITS.methodTemplates, 'templates');
  writer.u32(method.selector);
  writer.u8(
    (method.view ? FLAG.view : 0) | (method.payable ? FLAG.payable : 0) | (method.init ? FLAG.init : 0),
  );
  writer.list(method.args, (layout) => encodeLayout(writer, layout));
  writer.list(method.templates, (template) => writeTemplate(writer, template));
}

function readMethod(reader: Reader): AccessMethod {
  const selector = reader.u32();
  const flags = reader.tag(8, 'method flags');
  const args = reader.list(() => decodeLayout(reader), LIMITS.methodArguments);
  const templates = reader.list(() => readTemplate(reader), LIMITS.methodTemplates);
  const view = (flags & FLAG.view) !== 0;
  const payable = (flags & FLAG.payable) !== 0;
  const init = (flags & FLAG.init) !== 0;
  return { selector, view, payable, init, args, templates };
}

function writeTemplate(writer: Writer, template: AccessTemplate): void {
  const codec: ExpressionCodec = { depth: 1 };
  const write = (expression: Parameters<typeof writeExpression>[1]) =>
    writeExpression(writer, expression, codec);
  writer.u8(TEMPLATES.indexOf(template.kind));
  switch (template.kind) {
    case 'key':
      assertAddShape(template, template.key.space === 'balance' ? 128 : cellBits(template.key.kind));
      writer.u8(MODES.indexOf(template.mode));
      writeKeyExpression(writer, template.key, codec);
      if (template.direction === undefined) return;
      writer
        .u8(DIRECTIONS.indexOf(template.direction))
        .option(template.amount, write)
        .option(template.bound, write);
      return;
    case 'field':
      writer.u8(MODES.indexOf(template.mode)).fixed(template.field, 8);
      return;
    case 'contract':
      writer.u8(MODES.indexOf(template.mode));
      return;
    case 'call':
      assertCount(template.args.length, LIMITS.expressionParts, 'call arguments');
      write(template.contract);
      writer.u32(template.selector).list(template.args, write).option(template.value, write);
      return;
    case 'payload':
      write(template.contract);
      write(template.payload);
      writer.option(template.value, write);
  }
}

function readTemplate(reader: Reader): AccessTemplate {
  const codec: ExpressionCodec = { depth: 1 };
  const read = () => readExpression(reader, codec);
  const kind = TEMPLATES[reader.tag(TEMPLATES.length, 'a template')]!;
  switch (kind) {
    case 'key': {
      const mode = MODES[reader.tag(MODES.length, 'an access mode')]!;
      const key = readKeyExpression(reader, codec);
      if (mode !== 'add') return { kind, mode, key };
      const direction = DIRECTIONS[reader.tag(2, 'a direction')]!;
      const amount = reader.option(read);
      const bound = reader.option(read);
      const template: AccessTemplate = { kind, mode, key, direction, ...present({ amount, bound }) };
      assertAddShape(template, key.space === 'balance' ? 128 : cellBits(key.kind));
      return template;
    }
    case 'field':
      return { kind, mode: readLockMode(reader), field: reader.fixed(8) };
    case 'contract':
      return { kind, mode: readLockMode(reader) };
    case 'call': {
      const contract = read();
      const selector = reader.u32();
      const args = reader.list(read, LIMITS.expressionParts);
      return { kind, contract, selector, args, ...present({ value: reader.option(read) }) };
    }
    case 'payload':
      return { kind, contract: read(), payload: read(), ...present({ value: reader.option(read) }) };
  }
}

function readLockMode(reader: Reader): 'read' | 'write' {
  return MODES[reader.tag(2, 'a lock mode')] as 'read' | 'write';
}

/** Adds have a direction and a cell; nothing else has a direction, an amount or a bound. */
function assertAddShape(
  item: {
    readonly mode: AccessMode;
    readonly direction?: unknown;
    readonly amount?: unknown;
    readonly bound?: unknown;
  },
  bits: number,
): void {
  const isAdd = item.mode === 'add';
  const extra = item.amount !== undefined || item.bound !== undefined;
  if (isAdd !== (item.direction !== undefined) || (!isAdd && extra) || (isAdd && bits === 0)) {
    throw new CodecError('CODEC_TAG', {
      expected: 'a direction exactly on adds, adds on cells only',
      got: `${item.mode} on ${bits === 0 ? 'plain bytes' : `a cell of ${bits} bits`}`,
      place: 'access',
    });
  }
}

/** The fields that are not undefined: optional fields are absent, never present and undefined. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** One entry of a transaction's extra access. Amount and bound have the width of the cell. @throws CodecError */
export function writeExtraAccess(writer: Writer, extra: ExtraAccess): void {
  writer.u8(EXTRA.indexOf(extra.kind)).u8(MODES.indexOf(extra.mode));
  if (extra.kind !== 'key') {
    writer.fixed(extra.contract, 32);
    if (extra.kind === 'field') writer.fixed(extra.field, 8);
    return;
  }
  const key = asStateKey(extra.key);
  const bits = cellBits(keyKind(key));
  assertAddShape(extra, bits);
  writer.bytes(key);
  if (extra.direction === undefined) return;
  const write = (value: bigint) => writeCellNumber(writer, bits, value);
  writer.u8(DIRECTIONS.indexOf(extra.direction)).option(extra.amount, write).option(extra.bound, write);
}

/** Inverse of `writeExtraAccess`. @throws CodecError */
export function readExtraAccess(reader: Reader): ExtraAccess {
  const kind = EXTRA[reader.tag(EXTRA.length, 'extra access')]!;
  if (kind !== 'key') {
    const mode = readLockMode(reader);
    const contract = reader.fixed(32) as Address;
    return kind === 'field' ? { kind, mode, contract, field: reader.fixed(8) } : { kind, mode, contract };
  }
  const mode = MODES[reader.tag(MODES.length, 'an access mode')]!;
  const key = asStateKey(reader.bytes(LIMITS.keyBytes));
  if (mode !== 'add') return { kind, mode, key };
  const bits = cellBits(keyKind(key));
  const direction = DIRECTIONS[reader.tag(2, 'a direction')]!;
  assertAddShape({ mode, direction }, bits);
  const amount = reader.option(() => readCellNumber(reader, bits));
  const bound = reader.option(() => readCellNumber(reader, bits));
  return { kind, mode, key, direction, ...present({ amount, bound }) };
}

function writeCellNumber(writer: Writer, bits: number, value: bigint): void {
  if (bits === 64) writer.u64(value);
  else if (bits === 128) writer.u128(value);
  else writer.u256(value);
}

function readCellNumber(reader: Reader, bits: number): bigint {
  if (bits === 64) return reader.u64();
  return bits === 128 ? reader.u128() : reader.u256();
}
