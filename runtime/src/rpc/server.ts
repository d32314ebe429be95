// The HTTP edge: JSON-RPC on POST /. Loopback by default; Host and Origin are checked, so that a web page cannot reach a
// local node through DNS rebinding or a cross-site request. Bodies are bounded before they are parsed.
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WeftError } from '../base/errors.js';
import { createDispatcher, errorData, RPC_CODES, type RpcMethod } from './dispatch.js';
import { RpcError } from './errors.js';

export interface ServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, which picks a free one. */
  readonly port?: number;
  /** Bytes of a request; default 16 MiB. */
  readonly bodyBytesMax?: number;
  /** Requests in a batch; default 100. */
  readonly batchMax?: number;
  /** Host names served besides localhost, 127.0.0.1, [::1] and `host`, without ports. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may call, as the browser sends them; default none. A request without Origin passes. */
  readonly allowedOrigins?: readonly string[];
  /** Told of faults answered as -32603. */
  readonly onFault?: (error: unknown, place: string) => void;
}

export interface RpcServer {
  /** `http://host:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a method table. Resolves when it listens. @throws RPC_ADDRESS_IN_USE, RPC_LISTEN */
export async function startServer(
  methods: ReadonlyMap<string, RpcMethod>,
  options: ServerOptions = {},
): Promise<RpcServer> {
  const host = options.host ?? '127.0.0.1';
  const app = Fastify({
    bodyLimit: options.bodyBytesMax ?? 16 << 20,
    forceCloseConnections: true,
    requestTimeout: 60_000,
  });
  const faults = options.onFault === undefined ? {} : { onFault: options.onFault };
  const batch = options.batchMax === undefined ? {} : { batchMax: options.batchMax };
  const dispatch = createDispatcher(methods, { ...faults, ...batch });
  addChecks(app, host, options);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/', async (request: FastifyRequest, reply: FastifyReply) => {
    const answer = await dispatch(typeof request.body === 'string' ? request.body : '');
    if (answer === undefined) return reply.code(204).send();
    return reply.type('application/json').send(answer);
  });
  await listen(app, host, options.port ?? 0);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close: () => app.close() };
}

function addChecks(app: FastifyInstance, host: string, options: ServerOptions): void {
  const hosts = new Set([
    'localhost',
    '127.0.0.1',
    '[::1]',
    host,
    `[${host}]`,
    ...(options.allowedHosts ?? []),
  ]);
  const origins = new Set(options.allowedOrigins ?? []);
  app.addHook('onRequest', async (request, reply) => {
    const named = (request.headers.host ?? '').replace(/:[0-9]+$/, '').toLowerCase();
    if (!hosts.has(named)) return refuse(reply, 403, new RpcError('RPC_HOST', { got: named.slice(0, 100) }));
    const { origin } = request.headers;
    if (origin !== undefined && !origins.has(origin)) {
      return refuse(reply, 403, new RpcError('RPC_ORIGIN', { got: origin.slice(0, 100) }));
    }
    if (origin !== undefined) reply.header('access-control-allow-origin', origin).header('vary', 'origin');
    return undefined;
  });
  app.options('/', async (_request, reply) =>
    reply
      .header('access-control-allow-methods', 'POST')
      .header('access-control-allow-headers', 'content-type')
      .code(204)
      .send(),
  );
  app.setErrorHandler((error, _request, reply) => {
    const { code } = error as { code?: string };
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      const expected = `at most ${options.bodyBytesMax ?? 16 << 20} bytes`;
      return refuse(reply, 413, new RpcError('RPC_TOO_LARGE', { expected }));
    }
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
      return refuse(reply, 415, new RpcError('RPC_CONTENT_TYPE'));
    options.onFault?.(error, 'http');
    return reply.code(500).send(body(RPC_CODES.internal, 'Internal error'));
  });
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const code = (cause as { code?: string }).code;
    const place = `${host}:${port}`;
    if (code === 'EADDRINUSE') throw new RpcError('RPC_ADDRESS_IN_USE', { place }, cause);
    throw new RpcError('RPC_LISTEN', { place, got: code ?? 'unknown' }, cause);
  }
}

function refuse(reply: FastifyReply, status: number, error: WeftError): FastifyReply {
  return reply.code(status).send(body(RPC_CODES.refused, error.message, errorData(error)));
}

function body(code: number, message: string, data?: unknown) {
  return { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, id: null };
}
