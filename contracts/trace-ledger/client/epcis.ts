// EPCIS 2.0 documents (GS1, ISO/IEC 19987:2024) as plain data, checked field by field against what the standard requires.
// In: the text of a JSON document. Out: its events, typed, each with the JSON it came from.
import { canonicalLink } from './digital-link.js';
import { EpcisError } from './errors.js';
import { isJsonList, isJsonObject as isObject, type Json, type JsonObject } from './json.js';
import { type Namespaces, namespacesOf } from './namespaces.js';

export type EventType =
  | 'ObjectEvent'
  | 'AggregationEvent'
  | 'TransactionEvent'
  | 'TransformationEvent'
  | 'AssociationEvent';
export type Action = 'ADD' | 'OBSERVE' | 'DELETE';

/** What an event is about: an instance (`epcList` and its like), or a class or lot of goods (a quantity element). */
export interface EpcisGood {
  /** The canonical GS1 Digital Link of a GS1 identifier however it was written, any other URI as it is. */
  readonly epc: string;
  readonly lot: boolean;
}

/** An event with the dimensions the ledger keeps; everything else stays in `json`, whose hash is recorded. */
export interface EpcisEvent {
  readonly type: EventType;
  /** Milliseconds since the epoch, UTC. */
  readonly eventTime: number;
  readonly eventTimeZoneOffset: string;
  /** Absent for transformations. */
  readonly action: Action | undefined;
  /** What was observed, packed or sold: instances, then classes of quantity elements. */
  readonly goods: readonly EpcisGood[];
  readonly parent: string | undefined;
  /** Transformations only. */
  readonly inputs: readonly EpcisGood[];
  readonly outputs: readonly EpcisGood[];
  readonly bizStep: string | undefined;
  readonly disposition: string | undefined;
  readonly readPoint: string | undefined;
  readonly bizLocation: string | undefined;
  /** The event declares an earlier one with the same content to be an error (`errorDeclaration`). */
  readonly correction: boolean;
  /** Parties the goods come from and go to (`possessing_party` of sources and destinations); undefined for none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Sums of a transformation's inputs and outputs where all have one unit (instances: pieces); undefined otherwise. */
  readonly amounts: { readonly input: number; readonly output: number } | undefined;
  readonly json: JsonObject;
  /** Of the document it came in: the prefixes its names use. */
  readonly namespaces: Namespaces;
}

/**
 * The events of an EPCIS 2.0 document, in document order.
 * @throws EPCIS_NOT_JSON, EPCIS_NOT_DOCUMENT, EPCIS_FIELD_MISSING, EPCIS_FIELD_INVALID, EPCIS_EVENT_TYPE with the field's path
 */
export function parseEpcisDocument(text: string, name = 'document'): EpcisEvent[] {
  const document = parseJson(text, name);
  if (!isObject(document))
    throw new EpcisError('EPCIS_NOT_DOCUMENT', { expected: 'an object', got: kindOf(document), place: name });
  if (document['type'] !== 'EPCISDocument') {
    throw new EpcisError('EPCIS_NOT_DOCUMENT', {
      expected: 'type EPCISDocument',
      got: shown(document['type']),
      place: name,
    });
  }
  const context = document['@context'];
  if (context === undefined) throw missing(`${name}.@context`, 'a JSON-LD context');
  if (typeof context !== 'string' && !isJsonList(context) && !isObject(context)) {
    throw invalid(`${name}.@context`, 'a URI, an object or a list of them', context);
  }
  const version = string(document, 'schemaVersion', name);
  if (!/^2\.0(\.\d+)?$/.test(version)) throw invalid(`${name}.schemaVersion`, '2.0', version);
  dateTime(document, 'creationDate', name);
  const body = document['epcisBody'];
  if (body === undefined) throw missing(`${name}.epcisBody`, 'an object with eventList');
  if (!isObject(body)) throw invalid(`${name}.epcisBody`, 'an object', body);
  const events = body['eventList'];
  if (events === undefined) throw missing(`${name}.epcisBody.eventList`, 'a list of events');
  if (!isJsonList(events)) throw invalid(`${name}.epcisBody.eventList`, 'a list', events);
  const namespaces = namespacesOf(context);
  return events.map((event, index) => ({
    ...parseEvent(event, `${name}.epcisBody.eventList[${index}]`),
    namespaces,
  }));
}

const EVENT_TYPES: readonly EventType[] = [
  'ObjectEvent',
  'AggregationEvent',
  'TransactionEvent',
  'TransformationEvent',
  'AssociationEvent',
];

