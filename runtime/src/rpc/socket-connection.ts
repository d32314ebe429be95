// One WebSocket: its answers, what it is subscribed to, and how far behind its reader is. Messages past the small ones wait
// for a place, as bodies do: `ws` keeps what has come of them.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { SMALL_BYTES } from './body.js';
import type { Subscriber } from './method.js';
import type { Place } from './places.js';

/** Bytes that may wait for the client before nothing more is sent, or read from it. */
const WAITING_BYTES_MAX = 64 << 10;
/** Requests of one connection under way at once; more are left unread. */
const CALLS_MAX = 64;
/** Time to read the reason before the connection is cut. */
const END_MS = 1_000;

export class SocketConnection implements Subscriber {
  readonly #client: WebSocket;
  readonly #socket: Socket;
  readonly #enter: (begin: () => void) => Place | undefined;
  readonly #closers: (() => void)[] = [];
  #drainers: (() => void)[] = [];
  #calls = 0;
  /** Bytes since the last message was whole. */
  #unfinished = 0;
  #place: Place | undefined;
  /** Has asked for a place and has none. */
  #waits = false;
  /** Asked for a place and may not wait for one: it is read no more, and ends. */
  #turnedAway = false;
  #paused = false;
  #heard = performance.now();
  #moved = performance.now();
  #flushed = 0;
  pinged = false;
  /** Whether it has subscriptions; silence is then no sign of an end. */
  subscribed = false;
  closed = false;

  /** `enter`: asks for a place for a large message; where it gives none the connection is at its end. */
  constructor(client: WebSocket, socket: Socket, enter: (begin: () => void) => Place | undefined) {
    this.#client = client;
    this.#socket = socket;
    this.#enter = enter;
    // Before `ws` has it: then the message that it ends is over.
    socket.prependListener('data', (part: Buffer) => this.#receive(part.length));
    const hear = (): void => {
      this.#heard = performance.now();
      this.pinged = false;
    };
    client.on('message', hear);
    client.on('pong', hear);
    client.on('error', () => this.#readNoMore());
    socket.on('drain', () => this.#drained());
    client.once('close', () => {
      this.closed = true;
      this.#place?.leave();
      for (const run of this.#closers.splice(0)) run();
      this.#drained();
    });
  }

  get ready(): boolean {
    return this.#client.bufferedAmount < WAITING_BYTES_MAX;
  }

  send(message: Uint8Array): boolean {
    if (this.closed) return false;
    this.#client.send(message, { binary: false });
    return this.ready;
  }

  onDrain(run: () => void): void {
    if (this.closed || this.ready) queueMicrotask(run);
    else this.#drainers.push(run);
  }

  onClose(run: () => void): void {
    if (this.closed) queueMicrotask(run);
    else this.#closers.push(run);
  }

  /** A message is whole: the place it took, which the caller gives back. */
  finish(): Place | undefined {
    const place = this.#place;
    this.#place = undefined;
    this.#unfinished = 0;
    // All of it may have come before the wait was over.
    this.#waits = false;
    this.#regulate();
    return place;
  }

  /** Sends an answer that is there or comes later. */
  take(answer: string | undefined | Promise<string | undefined>): void {
    if (!(answer instanceof Promise)) {
      this.answer(answer);
      return;
    }
    this.#calls++;
    this.#regulate();
    answer.then((text) => {
      this.#calls--;
      this.answer(text);
    });
  }

  answer(text: string | undefined): void {
    if (text !== undefined && !this.closed) this.#client.send(text);
    this.#regulate();
  }

  ping(): void {
    this.pinged = true;
    this.#client.ping();
  }

  /** How long it has said nothing, and how long none of what waits for it has gone out. */
  look(now: number): { readonly silentMs: number; readonly stalledMs: number } {
    const flushed = this.#socket.bytesWritten - this.#socket.writableLength;
    if (this.#socket.writableLength === 0 || flushed !== this.#flushed) this.#moved = now;
    this.#flushed = flushed;
    return { silentMs: now - this.#heard, stalledMs: now - this.#moved };
  }

  /** Says why and cuts the connection; at once where the client does not read anyway. */
  end(close: number, reason: string): void {
    if (!this.ready || this.#socket.writableLength > 0) {
      this.#client.terminate();
      return;
    }
    this.#client.close(close, reason);
    setTimeout(() => this.#client.terminate(), END_MS).unref();
  }

  /** Cuts the connection at once. */
  cut(): void {
    this.#client.terminate();
  }

  /** `ws` has said why it takes no more, and would read to the end of what it refused. */
  #readNoMore(): void {
    process.nextTick(() => this.#socket.pause());
    setTimeout(() => this.#client.terminate(), END_MS).unref();
  }

  #receive(bytes: number): void {
    this.#unfinished += bytes;
    if (this.#unfinished <= SMALL_BYTES || this.#place !== undefined || this.closed) return;
    if (this.#turnedAway) return;
    this.#waits = true;
    this.#place = this.#enter(() => {
      this.#waits = false;
      this.#regulate();
    });
    this.#turnedAway = this.#place === undefined;
    this.#regulate();
  }

  #drained(): void {
    const drainers = this.#drainers;
    this.#drainers = [];
    for (const run of drainers) run();
    this.#regulate();
  }

  /** A client that does not read its answers, has too many under way or waits for a place is not read from. */
  #regulate(): void {
    if (this.closed) return;
    const pause = this.#turnedAway || this.#waits || this.#calls >= CALLS_MAX || !this.ready;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#client.pause();
    else this.#client.resume();
  }
}
