// What the edge counts. Hot paths add to plain numbers; prom-client's text is made when somebody asks for it.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Upper edges of the times of calls, seconds. */
const BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;

interface CallFigures {
  readonly codes: Map<string, number>;
  /** By the least edge a call stayed within; one more for those past the last. */
  readonly buckets: number[];
  seconds: number;
  count: number;
}
interface Counted {
  readonly count: number;
}

/** Figures of the node beside those of the edge, read when asked. */
export interface NodeFigures {
  readonly height: number;
  readonly producing: boolean;
  readonly mempool: { readonly count: number; readonly bytes: number };
}

/** The figures of one server. */
export class RpcMetrics {
  readonly #registry = new Registry();
  readonly #calls = new Map<string, CallFigures>();
  readonly #ends = new Map<string, number>();
  #connections: (Counted & { readonly refused: number }) | undefined;
  #sockets: Counted | undefined;
  #subscriptions: Counted | undefined;

  /** `node`: undefined while there is nothing to say. */
  constructor(node: () => NodeFigures | undefined) {
    collectDefaultMetrics({ register: this.#registry });
    this.#addCalls();
    this.#addEdge();
    this.#addNode(node);
  }

  /** A call that has been answered; `code`: of its refusal, or empty. */
  readonly call = (method: string, code: string, ms: number): void => {
    let figures = this.#calls.get(method);
    if (figures === undefined) {
      figures = { codes: new Map(), buckets: [...BUCKETS, 0].map(() => 0), seconds: 0, count: 0 };
      this.#calls.set(method, figures);
    }
    const seconds = ms / 1000;
    figures.count++;
    figures.seconds += seconds;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket++;
    (figures.buckets[bucket] as number)++;
    if (code !== '') figures.codes.set(code, (figures.codes.get(code) ?? 0) + 1);
  };

  /** A connection the server ended. */
  ended(code: string): void {
    this.#ends.set(code, (this.#ends.get(code) ?? 0) + 1);
  }

  watch(connections: Counted & { readonly refused: number }, sockets: Counted): void {
    this.#connections = connections;
    this.#sockets = sockets;
  }

  watchSubscriptions(subscriptions: Counted): void {
    this.#subscriptions = subscriptions;
  }

  /** In the text format of Prometheus. */
  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #addCalls(): void {
    const calls = this.#calls;
    this.#counter('weft_rpc_calls_total', 'Calls answered', ['method'], (add) => {
      for (const [method, { count }] of calls) add({ method }, count);
    });
    this.#counter('weft_rpc_refusals_total', 'Calls refused, by code', ['method', 'code'], (add) => {
      for (const [method, { codes }] of calls)
        for (const [code, count] of codes) add({ method, code }, count);
    });
    this.#counter('weft_rpc_seconds_total', 'Seconds from call to answer', ['method'], (add) => {
      for (const [method, { seconds }] of calls) add({ method }, seconds);
    });
    this.#counter(
      'weft_rpc_within_total',
      'Calls answered within so many seconds',
      ['method', 'le'],
      (add) => {
        for (const [method, { buckets }] of calls) {
          let within = 0;
          for (const [index, edge] of BUCKETS.entries()) {
            within += buckets[index] as number;
            add({ method, le: String(edge) }, within);
          }
        }
      },
    );
  }

  #addEdge(): void {
    this.#gauge('weft_rpc_connections', 'Open connections', () => this.#connections?.count);
    this.#gauge('weft_rpc_sockets', 'Open WebSockets', () => this.#sockets?.count);
    this.#gauge('weft_rpc_subscriptions', 'Subscriptions', () => this.#subscriptions?.count);
    this.#counter('weft_rpc_connections_refused_total', 'Connections refused', [], (add) =>
      add({}, this.#connections?.refused ?? 0),
    );
    this.#counter('weft_rpc_ended_total', 'Connections the node ended, by code', ['code'], (add) => {
      for (const [code, count] of this.#ends) add({ code }, count);
    });
  }

  #addNode(node: () => NodeFigures | undefined): void {
    this.#gauge('weft_height', 'Height of the newest block', () => node()?.height);
    this.#gauge('weft_producing', 'Whether the engine makes blocks', () =>
      Number(node()?.producing ?? false),
    );
    this.#gauge('weft_mempool_transactions', 'Pending transactions', () => node()?.mempool.count);
    this.#gauge('weft_mempool_bytes', 'Bytes of pending transactions', () => node()?.mempool.bytes);
  }

  #counter(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (add: (labels: Record<string, string>, value: number) => void) => void,
  ): void {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        this.reset();
        read((labels, value) => this.inc(labels, value));
      },
    });
  }

  #gauge(name: string, help: string, read: () => number | undefined): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        const value = read();
        if (value !== undefined) this.set(value);
      },
    });
  }
}
