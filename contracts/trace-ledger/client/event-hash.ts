// The EPCIS Event Hash ID of CBV 2.0 §8.9: one text (the pre-hash string) for one event however it is written, and its
// SHA-256. What differs only in order, prefixes, time zone or form of an identifier has the same hash.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { canonicalLink } from './digital-link.js';
import { EpcisError } from './errors.js';
import { isJsonList, isJsonObject as isObject, type Json, type JsonObject } from './json.js';
import { CBV, type Namespaces, VOC } from './namespaces.js';

/** 32 bytes, and as the standard writes it. */
export interface EventHash {
  readonly bytes: Uint8Array;
  /** `ni:///sha-256;…?ver=CBV2.0` (RFC 6920). */
  readonly uri: string;
}

/** @throws EPCIS_TOO_LARGE for values nested deeper than 64 */
export function eventHash(event: JsonObject, namespaces: Namespaces): EventHash {
  const bytes = sha256(utf8(preHash(event, namespaces)));
  return { bytes, uri: `ni:///sha-256;${toHex(bytes)}?ver=CBV2.0` };
}

interface ValueField {
  readonly kind: 'value';
  readonly name: string;
  readonly word?: string;
}

/** How a field stands in the text. */
type Field =
  /** `name=value`, one for each value, sorted; `word`: what a bare word of the field's vocabulary begins with. */
  | ValueField
  /** `name` once, then `item=value` for each element, sorted. */
  | { readonly kind: 'list'; readonly name: string; readonly item: string }
  /** `name` once, then `item` (if any) and the fields of each element, sorted. */
  | {
      readonly kind: 'elements';
      readonly name: string;
      readonly label: string;
      readonly item: string;
      readonly fields: readonly Field[];
    };

const value = (name: string, word?: string): ValueField =>
  word === undefined ? { kind: 'value', name } : { kind: 'value', name, word };
const epcs = (name: string): Field => ({ kind: 'list', name, item: 'epc' });
const elements = (name: string, item: string, fields: readonly Field[], label = name): Field => ({
  kind: 'elements',
  name,
  label,
  item,
  fields,
});
const quantities = (name: string): Field =>
  elements(name, 'quantityElement', [value('epcClass'), value('quantity'), value('uom')]);

/** The order of CBV 2.0 §8.9.2. */
const FIELDS: readonly Field[] = [
  value('eventTime'),
  value('eventTimeZoneOffset'),
  epcs('epcList'),
  value('parentID'),
  epcs('inputEPCList'),
  epcs('childEPCs'),
  quantities('quantityList'),
  quantities('childQuantityList'),
  quantities('inputQuantityList'),
  epcs('outputEPCList'),
  quantities('outputQuantityList'),
  value('action'),
  value('transformationID'),
  value('bizStep', `${CBV}BizStep-`),
  value('disposition', `${CBV}Disp-`),
  elements('persistentDisposition', '', [value('set', `${CBV}Disp-`), value('unset', `${CBV}Disp-`)]),
  elements('readPoint', '', [value('id')]),
  elements('bizLocation', '', [value('id')]),
  elements('bizTransactionList', '', [value('type', `${CBV}BTT-`), value('bizTransaction')]),
  elements('sourceList', '', [value('type', `${CBV}SDT-`), value('source')]),
  elements('destinationList', '', [value('type', `${CBV}SDT-`), value('destination')]),
  elements(
    'sensorElementList',
    'sensorElement',
    [
      elements('sensorMetadata', '', [
        ...['time', 'startTime', 'endTime', 'deviceID', 'deviceMetadata', 'rawData'].map((name) =>
          value(name),
        ),
        ...['dataProcessingMethod', 'bizRules'].map((name) => value(name)),
      ]),
      elements(
        'sensorReport',
        'sensorReport',
        [
          value('type', VOC),
          value('exception', VOC),
          ...['deviceID', 'deviceMetadata', 'rawData', 'dataProcessingMethod', 'time'].map((name) =>
            value(name),
          ),
          ...['microorganism', 'chemicalSubstance', 'value'].map((name) => value(name)),
          value('component', `${CBV}Comp-`),
          ...['stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue', 'minValue'].map((name) =>
            value(name),
          ),
          ...['maxValue', 'meanValue', 'sDev', 'percRank', 'percValue', 'uom'].map((name) => value(name)),
          value('coordinateReferenceSystem'),
        ],
        '',
      ),
    ],
    '',
  ),
];

/** Of an event, neither hashed by name nor an extension: what the standard leaves out. */
const LEFT_OUT = new Set([
  '@context',
  'type',
  'isA',
  'eventID',
  'recordTime',
  'errorDeclaration',
  'certificationInfo',
  'rdfs:comment',
  'comment',
]);
/** Fields that may hold extensions at their end. */
const EXTENSIBLE = new Set([
  'readPoint',
  'bizLocation',
  'sensorElementList',
  'sensorMetadata',
  'sensorReport',
]);

/** The text that is hashed. @throws EPCIS_TOO_LARGE for values nested deeper than 64 */
export function preHash(event: JsonObject, namespaces: Namespaces): string {
  const known = new Set([...FIELDS.map(({ name }) => name), ...LEFT_OUT, 'ilmd']);
  const ilmd = event['ilmd'];
  const master =
    isObject(ilmd) && Object.keys(ilmd).length > 0 ? `ilmd${extensions(ilmd, new Set(), namespaces)}` : '';
  const type = typeof event['type'] === 'string' ? event['type'] : '';
  return `eventType=${type}${fieldsText(event, FIELDS, namespaces)}${master}${extensions(event, known, namespaces)}`;
}

