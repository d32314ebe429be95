// Bytes of expressions: what a template's keys, amounts and calls are computed from. Part of the `weft.access` section;
// also the identity of an expression (two are the same list when their bytes are equal).
import { type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { Expression, KeyExpression } from './access.js';
import type { KeyKind } from './key.js';
import { decodeLayout, encodeLayout } from './layout.js';

/** How deep the expression being coded stands, 1 at the top. */
export interface ExpressionCodec {
  readonly depth: number;
}

const KINDS = [
  'const',
  'args',
  'sender',
  'caller',
  'self',
  'value',
  'each',
  'hash',
  'valueOf',
  'field',
] as const satisfies readonly Expression['kind'][];
const SPACES = ['storage', 'balance'] as const;
/** Numbers of the access modes an indirection may have: read, past. */
const VALUE_OF_MODES: readonly ('read' | 'past' | undefined)[] = ['read', undefined, undefined, 'past'];

/** The canonical bytes of one expression. @throws CodecError */
export function encodeExpression(expression: Expression): Uint8Array {
  const writer = new Writer();
  writeExpression(writer, expression, { depth: 1 });
  return writer.finish();
}

export function writeExpression(writer: Writer, expression: Expression, codec: ExpressionCodec): void {
  const inner = deeper(codec);
  writer.u8(KINDS.indexOf(expression.kind));
  switch (expression.kind) {
    case 'const':
      assertAtMost(expression.bytes.length, LIMITS.constantBytes, 'constant');
      writer.bytes(expression.bytes);
      return;
    case 'args':
      writePath(writer, expression.path);
      return;
    case 'each':
      writeExpression(writer, expression.list, inner);
      return;
    case 'hash':
      assertAtMost(expression.parts.length, LIMITS.expressionParts, 'hash parts');
      writer.list(expression.parts, (part) => writeExpression(writer, part, inner));
      return;
    case 'valueOf':
      writer.u8(expression.mode === 'read' ? 0 : 3);
      writeKeyExpression(writer, expression.key, inner);
      encodeLayout(writer, expression.layout);
      return;
    case 'field':
      writeExpression(writer, expression.of, inner);
      writePath(writer, expression.path);
      return;
    default:
      return;
  }
}

export function readExpression(reader: Reader, codec: ExpressionCodec): Expression {
  const inner = deeper(codec);
  const kind = KINDS[reader.tag(KINDS.length, 'an expression')]!;
  switch (kind) {
    case 'const':
      return { kind, bytes: reader.bytes(LIMITS.constantBytes) };
    case 'args':
      return { kind, path: readPath(reader) };
    case 'each':
      return { kind, list: readExpression(reader, inner) };
    case 'hash':
      return { kind, parts: reader.list(() => readExpression(reader, inner), LIMITS.expressionParts) };
    case 'valueOf': {
      const mode = VALUE_OF_MODES[reader.tag(4, 'an access mode')];
      if (mode === undefined)
        throw new CodecError('CODEC_TAG', { expected: 'read or past', place: reader.place });
      return { kind, mode, key: readKeyExpression(reader, inner), layout: decodeLayout(reader) };
    }
    case 'field':
      return { kind, of: readExpression(reader, inner), path: readPath(reader) };
    default:
      return { kind };
  }
}

export function writeKeyExpression(writer: Writer, key: KeyExpression, codec: ExpressionCodec): void {
  writer.u8(SPACES.indexOf(key.space));
  if (key.space === 'balance') {
    writeExpression(writer, key.address, codec);
    return;
  }
  assertAtMost(key.components.length, LIMITS.expressionParts, 'key components');
  writer.u8(key.kind).fixed(key.field, 8);
  writer.list(key.components, (component) => writeExpression(writer, component, codec));
}

export function readKeyExpression(reader: Reader, codec: ExpressionCodec): KeyExpression {
  const space = SPACES[reader.tag(2, 'a key space')]!;
  if (space === 'balance') return { space, address: readExpression(reader, codec) };
  const kind = reader.tag(4, 'a key kind') as KeyKind;
  const field = reader.fixed(8);
  return {
    space,
    kind,
    field,
    components: reader.list(() => readExpression(reader, codec), LIMITS.expressionParts),
  };
}

/** A list of u8 steps, 1 to 16. */
function writePath(writer: Writer, path: readonly number[]): void {
  assertSteps(path.length);
  writer.list(path, (step) => writer.u8(step));
}

function readPath(reader: Reader): number[] {
  const path = reader.list(() => reader.u8(), LIMITS.pathSteps);
  assertSteps(path.length);
  return path;
}

function assertSteps(steps: number): void {
  if (steps < 1 || steps > LIMITS.pathSteps) {
    throw new CodecError('CODEC_LIMIT', { expected: `1..${LIMITS.pathSteps}`, got: steps, place: 'path' });
  }
}

function deeper(codec: ExpressionCodec): ExpressionCodec {
  assertAtMost(codec.depth, LIMITS.expressionDepth, 'expression depth');
  return { depth: codec.depth + 1 };
}

function assertAtMost(got: number, maximum: number, place: string): void {
  if (got > maximum) throw new CodecError('CODEC_LIMIT', { expected: `at most ${maximum}`, got, place });
}
