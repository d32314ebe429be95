// Ways to take a node's memory or time over its RPC. Each runs until it is stopped and counts what it was refused with.
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { ask, type FloodOptions, flood } from './flood.js';

/** How often each code came back. */
export type Codes = Record<string, number>;

export interface Attack {
  readonly name: string;
  /** Codes that have to come back. */
  readonly expected: readonly string[];
  run(target: Target): Promise<void>;
}
export interface Target {
  readonly url: string;
  readonly codes: Codes;
  /** How many at once, against the full size: 1. */
  readonly scale: number;
  readonly stopped: () => boolean;
}

/** Before an attacker that was ended comes again. */
const PAUSE_MS = 250;
const MEGABYTE = 1 << 20;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Where attackers come from: not where the honest client does. */
const ADDRESSES = ['127.0.0.2', '127.0.0.3'] as const;

const head = (length: number | 'chunked'): string =>
  'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n' +
  (length === 'chunked' ? 'transfer-encoding: chunked\r\n\r\n' : `content-length: ${length}\r\n\r\n`);

const UNFINISHED = Buffer.alloc(1_900_000, 32);
/** RFC 6455 §4.1, with the key of its example. */
const UPGRADE =
  'GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
  'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
/** §5.2: a whole text message of 2,000,000 bytes, masked with zeros, of which the end never comes. */
const UNFINISHED_FRAME = Buffer.concat([
  Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x1e, 0x84, 0x80, 0, 0, 0, 0]),
  UNFINISHED,
]);

export const ATTACKS: readonly Attack[] = [
  {
    name: 'heads a byte at a time',
    expected: ['RPC_TIMEOUT'],
    run: (target) =>
      crowd(target, 500, (socket) => drip(target, socket, 'POST / HTTP/1.1\r\nhost: localhost\r\nx: ')),
  },
  {
    name: 'bodies a byte at a time',
    expected: ['RPC_TIMEOUT'],
    run: (target) => crowd(target, 500, (socket) => drip(target, socket, head(100_000))),
  },
  {
    name: 'bodies of 100 MB, their length named',
    expected: ['RPC_TOO_LARGE'],
    run: (target) =>
      crowd(target, 8, (socket) => pour(socket, head(100 * MEGABYTE), Buffer.alloc(MEGABYTE, 32), 100)),
  },
  {
    name: 'bodies of 100 MB in chunks',
    expected: ['RPC_TOO_LARGE'],
    run: (target) => {
      const chunk = Buffer.concat([
        Buffer.from('100000\r\n'),
        Buffer.alloc(MEGABYTE, 32),
        Buffer.from('\r\n'),
      ]);
      return crowd(target, 8, (socket) => pour(socket, head('chunked'), chunk, 100));
    },
  },
  {
    name: 'messages of 100 MB over WebSockets',
    expected: ['1009'],
    run: (target) => large(target),
  },
  {
    name: 'bodies of 2 MB without their end',
    expected: ['RPC_TIMEOUT'],
    run: (target) => crowd(target, 500, (socket) => pour(socket, head(2_000_000), UNFINISHED, 1)),
  },
  {
    name: 'messages of 2 MB without their end',
    expected: ['RPC_TIMEOUT'],
    run: (target) => crowd(target, 500, (socket) => pour(socket, UPGRADE, UNFINISHED_FRAME, 1)),
  },
  {
    name: 'batches of 100,000',
    expected: ['RPC_TOO_LARGE'],
    run: (target) => repeat(target, 8, `[${Array(100_000).fill('{"id":1}').join(',')}]`),
  },
  {
    name: 'JSON 500,000 deep',
    expected: ['RPC_TOO_DEEP'],
    run: (target) => repeat(target, 8, `${'['.repeat(500_000)}${']'.repeat(500_000)}`),
  },
  {
    name: '5,000 idle connections',
    expected: ['RPC_TIMEOUT', 'RPC_CONNECTIONS'],
    run: (target) => crowd(target, 5_000, () => Promise.resolve(), ADDRESSES.slice(0, 1)),
  },
  {
    name: 'calls past an address’s share',
    expected: ['RPC_RATE'],
    run: (target) => {
      const one = '{"jsonrpc":"2.0","id":1,"method":"weft_explainBlock","params":[1]}';
      return repeat(target, 8, `[${Array(100).fill(one).join(',')}]`);
    },
  },
  { name: 'subscribers that never read', expected: ['RPC_SLOW_CLIENT'], run: (target) => deaf(target) },
];

/** All of them, the flood last. */
export function attacksOf(options: FloodOptions): readonly Attack[] {
  return [...ATTACKS, flood(options)];
}

