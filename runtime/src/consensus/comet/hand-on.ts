// Transactions that came by our own RPC, handed on to CometBFT, whose gossip brings them to the other validators. They are
// in our pool already; what cannot be handed on now is tried again while it is pending.
import type { Clock } from '../../ports/clock.js';

export interface HandOn {
  add(bytes: Uint8Array): void;
  stop(): Promise<void>;
}

/** Of one HTTP request. CometBFT's own bound of bytes is 4 MB in the configuration `weft network init` writes. */
const BATCH_COUNT = 256;
const BATCH_BYTES = 1 << 20;
const RETRY_MS = 500;

/** `rpc`: http://HOST:PORT. `isPending`: whether it is still worth it. */
export function createHandOn(
  rpc: string,
  clock: Pick<Clock, 'after'>,
  isPending: (bytes: Uint8Array) => boolean,
): HandOn {
  return new Forwarding(rpc, clock, isPending);
}

class Forwarding implements HandOn {
  #queue: Uint8Array[] = [];
  #sending: Promise<void> | undefined;
  #cancel: (() => void) | undefined;
  readonly #aborter = new AbortController();

  constructor(
    private readonly rpc: string,
    private readonly clock: Pick<Clock, 'after'>,
    private readonly isPending: (bytes: Uint8Array) => boolean,
  ) {}

  add(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    if (this.#cancel === undefined) this.#send();
  }

  async stop(): Promise<void> {
    this.#aborter.abort();
    this.#cancel?.();
    this.#queue = [];
    await this.#sending;
  }

  #send(): void {
    // A turn later: what comes together goes together.
    this.#sending ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#drain())
      .finally(() => {
        this.#sending = undefined;
        // What came after the last look at the queue.
        if (this.#queue.length > 0 && this.#cancel === undefined && !this.#aborter.signal.aborted)
          this.#send();
      });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && !this.#aborter.signal.aborted) {
      const batch = this.#take();
      const left = await this.#post(batch).catch(() => batch);
      if (left.length === 0) continue;
      this.#queue.unshift(...left);
      if (!this.#aborter.signal.aborted) this.#retry();
      return;
    }
  }

  #retry(): void {
    this.#cancel = this.clock.after(RETRY_MS, () => {
      this.#cancel = undefined;
      this.#queue = this.#queue.filter((bytes) => this.isPending(bytes));
      if (this.#queue.length > 0) this.#send();
    });
  }

  #take(): Uint8Array[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#queue) {
      bytes += one.length;
      if (count > 0 && (count === BATCH_COUNT || bytes > BATCH_BYTES)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** Those CometBFT had no room for. */
  async #post(batch: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const calls = batch.map((bytes, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'broadcast_tx_async',
      params: { tx: Buffer.from(bytes).toString('base64') },
    }));
    const response = await fetch(this.rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls),
      signal: this.#aborter.signal,
    });
    const answers = (await response.json()) as { id: number; error?: { data?: string } }[];
    if (!Array.isArray(answers)) return [...batch];
    const full = answers.filter(({ error }) => error?.data?.includes('mempool is full'));
    return full.flatMap(({ id }) => batch[id] ?? []);
  }
}
