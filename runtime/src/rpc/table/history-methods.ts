// Methods about past blocks: events by contract and indexed topics, transactions by account. In pages.
import type { HistoryCursor, HistoryPage, HistoryRange } from '../../ports/query.js';
import type { RpcBackend } from '../backend.js';
import { RpcError } from '../errors.js';
import {
  addressField,
  choiceField,
  described,
  type Field,
  optional,
  wholeField,
  withDefault,
} from '../fields.js';
import { choice, HASH, type JsonSchema, listSchema, objectSchema, orNull, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { eventJson, hexJson, receiptJson } from '../render.js';
import { heightField } from './chain-methods.js';
import { EVENT, RECEIPT } from './shapes.js';
import { eventFilterFields } from './subscription-methods.js';

const ITEMS_MAX = 1_000;
const ITEMS = 100;
/** Against a plain read: a page may read many blocks. */
const PAGE_WEIGHT = 100;

const CURSOR = /^(0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,6})$/;

const cursorField: Field<HistoryCursor> = {
  schema: { type: 'string', pattern: CURSOR.source, description: '`next` of the page before' },
  expected: 'a cursor',
  read(value, place) {
    const [, height, at] = CURSOR.exec(typeof value === 'string' ? value : '') ?? [];
    if (height === undefined || at === undefined)
      throw new RpcError('RPC_PARAMETER', { expected: 'a cursor', got: String(value).slice(0, 80), place });
    return { height: Number(height), place: Number(at) };
  },
};

const CURSOR_JSON: JsonSchema = { type: 'string', pattern: CURSOR.source };

const rangeFields = (newestFirst: boolean) => ({
  from: described(heightField, 'the first height; default: the oldest kept'),
  to: described(heightField, 'the last height; default: the newest'),
  cursor: optional(cursorField),
  limit: withDefault(wholeField(ITEMS_MAX, 1), ITEMS),
  order: withDefault(choiceField('oldest', 'newest'), newestFirst ? 'newest' : 'oldest'),
});

export function historyMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getEvents',
      summary: 'events of past blocks, by contract and indexed fields, in pages',
      description: `${PAGE_TEXT} In effective order, \`index\` over the block. Without \`contract\` every block of the range is read.`,
      params: { ...eventFilterFields, ...rangeFields(false) },
      result: pageSchema('events', {
        height: WHOLE,
        index: WHOLE,
        ...EVENT.properties,
        transactionId: orNull(HASH),
      }),
      errors: ['QUERY_RANGE'],
      weight: PAGE_WEIGHT,
      async run({ contract, event, topics, ...range }) {
        const page = await backend.query().events({ contract, event, topics }, rangeOf(range));
        return pageJson('events', page, (one) => ({
          height: one.height,
          index: one.index,
          ...eventJson(one.event),
          transactionId: one.transactionId === undefined ? null : hexJson(one.transactionId),
        }));
      },
    }),
    method({
      name: 'weft_getAccountHistory',
      summary: 'the transactions an account sent or paid for, in pages',
      description: `${PAGE_TEXT} In effective order; \`index\` is the place in the block. What no block includes is not part of it.`,
      params: { address: addressField, ...rangeFields(true) },
      result: pageSchema('transactions', {
        height: WHOLE,
        index: WHOLE,
        roles: listSchema(choice('sender', 'payer')),
        receipt: RECEIPT,
      }),
      errors: ['QUERY_RANGE'],
      weight: PAGE_WEIGHT,
      async run({ address, ...range }) {
        const page = await backend.query().accountHistory(address, rangeOf(range));
        return pageJson('transactions', page, ({ height, index, roles, receipt }) => ({
          height,
          index,
          roles,
          receipt: receiptJson(receipt),
        }));
      },
    }),
  ];
}

interface RangeParts extends Omit<HistoryRange, 'newestFirst'> {
  readonly order: 'oldest' | 'newest';
}

function rangeOf({ order, ...range }: RangeParts): HistoryRange {
  return { ...range, newestFirst: order === 'newest' };
}

function pageSchema(name: string, properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return objectSchema({ [name]: listSchema(objectSchema(properties)), next: orNull(CURSOR_JSON), to: WHOLE });
}

function pageJson<T>(name: string, { items, next, to }: HistoryPage<T>, render: (item: T) => unknown) {
  return { [name]: items.map(render), next: next === undefined ? null : `${next.height}-${next.place}`, to };
}

const PAGE_TEXT =
  'A page has at most `limit` items, and fewer, even none, where finding them took long: as long as `next` is not `null` ' +
  'there may be more, up to the height `to`. New blocks change no page that was answered with `order` `oldest`.';
