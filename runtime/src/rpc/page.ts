// The reference of the methods as Markdown, made from the table: the page cannot say what the code does not.
import type { Field } from './fields.js';
import type { JsonSchema } from './json-schema.js';
import type { Method } from './method.js';

/** One section a method, in the table's order. */
export function methodsPage(table: readonly Method[]): string {
  return table.map(methodSection).join('\n\n');
}

function methodSection({ name, summary, description, params, result, errors }: Method): string {
  const rows = Object.entries(params).map(([parameter, field]) => parameterRow(parameter, field));
  const parameters =
    rows.length === 0 ? 'No parameters.' : ['| parameter | form | |', '|---|---|---|', ...rows].join('\n');
  const refusals = errors.length === 0 ? '' : `Refused: ${errors.map((code) => `\`${code}\``).join(', ')}.`;
  const parts = [
    `### ${name}`,
    `${capitalised(summary)}.`,
    parameters,
    `Answers ${shapeText(result)}.`,
    description ?? '',
    refusals,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function parameterRow(name: string, { schema, absent }: Field<unknown>): string {
  const { description, default: value } = schema;
  const notes = [
    absent === undefined ? 'required' : '',
    value === undefined ? '' : `default: \`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
    description ?? '',
  ];
  return `| \`${name}\` | ${shapeText(schema)} | ${notes.filter((note) => note !== '').join('; ')} |`;
}

/** A schema in a few words. */
function shapeText(schema: JsonSchema): string {
  const { type, properties, items, anyOf, maxItems } = schema;
  if (anyOf !== undefined) return anyOf.map(shapeText).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(', ');
  if (properties !== undefined) return `\`${objectText(schema)}\``;
  if (items !== undefined)
    return `a list of ${shapeText(items)}${maxItems === undefined ? '' : `, at most ${number(maxItems)}`}`;
  if (type === 'string') return textForm(schema);
  if (type === 'integer') return integerForm(schema);
  if (type === 'object') return 'an object';
  return type === 'null' ? '`null`' : String(type);
}

function objectText({ properties = {}, required = [] }: JsonSchema): string {
  const names = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${name}${mark}${innerText(schema)}`;
  });
  return `{${names.join(', ')}}`;
}

/** What an object's property holds, where it is an object or a list of objects itself. */
function innerText(schema: JsonSchema): string {
  const { properties, items, anyOf } = schema;
  if (properties !== undefined) return `: ${objectText(schema)}`;
  if (items?.properties !== undefined) return `: [${objectText(items)}]`;
  const inner = anyOf?.filter((one) => one.properties !== undefined) ?? [];
  return inner.length === 0 ? '' : `: ${inner.map(objectText).join(' | ')}`;
}

function textForm({ pattern, maxLength }: JsonSchema): string {
  if (pattern?.startsWith('^weft1')) return 'address';
  if (pattern?.includes('[1-9]')) return 'amount';
  const digits = /\{(\d+)\}\$$/.exec(pattern ?? '')?.[1];
  if (digits !== undefined) return `${Number(digits) / 2} bytes`;
  if (pattern?.startsWith('^0x')) return 'bytes';
  return maxLength === undefined ? 'text' : `text of at most ${number(maxLength)} characters`;
}

function integerForm({ minimum = 0, maximum }: JsonSchema): string {
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? 'number'
    : `number from ${minimum} to ${number(maximum)}`;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const number = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
