// Who is subscribed to what, and how far each has come. A subscription gets every block from its first height on, each
// once and in order: while its client keeps up, as blocks come; while it does not, or is still far behind, block by block
// out of the records. Nothing queues here: a slow client is where it is, and what it misses is on disk.
import { utf8 } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { RpcError } from './errors.js';
import type { Subscriber } from './method.js';
import { type FeedBlock, matchBlock, type Topic, topicName } from './topics.js';

export interface SubscriptionBounds {
  /** Of one connection; default 64. */
  readonly connectionMax?: number;
  /** In all; default 16,384. */
  readonly max?: number;
}

/** Where blocks are read that have gone by. */
export type ReadBlock = (height: number) => Promise<FeedBlock>;

/** Subscriptions that read records at once; others wait their turn. */
const READERS_MAX = 4;
/** Reads after which a reader waits for the next turn of the event loop. */
const READS_A_TURN = 16;
/** Messages kept encoded for one block: those whose topic and number are the same share one. */
const MESSAGES_MAX = 4096;
/** Subscriptions told of a block before others get a turn. */
const TOLD_AT_ONCE = 512;
const SUBSCRIPTION = 'weft_subscription';

interface Subscription {
  readonly id: string;
  readonly topic: Topic;
  readonly name: string;
  readonly subscriber: Subscriber;
  /** The next block it gets. */
  next: number;
  /** Parts of block `next` it has got already. */
  part: number;
  /** It is being brought up to date. */
  busy: boolean;
  ended: boolean;
}

export class Subscriptions {
  readonly #all = new Set<Subscription>();
  readonly #of = new Map<Subscriber, Map<string, Subscription>>();
  readonly #bounds: Required<SubscriptionBounds>;
  readonly #read: ReadBlock;
  #newest: number | undefined;
  /** Rises with every block, and when the chain goes back. */
  #publication = 0;
  #readers = 0;
  #reads = 0;
  readonly #queue: (() => void)[] = [];

  constructor(read: ReadBlock, { connectionMax = 64, max = 16_384 }: SubscriptionBounds = {}) {
    this.#read = read;
    this.#bounds = { connectionMax, max };
  }

  get count(): number {
    return this.#all.size;
  }

