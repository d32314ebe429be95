// What can be subscribed to, and what of a block is sent for it. Everything of a block that matches goes out together, in
// effective order, in parts of bounded size.
import { bytesText, toHex } from '../base/bytes.js';
import type { Block } from '../types/block.js';
import { type EventFilter, matchesEvent } from '../types/event-filter.js';
import type { ContractEvent } from '../types/receipt.js';
import { eventJson, headerJson, hexJson, receiptJson } from './render.js';

/** A block as it is told of. */
export type FeedBlock = Pick<Block, 'header' | 'hash' | 'receipts' | 'events'>;

export type Topic =
  | { readonly kind: 'heads' }
  /** `ids`: of which transactions; undefined: all. */
  | { readonly kind: 'receipts'; readonly ids: readonly Uint8Array[] | undefined }
  | { readonly kind: 'events'; readonly filter: EventFilter };

/** Characters of one part, roughly: a client that reads slowly has at most one in its way. */
const PART_CHARACTERS = 24 << 10;

/** A text that is the same for topics that match the same. */
export function topicName(topic: Topic): string {
  if (topic.kind === 'heads') return 'heads';
  if (topic.kind === 'receipts') return `receipts ${topic.ids?.map(toHex).join(' ') ?? '*'}`;
  const { contract, event, topics = [] } = topic.filter;
  const values = topics.map((some) => some.map(toHex).join('|')).join(' ');
  return `events ${contract ? toHex(contract) : '*'} ${event ? toHex(event) : '*'} ${values}`;
}

/** JSON texts of what matches, in parts; none where nothing does. Each says its height, and whether more of it follows. */
export function matchBlock(topic: Topic, block: FeedBlock): readonly string[] {
  const { header, hash } = block;
  if (topic.kind === 'heads') {
    const head = { hash: hexJson(hash), header: headerJson(header), transactionCount: block.receipts.length };
    return [JSON.stringify(head)];
  }
  const items = topic.kind === 'receipts' ? receiptsOf(topic.ids, block) : eventsOf(topic.filter, block);
  return inParts(items, topic.kind, `"height":${header.height},"hash":"${hexJson(hash)}"`);
}

function receiptsOf(ids: readonly Uint8Array[] | undefined, { receipts }: FeedBlock): string[] {
  const wanted = ids && new Set(ids.map(bytesText));
  return receipts.flatMap((receipt, index) =>
    wanted === undefined || wanted.has(bytesText(receipt.transaction))
      ? [JSON.stringify({ index, receipt: receiptJson(receipt) })]
      : [],
  );
}

function eventsOf(filter: EventFilter, { events, receipts }: FeedBlock): string[] {
  return events.flatMap((event, index) =>
    matchesEvent(filter, event) ? [JSON.stringify(placedEventJson(event, index, receipts))] : [],
  );
}

/** An event with its place in the block and the id of its transaction. */
export function placedEventJson(event: ContractEvent, index: number, receipts: FeedBlock['receipts']) {
  const id = event.transaction === undefined ? undefined : receipts[event.transaction]?.transaction;
  return { index, ...eventJson(event), transactionId: id === undefined ? null : hexJson(id) };
}

function inParts(items: readonly string[], name: string, place: string): string[] {
  const parts: string[] = [];
  let part: string[] = [];
  let characters = 0;
  const close = (more: boolean): void => {
    parts.push(`{${place},"more":${more},"${name}":[${part.join(',')}]}`);
    part = [];
    characters = 0;
  };
  for (const item of items) {
    if (part.length > 0 && characters + item.length > PART_CHARACTERS) close(true);
    part.push(item);
    characters += item.length;
  }
  if (part.length > 0) close(false);
  return parts;
}
