// The client: raw sockets that keep one request each under way, so that the process measured is busy with answers alone.
import { fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import type { Order, Report } from './server.js';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));
/** Connections that ask at once. */
const CONNECTIONS = 16;

/** A server in a process of its own. */
export class Measured {
  readonly #process = fork(SERVER, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
  url = '';

  static async start(what: 'node' | 'bare', folder: string, accounts: number): Promise<Measured> {
    const measured = new Measured();
    measured.url = (await measured.order({ kind: 'start', what, folder, accounts })).url;
    return measured;
  }

  order(order: Order): Promise<Report> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`the server ended with ${code}`));
      this.#process.once('exit', gone);
      this.#process.once('message', (report: Report) => {
        this.#process.off('exit', gone);
        resolve(report);
      });
      this.#process.send(order);
    });
  }

  /** Processor time, ms, that the server spends while `action` runs. */
  async cpuOf(action: () => Promise<unknown>): Promise<number> {
    const before = await this.order({ kind: 'cpu' });
    await action();
    const after = await this.order({ kind: 'cpu' });
    return after.cpuMs - before.cpuMs;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.order({ kind: 'stop' });
    await exited;
  }
}

/** Posts every body; the last answer. @throws Error for an answer that is no success */
export async function postAll(url: string, bodies: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST / HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
  let next = 0;
  let last = '';
  const take = (): Buffer | undefined => requests[next++];
  await Promise.all(
    Array.from({ length: CONNECTIONS }, () => {
      const socket = connect(Number(port), hostname);
      socket.setNoDelay(true);
      return new Promise<void>((resolve, reject) => {
        socket.on('error', reject);
        answersOf(socket, (answer) => {
          last = answer;
          if (answer.includes('"error"')) {
            socket.destroy();
            reject(new Error(answer));
            return;
          }
          const request = take();
          if (request !== undefined) socket.write(request);
          else socket.end(resolve);
        });
        const first = take();
        if (first === undefined) socket.end(resolve);
        else socket.write(first);
      });
    }),
  );
  return last;
}

/** Tells the body of each answer of a connection. */
function answersOf(socket: Socket, tell: (body: string) => void): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
    for (;;) {
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (text.length < end) return;
      const body = text.slice(head + 4, end);
      text = text.slice(end);
      tell(body);
    }
  });
}

/** Connected WebSockets. */
export async function openSockets(url: string, count: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let index = 0; index < count; index++) {
    const socket = new WebSocket(url.replace('http', 'ws'), 'weft');
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    sockets.push(socket);
  }
  return sockets;
}

/** Sends texts over one connection each, `CONNECTIONS` under way. */
export async function sendAll(sockets: readonly WebSocket[], texts: readonly string[]): Promise<void> {
  let next = 0;
  await Promise.all(
    sockets.slice(0, CONNECTIONS).map(
      (socket) =>
        new Promise<void>((resolve) => {
          const more = (): void => {
            const text = texts[next++];
            if (text !== undefined) socket.send(text);
            else {
              socket.off('message', more);
              resolve();
            }
          };
          socket.on('message', more);
          more();
        }),
    ),
  );
}

/** Resolves when every socket has got so many messages more. */
export function messages(sockets: readonly WebSocket[], count: number): Promise<unknown> {
  return Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          let left = count;
          const take = (): void => {
            if (--left > 0) return;
            socket.off('message', take);
            resolve();
          };
          socket.on('message', take);
        }),
    ),
  );
}
