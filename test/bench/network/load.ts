// Load on a CometBFT network and what comes of it: transactions sent in batches to every node's RPC, as many under way as
// it takes to keep it busy, counted in the blocks of one node.
import { type Processes, type ProcessorTimes, processorTimes, timesBetween } from './processes.js';
import type { Transactions } from './transactions.js';

export interface LoadOptions {
  /** CometBFT RPCs, `http://HOST:PORT`. */
  readonly nodes: readonly string[];
  /** Sent in their order, every n-th to the same node. */
  readonly transactions: Transactions;
  readonly processes: Processes;
  /** Sent and not yet in a block, at most. */
  readonly underWay: number;
  readonly seconds: number;
  /** Seconds before those, which are not counted. */
  readonly warmUp: number;
}

export interface LoadResult {
  /** In blocks, within the time. */
  readonly included: number;
  readonly seconds: number;
  /** Milliseconds from sending to seeing the block, of each included. */
  readonly latencies: readonly number[];
  readonly blocks: number;
  /** In no block long after they were sent: refused by somebody, or dropped. */
  readonly lost: number;
  /** Within the time. */
  readonly processor: ProcessorTimes;
}

const BATCH = 100;
const LOOK_MS = 20;
/** A transaction that is in no block after this stands in nobody's way any more. */
const LOST_MS = 15_000;

export async function putLoad({
  nodes,
  transactions,
  processes,
  underWay,
  seconds,
  warmUp,
}: LoadOptions): Promise<LoadResult> {
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  let lost = 0;
  let included = 0;
  let running = true;
  const began = performance.now() + warmUp * 1000;
  const until = began + seconds * 1000;
  const send = async (node: number): Promise<void> => {
    // Each node its own share: every n-th transaction, in order.
    for (let at = node; ; at += nodes.length * BATCH) {
      while (running && sentAt.size >= underWay) await sleep(LOOK_MS / 4);
      if (!running) return;
      const batch = Array.from({ length: BATCH }, (_, index) => transactions.at(at + index * nodes.length));
      const now = performance.now();
      for (const tx of batch) sentAt.set(tx, now);
      await post(nodes[node] as string, batch);
    }
  };
  const count = async (): Promise<number> => {
    const [observer] = nodes as readonly [string];
    let height = (await heightOf(observer)) + 1;
    let blocks = 0;
    while (performance.now() < until) {
      const txs = await blockAt(observer, height);
      if (txs === undefined) {
        await sleep(LOOK_MS);
        continue;
      }
      const now = performance.now();
      for (const tx of txs) {
        const sent = sentAt.get(tx);
        if (sent === undefined) continue;
        sentAt.delete(tx);
        if (now < began) continue;
        latencies.push(now - sent);
        included++;
      }
      height++;
      if (now >= began) blocks++;
      for (const [tx, sent] of sentAt) {
        if (now - sent < LOST_MS) break;
        sentAt.delete(tx);
        lost++;
      }
    }
    running = false;
    return blocks;
  };
  const measure = async (): Promise<ProcessorTimes> => {
    await sleep(began - performance.now());
    const before = await processorTimes(processes);
    await sleep(until - performance.now());
    return timesBetween(before, await processorTimes(processes));
  };
  const [blocks, processor] = await Promise.all([count(), measure(), ...nodes.map((_, node) => send(node))]);
  return { included, seconds, latencies, blocks, lost, processor };
}

/** Without waiting for CheckTx: what it refuses shows as lost. */
async function post(node: string, batch: readonly string[]): Promise<void> {
  const calls = batch.map((tx, id) => ({ jsonrpc: '2.0', id, method: 'broadcast_tx_async', params: { tx } }));
  await ask(node, JSON.stringify(calls));
}

export async function heightOf(node: string): Promise<number> {
  const { result } = await ask<{ result: { sync_info: { latest_block_height: string } } }>(`${node}/status`);
  return Number(result.sync_info.latest_block_height);
}

async function blockAt(node: string, height: number): Promise<readonly string[] | undefined> {
  const { result } = await ask<{ result?: { block: { data: { txs: string[] | null } } } }>(
    `${node}/block?height=${height}`,
  );
  return result && (result.block.data.txs ?? []);
}

async function ask<T>(url: string, body?: string): Promise<T> {
  const init =
    body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  // Once again: a connection that was kept may have been closed while this process was busy signing.
  const response = await fetch(url, init).catch(() => fetch(url, init));
  return (await response.json()) as T;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
