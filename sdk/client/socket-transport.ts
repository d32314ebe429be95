// A node over one WebSocket: requests as over HTTP, and subscriptions. A connection that breaks is opened again, its
// subscriptions go on from where they were; requests under way fail, for nobody knows whether they were carried out.
import { ClientError, NodeRefusal } from './errors.js';
import type { NodeStatus } from './node-client.js';
import {
  type SubscriptionAsk,
  type SubscriptionHandlers,
  type SubscriptionKind,
  SubscriptionPlace,
} from './subscription.js';
import { createTransport, type Transport } from './transport.js';

/** What is used of a WebSocket: the browser's, Node's from 22 on, or that of the package `ws`. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(kind: 'open' | 'close' | 'error', run: () => void): void;
  addEventListener(kind: 'message', run: (event: { readonly data: unknown }) => void): void;
}
export type SocketClass = new (url: string, protocols: string[]) => SocketLike;

export interface SocketOptions {
  /** Default: the global one. */
  readonly WebSocket?: SocketClass;
  /** For a node that asks for one. */
  readonly token?: string;
  /** How long a request waits for its answer, and for a connection, ms; default 30 s. */
  readonly timeoutMs?: number;
  /** Told when a connection stands, and when it broke or could not be made. */
  readonly onConnection?: (stands: boolean) => void;
  /** Before the first new attempt after a connection broke, ms; doubled up to 32 times that. Default 100. */
  readonly retryMs?: number;
}

export interface SocketTransport extends Transport {
  /** Subscribes now and on every later connection, until it is told to end. */
  subscribe<Kind extends SubscriptionKind>(
    ask: SubscriptionAsk<Kind>,
    handlers: SubscriptionHandlers<Kind>,
  ): Subscription;
  /** Ends the connection and every subscription. */
  close(): void;
}
export interface Subscription {
  end(): void;
}

/** A transport to `ws://host:port` (`http://` is the same). Connects when it is first used. */
export function socketTransport(url: string, options: SocketOptions = {}): SocketTransport {
  return new ReconnectingSocket(url.replace(/^http/, 'ws'), options);
}

const RETRY_STEPS = 5;

interface Waiting {
  resolve(text: string): void;
  reject(error: Error): void;
}
interface Notification {
  readonly subscription: string;
  readonly result?: never;
  readonly reverted?: number;
  readonly error?: { readonly code: string; readonly message: string };
}
interface Following {
  readonly place: SubscriptionPlace;
  /** Its number on the present connection. */
  id: string | undefined;
  /** Of the chain it follows; undefined before the first connection. */
  genesisHash: string | undefined;
}

class ReconnectingSocket implements SocketTransport {
  readonly #url: string;
  readonly #options: SocketOptions;
  readonly #transport: Transport;
  readonly #followings = new Set<Following>();
  /** Requests under way, by their first id. */
  readonly #waiting = new Map<number, Waiting>();
  /** Told in the same breath as the answer that names the subscription, before anybody saw that. */
  readonly #early: Notification[] = [];
  #socket: SocketLike | undefined;
  #opening: Promise<SocketLike> | undefined;
  #attempts = 0;
  #closed = false;

