// The edge: JSON-RPC on POST / and on a WebSocket at /, GET /health and /metrics. Loopback by default. Whatever comes is
// bounded before it is read: connections, headers, time, bytes, shares of addresses.
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { BodyBounds } from './body.js';
import { Connections } from './connections.js';
import { createDispatcher, failureText, RPC_CODES, type RpcMethod } from './dispatch.js';
import { RpcError } from './errors.js';
import { createGate, type Gate, type GateOptions } from './gate.js';
import type { RpcMetrics } from './metrics.js';
import { type PlaceBounds, Places } from './places.js';
import { Post } from './post.js';
import { createRates, type RateOptions } from './rate.js';
import { endWith, refusalText, refuse } from './refusal.js';
import { SocketServer } from './socket-server.js';

export interface ServerOptions extends Partial<GateOptions> {
  /** Default 0, which picks a free one. */
  readonly port?: number;
  /** Bytes of a request or of a WebSocket message; default 2 MiB. */
  readonly bodyBytesMax?: number;
  /** Requests in a batch; default 100. */
  readonly batchMax?: number;
  /** Lists and objects inside each other; default 32. */
  readonly depthMax?: number;
  /** For requests past 64 KiB; default: 16 places, 4 of an address, 512 wait for one, 256 of an address. */
  readonly places?: Partial<PlaceBounds>;
  /** Connections in all; default 8,192. */
  readonly connectionsMax?: number;
  /** Connections of one address; default 4,096. */
  readonly addressConnectionsMax?: number;
  /** What one address may ask for; default: 50,000 units a second, 100,000 at once. False: no bound. */
  readonly rate?: RateOptions | false;
  /** Milliseconds until the head of a request is in, default 10,000, and all of it, default 30,000. */
  readonly headersMs?: number;
  readonly requestMs?: number;
  /** Milliseconds an HTTP connection may wait between requests; default 30,000. */
  readonly keepAliveMs?: number;
  /** Milliseconds a WebSocket may be silent that has no subscription; default 300,000. */
  readonly idleMs?: number;
  /** Milliseconds a WebSocket may leave what was sent unread; default 10,000. */
  readonly stallMs?: number;
  /** Told of faults answered as -32603. */
  readonly onFault?: (error: unknown, place: string) => void;
  /** Told of connections that were ended, and why. */
  readonly onEnd?: (code: string) => void;
}

/** What the server serves. */
export interface Served {
  readonly methods: ReadonlyMap<string, RpcMethod>;
  /** Default: `/metrics` and `/health` are not there. */
  readonly metrics?: RpcMetrics;
  /** Of `/health`: `ok` decides the status. */
  readonly health?: () => Readonly<Record<string, unknown>> & { readonly ok: boolean };
}

