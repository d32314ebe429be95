// JSON-RPC over `node:http`. The SDK's `httpTransport` uses `fetch`, which loads a client of its own first: 100 ms on the
// machine where a whole `weft call` takes 300.
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { ClientError } from '@weft/sdk/client/errors';
import { createTransport, type Transport } from '@weft/sdk/client/transport';

/** A transport to one address. `timeoutMs`: of an exchange; default 30 s. User and password in the address are sent (RFC 7617). */
export function httpTransport(url: string, timeoutMs = 30_000): Transport {
  return createTransport((body) => post(new URL(url), body, timeoutMs), url);
}

async function post(url: URL, body: string, timeoutMs: number): Promise<string> {
  const request = url.protocol === 'https:' ? (await import('node:https')).request : requestHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request(url, { method: 'POST', headers, signal: AbortSignal.timeout(timeoutMs) }, resolve)
      .on('error', reject)
      .end(body);
  });
  // Not followed: what is sent to one address is not for another.
  const { location } = response.headers;
  if (location !== undefined)
    throw new ClientError('CLIENT_ANSWER', { expected: 'an answer', got: `a redirection to ${location}` });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
