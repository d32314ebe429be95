// JSON-RPC over `node:http`. The SDK's `httpTransport` uses `fetch`, which loads a client of its own first: 100 ms on the
// machine where a whole `weft call` takes 300.
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { ClientError } from '@weft/sdk/client/errors';
import { createTransport, type Transport } from '@weft/sdk/client/transport';

/** How long an exchange may take. */
const TIMEOUT_MS = 30_000;

/** A transport to one address; `token`: for a node that asks for one. */
export function httpTransport(url: string, token: string | undefined): Transport {
  return createTransport((body) => post(new URL(url), body, token), url);
}

async function post(url: URL, body: string, token: string | undefined): Promise<string> {
  const request = url.protocol === 'https:' ? (await import('node:https')).request : requestHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    request(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, resolve)
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
