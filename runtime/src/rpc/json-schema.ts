// The part of JSON Schema that describes this surface, and the shapes most methods share.

/** A JSON Schema, draft 2020-12, as far as it is used here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/** 0x and two lower-case digits a byte. */
export const HEX: JsonSchema = { type: 'string', pattern: '^0x([0-9a-f]{2})*$' };
/** 32 bytes. */
export const HASH: JsonSchema = { type: 'string', pattern: '^0x[0-9a-f]{64}$' };
/** bech32m text. */
export const ADDRESS: JsonSchema = { type: 'string', pattern: '^weft1[02-9ac-hj-np-z]{58}$' };
/** Decimal text without sign or leading zeros. */
export const AMOUNT: JsonSchema = { type: 'string', pattern: '^(0|[1-9][0-9]{0,77})$' };
export const TEXT: JsonSchema = { type: 'string' };
export const FLAG: JsonSchema = { type: 'boolean' };
/** A whole number: a height, gas, an index. */
export const WHOLE: JsonSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
export const NULL: JsonSchema = { type: 'null' };

/** One of some texts. */
export function choice(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values };
}

/** The schema, or null where there is nothing. */
export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, NULL] };
}

export function listSchema(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object of exactly these properties; `optional` ones may be absent. */
export function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}
