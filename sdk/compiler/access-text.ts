// Access templates as lines for people: `add balances[args.to] up args.amount`. Shown by build, ABI and errors.
import { toHex } from '@weft/runtime/base/bytes';
import type { AccessTemplate, Expression, KeyExpression } from '@weft/runtime/types/access';
import type { Layout } from '@weft/runtime/types/layout';
import type { ContractModel, ResolvedMethod } from './contract-model.js';

export function accessLine(
  template: AccessTemplate,
  contract: ContractModel,
  method: ResolvedMethod,
): string {
  const show = (expression: Expression): string => expressionLine(expression, method, contract);
  const value = (expression: Expression | undefined): string =>
    expression ? ` value ${show(expression)}` : '';
  switch (template.kind) {
    case 'key': {
      const bound = template.bound
        ? ` ${template.direction === 'down' ? 'floor' : 'ceiling'} ${show(template.bound)}`
        : '';
      const amount = template.amount ? ` ${show(template.amount)}` : '';
      const direction = template.direction ? ` ${template.direction}${amount}${bound}` : '';
      return `${template.mode} ${keyLine(template.key, method, contract)}${direction}`;
    }
    case 'field':
      return `${template.mode} ${fieldName(template.field, contract)}[*]`;
    case 'contract':
      return `${template.mode} *`;
    case 'call':
      return `call ${show(template.contract)} 0x${template.selector.toString(16).padStart(8, '0')}(${template.args.map(show).join(', ')})${value(template.value)}`;
    case 'payload':
      return `call ${show(template.contract)} with ${show(template.payload)}${value(template.value)}`;
  }
}

function keyLine(key: KeyExpression, method: ResolvedMethod, contract: ContractModel): string {
  if (key.space === 'balance') return `balance(${expressionLine(key.address, method, contract)})`;
  const parts = key.components.map((part) => expressionLine(part, method, contract));
  const field = contract.fields.find((one) => toHex(one.id) === toHex(key.field));
  // A list's length stands under the keys before the index.
  const length = field?.leaf === 'List' && parts.length < field.keys.length ? '.length' : '';
  return `${fieldName(key.field, contract)}${parts.length > 0 ? `[${parts.join(', ')}]` : ''}${length}`;
}

function fieldName(id: Uint8Array, contract: ContractModel): string {
  return contract.fields.find((field) => toHex(field.id) === toHex(id))?.name ?? toHex(id);
}

function expressionLine(expression: Expression, method: ResolvedMethod, contract: ContractModel): string {
  const show = (part: Expression): string => expressionLine(part, method, contract);
  switch (expression.kind) {
    case 'const':
      return `0x${toHex(expression.bytes).replace(/^0x/, '')}`;
    case 'args': {
      const [first = 0, ...rest] = expression.path;
      const arg = method.args[first];
      return `args.${arg?.name ?? first}${pathLine(arg?.type.layout, rest)}`;
    }
    case 'each':
      return `each(${show(expression.list)})`;
    case 'hash':
      return `hash(${expression.parts.map(show).join(', ')})`;
    case 'valueOf':
      return `${expression.mode === 'past' ? 'past' : 'stored'}(${keyLine(expression.key, method, contract)})`;
    case 'field':
      return `${show(expression.of)}${pathLine(layoutOf(expression.of, method), expression.path)}`;
    default:
      return expression.kind;
  }
}

/** Member names along a path, as far as the layout is known. */
function pathLine(layout: Layout | undefined, path: readonly number[]): string {
  let current = layout;
  let text = '';
  for (const step of path) {
    const field = current?.kind === 'struct' ? current.fields[step] : undefined;
    text += `.${field?.name ?? step}`;
    current = field?.layout;
  }
  return text;
}

function layoutOf(expression: Expression, method: ResolvedMethod): Layout | undefined {
  if (expression.kind === 'each') {
    const list = layoutOf(expression.list, method);
    return list?.kind === 'list' ? list.item : undefined;
  }
  if (expression.kind === 'valueOf') return expression.layout;
  if (expression.kind === 'args') {
    return walkPath(method.args[expression.path[0] ?? 0]?.type.layout, expression.path.slice(1));
  }
  return expression.kind === 'field' ? walkPath(layoutOf(expression.of, method), expression.path) : undefined;
}

function walkPath(layout: Layout | undefined, path: readonly number[]): Layout | undefined {
  let current = layout;
  for (const step of path) current = current?.kind === 'struct' ? current.fields[step]?.layout : undefined;
  return current;
}