function parseEvent(event: Json, place: string): Omit<EpcisEvent, 'namespaces'> {
  if (!isObject(event)) throw invalid(place, 'an object', event);
  const type = EVENT_TYPES.find((known) => known === event['type']);
  if (!type)
    throw new EpcisError('EPCIS_EVENT_TYPE', {
      expected: EVENT_TYPES,
      got: shown(event['type']),
      place: `${place}.type`,
    });
  const offset = string(event, 'eventTimeZoneOffset', place);
  if (!/^[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)$/.test(offset)) {
    throw invalid(`${place}.eventTimeZoneOffset`, '±HH:MM up to 14:00', offset);
  }
  checkShared(event, place);
  const what = type === 'TransformationEvent' ? transformed(event, place) : observed(type, event, place);
  return {
    type,
    eventTime: dateTime(event, 'eventTime', place),
    eventTimeZoneOffset: offset,
    ...what,
    bizStep: optionalString(event, 'bizStep', place),
    disposition: optionalString(event, 'disposition', place),
    readPoint: location(event, 'readPoint', place),
    bizLocation: location(event, 'bizLocation', place),
    correction: event['errorDeclaration'] !== undefined,
    from: party(event, 'sourceList', 'source'),
    to: party(event, 'destinationList', 'destination'),
    amounts: amountsOf(event),
    json: event,
  };
}

type What = Pick<EpcisEvent, 'action' | 'goods' | 'parent' | 'inputs' | 'outputs'>;

/** The what-dimension of every type but transformations (EPCIS 2.0 §7.4.2 to §7.4.4 and §7.4.6). */
function observed(type: Exclude<EventType, 'TransformationEvent'>, event: JsonObject, place: string): What {
  const action = actionOf(event, place);
  const nests = type === 'AggregationEvent' || type === 'AssociationEvent';
  const goods = [
    ...epcs(event, nests ? 'childEPCs' : 'epcList', place),
    ...quantities(event, nests ? 'childQuantityList' : 'quantityList', place),
  ];
  const parent =
    event['parentID'] === undefined ? undefined : identifier(event['parentID'], `${place}.parentID`);
  if (nests) {
    const parentRequired = type === 'AssociationEvent' || action !== 'OBSERVE';
    if (parent === undefined && parentRequired)
      throw missing(`${place}.parentID`, `a parent for ${type} ${action}`);
    if (goods.length === 0 && action !== 'DELETE')
      throw missing(`${place}.childEPCs`, `children for ${type} ${action}`);
  }
  if (type === 'ObjectEvent' && goods.length === 0 && !isJsonList(event['sensorElementList'])) {
    throw missing(`${place}.epcList`, 'epcList, quantityList or sensorElementList');
  }
  if (type === 'TransactionEvent') {
    const transactions = event['bizTransactionList'];
    if (!isJsonList(transactions) || transactions.length === 0) {
      throw missing(`${place}.bizTransactionList`, 'at least one business transaction');
    }
  }
  return { action, goods, parent: type === 'ObjectEvent' ? undefined : parent, inputs: [], outputs: [] };
}

/** The what-dimension of a transformation (EPCIS 2.0 §7.4.5): no action; both sides unless an identifier joins events. */
function transformed(event: JsonObject, place: string): What {
  if (event['action'] !== undefined)
    throw invalid(`${place}.action`, 'no action in a TransformationEvent', event['action']);
  const inputs = [...epcs(event, 'inputEPCList', place), ...quantities(event, 'inputQuantityList', place)];
  const outputs = [...epcs(event, 'outputEPCList', place), ...quantities(event, 'outputQuantityList', place)];
  const joined = optionalString(event, 'transformationID', place) !== undefined;
  if (inputs.length === 0 && (!joined || outputs.length === 0))
    throw missing(`${place}.inputEPCList`, 'at least one input');
  if (outputs.length === 0 && !joined) throw missing(`${place}.outputEPCList`, 'at least one output');
  return { action: undefined, goods: [], parent: undefined, inputs, outputs };
}

/** Fields every type shares and the standard gives inner required fields. */
function checkShared(event: JsonObject, place: string): void {
  if (event['recordTime'] !== undefined) dateTime(event, 'recordTime', place);
  optionalString(event, 'eventID', place);
  objects(event, 'bizTransactionList', place, ['bizTransaction']);
  objects(event, 'sourceList', place, ['type', 'source']);
  objects(event, 'destinationList', place, ['type', 'destination']);
  for (const [index, element] of objects(event, 'sensorElementList', place, []).entries()) {
    const at = `${place}.sensorElementList[${index}]`;
    if (objects(element, 'sensorReport', at, []).length === 0)
      throw missing(`${at}.sensorReport`, 'at least one report');
  }
  const declaration = event['errorDeclaration'];
  if (declaration !== undefined) {
    if (!isObject(declaration)) throw invalid(`${place}.errorDeclaration`, 'an object', declaration);
    dateTime(declaration, 'declarationTime', `${place}.errorDeclaration`);
  }
}

function actionOf(event: JsonObject, place: string): Action {
  const action = string(event, 'action', place);
  if (action !== 'ADD' && action !== 'OBSERVE' && action !== 'DELETE') {
    throw invalid(`${place}.action`, 'ADD | OBSERVE | DELETE', action);
  }
  return action;
}

