// Load on a CometBFT network and what comes of it: transactions sent in batches to every node's RPC, as many under way as
// it takes to keep it busy, counted in the blocks of one node.

export interface LoadOptions {
  /** CometBFT RPCs, `http://HOST:PORT`. */
  readonly nodes: readonly string[];
  /** The transactions, in the order they are sent; one account's all go to one node. */
  readonly transactions: readonly Uint8Array[];
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
}

const BATCH = 100;
const LOOK_MS = 20;
/** A transaction that is in no block after this stands in nobody's way any more. */
const LOST_MS = 15_000;

export async function putLoad({
  nodes,
  transactions,
  underWay,
  seconds,
  warmUp,
}: LoadOptions): Promise<LoadResult> {
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  let next = 0;
  let lost = 0;
  let included = 0;
  let running = true;
  const began = performance.now() + warmUp * 1000;
  const until = began + seconds * 1000;
  const send = async (node: number): Promise<void> => {
    // Each node its own share: every n-th transaction, in order.
    for (let at = node; running && at < transactions.length; at += nodes.length * BATCH) {
      while (running && sentAt.size >= underWay) await sleep(LOOK_MS / 4);
      const batch: string[] = [];
      for (let index = at; index < transactions.length && batch.length < BATCH; index += nodes.length)
        batch.push(Buffer.from(transactions[index] as Uint8Array).toString('base64'));
      const now = performance.now();
      for (const tx of batch) sentAt.set(tx, now);
      next += batch.length;
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
  const [blocks] = await Promise.all([count(), ...nodes.map((_, node) => send(node))]);
  if (next >= transactions.length && sentAt.size === 0) throw new Error('the load ran out of transactions');
  return { included, seconds: (performance.now() - began) / 1000, latencies, blocks, lost };
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
