// One attack after the other on a node, and beside it a client that asks honestly: it is served as before, every refusal has
// a code, and the node's memory stays bounded and comes back.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { asHash32 } from '@weft/runtime/types/address';
import { submitRequest } from '../../bench/rpc/requests.js';
import { ATTACKS, type Attack, type Codes, type Target } from './attacks.js';
import type { HonestOrder, HonestTimes } from './honest.js';
import type { Order, Report } from './server.js';

/** What a node takes of one address, where attacks are of full size. */
const ADDRESS_CONNECTIONS = 4_096;
/** Between two looks at the memory, and before the client counts again. */
const MEMORY_EVERY_MS = 2_000;
const SETTLE_MS = 300;
/** Below this a p99 is noise of the machine. */
const P99_FLOOR_MS = 10;
/** What an attack may add to the live memory while it lasts, and what may stay after it. */
const HELD_MAX = 256 << 20;
const LEFT_MAX = 64 << 20;
/** Until then. */
const LEFT_MS = 15_000;

export interface RpcSoakOptions {
  /** Of each attack. */
  readonly seconds: number;
  /** Part of the names of attacks to run; default: all of them. */
  readonly only?: string;
  /** Part of the full size of each attack. */
  readonly scale: number;
  /** Cheap transactions sent, of senders of their own. */
  readonly senders: number;
  readonly poolCountMax: number;
  /** False: the honest client's times are told, not judged; for machines that are busy otherwise. */
  readonly judgeTimes: boolean;
  readonly onStep?: (step: string) => void;
}
export interface AttackRow {
  readonly attack: string;
  readonly codes: string;
  readonly p99AloneMs: number;
  /** Under attack: of the node, and of a server beside it that is not attacked, so many requests each. */
  readonly p99Ms: number;
  readonly p99BesideMs: number;
  readonly requests: number;
  /** What `p99Ms` is judged by: twice the largest of the node's alone, the server's beside it, and the floor. */
  readonly p99MaxMs: number;
  /** Parts of the attack's time in which the node's main thread ran, and in which it had work and no processor. */
  readonly ran: number;
  readonly waited: number;
  readonly heldMiB: number;
  readonly leftMiB: number;
}

/** @throws Error naming the attack and what did not hold */
export async function runRpcSoak(options: RpcSoakOptions): Promise<readonly AttackRow[]> {
  const node = new Child<Order, Report>('./server.ts');
  const client = new Child<HonestOrder, HonestTimes>('./honest.ts');
  const bystander = new Child<object, { readonly url: string }>('./control.ts');
  const rows: AttackRow[] = [];
  try {
    const bounds = { headersMs: 3_000, requestMs: 4_000, keepAliveMs: 4_000, stallMs: 1_000 };
    const addressConnectionsMax = Math.round(ADDRESS_CONNECTIONS * options.scale);
    const { poolCountMax, senders } = options;
    const { url } = await node.order({
      kind: 'start',
      bounds: { ...bounds, addressConnectionsMax, poolCountMax, accounts: senders + 2 },
    });
    await node.order({ kind: 'seal', count: 2 });
    const { url: control } = await bystander.order({});
    await client.order({ url, control, seconds: 1 });
    const honest = (seconds: number): Promise<HonestTimes> => client.order({ url, control, seconds });
    for (const attack of [...ATTACKS, flood(options)]) {
      if (!attack.name.includes(options.only ?? '')) continue;
      options.onStep?.(attack.name);
      rows.push(await withstand({ node, url, honest }, attack, options));
      options.onStep?.(JSON.stringify(rows.at(-1)));
    }
  } finally {
    await node.order({ kind: 'stop' }).catch(() => undefined);
    node.kill();
    client.kill();
    bystander.kill();
  }
  return rows;
}

interface Besieged {
  readonly node: Child<Order, Report>;
  readonly url: string;
  /** Up to two hundred honest requests a second. */
  honest(seconds: number): Promise<HonestTimes>;
}