/** Keeps `count` connections open until it is stopped: one that is ended is opened again. */
async function crowd(
  target: Target,
  count: number,
  use: (socket: Socket) => Promise<void>,
  addresses: readonly string[] = ADDRESSES,
): Promise<void> {
  const { hostname, port } = new URL(target.url);
  const one = async (index: number): Promise<void> => {
    // Not all in one moment: a node is to serve others beside so many, not to open them at once.
    await wait(index / 2);
    while (!target.stopped()) {
      const localAddress = addresses[index % addresses.length] as string;
      const socket = connect({ port: Number(port), host: hostname, localAddress });
      const ended = listen(target, socket);
      const opened = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('close', () => resolve(false));
      });
      if (opened) await Promise.race([use(socket).then(() => ended), ended, stopped(target)]);
      socket.destroy();
      await wait(PAUSE_MS);
    }
  };
  await Promise.all(
    Array.from({ length: Math.max(1, Math.round(count * target.scale)) }, (_, index) => one(index)),
  );
}

/** Counts the code in what comes back; resolves when the connection ends. */
function listen(target: Target, socket: Socket): Promise<void> {
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    if (text.length < 4096) text += data.toString('latin1');
  });
  return new Promise((resolve) =>
    socket.once('close', () => {
      count(target, CODE.exec(text)?.[1]);
      resolve();
    }),
  );
}

/** In an answer, or in the frame that closes a WebSocket: opcode, length, two bytes of close code, reason. */
const CODE = /(?:"code":"|\x88...)([A-Z_]{4,})/s;

async function drip(target: Target, socket: Socket, start: string): Promise<void> {
  socket.write(start);
  while (!target.stopped() && socket.writable) {
    await wait(100);
    socket.write('x');
  }
}

/** Writes as fast as it is taken. */
async function pour(socket: Socket, start: string, part: Uint8Array, times: number): Promise<void> {
  socket.write(start);
  for (let time = 0; time < times && socket.writable; time++) {
    if (socket.write(part)) continue;
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve);
      socket.once('close', () => resolve());
    });
  }
}

/** Posts the same body again and again. */
function repeat(target: Target, count: number, body: string): Promise<void> {
  const request = Buffer.from(head(Buffer.byteLength(body)) + body);
  return crowd(target, count, async (socket) => {
    socket.write(request);
    await new Promise<void>((resolve) => {
      socket.once('data', () => setTimeout(resolve, 20));
      socket.once('close', () => resolve());
    });
    socket.destroy();
  });
}

async function large(target: Target): Promise<void> {
  const text = 'x'.repeat(100 * MEGABYTE);
  while (!target.stopped()) {
    const socket = new WebSocket(target.url.replace('http', 'ws'), { localAddress: ADDRESSES[0] });
    socket.on('error', () => undefined);
    socket.once('open', () => socket.send(text));
    const code = await new Promise<number>((resolve) => socket.once('close', resolve));
    count(target, String(code));
    await wait(50);
  }
}

/** WebSockets with as many subscriptions as they may have, whose answers nobody reads, while blocks go by. */
async function deaf(target: Target): Promise<void> {
  const subscribe = '{"jsonrpc":"2.0","id":1,"method":"weft_subscribe","params":{"kind":"heads","from":0}}';
  const one = async (): Promise<void> => {
    while (!target.stopped()) {
      const socket = new WebSocket(target.url.replace('http', 'ws'), { localAddress: ADDRESSES[1] });
      socket.on('error', () => undefined);
      socket.once('open', () => {
        (socket as unknown as { readonly _socket: Socket })._socket.pause();
        for (let each = 0; each < 64; each++) socket.send(subscribe);
      });
      while (socket.readyState < WebSocket.CLOSING && !target.stopped()) await wait(100);
      socket.terminate();
    }
  };
  const blocks = async (): Promise<void> => {
    while (!target.stopped()) {
      await ask(target.url, 'dev_seal', [10]);
      await wait(50);
      // Who does not read is not told why: the node says it of itself.
      const metrics = await (await fetch(`${target.url}/metrics`)).text();
      const ended = Number(/weft_rpc_ended_total\{code="RPC_SLOW_CLIENT"\} (\d+)/.exec(metrics)?.[1] ?? 0);
      if (ended > 0) target.codes['RPC_SLOW_CLIENT'] = ended;
    }
  };
  const sockets = Array.from({ length: Math.max(2, Math.round(100 * target.scale)) }, one);
  await Promise.all([...sockets, blocks()]);
}

async function stopped(target: Target): Promise<void> {
  while (!target.stopped()) await wait(100);
}

function count({ codes }: Target, code: string | undefined): void {
  if (code !== undefined) codes[code] = (codes[code] ?? 0) + 1;
}