function epcs(event: JsonObject, field: string, place: string): EpcisGood[] {
  const list = event[field];
  if (list === undefined) return [];
  if (!isJsonList(list)) throw invalid(`${place}.${field}`, 'a list of URIs', list);
  return list.map((epc, index) => ({ epc: identifier(epc, `${place}.${field}[${index}]`), lot: false }));
}

function quantities(event: JsonObject, field: string, place: string): EpcisGood[] {
  return objects(event, field, place, ['epcClass']).map((element, index) => {
    const at = `${place}.${field}[${index}]`;
    const { quantity, uom } = element;
    if (quantity !== undefined && (typeof quantity !== 'number' || !(quantity > 0))) {
      throw invalid(`${at}.quantity`, 'a number above 0', quantity);
    }
    if (uom !== undefined && quantity === undefined) throw missing(`${at}.quantity`, 'a quantity beside uom');
    return { epc: identifier(element['epcClass'] as Json, `${at}.epcClass`), lot: true };
  });
}

function objects(event: JsonObject, field: string, place: string, required: readonly string[]): JsonObject[] {
  const list = event[field];
  if (list === undefined) return [];
  if (!isJsonList(list)) throw invalid(`${place}.${field}`, 'a list', list);
  return list.map((item, index) => {
    const at = `${place}.${field}[${index}]`;
    if (!isObject(item)) throw invalid(at, 'an object', item);
    for (const name of required) string(item, name, at);
    return item;
  });
}

function location(event: JsonObject, field: string, place: string): string | undefined {
  const value = event[field];
  if (value === undefined) return undefined;
  if (!isObject(value)) throw invalid(`${place}.${field}`, 'an object with id', value);
  return string(value, 'id', `${place}.${field}`);
}

/** The possessing party of a source or destination list. */
function party(event: JsonObject, list: string, field: string): string | undefined {
  const entries = event[list];
  if (!isJsonList(entries)) return undefined;
  const found = entries.filter(isObject).find(({ type }) => /(?:^|[-:])possessing_party$/.test(String(type)));
  const name = found?.[field];
  return typeof name === 'string' ? (canonicalLink(name) ?? name) : undefined;
}

/** What went in and came out of a transformation, if it can be compared. */
function amountsOf(event: JsonObject): EpcisEvent['amounts'] {
  if (event['type'] !== 'TransformationEvent') return undefined;
  const units = new Set<string>();
  const sum = (epcField: string, quantityField: string): number => {
    const [instances, lots] = [event[epcField], event[quantityField]];
    let total = 0;
    for (const _ of isJsonList(instances) ? instances : []) {
      units.add('');
      total++;
    }
    for (const lot of isJsonList(lots) ? lots.filter(isObject) : []) {
      const { quantity, uom } = lot;
      units.add(typeof quantity === 'number' ? String(uom ?? '') : 'unknown');
      total += typeof quantity === 'number' ? quantity : 0;
    }
    return total;
  };
  const input = sum('inputEPCList', 'inputQuantityList');
  const output = sum('outputEPCList', 'outputQuantityList');
  return units.size === 1 && !units.has('unknown') && input > 0 ? { input, output } : undefined;
}

function identifier(value: Json, place: string): string {
  const text = uri(value, place);
  return canonicalLink(text) ?? text;
}

/** Half a character: JSON can write it, UTF-8 cannot. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function uri(value: Json, place: string): string {
  if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(value) || LONE_SURROGATE.test(value))
    throw invalid(place, 'a URI', value);
  return value;
}

function string(object: JsonObject, field: string, place: string): string {
  const value = object[field];
  if (value === undefined) throw missing(`${place}.${field}`, 'a string');
  if (typeof value !== 'string' || value === '' || LONE_SURROGATE.test(value))
    throw invalid(`${place}.${field}`, 'a string', value);
  return value;
}

function optionalString(object: JsonObject, field: string, place: string): string | undefined {
  return object[field] === undefined ? undefined : string(object, field, place);
}

/** Milliseconds of a date-time with zone (xsd:dateTimeStamp). */
function dateTime(object: JsonObject, field: string, place: string): number {
  const text = string(object, field, place);
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
  const day = Date.parse(`${form.exec(text)?.[1]}T00:00:00Z`);
  // Engines roll 30 February over to March; the standard's calendar does not.
  const exists = !Number.isNaN(day) && text.startsWith(new Date(day).toISOString().slice(0, 10));
  const time = exists ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`${place}.${field}`, 'a date-time with a time zone', text);
  return time;
}

function parseJson(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new EpcisError('EPCIS_NOT_JSON', { place: name }, cause);
  }
}

const missing = (place: string, expected: string) =>
  new EpcisError('EPCIS_FIELD_MISSING', { expected, got: 'nothing', place });
const invalid = (place: string, expected: string, got: Json | undefined) =>
  new EpcisError('EPCIS_FIELD_INVALID', { expected, got: shown(got), place });
const kindOf = (value: Json): string =>
  value === null ? 'null' : isJsonList(value) ? 'a list' : typeof value;

/** A short, printable form of a value from a file: control characters escaped, at most 80 characters. */
function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
