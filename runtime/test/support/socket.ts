// A WebSocket as tests use one: asks and waits, and keeps every notification in order.
import WebSocket from 'ws';

export interface Notification {
  readonly subscription: string;
  readonly result?: Record<string, unknown>;
  readonly reverted?: number;
  readonly error?: { readonly code: string };
}
export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly data?: { readonly code: string } };
}

export class TestSocket {
  readonly notifications: Notification[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #next = 1;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #watchers: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.#take(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  /** Connected to `http://…`. @throws what the upgrade was refused with */
  static async open(
    url: string,
    options: WebSocket.ClientOptions = {},
    protocols: string[] = [],
  ): Promise<TestSocket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols, options);
    const opened = new TestSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) =>
        reject(new Error(`HTTP ${response.statusCode}`)),
      );
      socket.once('error', reject);
    });
    return opened;
  }

  ask(method: string, params?: unknown): Promise<Answer> {
    const id = this.#next++;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async subscribe(params: unknown): Promise<string> {
    const { result, error } = await this.ask('weft_subscribe', params);
    if (error !== undefined) throw Object.assign(new Error('refused'), { answer: error });
    return result as string;
  }

  /** Resolves once so many notifications have come. */
  async count(count: number): Promise<readonly Notification[]> {
    while (this.notifications.length < count)
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    return this.notifications;
  }

  close(): void {
    this.socket.close();
  }

  #take(message: Answer & { readonly id?: number; readonly params?: Notification }): void {
    if (message.params !== undefined) this.notifications.push(message.params);
    else if (typeof message.id === 'number') this.#waiting.get(message.id)?.(message);
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const run of watchers) run();
  }
}
