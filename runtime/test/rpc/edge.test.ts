// The edge of the server: health, metrics, token, shares by address, bounds on connections, time and messages. Every
// refusal is coded, on whichever way it goes back.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect as connectTcp, type Socket } from 'node:net';
import { RpcError } from '@weft/runtime/rpc/errors';
import type { RpcMethod } from '@weft/runtime/rpc/method';
import { RpcMetrics } from '@weft/runtime/rpc/metrics';
import { createRates, networkOf } from '@weft/runtime/rpc/rate';
import { type RpcServer, type ServerOptions, startServer } from '@weft/runtime/rpc/server';
import { afterEach, describe, expect, it } from 'vitest';
import { TestSocket } from '../support/socket.js';

let server: RpcServer | undefined;
let ended: string[] = [];
afterEach(async () => {
  await server?.close();
  server = undefined;
  ended = [];
});

const methods = new Map<string, RpcMethod>([
  ['echo', (params) => params],
  ['slow', () => new Promise((resolve) => setTimeout(() => resolve('late'), 20))],
  ['dear', (_params, { charge }) => charge?.(50)],
  ['large', () => 'x'.repeat(1 << 20)],
]);

async function start(options: ServerOptions = {}, producing = true): Promise<string> {
  const metrics = new RpcMetrics(() => ({ height: 7, producing, mempool: { count: 1, bytes: 2 } }));
  const health = () => ({ ok: producing, height: 7 });
  server = await startServer({ methods, metrics, health }, { onEnd: (code) => ended.push(code), ...options });
  return server.url;
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const request = (method: string, params: unknown = []) => ({ jsonrpc: '2.0', id: 1, method, params });

async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { data: { code: string } } };
  return error.data.code;
}

/** Writes raw bytes and reads until the other side ends. */
function raw(url: string, bytes: string): { readonly socket: Socket; readonly answer: Promise<string> } {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  let text = '';
  socket.on('data', (data) => {
    text += data.toString();
  });
  socket.on('error', () => undefined);
  const answer = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  socket.write(bytes);
  return { socket, answer };
}

describe('health and metrics', () => {
  it('say how the node is, and count calls, refusals and times by method', async () => {
    const url = await start();
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ ok: true, height: 7 });
    await post(url, request('echo', [1]));
    await post(url, request('dear'));
    await post(url, [request('echo', [1]), request('none')]);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('weft_rpc_calls_total{method="echo"} 2');
    expect(text).toContain('weft_rpc_within_total{method="echo",le="10"} 2');
    expect(text).toMatch(/weft_rpc_seconds_total\{method="echo"\} 0\.0/);
    expect(text).toContain('weft_height 7');
    expect(text).not.toContain('method="none"');
  });

  it('is 503 where no blocks are made', async () => {
    const url = await start({}, false);
    expect((await fetch(`${url}/health`)).status).toBe(503);
  });
});

describe('a token', () => {
  it('is asked of everything but health, over HTTP and WebSocket, as a header or a protocol', async () => {
    const url = await start({ token: 'open sesame' });
    const refused = await post(url, request('echo'));
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'RPC_TOKEN']);
    expect((await post(url, request('echo'), { authorization: 'Bearer open sesam' })).status).toBe(401);
    expect((await post(url, request('echo'), { authorization: 'Bearer open sesame' })).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await expect(TestSocket.open(url)).rejects.toThrow('401');
    const socket = await TestSocket.open(url, { headers: { authorization: 'Bearer open sesame' } });
    expect((await socket.ask('echo', ['a'])).result).toEqual(['a']);
    socket.close();
  });

  it('goes as a protocol from a browser, which is not repeated', async () => {
    const url = await start({ token: 'sesame' });
    const socket = await TestSocket.open(url, {}, ['weft', 'weft-token.sesame']);
    expect(socket.socket.protocol).toBe('weft');
    socket.close();
  });
});