  constructor(url: string, options: SocketOptions) {
    this.#url = url;
    this.#options = options;
    this.#transport = createTransport((text) => this.#exchange(text), url);
  }

  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#transport.request(method, params);
  }

  requestAll(calls: Parameters<Transport['requestAll']>[0]): ReturnType<Transport['requestAll']> {
    return this.#transport.requestAll(calls);
  }

  subscribe<Kind extends SubscriptionKind>(
    ask: SubscriptionAsk<Kind>,
    handlers: SubscriptionHandlers<Kind>,
  ): Subscription {
    const place = new SubscriptionPlace(
      ask as SubscriptionAsk<SubscriptionKind>,
      handlers as SubscriptionHandlers<SubscriptionKind>,
    );
    const following: Following = { place, id: undefined, genesisHash: undefined };
    this.#followings.add(following);
    if (this.#socket === undefined) this.#reconnect(0);
    else void this.#follow(following, this.#socket);
    return {
      end: () => {
        this.#followings.delete(following);
        const { id } = following;
        if (id !== undefined) this.request('weft_unsubscribe', { subscription: id }).catch(() => undefined);
      },
    };
  }

  close(): void {
    this.#closed = true;
    this.#followings.clear();
    this.#socket?.close(1000);
  }

  /** Sends a text once there is a connection; its answer is the one of its first id. */
  async #exchange(text: string): Promise<string> {
    const timeoutMs = this.#options.timeoutMs ?? 30_000;
    const id = Number(/"id":(\d+)/.exec(text)?.[1]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#lost(`no answer in ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      const socket = await Promise.race([this.#connected(), late]);
      const answer = new Promise<string>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
      socket.send(text);
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  #connected(): Promise<SocketLike> {
    if (this.#closed) return Promise.reject(this.#lost('the transport is closed'));
    if (this.#socket !== undefined) return Promise.resolve(this.#socket);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  #open(): Promise<SocketLike> {
    const { WebSocket = (globalThis as { WebSocket?: SocketClass }).WebSocket, token } = this.#options;
    if (WebSocket === undefined) return Promise.reject(this.#lost('no WebSocket here: pass one'));
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.#url, [
        'weft',
        ...(token === undefined ? [] : [`weft-token.${token}`]),
      ]);
      socket.addEventListener('open', () => {
        this.#socket = socket;
        this.#attempts = 0;
        this.#options.onConnection?.(true);
        resolve(socket);
        for (const following of this.#followings) void this.#follow(following, socket);
      });
      socket.addEventListener('message', ({ data }) => this.#take(String(data)));
      socket.addEventListener('error', () => undefined);
      socket.addEventListener('close', () => {
        reject(this.#lost('the connection was refused'));
        this.#broken(socket);
      });
    });
  }

  #broken(socket: SocketLike): void {
    if (this.#socket === socket) this.#socket = undefined;
    for (const { reject } of this.#waiting.values()) reject(this.#lost('the connection broke'));
    this.#waiting.clear();
    for (const following of this.#followings) following.id = undefined;
    this.#early.length = 0;
    const { retryMs = 100, onConnection } = this.#options;
    if (!this.#closed) onConnection?.(false);
    if (this.#followings.size > 0) this.#reconnect(retryMs * 2 ** Math.min(this.#attempts++, RETRY_STEPS));
  }

  #reconnect(delayMs: number): void {
    setTimeout(() => {
      // Refused or not: the end of the attempt asks for the next one.
      if (!this.#closed && this.#followings.size > 0) this.#connected().catch(() => undefined);
    }, delayMs);
  }

  /** Subscribes on a connection from where it was, after finding out whether the chain went back meanwhile. */
  async #follow(following: Following, socket: SocketLike): Promise<void> {
    const { place } = following;
    try {
      const { height, genesisHash } = (await this.request('weft_status', {})) as NodeStatus;
      const { genesisHash: followed = genesisHash } = following;
      following.genesisHash = genesisHash;
      if (place.next === undefined) place.next = height + 1;
      else if (followed === genesisHash) await this.#findBack(place);
      // A development chain that was started anew: nothing told is of it.
      else place.restart();
      const id = (await this.request('weft_subscribe', place.params)) as string;
      if (this.#followings.has(following)) {
        following.id = id;
        for (const early of this.#early.splice(0)) this.#notify(early);
      } else this.request('weft_unsubscribe', { subscription: id }).catch(() => undefined);
    } catch (error) {
      // A connection that broke takes its subscriptions along to the next one.
      if (this.#socket !== socket || !(error instanceof NodeRefusal)) return;
      this.#followings.delete(following);
      place.end(error);
    }
  }

  /** Goes back to the newest block told of that the chain still has. */
  async #findBack(place: SubscriptionPlace): Promise<void> {
    const newest = place.seen.at(-1);
    for (let at = place.seen.length - 1; at >= 0; at--) {
      const block = place.seen[at];
      if (block === undefined || (await this.#hashAt(block.height)) !== block.hash) continue;
      if (block !== newest) place.revert(block.height);
      return;
    }
    const oldest = place.seen[0];
    if (oldest !== undefined) place.revert(oldest.height - 1);
  }

  async #hashAt(height: number): Promise<string | undefined> {
    try {
      const [head] = (await this.request('weft_getHeads', { height, count: 1 })) as {
        readonly hash: string;
      }[];
      return head?.hash;
    } catch (error) {
      if (error instanceof NodeRefusal && error.nodeCode === 'QUERY_UNKNOWN_HEIGHT') return undefined;
      throw error;
    }
  }

  #take(text: string): void {
    const message = JSON.parse(text) as unknown;
    const { method, params, id } = (Array.isArray(message) ? message[0] : message) as {
      readonly method?: string;
      readonly params?: Notification;
      readonly id?: number | null;
    };
    if (method === 'weft_subscription' && params !== undefined) {
      this.#notify(params);
      return;
    }
    // What could not be read has no id: answers come in order, so it is the oldest.
    const [oldest] = this.#waiting.keys();
    this.#waiting.get(id ?? oldest ?? -1)?.resolve(text);
  }

  #notify(notification: Notification): void {
    const { subscription, result, reverted, error } = notification;
    const following = [...this.#followings].find(({ id }) => id === subscription);
    if (following === undefined) {
      const isAwaited = [...this.#followings].some(({ id }) => id === undefined);
      if (isAwaited) this.#early.push(notification);
      return;
    }
    const { place } = following;
    if (result !== undefined) place.take(result);
    else if (reverted !== undefined) place.revert(reverted);
    else if (error !== undefined) {
      this.#followings.delete(following);
      place.end(new NodeRefusal(error, 'weft_subscription'));
    }
  }

  #lost(reason: string): ClientError {
    return new ClientError('CLIENT_TRANSPORT', { place: this.#url, reason });
  }
}