function fieldsText(object: JsonObject, fields: readonly Field[], namespaces: Namespaces): string {
  return fields.map((field) => fieldText(object[field.name], field, namespaces)).join('');
}

function fieldText(found: Json | undefined, field: Field, namespaces: Namespaces): string {
  if (found === undefined || found === null) return '';
  const items = isJsonList(found) ? found : [found];
  switch (field.kind) {
    case 'value':
      return sorted(items.map((item) => named(field.name, canonicalValue(item, field, namespaces))));
    case 'list': {
      const texts = items.map((item) =>
        named(field.item, canonicalValue(item, value(field.item), namespaces)),
      );
      return texts.length === 0 ? '' : field.name + sorted(texts);
    }
    case 'elements': {
      const texts = items.filter(isObject).map((item) => {
        const own = fieldsText(item, field.fields, namespaces);
        const known = new Set([...field.fields.map(({ name }) => name), ...LEFT_OUT]);
        const more = EXTENSIBLE.has(field.name) ? extensions(item, known, namespaces) : '';
        return own === '' && more === '' ? '' : field.item + own + more;
      });
      const text = sorted(texts);
      return text === '' ? '' : field.label + text;
    }
  }
}

const named = (name: string, text: string): string => (text === '' ? '' : `${name}=${text}`);

/** Members that are no known field: `{namespace}name=value`, sorted, to any depth. */
function extensions(
  object: JsonObject,
  known: ReadonlySet<string>,
  namespaces: Namespaces,
  depth = 0,
): string {
  if (depth > DEPTH_MAX)
    throw new EpcisError('EPCIS_TOO_LARGE', { expected: `at most ${DEPTH_MAX} levels`, got: 'more' });
  const texts: string[] = [];
  for (const [name, member] of Object.entries(object)) {
    if (known.has(name) || LEFT_OUT.has(name) || member === undefined) continue;
    const label = expandName(name, namespaces);
    for (const item of isJsonList(member) ? member : [member]) {
      if (isObject(item)) texts.push(label + extensions(item, NONE, namespaces, depth + 1));
      else if (!isJsonList(item) && item !== null) {
        const text = canonicalValue(item, value(name), namespaces);
        texts.push(text === '' ? label : `${label}=${text}`);
      }
    }
  }
  return sorted(texts);
}

const DEPTH_MAX = 64;
const NONE: ReadonlySet<string> = new Set();

function expandName(name: string, namespaces: Namespaces): string {
  const [prefix = '', ...rest] = name.split(':');
  const uri = rest.length > 0 ? namespaces.get(prefix) : undefined;
  return uri === undefined ? name : `{${uri}}${rest.join(':')}`;
}

/** By code points, which is the order of UTF-8 bytes. */
function sorted(texts: readonly string[]): string {
  return [...texts].sort(compareUtf8).join('');
}

function compareUtf8(a: string, b: string): number {
  const [left, right] = [utf8(a), utf8(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index] as number) - (right[index] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function canonicalValue(item: Json, { name, word }: ValueField, namespaces: Namespaces): string {
  if (typeof item === 'number') return decimal(item);
  if (typeof item === 'boolean') return String(item);
  if (typeof item !== 'string') return '';
  const text = item.trim();
  if (/time/i.test(name) && !/offset/i.test(name)) return canonicalTime(text);
  const expanded = expandVocabulary(text, word, namespaces);
  return canonicalLink(expanded) ?? expanded;
}

/** A number without exponent or trailing zeros. */
function decimal(number: number): string {
  const text = String(number);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = '', first = '', rest = '', power = '0'] = match;
  const exponent = Number(power);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${first}${rest}`;
  return sign + (first + rest).padEnd(exponent + 1, '0');
}

/** UTC with milliseconds; further digits are rounded. What is no time stays what it is. */
function canonicalTime(text: string): string {
  const match = /^(.*T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})$/.exec(text);
  const at = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
  if (Number.isNaN(at)) return text;
  const ms = Math.round(Number(`0.${match?.[2] ?? '0'}`) * 1000);
  return new Date(at + ms).toISOString();
}

const URNS: readonly (readonly [string, string])[] = [
  ['urn:epcglobal:cbv:bizstep:', `${CBV}BizStep-`],
  ['urn:epcglobal:cbv:disp:', `${CBV}Disp-`],
  ['urn:epcglobal:cbv:btt:', `${CBV}BTT-`],
  ['urn:epcglobal:cbv:sdt:', `${CBV}SDT-`],
  ['urn:epcglobal:cbv:er:', `${CBV}ER-`],
];

/** Words, prefixes and URNs of the standard's vocabulary as the web URIs they stand for. */
function expandVocabulary(text: string, word: string | undefined, namespaces: Namespaces): string {
  for (const [urn, uri] of URNS) if (text.startsWith(urn)) return uri + text.slice(urn.length);
  const [prefix = '', ...rest] = text.split(':');
  const uri = rest.length > 0 ? namespaces.get(prefix) : undefined;
  if (uri?.startsWith('https://ref.gs1.org/')) return uri + rest.join(':');
  return word !== undefined && /^[A-Za-z0-9_]+$/.test(text) ? word + text : text;
}
