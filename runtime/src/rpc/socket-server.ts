// The WebSocket side: every message is a request or a batch, answered over the same connection. A connection that asks
// faster than it reads is not read from; one that leaves what it subscribed to unread, or does nothing, is ended.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BodyBounds, excessError } from './body.js';
import type { Connections } from './connections.js';
import { type Dispatch, RPC_CODES } from './dispatch.js';
import { RpcError } from './errors.js';
import { type Gate, SOCKET_PROTOCOL } from './gate.js';
import { JsonScan } from './json-scan.js';
import type { CallContext } from './method.js';
import type { Place, Places } from './places.js';
import type { Bucket } from './rate.js';
import { endWith, refusalText } from './refusal.js';
import { SocketConnection } from './socket-connection.js';

export interface SocketServerOptions {
  readonly dispatch: Dispatch;
  readonly connections: Connections;
  readonly gate: Gate;
  /** For messages past the small ones. */
  readonly places: Places;
  /** Of one message. */
  readonly bounds: BodyBounds;
  readonly idleMs: number;
  readonly stallMs: number;
  /** Told of connections that are ended, by code. */
  readonly onEnd: (code: string) => void;
}

/** Close codes of RFC 6455 and its registry; the reason is the code of the refusal. */
export const CLOSE = { stopping: 1001, unsupported: 1003, policy: 1008, later: 1013 } as const;

/** How often connections are looked at. */
const SWEEP_MS = 1_000;
/** Connections turned away at one time that are told why; more are cut at once. */
const TOLD_MAX = 64;
/** Between two pings of a silent connection. */
const PING_MS = 30_000;

export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Set<SocketConnection>();
  readonly #sweeping: NodeJS.Timeout;
  /** Turned away, told why and not cut yet. */
  #told = 0;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.bounds.bytesMax,
      // The token that a browser puts beside it is not repeated.
      handleProtocols: (offered) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
    });
    this.#sweeping = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeping.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { gate, connections, places } = this.#options;
    socket.on('error', () => undefined);
    const path = (request.url ?? '').split('?')[0];
    const refused = path === '/' ? gate.check(request) : { status: 404, error: new RpcError('RPC_PATH') };
    if (refused !== undefined) {
      endWith(socket, refused.status, refusalText(refused.error));
      return;
    }
    socket.setNoDelay(true);
    this.#server.handleUpgrade(request, socket, head, (client: WebSocket) => {
      const late = (): void => this.#end(connection, CLOSE.later, 'RPC_TIMEOUT');
      const enter = (begin: () => void): Place | undefined => {
        const place = places.enter(connections.addressOf(socket), begin, late);
        if (place === undefined) this.#turnAway(connection);
        return place;
      };
      const connection = new SocketConnection(client, socket, enter);
      this.#open.add(connection);
      connection.onClose(() => this.#open.delete(connection));
      const bucket = connections.bucketOf(socket);
      const context = { subscriber: connection, charge: (units: number) => bucket.take(units) };
      client.on('message', (data: Buffer, binary: boolean) => {
        const place = connection.finish();
        if (place === undefined) this.#take(connection, bucket, context, data, binary);
        else {
          place.turn(() => {
            this.#take(connection, bucket, context, data, binary);
            place.leave();
          });
        }
      });
    });
  }

  #take(
    connection: SocketConnection,
    bucket: Bucket,
    context: CallContext,
    data: Buffer,
    binary: boolean,
  ): void {
    const { bounds, dispatch } = this.#options;
    if (binary) {
      this.#end(connection, CLOSE.unsupported, 'RPC_CONTENT_TYPE');
      return;
    }
    try {
      bucket.takeRequest(data.length);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      connection.answer(refusalText(error));
      return;
    }
    const excess = new JsonScan(bounds).take(data);
    if (excess === undefined) connection.take(dispatch(data.toString(), context));
    else connection.answer(refusalText(excessError(excess, bounds), RPC_CODES.invalidRequest));
  }

  /** Ends every connection with its reason. */
  close(): void {
    clearInterval(this.#sweeping);
    for (const connection of this.#open) connection.end(CLOSE.stopping, 'RPC_STOPPING');
    this.#server.close();
  }

  #sweep(): void {
    const { idleMs, stallMs } = this.#options;
    const now = performance.now();
    for (const connection of this.#open) {
      const state = connection.look(now);
      if (state.stalledMs >= stallMs) this.#end(connection, CLOSE.later, 'RPC_SLOW_CLIENT');
      else if (!connection.subscribed && state.silentMs >= idleMs)
        this.#end(connection, CLOSE.policy, 'RPC_IDLE');
      else if (state.silentMs >= 2 * PING_MS && connection.pinged)
        this.#end(connection, CLOSE.policy, 'RPC_IDLE');
      else if (state.silentMs >= PING_MS) connection.ping();
    }
  }

  /** There is no place to wait for: what came of the message is kept until the connection is cut. */
  #turnAway(connection: SocketConnection): void {
    if (this.#told >= TOLD_MAX) {
      this.#options.onEnd('RPC_BUSY');
      connection.cut();
      return;
    }
    this.#told++;
    connection.onClose(() => this.#told--);
    this.#end(connection, CLOSE.later, 'RPC_BUSY');
  }

  #end(connection: SocketConnection, close: number, code: string): void {
    this.#options.onEnd(code);
    connection.end(close, code);
  }
}
