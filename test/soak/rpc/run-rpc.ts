// One attack after the other on a node, and beside it a client that asks honestly: it is served as before, every refusal has
// a code, and the node's memory stays bounded and comes back.
import type { AttackerOrder, AttackerReport } from './attacker.js';
import { type Attack, attacksOf } from './attacks.js';
import { Child } from './child.js';
import type { HonestOrder, HonestTimes, Server, Wait } from './honest.js';
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
/** Of the honest client, under attack: fewer have no p99. */
const REQUESTS_MIN = 100;
/** A node at rest has work in less than half of this. */
const REST_MS = 500;
/** Until then. */
const LEFT_MS = 60_000;
/**
 * How often an attack is tried before it is said that the client waits. Other work on the machine only ever adds to what
 * it waits; what an attack does to a node it does every time.
 */
const ATTEMPTS = 3;

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
  /** Of the node before an attack, the calmest so far. */
  readonly p99AloneMs: number;
  /** Under attack: of the node, and of a server beside it that is not attacked, so many requests each. */
  readonly p99Ms: number;
  readonly p99BesideMs: number;
  readonly requests: number;
  /** The one told of; others had the client wait for longer than it may. */
  readonly attempt: number;
  /** What `p99Ms` is judged by: twice the largest of the node's alone, the server's beside it, and the floor. */
  readonly p99MaxMs: number;
  /** The same in processor time of main threads: what the node does before it answers, whoever else has the machine. */
  readonly workedP99Ms: number;
  readonly workedP99MaxMs: number;
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
  const bystander = new Child<object, Server>('./control.ts');
  const attackers = new Child<AttackerOrder, AttackerReport>('./attacker.ts');
  const rows: AttackRow[] = [];
  try {
    const bounds = { headersMs: 3_000, requestMs: 4_000, keepAliveMs: 4_000, stallMs: 1_000 };
    const addressConnectionsMax = Math.round(ADDRESS_CONNECTIONS * options.scale);
    const { poolCountMax, senders } = options;
    const server = await node.order({
      kind: 'start',
      bounds: { ...bounds, addressConnectionsMax, poolCountMax, accounts: senders + ATTEMPTS + 1 },
    });
    await node.order({ kind: 'seal', count: 2 });
    const control = await bystander.order({});
    const honest = (seconds: number): Promise<HonestTimes> =>
      client.order({ node: { url: server.url, pid: server.pid }, control, seconds });
    await honest(1);
    const besieged: Besieged = { node, attackers, url: server.url, alone: [], honest };
    for (const { name } of attacksOf({ ...options, attempt: 0 })) {
      if (!name.includes(options.only ?? '')) continue;
      rows.push(await judge(besieged, name, options));
    }
  } finally {
    await node.order({ kind: 'stop' }).catch(() => undefined);
    for (const child of [node, client, bystander, attackers]) child.kill();
  }
  return rows;
}

interface Besieged {
  readonly node: Child<Order, Report>;
  readonly attackers: Child<AttackerOrder, AttackerReport>;
  readonly url: string;
  /** What the client waited before each attack so far: the calmest counts, as what an earlier one left is no measure. */
  readonly alone: (readonly Wait[])[];
  /** Up to two hundred honest requests a second. */
  honest(seconds: number): Promise<HonestTimes>;
}

/** The first attempt in which the client waits no longer than it may. @throws Error where there is none */
async function judge(besieged: Besieged, name: string, options: RpcSoakOptions): Promise<AttackRow> {
  for (let attempt = 0; ; attempt++) {
    options.onStep?.(name);
    const row = await withstand(besieged, name, attempt, options);
    options.onStep?.(JSON.stringify(row));
    if (!options.judgeTimes || (row.p99Ms <= row.p99MaxMs && row.workedP99Ms <= row.workedP99MaxMs))
      return row;
    if (attempt + 1 === ATTEMPTS) throw failure(row, 'the honest client waits');
  }
}

