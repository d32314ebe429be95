// The node under attack, in a process of its own so that its memory is its own. Collects garbage before it says how much
// it holds.
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { signersGenesis } from '../../bench/rpc/requests.js';
import { mainThread, type ThreadTimes } from './processor.js';

/** What a run may change: time bounds short enough to be seen. */
export interface SoakBounds {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly stallMs: number;
  readonly addressConnectionsMax: number;
  readonly poolCountMax: number;
  readonly accounts: number;
}
export type Order =
  | { readonly kind: 'start'; readonly bounds: SoakBounds }
  | { readonly kind: 'seal'; readonly count: number }
  /** Collects garbage before it answers. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'time' }
  | { readonly kind: 'stop' };
/** Times are the main thread's. */
export interface Report extends ThreadTimes {
  readonly url: string;
  readonly pid: number;
  /** Resident, and live on the heap and beside it after a collection, bytes. */
  readonly residentBytes: number;
  readonly liveBytes: number;
  readonly pending: number;
}

let node: WeftNode | undefined;

process.on('message', (order: Order) => {
  obey(order).then(
    () => process.send?.(report(order.kind === 'memory'), () => order.kind === 'stop' && process.exit(0)),
    (error: unknown) => {
      throw error;
    },
  );
});

async function obey(order: Order): Promise<void> {
  if (order.kind === 'stop') return node?.stop();
  if (order.kind === 'seal') {
    await node?.seal(order.count);
    return;
  }
  if (order.kind === 'memory' || order.kind === 'time') return;
  const { poolCountMax, accounts, ...rpc } = order.bounds;
  node = createNode({
    genesis: signersGenesis(accounts),
    seal: { trigger: { kind: 'manual' } },
    mempool: { countMax: poolCountMax },
    rpc,
  });
  await node.start();
}

function report(collect: boolean): Report {
  if (collect) (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const pending = node?.state === 'running' ? node.query().status().mempool.count : 0;
  const liveBytes = heapUsed + external + arrayBuffers;
  return {
    url: node?.url ?? '',
    pid: process.pid,
    residentBytes: rss,
    liveBytes,
    pending,
    ...mainThread(),
  };
}