async function withstand(
  { node, url, honest }: Besieged,
  attack: Attack,
  options: RpcSoakOptions,
): Promise<AttackRow> {
  const before = await node.order({ kind: 'memory' });
  const { node: alone } = await honest(options.seconds / 2);
  const start = await node.order({ kind: 'time' });
  const codes: Codes = {};
  let over = false;
  let running = true;
  const seal = async (count: number): Promise<void> => void (await node.order({ kind: 'seal', count }));
  const target: Target = { url, codes, scale: options.scale, stopped: () => over, seal };
  const attacking = attack.run(target).finally(() => {
    running = false;
  });
  attacking.catch(() => undefined);
  const under: number[] = [];
  const beside: number[] = [];
  const began = performance.now();
  const lasts = (): boolean => performance.now() - began < 1000 * options.seconds;
  const complete = (): boolean => attack.expected.every((code) => (codes[code] ?? 0) > 0);
  let heldBytes = 0;
  let looked = began;
  // Past its time as long as a refusal has not come yet, but not for ever.
  while (running && (lasts() || (!complete() && performance.now() - began < 30_000))) {
    const times = await honest(0.5);
    under.push(...times.node);
    beside.push(...times.control);
    // A collection stops the node and leaves a queue behind it: seldom, and not while the client counts.
    if (performance.now() - looked < MEMORY_EVERY_MS && lasts()) continue;
    heldBytes = Math.max(heldBytes, (await node.order({ kind: 'memory' })).liveBytes - before.liveBytes);
    looked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  const end = await node.order({ kind: 'time' });
  const lastedMs = performance.now() - began;
  over = true;
  await attacking;
  // What attackers had under way when they left is read and let go of first.
  const leftAt = performance.now();
  let after = before;
  let left = 0;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    after = await node.order({ kind: 'memory' });
    left = after.liveBytes - before.liveBytes;
  } while (left > LEFT_MAX && after.pending === before.pending && performance.now() - leftAt < LEFT_MS);
  // Attackers and other work take their part of the machine: a server beside the node waits for that as well.
  const p99MaxMs = 2 * Math.max(p99(alone), p99(beside), P99_FLOOR_MS);
  const row = {
    attack: attack.name,
    codes: Object.entries(codes)
      .map(([code, times]) => `${code} ${times}`)
      .join(', '),
    p99AloneMs: p99(alone),
    p99Ms: p99(under),
    p99BesideMs: p99(beside),
    requests: under.length,
    p99MaxMs: Number(p99MaxMs.toFixed(1)),
    ran: Number(((end.ranMs - start.ranMs) / lastedMs).toFixed(2)),
    waited: Number(((end.waitedMs - start.waitedMs) / lastedMs).toFixed(2)),
    heldMiB: Math.round(heldBytes / 2 ** 20),
    leftMiB: Math.round(left / 2 ** 20),
  };
  const fail = (what: string): never => {
    throw new Error(`${attack.name}: ${what}: ${JSON.stringify(row)}`);
  };
  if (!complete()) fail(`expected ${attack.expected.join(', ')}`);
  if (heldBytes > HELD_MAX) fail(`held more than ${HELD_MAX} bytes`);
  if (left > LEFT_MAX && after.pending === before.pending) fail(`left more than ${LEFT_MAX} bytes`);
  if (options.judgeTimes && row.p99Ms > p99MaxMs) fail('the honest client waits');
  return row;
}

/** Cheap transactions of many senders; then a dearer one gets in where a cheap one no longer does, and into a block. */
function flood({ senders, poolCountMax }: RpcSoakOptions): Attack {
  return {
    name: `${senders} cheap senders`,
    expected: senders > poolCountMax ? ['MEMPOOL_FULL'] : [],
    async run({ url, codes, seal }) {
      const { genesisHash } = await ask<{ genesisHash: string }>(url, 'weft_status', []);
      const chain = asHash32(Uint8Array.from(Buffer.from(genesisHash.slice(2), 'hex')));
      const SENT_AT_ONCE = 500;
      for (let first = 0; first < senders; first += SENT_AT_ONCE) {
        const part = Array.from({ length: Math.min(SENT_AT_ONCE, senders - first) }, (_, at) => first + at);
        const wire = part.map((index) => `0x${toHex(submitRequest(chain, index).bytes)}`);
        const answers = await ask<{ error?: { code: string } }[]>(url, 'weft_sendTransactions', [wire]);
        for (const { error } of answers)
          if (error !== undefined) codes[error.code] = (codes[error.code] ?? 0) + 1;
      }
      const dear = submitRequest(chain, senders, 1_000n);
      const id = await ask<string>(url, 'weft_sendTransaction', [`0x${toHex(dear.bytes)}`]);
      await seal(1);
      const receipt = await ask<unknown>(url, 'weft_getReceipt', [id]);
      if (receipt === null) throw new Error('the dear transaction is in no block');
    },
  };
}

async function ask<T>(url: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    // Between two of them a kept connection may be ended for being idle.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
  if (error !== undefined) throw new Error(`the honest client was refused: ${error.message}`);
  return result;
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Number((sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0).toFixed(1));
}

/** A process that answers orders, one at a time. */
class Child<Order, Report> {
  readonly #process: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#process = fork(path, { execArgv: ['--expose-gc', '--import', 'tsx'] });
  }

  order(order: Order): Promise<Report> {
    const turn = this.#turn.then(
      () =>
        new Promise<Report>((resolve, reject) => {
          const gone = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
          this.#process.once('exit', gone);
          this.#process.once('message', (report: Report) => {
            this.#process.off('exit', gone);
            resolve(report);
          });
          this.#process.send(order as object);
        }),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  kill(): void {
    this.#process.kill();
  }
}