async function withstand(
  { node, attackers, url, alone, honest }: Besieged,
  name: string,
  attempt: number,
  options: RpcSoakOptions,
): Promise<AttackRow> {
  const { senders, poolCountMax, scale } = options;
  const flooding = { senders, poolCountMax, attempt };
  const { expected } = attacksOf(flooding).find((attack) => attack.name === name) as Attack;
  const before = await node.order({ kind: 'memory' });
  alone.push((await honest(options.seconds / 2)).node);
  const start = await node.order({ kind: 'time' });
  await attackers.order({ kind: 'begin', siege: { url, name, scale, ...flooding } });
  let attack: AttackerReport = { codes: {}, running: true };
  const under: Wait[] = [];
  const beside: Wait[] = [];
  const began = performance.now();
  const lasts = (): boolean => performance.now() - began < 1000 * options.seconds;
  const complete = (): boolean =>
    expected.every((code) => (attack.codes[code] ?? 0) > 0) &&
    (!options.judgeTimes || under.length >= REQUESTS_MIN);
  let heldBytes = 0;
  let looked = began;
  // Past its time as long as a refusal has not come yet, or too few requests to judge, but not for ever.
  while (attack.running && (lasts() || (!complete() && performance.now() - began < 30_000))) {
    const times = await honest(0.5);
    under.push(...times.node);
    beside.push(...times.control);
    attack = await attackers.order({ kind: 'look' });
    // A collection stops the node and leaves a queue behind it: seldom, and not while the client counts.
    if (performance.now() - looked < MEMORY_EVERY_MS && lasts()) continue;
    heldBytes = Math.max(heldBytes, (await node.order({ kind: 'memory' })).liveBytes - before.liveBytes);
    looked = performance.now();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  const end = await node.order({ kind: 'time' });
  const lastedMs = performance.now() - began;
  attack = await attackers.order({ kind: 'end' });
  // What attackers had under way when they left is read and let go of first.
  const calm = await comesToRest(node);
  const leftAt = performance.now();
  let after = before;
  let left = 0;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    after = await node.order({ kind: 'memory' });
    left = after.liveBytes - before.liveBytes;
  } while (left > LEFT_MAX && after.pending === before.pending && performance.now() - leftAt < LEFT_MS);
  const [waits, worked] = [
    judged({ alone, under, beside }, 'ms'),
    judged({ alone, under, beside }, 'workedMs'),
  ];
  const row = {
    attack: name,
    codes: Object.entries(attack.codes)
      .map(([code, times]) => `${code} ${times}`)
      .join(', '),
    p99AloneMs: waits.alone,
    p99Ms: waits.under,
    p99BesideMs: waits.beside,
    requests: under.length,
    attempt: attempt + 1,
    p99MaxMs: waits.most,
    workedP99Ms: worked.under,
    workedP99MaxMs: worked.most,
    ran: Number(((end.ranMs - start.ranMs) / lastedMs).toFixed(2)),
    waited: Number(((end.waitedMs - start.waitedMs) / lastedMs).toFixed(2)),
    heldMiB: Math.round(heldBytes / 2 ** 20),
    leftMiB: Math.round(left / 2 ** 20),
  };
  if (!calm) throw failure(row, 'the node goes on working when attackers have left');
  if (!complete()) throw failure(row, `expected ${expected.join(', ')}, and ${REQUESTS_MIN} requests served`);
  if (heldBytes > HELD_MAX) throw failure(row, `held more than ${HELD_MAX} bytes`);
  if (left > LEFT_MAX && after.pending === before.pending)
    throw failure(row, `left more than ${LEFT_MAX} bytes`);
  return row;
}

/** Waits until the node has hardly any work any more; false: it does not come to that. */
async function comesToRest(node: Besieged['node']): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < LEFT_MS) {
    const { ranMs, waitedMs } = await node.order({ kind: 'time' });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const now = await node.order({ kind: 'time' });
    if (now.ranMs + now.waitedMs - ranMs - waitedMs < REST_MS / 2) return true;
  }
  return false;
}

function failure(row: AttackRow, what: string): Error {
  return new Error(`${row.attack}: ${what}: ${JSON.stringify(row)}`);
}

/**
 * The p99 of each, and the most it may be under attack. Attackers and other work take their part of the machine: a server
 * beside the node waits for that as well.
 */
function judged(
  { alone, under, beside }: Pick<Besieged, 'alone'> & Readonly<Record<'under' | 'beside', readonly Wait[]>>,
  by: keyof Wait,
): Readonly<Record<'alone' | 'under' | 'beside' | 'most', number>> {
  const p99 = (waits: readonly Wait[]): number => {
    const sorted = waits.map((wait) => wait[by]).sort((a, b) => a - b);
    return Number((sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0).toFixed(1));
  };
  const [before, during, besides] = [Math.min(...alone.map(p99)), p99(under), p99(beside)];
  const most = Number((2 * Math.max(before, besides, P99_FLOOR_MS)).toFixed(1));
  return { alone: before, under: during, beside: besides, most };
}