describe('a WebSocket', () => {
  it('is refused a foreign Host, Origin or path, with a status', async () => {
    const url = await start({ allowedOrigins: ['http://explorer.example'] });
    await expect(TestSocket.open(url, { headers: { host: 'evil.example' } })).rejects.toThrow('403');
    await expect(TestSocket.open(url, { origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(TestSocket.open(`${url}/other`)).rejects.toThrow('404');
    const socket = await TestSocket.open(url, { origin: 'http://explorer.example' });
    socket.close();
  });

  it('is ended for binary messages and for ones past the limit, with a code', async () => {
    const url = await start({ bodyBytesMax: 1000 });
    const binary = await TestSocket.open(url);
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.closed).toEqual({ code: 1003, reason: 'RPC_CONTENT_TYPE' });
    const large = await TestSocket.open(url);
    large.socket.send('x'.repeat(1001));
    expect((await large.closed).code).toBe(1009);
    expect(ended).toEqual(['RPC_CONTENT_TYPE']);
  });

  it('a message past the limit is not read to its end', async () => {
    const url = await start({ bodyBytesMax: 1000 });
    const accepted: Socket[] = [];
    const note = (message: unknown) => void accepted.push((message as { socket: Socket }).socket);
    subscribe('net.server.socket', note);
    const large = await TestSocket.open(url);
    unsubscribe('net.server.socket', note);
    large.socket.send('x'.repeat(64 << 20));
    expect((await large.closed).code).toBe(1009);
    const [served] = accepted;
    while (served?.destroyed === false) await new Promise((resolve) => setImmediate(resolve));
    expect(served?.bytesRead).toBeLessThan(16 << 20);
  });

  it('waits with a large message for a place, and has its answers in order', async () => {
    const url = await start();
    const text = 'x'.repeat(300_000);
    const sockets = await Promise.all(Array.from({ length: 10 }, () => TestSocket.open(url)));
    const answers = await Promise.all(
      sockets.map((socket) => Promise.all([socket.ask('echo', [text]), socket.ask('echo', ['after'])])),
    );
    for (const [large, small] of answers) expect([large.result, small.result]).toEqual([[text], ['after']]);
    for (const socket of sockets) socket.close();
  });

  it('keeps others from a place only for a while', async () => {
    const url = await start();
    const slow = await Promise.all(Array.from({ length: 4 }, () => TestSocket.open(url)));
    for (const { socket } of slow) socket.send('x'.repeat(100_000), { fin: false });
    const other = await TestSocket.open(url);
    const [answer, { code, reason }] = await Promise.all([
      other.ask('echo', ['y'.repeat(1_000_000)]),
      (slow[0] as TestSocket).closed,
    ]);
    expect((answer.result as string[])[0]).toHaveLength(1_000_000);
    expect((await other.ask('echo', ['after'])).result).toEqual(['after']);
    expect([code, reason]).toEqual([1013, 'RPC_TIMEOUT']);
    for (const socket of [...slow, other]) socket.close();
  }, 30_000);

  it('is turned away with a large message where as many wait as may', async () => {
    const url = await start({ places: { addressWaitingMax: 8 } });
    const sockets = await Promise.all(Array.from({ length: 4 + 8 + 1 }, () => TestSocket.open(url)));
    for (const { socket } of sockets) socket.send('x'.repeat(100_000), { fin: false });
    expect(await Promise.race(sockets.map((socket) => socket.closed))).toEqual({
      code: 1013,
      reason: 'RPC_BUSY',
    });
    for (const { socket } of sockets) socket.terminate();
  });

  it('is cut at once where many are being told that they are turned away', async () => {
    const ended: string[] = [];
    const onEnd = (code: string) => void ended.push(code);
    const url = await start({ onEnd, places: { addressWaitingMax: 8 } });
    const sockets = await Promise.all(Array.from({ length: 4 + 8 + 200 }, () => TestSocket.open(url)));
    const codes = sockets.map((socket) => socket.closed.then(({ code }) => code));
    for (const { socket } of sockets) socket.send('x'.repeat(100_000), { fin: false });
    // 1006: without a reason.
    expect(
      await Promise.race(codes.map((code) => code.then((one) => one === 1006 || new Promise(() => {})))),
    ).toBe(true);
    await expect.poll(() => ended.filter((code) => code === 'RPC_BUSY').length).toBe(200);
    for (const { socket } of sockets) socket.terminate();
  });

  it('is ended when silent for long, and told that the node stops', async () => {
    const url = await start({ idleMs: 10 });
    const idle = await TestSocket.open(url);
    expect(await idle.closed).toEqual({ code: 1008, reason: 'RPC_IDLE' });
    const other = await TestSocket.open(url);
    await server?.close();
    server = undefined;
    expect(await other.closed).toEqual({ code: 1001, reason: 'RPC_STOPPING' });
  });

  it('is ended when it asks without end and reads nothing', async () => {
    const url = await start({ stallMs: 100 });
    const greedy = await TestSocket.open(url);
    (greedy.socket as unknown as { _socket: Socket })._socket.pause();
    for (let count = 0; count < 64; count++) greedy.socket.send(JSON.stringify(request('large')));
    await expect.poll(() => ended, { timeout: 20_000 }).toContain('RPC_SLOW_CLIENT');
    greedy.socket.terminate();
  });
});

describe('bounds', () => {
  it('refuse what an address asks for past its share: 429 before parsing, coded inside', async () => {
    const url = await start({ rate: { perSecond: 1, burst: 60 } });
    expect(await (await post(url, request('dear'))).json()).toMatchObject({ result: null });
    expect(await (await post(url, request('dear'))).json()).toMatchObject({
      error: { data: { code: 'RPC_RATE' } },
    });
    const responses = [];
    for (let count = 0; count < 12; count++) responses.push(await post(url, request('echo')));
    const last = responses.at(-1)!;
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(last)).toBe('RPC_RATE');
  });

  it('refuse connections past the bound, with an answer', async () => {
    const url = await start({ addressConnectionsMax: 1 });
    const first = raw(url, 'POST / HTTP/1.1\r\n');
    await new Promise((resolve) => first.socket.once('connect', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await raw(url, '').answer;
    expect(second).toMatch(/^HTTP\/1\.1 503/);
    expect(second).toContain('RPC_CONNECTIONS');
    first.socket.destroy();
  });

  it('refuse slow heads and bodies, and idle sockets, with RPC_TIMEOUT', async () => {
    const url = await start({ headersMs: 100, requestMs: 300 });
    const slow = [
      raw(url, ''),
      raw(url, 'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n'),
      raw(
        url,
        'POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
      ),
    ];
    for (const { answer } of slow) {
      const text = await answer;
      expect(text).toMatch(/^HTTP\/1\.1 408/);
      expect(text).toContain('RPC_TIMEOUT');
    }
    expect(ended).toEqual(['RPC_TIMEOUT', 'RPC_TIMEOUT', 'RPC_TIMEOUT']);
  });

  it('refuse them also where nobody is told, and count them', async () => {
    server = await startServer({ methods, metrics: new RpcMetrics(() => undefined) }, { headersMs: 100 });
    expect(await raw(server.url, 'POST / HTTP/1.1\r\n').answer).toContain('RPC_TIMEOUT');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('weft_rpc_ended_total{code="RPC_TIMEOUT"} 1');
  });

  it('refuse what is no HTTP, heads without end, unknown paths', async () => {
    const url = await start();
    expect(await raw(url, 'hello\r\n\r\n').answer).toContain('RPC_HTTP');
    expect(await raw(url, `GET / HTTP/1.1\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`).answer).toMatch(
      /^HTTP\/1\.1 431.*RPC_TOO_LARGE/s,
    );
    const path = await fetch(`${url}/nothing`);
    expect([path.status, await codeOf(path)]).toEqual([404, 'RPC_PATH']);
  });

  it('refuse a body by its length, or as it comes where none is named', async () => {
    const url = await start({ bodyBytesMax: 1000 });
    const named = raw(
      url,
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100000000\r\n\r\n{',
    );
    expect(await named.answer).toMatch(/^HTTP\/1\.1 413.*RPC_TOO_LARGE/s);
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    const chunked = raw(
      url,
      `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}${chunk}`,
    );
    expect(await chunked.answer).toMatch(/^HTTP\/1\.1 413.*RPC_TOO_LARGE/s);
  });
});

describe('a body', () => {
  const head = (length: number) =>
    `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const accepted: Socket[] = [];
  const note = (message: unknown) => void accepted.push((message as { socket: Socket }).socket);

  it('is turned away unread where as many large ones wait as may', async () => {
    const url = await start({ places: { addressWaitingMax: 8 } });
    const slow = Array.from({ length: 4 + 8 + 1 }, () => raw(url, head(100_000)));
    const text = await Promise.race(slow.map(({ answer }) => answer));
    expect(text).toMatch(/^HTTP\/1\.1 503/);
    expect(text).toContain('RPC_BUSY');
    for (const { socket } of slow) socket.destroy();
  });

  it('is refused where it passes a bound, and what follows is not read', async () => {
    const url = await start({ bodyBytesMax: 64 << 20 });
    const batch = `[${'1,'.repeat(16 << 20)}1]`;
    subscribe('net.server.socket', note);
    const refused = await Promise.all(
      [batch, '['.repeat(16 << 20)].map((body) => raw(url, head(body.length) + body).answer),
    );
    unsubscribe('net.server.socket', note);
    expect(refused[0]).toMatch(/^HTTP\/1\.1 413.*-32600.*RPC_TOO_LARGE/s);
    expect(refused[1]).toMatch(/^HTTP\/1\.1 400.*-32600.*RPC_TOO_DEEP/s);
    expect(accepted).toHaveLength(2);
    for (const { bytesRead } of accepted) expect(bytesRead).toBeLessThan(1 << 20);
    expect(ended.toSorted()).toEqual(['RPC_TOO_DEEP', 'RPC_TOO_LARGE']);
  });

  it('of a small batch past the bound leaves the connection open', async () => {
    const url = await start({ batchMax: 2 });
    const [batch, call] = ['[1,2,3]', JSON.stringify(request('echo', [7]))];
    const { socket, answer } = raw(url, head(batch.length) + batch + head(call.length) + call);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.end();
    expect(await answer).toMatch(/^HTTP\/1\.1 413.*RPC_TOO_LARGE.*HTTP\/1\.1 200.*"result":\[7\]/s);
  });

  it('past 64 KiB names its length, and is answered like any other', async () => {
    const url = await start();
    const large = JSON.stringify(request('echo', ['x'.repeat(100_000)]));
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(url, large)));
    for (const answer of answers) expect((await answer.text()).length).toBeGreaterThan(100_000);
    const chunk = `8000\r\n${' '.repeat(32_768)}\r\n`;
    const unnamed = head(0).replace('content-length: 0', 'transfer-encoding: chunked');
    expect(await raw(url, unnamed + chunk.repeat(3)).answer).toMatch(/^HTTP\/1\.1 413.*at most 65536/s);
  });

  it('comes in as small parts as may be', async () => {
    const url = await start();
    const call = Buffer.from(JSON.stringify(request('echo', ['é'.repeat(50)])));
    const parts = Array.from(call, (byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('');
    const unnamed = head(0).replace('content-length: 0', 'transfer-encoding: chunked');
    const { hostname, port } = new URL(url);
    const socket = connectTcp(Number(port), hostname);
    socket.write(Buffer.from(`${unnamed}${parts}0\r\n\r\n`, 'latin1'));
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    socket.destroy();
    expect(answer).toContain(`"result":["${'é'.repeat(50)}"]`);
  });

  it('that nobody can read as JSON, or that comes as another type, is refused', async () => {
    const url = await start();
    expect(await (await post(url, '{')).json()).toMatchObject({ error: { code: -32700 } });
    for (const type of ['text/plain', 'application/json-patch', ''])
      expect((await post(url, '{}', { 'content-type': type })).status).toBe(415);
    const typed = await post(url, request('echo', [1]), {
      'content-type': 'Application/JSON; charset=utf-8',
    });
    expect(await typed.json()).toMatchObject({ result: [1] });
  });
});

describe('shares', () => {
  it('fill with time, and an expensive call empties a whole one', () => {
    let now = 0;
    const rates = createRates({ perSecond: 1000, burst: 10 }, () => now);
    const bucket = rates.of('10.0.0.1');
    for (let count = 0; count < 10; count++) bucket.take(1);
    expect(() => bucket.take(1)).toThrow(RpcError);
    now += 1;
    bucket.take(1);
    expect(() => bucket.take(1)).toThrow(RpcError);
    now += 10;
    bucket.take(500);
    expect(() => bucket.take(1)).toThrow(RpcError);
    rates.of('10.0.0.2').take(10);
    expect(rates.of('10.0.0.1')).toBe(bucket);
  });

  it('are one for the /64 of an IPv6 address, and one for an IPv4 address however it is written', () => {
    expect(networkOf('::ffff:10.1.2.3')).toBe('10.1.2.3');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2::9'));
    expect(networkOf('2001:db8:1:2::9')).not.toBe(networkOf('2001:db8:1:3::9'));
    expect(networkOf('::1')).toBe('0:0:0:0');
  });

  it('are forgotten once full, so that many addresses take no memory', () => {
    let now = 0;
    const rates = createRates({ perSecond: 1000, burst: 10 }, () => now);
    const first = rates.of('first');
    for (let count = 0; count < 5000; count++) rates.of(`10.0.${count >> 8}.${count & 255}`);
    now += 100;
    expect(rates.of('first')).not.toBe(first);
  });
});
