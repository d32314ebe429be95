// The WebSocket side: every message is a request or a batch, answered over the same connection. A connection that asks
// faster than it reads is not read from; one that leaves what it subscribed to unread, or does nothing, is ended.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Connections, rawRefusal } from './connections.js';
import { type Dispatch, errorData, failureText, RPC_CODES } from './dispatch.js';
import { RpcError } from './errors.js';
import { type Gate, SOCKET_PROTOCOL } from './gate.js';
import type { RpcMetrics } from './metrics.js';
import { SocketConnection } from './socket-connection.js';

export interface SocketServerOptions {
  readonly dispatch: Dispatch;
  readonly connections: Connections;
  readonly gate: Gate;
  readonly metrics: RpcMetrics | undefined;
  /** Of one message. */
  readonly bytesMax: number;
  readonly idleMs: number;
  readonly stallMs: number;
  readonly onEnd: ((code: string) => void) | undefined;
}

/** Close codes of RFC 6455 and its registry; the reason is the code of the refusal. */
export const CLOSE = { stopping: 1001, unsupported: 1003, policy: 1008, later: 1013 } as const;

/** How often connections are looked at. */
const SWEEP_MS = 1_000;
/** Between two pings of a silent connection. */
const PING_MS = 30_000;

export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Set<SocketConnection>();
  readonly #sweeping: NodeJS.Timeout;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.bytesMax,
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
    const { gate, connections } = this.#options;
    socket.on('error', () => undefined);
    const path = (request.url ?? '').split('?')[0];
    const refused = path === '/' ? gate.check(request) : { status: 404, error: new RpcError('RPC_PATH') };
    if (refused !== undefined) {
      socket.end(rawRefusal(`${refused.status} Refused`, refused.error));
      return;
    }
    socket.setNoDelay(true);
    this.#server.handleUpgrade(request, socket, head, (client: WebSocket) => {
      const connection = new SocketConnection(client, socket);
      this.#open.add(connection);
      connection.onClose(() => this.#open.delete(connection));
      const bucket = connections.bucketOf(socket);
      const context = { subscriber: connection, charge: (units: number) => bucket.take(units) };
      client.on('message', (data: Buffer, binary: boolean) => {
        if (binary) {
          this.#end(connection, CLOSE.unsupported, 'RPC_CONTENT_TYPE');
          return;
        }
        const text = data.toString();
        try {
          bucket.takeRequest(text.length);
        } catch (error) {
          if (!(error instanceof RpcError)) throw error;
          connection.answer(failureText(null, RPC_CODES.refused, error.message, errorData(error)));
          return;
        }
        connection.take(this.#options.dispatch(text, context));
      });
    });
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

  #end(connection: SocketConnection, close: number, code: string): void {
    this.#options.metrics?.ended(code);
    this.#options.onEnd?.(code);
    connection.end(close, code);
  }
}
