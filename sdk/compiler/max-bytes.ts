// `@maxBytes("name", n)` on a method bounds a parameter, `@maxBytes(n)` on a field bounds what is stored or decoded.
import {
  type DecoratorNode,
  type FieldDeclaration,
  IntegerLiteralExpression,
  type MethodDeclaration,
  StringLiteralExpression,
} from 'assemblyscript';
import { CompileError } from './errors.js';
import { findDecorator, findDecorators, placeOf, textOf } from './syntax.js';

/** A stored value's own limit. */
const LARGEST = 65_536;

/** @throws COMPILE_DECLARATION */
export function fieldMaxBytes(field: FieldDeclaration): number | undefined {
  const decorator = findDecorator(field, 'maxBytes');
  if (!decorator) return undefined;
  const [size, more] = decorator.args ?? [];
  const bytes = sizeOf(size);
  if (bytes === undefined || more) throw refuse(decorator, `@maxBytes(n), n from 1 to ${LARGEST}`);
  return bytes;
}

/** Bounds by parameter name. @throws COMPILE_DECLARATION */
export function methodMaxBytes(method: MethodDeclaration): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  const names = method.signature.parameters.map((parameter) => parameter.name.text);
  for (const decorator of findDecorators(method, 'maxBytes')) {
    const [name, size, more] = decorator.args ?? [];
    const bytes = sizeOf(size);
    if (!(name instanceof StringLiteralExpression) || bytes === undefined || more) {
      throw refuse(decorator, `@maxBytes("parameter", n), n from 1 to ${LARGEST}`);
    }
    if (!names.includes(name.value)) throw refuse(decorator, names.map((one) => `"${one}"`).join(' | '));
    limits.set(name.value, bytes);
  }
  return limits;
}

function sizeOf(node: unknown): number | undefined {
  if (!(node instanceof IntegerLiteralExpression)) return undefined;
  const size = Number(textOf(node).replaceAll('_', ''));
  return Number.isInteger(size) && size >= 1 && size <= LARGEST ? size : undefined;
}

function refuse(decorator: DecoratorNode, expected: string): CompileError {
  return new CompileError('COMPILE_DECLARATION', {
    expected,
    got: textOf(decorator),
    place: placeOf(decorator),
  });
}
