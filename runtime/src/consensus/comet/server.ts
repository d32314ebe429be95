// The ABCI socket server. CometBFT opens four connections to one address (query, snapshot, mempool, consensus); each is
// answered strictly in the order of its requests, and they run beside each other.

import { unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { type Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { CometError } from './errors.js';
import { encodeFrame, FrameReader } from './frames.js';

/** What answers, in frames. Calls for one connection follow each other. */
export interface Answers {
  answer(request: Request): Uint8Array | Promise<Uint8Array>;
  /** Told of requests that came together, before they are answered one by one. */
  checkAhead(requests: readonly Request[]): Promise<void>;
}

export interface AbciServer {
  /** Ends connections once the requests under way are answered. */
  close(): Promise<void>;
}

/** Requests of one connection that wait; beyond, its socket is not read. */
const WAITING_MAX = 1024;
/** Bytes of a socket's path: what Linux takes. */
const SOCKET_PATH_MAX = 107;

/**
 * Listens on `unix://PATH` or `tcp://HOST:PORT`. `onFault` is told what an answer throws and of broken frames; the
 * connection has then got an exception and is closed. @throws COMET_SOCKET
 */
export async function startAbciServer(
  address: string,
  answers: Answers,
  onFault: (error: unknown) => void,
): Promise<AbciServer> {
  const place = await placeOf(address);
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, answers, onFault);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  await listen(server, place, address);
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([...connections].map((connection) => connection.end()));
      await closed;
    },
  };
}

class Connection {
  readonly #frames = new FrameReader();
  #waiting: Request[] = [];
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  /** What comes is not read. */
  #ended = false;
  /** What came before is not answered either. */
  #dropped = false;

  constructor(
    private readonly socket: Socket,
    private readonly answers: Answers,
    private readonly onFault: (error: unknown) => void,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    // A peer that is gone: what it asked for is finished, nobody reads it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
    });
  }

  async end(): Promise<void> {
    this.#drop();
    await this.#working;
    this.socket.destroy();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    try {
      const requests = this.#frames.push(bytes);
      if (this.#waiting.length === 0) this.#waiting = requests;
      else for (const request of requests) this.#waiting.push(request);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#waiting.length > WAITING_MAX) this.socket.pause();
    if (!this.#isWorking) this.#working = this.#work();
  }

  /** Answers what waits, in order; what CometBFT sent together is written together. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      while (this.#waiting.length > 0) {
        const requests = this.#waiting;
        this.#waiting = [];
        this.socket.resume();
        await this.#answer(requests);
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    // At once, not by a promise: a socket that was paused hands over what it held in one go, and what comes next begins anew.
    this.#isWorking = false;
  }

  async #answer(requests: readonly Request[]): Promise<void> {
    await this.answers.checkAhead(requests);
    const ready: Uint8Array[] = [];
    for (const request of requests) {
      if (this.#dropped) break;
      const answer = this.answers.answer(request);
      ready.push(answer instanceof Uint8Array ? answer : await answer);
      if (request.flush) this.#write(ready);
    }
    this.#write(ready);
  }

  #write(ready: Uint8Array[]): void {
    if (ready.length > 0) this.socket.write(Buffer.concat(ready.splice(0)));
  }

  #drop(): void {
    this.#ended = true;
    this.#dropped = true;
    this.#waiting = [];
  }

  #fail(error: unknown): void {
    this.#drop();
    const text = error instanceof Error ? error.message : String(error);
    this.socket.end(encodeFrame(Response.fromPartial({ exception: { error: text } })));
    this.onFault(error);
  }
}

async function placeOf(address: string): Promise<{ path: string } | { host: string; port: number }> {
  const [, path] = /^unix:\/\/(.+)$/.exec(address) ?? [];
  if (path !== undefined) {
    if (Buffer.byteLength(path) > SOCKET_PATH_MAX) {
      const expected = `a path of at most ${SOCKET_PATH_MAX} bytes`;
      throw new CometError('COMET_SOCKET', { expected, got: Buffer.byteLength(path), place: address });
    }
    // Left by a process that was killed; its folder is locked by whoever uses it.
    await unlink(path).catch(() => undefined);
    return { path };
  }
  const [, host, port] = /^tcp:\/\/(.+):(\d+)$/.exec(address) ?? [];
  if (host === undefined)
    throw new CometError('COMET_SOCKET', { expected: 'unix://PATH or tcp://HOST:PORT', got: address });
  return { host, port: Number(port) };
}

function listen(server: Server, place: { path: string } | { host: string; port: number }, address: string) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new CometError('COMET_SOCKET', { place: address }, cause)));
    server.listen(place, resolve);
  });
}
