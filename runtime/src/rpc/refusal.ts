// Refusals on their way out over HTTP: as an answer like any other, or as the last one of a connection that is read no more.
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import type { WeftError } from '../base/errors.js';
import { errorData, failureText, RPC_CODES } from './dispatch.js';

/** Time to read a last answer before the connection is cut. */
const LINGER_MS = 1_000;

/** A refusal of a whole request. `code`: of the specification. */
export function refusalText(error: WeftError, code: number = RPC_CODES.refused): string {
  return failureText(null, code, error.message, errorData(error));
}

/** Answers a refusal; the connection goes on. */
export function refuse(reply: FastifyReply, status: number, error: WeftError, code?: number): FastifyReply {
  for (const [name, value] of refusalHeaders(error)) reply.header(name, value);
  return reply.code(status).type('application/json').send(refusalText(error, code));
}

/** Answers a refusal as the last thing of its connection, of which nothing more is read. */
export function refuseAndEnd(reply: FastifyReply, status: number, error: WeftError, code?: number): void {
  const { socket } = reply.request.raw;
  const pages = Object.entries(reply.getHeaders()).map(([name, value]) => `${name}: ${value}`);
  reply.hijack();
  reply.request.raw.pause();
  // Behind another request that has no answer yet there is no place for this one.
  if (reply.raw.socket === null) socket.destroy();
  else endWith(socket, status, refusalText(error, code), pages);
}

/**
 * Writes a last answer over a connection that is read no more. It is cut after a while: at once, the client that is still
 * writing would lose the answer.
 */
export function endWith(socket: Socket, status: number, text: string, headers: readonly string[] = []): void {
  socket.on('error', () => undefined);
  // After what the stream of a body asks for in this turn.
  process.nextTick(() => socket.pause());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(text)}`,
      'connection: close',
      ...headers,
      '',
      text,
    ].join('\r\n'),
  );
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

function refusalHeaders(error: WeftError): readonly (readonly [string, number])[] {
  const retryMs = error.context['retryMs'];
  return typeof retryMs === 'number' ? [['retry-after', Math.ceil(retryMs / 1000)]] : [];
}