  /** The number of a new subscription; it gets blocks after `newest`, or from `from` on. @throws RPC_SUBSCRIPTIONS */
  add(subscriber: Subscriber, topic: Topic, newest: number, from = newest + 1): string {
    const own = this.#of.get(subscriber) ?? new Map<string, Subscription>();
    const { connectionMax, max } = this.#bounds;
    if (own.size >= connectionMax || this.#all.size >= max) {
      const expected = `at most ${connectionMax} a connection, ${max} in all`;
      throw new RpcError('RPC_SUBSCRIPTIONS', { expected, got: own.size });
    }
    if (!this.#of.has(subscriber)) {
      this.#of.set(subscriber, own);
      subscriber.onClose(() => this.#leave(subscriber));
    }
    const id = freeNumber(own);
    const name = topicName(topic);
    const one: Subscription = { id, topic, name, subscriber, next: from, part: 0, busy: false, ended: false };
    own.set(id, one);
    this.#all.add(one);
    this.#newest = Math.max(this.#newest ?? newest, newest);
    subscriber.subscribed = true;
    // After the answer that names it.
    if (from <= newest) setImmediate(() => this.#follow(one));
    return id;
  }

  /** False: there is none of this number. */
  remove(subscriber: Subscriber, id: string): boolean {
    const own = this.#of.get(subscriber);
    const one = own?.get(id);
    if (own === undefined || one === undefined) return false;
    own.delete(id);
    this.#end(one);
    subscriber.subscribed = own.size > 0;
    return true;
  }

  /** A block has been committed. One at or below those told of already: the chain went back before it. */
  publish(block: FeedBlock): void {
    this.#newest = block.header.height;
    const publication = ++this.#publication;
    const all = this.#all.values();
    const parts = new Map<string, readonly string[]>();
    const messages = new Map<string, Uint8Array>();
    const tellSome = (): void => {
      // Who was not told before the next block came gets this one out of the records.
      if (publication !== this.#publication) return;
      for (let told = 0; told < TOLD_AT_ONCE; told++) {
        const { value: one } = all.next();
        if (one === undefined) return;
        if (!one.ended) this.#tell(one, block, parts, messages);
      }
      setImmediate(tellSome);
    };
    tellSome();
  }

  /** The chain went back to a height, and nothing has come after it yet. */
  revert(height: number): void {
    this.#newest = height;
    this.#publication++;
    for (const one of this.#all) if (one.next > height + 1) this.#goBack(one, height + 1);
  }

  #tell(
    one: Subscription,
    block: FeedBlock,
    parts: Map<string, readonly string[]>,
    messages: Map<string, Uint8Array>,
  ): void {
    const { height } = block.header;
    if (one.next > height) this.#goBack(one, height);
    if (one.busy || one.next !== height || !one.subscriber.ready) {
      if (!one.busy) this.#follow(one);
      return;
    }
    let matched = parts.get(one.name);
    if (matched === undefined) {
      matched = matchBlock(one.topic, block);
      parts.set(one.name, matched);
    }
    this.#deliver(one, matched, messages);
    if (one.next === height) this.#follow(one);
  }

  /** Sends parts while the client takes them; the block is done with the last. */
  #deliver(one: Subscription, parts: readonly string[], messages?: Map<string, Uint8Array>): void {
    while (one.part < parts.length) {
      if (!one.subscriber.ready) return;
      const name = `${one.id} ${one.part} ${one.name}`;
      let message = messages?.get(name);
      if (message === undefined) {
        message = notification(one.id, 'result', parts[one.part] as string);
        if (messages !== undefined && messages.size < MESSAGES_MAX) messages.set(name, message);
      }
      one.subscriber.send(message);
      one.part++;
    }
    one.next++;
    one.part = 0;
  }

  #goBack(one: Subscription, height: number): void {
    one.next = height;
    one.part = 0;
    one.subscriber.send(notification(one.id, 'reverted', String(height - 1)));
  }

  /** Brings one up to date out of the records, as fast as its client reads. */
  #follow(one: Subscription): void {
    if (one.busy || one.ended) return;
    one.busy = true;
    this.#catchUp(one)
      .catch((error: unknown) => this.#fail(one, error))
      .finally(() => {
        one.busy = false;
        if (!one.ended && one.next <= (this.#newest ?? -1)) this.#follow(one);
      });
  }

  async #catchUp(one: Subscription): Promise<void> {
    while (!one.ended && one.next <= (this.#newest ?? -1)) {
      if (!one.subscriber.ready) await new Promise<void>((resolve) => one.subscriber.onDrain(resolve));
      if (one.ended) return;
      const height = one.next;
      const block = await this.#turn(() => this.#read(height));
      // The chain may have gone back meanwhile.
      if (one.ended || one.next !== height) continue;
      this.#deliver(one, matchBlock(one.topic, block));
    }
  }

  async #turn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#readers >= READERS_MAX) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#readers++;
    try {
      return await task();
    } finally {
      // Blocks that are in memory come without a wait: others get a turn all the same.
      if (++this.#reads % READS_A_TURN === 0) setImmediate(() => this.#release());
      else this.#release();
    }
  }

  #release(): void {
    const next = this.#queue.shift();
    if (next !== undefined) next();
    else this.#readers--;
  }

  /** A record that cannot be read ends the subscription: a gap would be worse. */
  #fail(one: Subscription, error: unknown): void {
    const { message, code } =
      error instanceof WeftError ? error : { message: 'Internal error', code: 'RPC_INTERNAL' };
    one.subscriber.send(notification(one.id, 'error', JSON.stringify({ code, message })));
    this.remove(one.subscriber, one.id);
  }

  #end(one: Subscription): void {
    one.ended = true;
    this.#all.delete(one);
  }

  #leave(subscriber: Subscriber): void {
    for (const one of this.#of.get(subscriber)?.values() ?? []) this.#end(one);
    this.#of.delete(subscriber);
  }
}

/** The lowest number not in use: connections with the same subscriptions get the same bytes. */
function freeNumber(own: ReadonlyMap<string, unknown>): string {
  let number = 1;
  while (own.has(String(number))) number++;
  return String(number);
}

function notification(id: string, what: 'result' | 'reverted' | 'error', json: string): Uint8Array {
  return utf8(
    `{"jsonrpc":"2.0","method":"${SUBSCRIPTION}","params":{"subscription":"${id}","${what}":${json}}}`,
  );
}
