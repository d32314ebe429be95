// Lists in templates: a template stands for one expansion per combination of the lists its `each` expressions name.
// Equal lists advance together, different lists form their product. Used by resolve around every template.
import { bytesText } from '../base/bytes.js';
import type { AccessTemplate, Expression, KeyExpression } from '../types/access.js';
import { encodeExpression } from '../types/expression-codec.js';
import { sliceList } from '../types/layout.js';
import { AccessError, decoding } from './errors.js';
import type { Evaluator } from './evaluate.js';

/** One list and the `each` expressions that stand for its elements. */
export interface ListLoop {
  readonly list: Expression;
  readonly places: Expression[];
}

/**
 * Runs `apply` once per expansion of a template with these loops, the evaluator's elements bound. No `each`: once. An empty
 * list: never.
 * @throws ACCESS_EXPRESSION, ACCESS_LIMIT
 */
export function expandLoops(loops: readonly ListLoop[], evaluator: Evaluator, apply: () => void): void {
  runLoops(loops, 0, evaluator, apply);
}

function runLoops(loops: readonly ListLoop[], depth: number, evaluator: Evaluator, apply: () => void): void {
  const loop = loops[depth];
  if (loop === undefined) {
    apply();
    return;
  }
  const { bytes, layout } = evaluator.evaluate(loop.list);
  if (layout === undefined)
    throw new AccessError('ACCESS_EXPRESSION', { expected: 'a list', got: 'a constant' });
  evaluator.meter.spend(bytes.length);
  for (const element of decoding('ACCESS_EXPRESSION', 'each', () => sliceList({ bytes, layout }))) {
    evaluator.meter.spend();
    for (const place of loop.places) evaluator.elements.set(place, element);
    runLoops(loops, depth + 1, evaluator, apply);
  }
}

/** The loops of a template, outer first: a list that depends on an element comes after that element's list. */
export function listLoops(template: AccessTemplate): readonly ListLoop[] {
  const loops = new Map<string, ListLoop>();
  const visit = (expression: Expression): void => {
    for (const part of partsOf(expression)) visit(part);
    if (expression.kind !== 'each') return;
    const name = bytesText(encodeExpression(expression.list));
    const loop = loops.get(name);
    if (loop === undefined) loops.set(name, { list: expression.list, places: [expression] });
    else loop.places.push(expression);
  };
  for (const expression of expressionsOf(template)) visit(expression);
  return [...loops.values()];
}

function expressionsOf(template: AccessTemplate): readonly Expression[] {
  switch (template.kind) {
    case 'key':
      return [...keyParts(template.key), ...optional(template.amount), ...optional(template.bound)];
    case 'field':
    case 'contract':
      return [];
    case 'call':
      return [template.contract, ...template.args, ...optional(template.value)];
    case 'payload':
      return [template.contract, template.payload, ...optional(template.value)];
  }
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'each':
      return [expression.list];
    case 'hash':
      return expression.parts;
    case 'valueOf':
      return keyParts(expression.key);
    case 'field':
      return [expression.of];
    default:
      return [];
  }
}

function keyParts(key: KeyExpression): readonly Expression[] {
  return key.space === 'balance' ? [key.address] : key.components;
}

function optional(expression: Expression | undefined): readonly Expression[] {
  return expression === undefined ? [] : [expression];
}
