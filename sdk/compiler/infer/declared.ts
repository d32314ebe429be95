// Hand-written access: @reads("field"), @writes("balances[args.to]"), @adds("total", "up", "args.amount"),
// @calls("args.target", "method(address,u128)", "args.to", "args.amount"). What is declared joins what is inferred,
// and an access that cannot be inferred is accepted when a decorator covers its field.
//   target     = field | field[*] | field[expression, …] | *
//   expression = sender | caller | self | value | args.name.member | each(expression).member | hash(expression, …)
//              | stored(field[expression, …]).member | past(field[expression, …]) | number | 'text' | true | false

import type { AccessMode, AccessTemplate, Expression, KeyExpression } from '@weft/runtime/types/access';
import { type Layout, layoutText, selectorOf } from '@weft/runtime/types/layout';
import { type DecoratorNode, type MethodDeclaration, StringLiteralExpression } from 'assemblyscript';
import type { ContractModel, NamedType, ResolvedField } from '../contract-model.js';
import { CompileError } from '../errors.js';
import { findDecorators, placeOf } from '../syntax.js';
import { type ParsedExpression, parseExpressionText, splitTop } from './expression-text.js';
import { known, memberOf, type Sym, toAmount, toExpression } from './symbols.js';

export interface Declared {
  readonly templates: readonly AccessTemplate[];
  /** Whether some decorator covers this use of a field. */
  covers(field: string, mode: AccessMode): boolean;
  /** Whether @calls is given: a call that cannot be followed is then the author's word. */
  readonly calls: boolean;
  /** Nothing is enforced: migrations. */
  readonly unrestricted?: boolean;
}

interface Context {
  readonly contract: ContractModel;
  readonly args: readonly NamedType[];
  readonly place: string;
}

const MODES = { reads: 'read', writes: 'write', adds: 'add', pasts: 'past' } as const;

/** @throws COMPILE_DECLARATION */
export function readDeclared(
  method: MethodDeclaration,
  contract: ContractModel,
  args: readonly NamedType[],
): Declared {
  const templates: AccessTemplate[] = [];
  const covered: { field: string; mode: AccessMode }[] = [];
  for (const [name, mode] of Object.entries(MODES)) {
    for (const decorator of findDecorators(method, name)) {
      const context: Context = { contract, args, place: placeOf(decorator) };
      const words = wordsOf(decorator, context);
      const [target, ...rest] = words;
      if (target === undefined) throw refuse(context, 'a field', 'nothing');
      const { template, field } = readTarget(target, mode, rest, context);
      templates.push(template);
      covered.push({ field, mode });
    }
  }
  const callDecorators = findDecorators(method, 'calls');
  for (const decorator of callDecorators) {
    const context: Context = { contract, args, place: placeOf(decorator) };
    templates.push(readCall(wordsOf(decorator, context), context));
  }
  return {
    templates,
    calls: callDecorators.length > 0,
    covers: (field, mode) =>
      covered.some((one) => (one.field === field || one.field === '*') && coversMode(one.mode, mode)),
  };
}

function coversMode(declared: AccessMode, used: AccessMode): boolean {
  if (declared === used) return true;
  return declared === 'write' && used !== 'past';
}

function wordsOf(decorator: DecoratorNode, context: Context): string[] {
  return (decorator.args ?? []).map((argument) => {
    if (argument instanceof StringLiteralExpression) return argument.value;
    throw refuse(context, 'arguments in quotes', argument.range.toString());
  });
}

function refuse(context: Context, expected: string, got: string): CompileError {
  return new CompileError('COMPILE_DECLARATION', { expected, got, place: context.place });
}

function readTarget(
  target: string,
  mode: AccessMode,
  rest: readonly string[],
  context: Context,
): { template: AccessTemplate; field: string } {
  const match = /^\s*(\*|[A-Za-z_$][\w$]*)\s*(?:\[(.*)\])?\s*$/s.exec(target);
  const name = match?.[1];
  if (!match || name === undefined) throw refuse(context, 'field, field[*], field[key, …] or *', target);
  if (mode !== 'add' && rest.length > 0) throw refuse(context, 'one argument', rest.join(', '));
  if (name === '*')
    return { template: { kind: 'contract', mode: lockMode(mode, target, context) }, field: name };
  const field = fieldNamed(name, context);
  const inside = match[2];
  if (inside?.trim() === '*' || (inside === undefined && field.keys.length > 0)) {
    return {
      template: { kind: 'field', mode: lockMode(mode, target, context), field: field.id },
      field: name,
    };
  }
  const keys = (inside === undefined ? [] : splitTop(inside)).map((part) => parse(part, context));
  const key = readKey(field, keys, target, context);
  if (mode !== 'add') return { template: { kind: 'key', mode, key }, field: name };
  return { template: { kind: 'key', mode, key, ...readAdd(rest, field, context) }, field: name };
}

function fieldNamed(name: string, context: Context): ResolvedField {
  const field = context.contract.fields.find((one) => one.name === name);
  if (field) return field;
  throw refuse(context, context.contract.fields.map((one) => one.name).join(' | '), name);
}

function readKey(
  field: ResolvedField,
  keys: readonly ParsedExpression[],
  text: string,
  context: Context,
): KeyExpression {
  if (keys.length !== field.keys.length)
    throw refuse(context, `${field.keys.length} keys`, `${keys.length}: ${text}`);
  const components = field.keys.map(({ layout }, index) => {
    const expression = toExpression(toSym(keys[index]!, context, text), layout);
    if (!expression) throw refuse(context, layoutText(layout), text);
    return expression;
  });
  return { space: 'storage', kind: field.kind, field: field.id, components };
}

