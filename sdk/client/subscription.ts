// One subscription over connections that come and go: how far it has seen the chain, what to ask a new connection for, and
// which of what it then hears it has told already. Nothing is told twice and nothing left out.
import type { BlockJson, EventJson, ReceiptJson } from './node-client.js';
import { type EventFilterAsk, eventFilterJson, type HeadJson } from './node-queries.js';

/** What a block brought, by kind; a large block comes in parts, of which all but the last say `more`. */
export interface SubscriptionMessages {
  readonly heads: HeadJson;
  readonly receipts: BlockPart & {
    readonly receipts: readonly { readonly index: number; readonly receipt: ReceiptJson }[];
  };
  readonly events: BlockPart & {
    readonly events: readonly (EventJson & {
      readonly index: number;
      readonly transactionId: string | null;
    })[];
  };
}
export interface BlockPart {
  readonly height: number;
  readonly hash: string;
  readonly more: boolean;
}
export type SubscriptionKind = keyof SubscriptionMessages;

export interface SubscriptionAsk<Kind extends SubscriptionKind> {
  readonly kind: Kind;
  /** The first height; default: the next block. */
  readonly from?: number;
  /** Of `events`. */
  readonly filter?: Kind extends 'events' ? EventFilterAsk : never;
  /** Of `receipts`: of these transactions only. */
  readonly ids?: Kind extends 'receipts' ? readonly string[] : never;
}
export interface SubscriptionHandlers<Kind extends SubscriptionKind> {
  onMessage(message: SubscriptionMessages[Kind]): void;
  /** Development chains: the blocks above a height are gone; those that replace them follow. */
  onRevert?(height: number): void;
  /** The node ended it, or does not take it again; nothing more comes. */
  onEnd?(error: Error): void;
}

/** A block that was told of, to know it again. */
export interface SeenBlock {
  readonly height: number;
  readonly hash: string;
}

/** Blocks remembered to find where a chain went back to. */
const SEEN_MAX = 256;

type Message = SubscriptionMessages[SubscriptionKind];

/** The place of one subscription in the chain. */
export class SubscriptionPlace {
  /** The first block not seen whole; undefined until the first connection says which comes next. */
  next: number | undefined;
  /** Told blocks, oldest first. */
  readonly seen: SeenBlock[] = [];
  /** The last index told of block `next`; -1: none. */
  #told = -1;
  readonly #ask: SubscriptionAsk<SubscriptionKind>;
  readonly #handlers: SubscriptionHandlers<SubscriptionKind>;

  constructor(ask: SubscriptionAsk<SubscriptionKind>, handlers: SubscriptionHandlers<SubscriptionKind>) {
    this.#ask = ask;
    this.#handlers = handlers;
    this.next = ask.from;
  }

  /** Parameters of `weft_subscribe`. */
  get params(): Record<string, unknown> {
    const { kind, filter, ids } = this.#ask;
    const given = { ...(filter && eventFilterJson(filter)), ...(ids && { ids }) };
    return { kind, from: this.next, ...(Object.keys(given).length > 0 ? { filter: given } : {}) };
  }

  take(message: Message): void {
    const whole = partOf(message);
    if (whole.height < (this.next ?? 0)) return;
    if (whole.height > (this.next ?? 0)) this.#told = -1;
    const fresh = this.#fresh(message);
    this.next = whole.more ? whole.height : whole.height + 1;
    if (this.seen.at(-1)?.height !== whole.height) this.seen.push({ height: whole.height, hash: whole.hash });
    if (this.seen.length > SEEN_MAX) this.seen.shift();
    if (!whole.more) this.#told = -1;
    if (fresh !== undefined) this.#handlers.onMessage(fresh);
  }

  revert(height: number): void {
    while ((this.seen.at(-1)?.height ?? -1) > height) this.seen.pop();
    this.#told = -1;
    this.next = height + 1;
    this.#handlers.onRevert?.(height);
  }

  /** Another chain stands at the address: told from its first block on, or from the height asked for. */
  restart(): void {
    this.revert(Math.max(0, (this.#ask.from ?? 1) - 1));
  }

  end(error: Error): void {
    this.#handlers.onEnd?.(error);
  }

  /** What of a part was not told before the connection broke; undefined: nothing. */
  #fresh(message: Message): Message | undefined {
    const told = this.#told;
    if ('receipts' in message) {
      const receipts = message.receipts.filter(({ index }) => index > told);
      this.#told = message.receipts.at(-1)?.index ?? told;
      return receipts.length > 0 ? { ...message, receipts } : undefined;
    }
    if ('events' in message) {
      const events = message.events.filter(({ index }) => index > told);
      this.#told = Math.max(told, message.events.at(-1)?.index ?? told);
      return events.length > 0 ? { ...message, events } : undefined;
    }
    return message;
  }
}

function partOf(message: Message): BlockPart {
  if ('header' in message) {
    const { header, hash }: Pick<BlockJson, 'header' | 'hash'> = message;
    return { height: header.height, hash, more: false };
  }
  return message;
}
