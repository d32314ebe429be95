// Serves the page and passes its requests on to the node, so that the page asks its own origin only. Loopback.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Addresses } from './addresses.js';
import { applicationFolder } from './folders.js';
import { readDocument } from './scenario.js';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Bytes of one request to the node: a page of documents is recorded event by event. */
const BODY_MAX = 2 * 1024 * 1024;
const DOCUMENT = /^\/documents\/([a-z]+\.jsonld)$/;

/** Bundles the page and serves it. `nodeUrl`: where its requests go; `port` 0: any. */
export async function servePage(nodeUrl: string, addresses: Addresses, port = 0): Promise<PageServer> {
  const folder = new URL('page/', applicationFolder());
  const [html, script] = await Promise.all([
    readFile(new URL('index.html', folder), 'utf8'),
    bundle(fileURLToPath(new URL('main.ts', folder))),
  ]);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const document = DOCUMENT.exec(path)?.[1];
    if (request.method === 'POST' && path === '/rpc') await forward(request, response, nodeUrl);
    else if (path === '/') send(response, 200, 'text/html; charset=utf-8', html);
    else if (path === '/main.js') send(response, 200, 'text/javascript; charset=utf-8', script);
    else if (path === '/addresses.json') send(response, 200, 'application/json', JSON.stringify(addresses));
    else if (document) send(response, 200, 'application/json', await readDocument(document));
    else send(response, 404, 'text/plain', 'not here');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 502, 'text/plain', String(error));
      else response.destroy();
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}/`, close: () => closeServer(server) };
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

async function forward(request: IncomingMessage, response: ServerResponse, nodeUrl: string): Promise<void> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > BODY_MAX) return send(response, 413, 'text/plain', 'too large');
    parts.push(part as Buffer);
  }
  const answer = await fetch(nodeUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.concat(parts),
  });
  send(response, answer.status, 'application/json', await answer.text());
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