function lockMode(mode: AccessMode, target: string, context: Context): 'read' | 'write' {
  if (mode === 'read' || mode === 'write') return mode;
  throw refuse(
    context,
    `a key for @${mode === 'add' ? 'adds' : 'pasts'}: only @reads and @writes lock`,
    target,
  );
}

function readAdd(
  rest: readonly string[],
  field: ResolvedField,
  context: Context,
): { direction: 'up' | 'down'; amount?: Expression; bound?: Expression } {
  const [direction, amount, bound] = rest;
  if (field.kind === 0) throw refuse(context, 'an Accumulator field', field.name);
  if (direction !== 'up' && direction !== 'down')
    throw refuse(context, "'up' or 'down'", direction ?? 'nothing');
  return {
    direction,
    ...(amount === undefined ? {} : { amount: readExpression(amount, field.value.layout, context, true) }),
    ...(bound === undefined ? {} : { bound: readExpression(bound, field.value.layout, context, true) }),
  };
}

/** @calls(contract, "name(type,…)", argument, …): argument layouts are those of the signature. */
function readCall(words: readonly string[], context: Context): AccessTemplate {
  const [contract, signature, ...args] = words;
  const match = /^([A-Za-z_$][\w$]*)\((.*)\)$/s.exec(signature ?? '');
  if (contract === undefined || !match)
    throw refuse(context, "contract, 'name(type,…)', arguments", words.join(', '));
  const layouts = splitTop(match[2] ?? '').map((text) => readLayoutText(text, context));
  if (layouts.length !== args.length) throw refuse(context, `${layouts.length} arguments`, `${args.length}`);
  return {
    kind: 'call',
    contract: readExpression(contract, { kind: 'address' }, context),
    selector: selectorOf(match[1] ?? '', layouts),
    args: args.map((arg, index) => readExpression(arg, layouts[index] as Layout, context)),
  };
}

const SIMPLE = /^(?:[ui](?:8|16|32|64|128)|u256|bool|address|hash|bytes|string)$/;

/** Layout texts of simple types, lists and options; a struct is written by its members: (a,b). */
function readLayoutText(text: string, context: Context): Layout {
  const trimmed = text.trim();
  if (trimmed.endsWith('[]')) return { kind: 'list', item: readLayoutText(trimmed.slice(0, -2), context) };
  if (trimmed.endsWith('?')) return { kind: 'option', item: readLayoutText(trimmed.slice(0, -1), context) };
  if (SIMPLE.test(trimmed)) return { kind: trimmed } as Layout;
  if (trimmed.startsWith('(') && trimmed.endsWith(')')) {
    const fields = splitTop(trimmed.slice(1, -1)).map((part, index) => ({
      name: String(index),
      layout: readLayoutText(part, context),
    }));
    return { kind: 'struct', fields };
  }
  throw refuse(context, 'a type', text);
}

function readExpression(text: string, layout: Layout, context: Context, amount = false): Expression {
  const sym = toSym(parse(text, context), context, text);
  const expression = amount ? toAmount(sym, layout) : toExpression(sym, layout);
  if (!expression) throw refuse(context, layoutText(layout), text);
  return expression;
}

function parse(text: string, context: Context): ParsedExpression {
  const parsed = parseExpressionText(text);
  if (parsed) return parsed;
  throw refuse(context, 'an expression over args, sender, caller, self, value and stored(field[key])', text);
}

function toSym(parsed: ParsedExpression, context: Context, text: string): Sym {
  switch (parsed.kind) {
    case 'literal':
      return { kind: 'literal', value: parsed.value };
    case 'context':
      return parsed.name === 'value'
        ? known({ kind: 'value' }, { kind: 'u128' })
        : known({ kind: parsed.name }, { kind: 'address' });
    case 'argument': {
      const index = context.args.findIndex((arg) => arg.name === parsed.name);
      const arg = context.args[index];
      if (!arg) throw refuse(context, context.args.map((one) => `args.${one.name}`).join(' | '), text);
      return known({ kind: 'args', path: [index] }, arg.type.layout);
    }
    case 'member':
      return memberOf(toSym(parsed.of, context, text), parsed.name);
    case 'each': {
      const list = toSym(parsed.of, context, text);
      if (list.kind !== 'known' || list.layout.kind !== 'list') throw refuse(context, 'each of a list', text);
      return known({ kind: 'each', list: list.expression }, list.layout.item);
    }
    case 'hash': {
      const parts = parsed.parts.map((part) => {
        const sym = toSym(part, context, text);
        if (sym.kind === 'known') return sym.expression;
        const bytes = sym.kind === 'literal' && toExpression(sym, { kind: 'string' });
        if (!bytes) throw refuse(context, 'hash of arguments, context and texts', text);
        return bytes;
      });
      return known({ kind: 'hash', parts }, { kind: 'hash' });
    }
    case 'stored':
    case 'past': {
      const field = fieldNamed(parsed.field, context);
      const { layout } = field.value;
      const mode = parsed.kind === 'past' ? 'past' : 'read';
      return known(
        { kind: 'valueOf', mode, key: readKey(field, parsed.keys, text, context), layout },
        layout,
      );
    }
  }
}