export interface RpcServer {
  /** `http://host:port`; the WebSocket is there too, as `ws://`. */
  readonly url: string;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 2 << 20;
const BATCH_MAX = 100;
const DEPTH_MAX = 32;
const RATE: RateOptions = { perSecond: 50_000, burst: 100_000 };
/** Requests past the small ones that are received at once. */
const PLACES: PlaceBounds = {
  max: 16,
  addressMax: 4,
  waitingMax: 512,
  addressWaitingMax: 256,
  heldMs: 5_000,
};
/** How often timeouts are looked at: seldom, and whoever came at once would be answered at once, hundreds in one turn. */
const CHECK_MS = 200;
/** Connections past the bound that are still answered why not; more are dropped. */
const REFUSED_MAX = 256;

/** Serves a table of methods. Resolves when it listens. @throws RPC_ADDRESS_IN_USE, RPC_LISTEN */
export async function startServer(served: Served, options: ServerOptions = {}): Promise<RpcServer> {
  const host = options.host ?? '127.0.0.1';
  const gate = createGate({ ...options, host });
  const { rate = RATE, connectionsMax = 8_192, addressConnectionsMax = 4_096 } = options;
  const connections = new Connections(
    { connectionsMax, addressConnectionsMax },
    rate === false ? undefined : createRates(rate),
  );
  const bounds: BodyBounds = {
    bytesMax: options.bodyBytesMax ?? BODY_BYTES_MAX,
    itemsMax: options.batchMax ?? BATCH_MAX,
    depthMax: options.depthMax ?? DEPTH_MAX,
  };
  const { onFault } = options;
  const dispatch = createDispatcher(served.methods, {
    ...(onFault && { onFault }),
    ...(served.metrics && { onCall: served.metrics.call }),
  });
  const onEnd = (code: string): void => {
    // Told or not, it is ended.
    served.metrics?.ended(code);
    options.onEnd?.(code);
  };
  const app = createApp(options, onEnd);
  guardConnections(app.server, connections, connectionsMax);
  addChecks(app, gate, options);
  const places = new Places({ ...PLACES, ...options.places });
  app.post('/', new Post({ dispatch, connections, bounds, places, onEnd }).handle);
  addPages(app, served);
  const sockets = new SocketServer({
    dispatch,
    connections,
    gate,
    places,
    bounds,
    idleMs: options.idleMs ?? 300_000,
    stallMs: options.stallMs ?? 10_000,
    onEnd,
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    sockets.upgrade(request, socket, head),
  );
  served.metrics?.watch(connections, sockets);
  await listen(app, host, options.port ?? 0);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close() {
      sockets.close();
      await app.close();
    },
  };
}

function createApp(options: ServerOptions, onEnd: (code: string) => void): FastifyInstance {
  const { headersMs = 10_000, requestMs = 30_000, keepAliveMs = 30_000 } = options;
  const app = Fastify({
    forceCloseConnections: true,
    requestTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: CHECK_MS },
    clientErrorHandler(error, socket) {
      onEnd(refuseClient(error, socket).code);
    },
  });
  // Fastify would read a body whole before anybody looks at it: `Post` looks as it comes.
  app.addHttpMethod('POST', { hasBody: false, overrideExisting: true });
  app.removeAllContentTypeParsers();
  return app;
}

/** Connections are counted before HTTP sees them. */
function guardConnections(server: Server, connections: Connections, connectionsMax: number): void {
  const [serve] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (connections.enter(socket)) serve?.call(server, socket);
  });
  server.maxConnections = connectionsMax + REFUSED_MAX;
}

function addChecks(app: FastifyInstance, gate: Gate, options: ServerOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = gate.check(request.raw, request.method === 'OPTIONS' || request.url === '/health');
    if (refusal !== undefined) {
      refuse(reply, refusal.status, refusal.error);
      return;
    }
    const { origin } = request.headers;
    if (origin !== undefined) reply.header('access-control-allow-origin', origin).header('vary', 'origin');
    done();
  });
  app.options('/', (_request, reply) =>
    reply
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', 'content-type, authorization')
      .code(204)
      .send(),
  );
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, new RpcError('RPC_PATH')));
  app.setErrorHandler((error, _request, reply) => {
    options.onFault?.(error, 'http');
    return reply
      .code(500)
      .type('application/json')
      .send(failureText(null, RPC_CODES.internal, 'Internal error'));
  });
}

function addPages(app: FastifyInstance, { health, metrics }: Served): void {
  if (health !== undefined) {
    app.get('/health', (_request, reply) => {
      const report = health();
      return reply.code(report.ok ? 200 : 503).send(report);
    });
  }
  if (metrics !== undefined) {
    app.get('/metrics', async (_request, reply) => {
      const { contentType, text } = await metrics.text();
      return reply.header('content-type', contentType).send(text);
    });
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port, backlog: 1024 });
  } catch (cause) {
    await app.close();
    const code = (cause as { code?: string }).code;
    const place = `${host}:${port}`;
    if (code === 'EADDRINUSE') throw new RpcError('RPC_ADDRESS_IN_USE', { place }, cause);
    throw new RpcError('RPC_LISTEN', { place, got: code ?? 'unknown' }, cause);
  }
}

/** What the HTTP parser could not read, or not in time. */
function refuseClient(cause: NodeJS.ErrnoException, socket: Socket): RpcError {
  const late = cause.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = cause.code === 'HPE_HEADER_OVERFLOW';
  const error = late
    ? new RpcError('RPC_TIMEOUT')
    : large
      ? new RpcError('RPC_TOO_LARGE', { place: 'headers' })
      : new RpcError('RPC_HTTP', { got: cause.code ?? 'unknown' });
  if (socket.writable && cause.code !== 'ECONNRESET')
    endWith(socket, late ? 408 : large ? 431 : 400, refusalText(error));
  else socket.destroySoon();
  return error;
}
