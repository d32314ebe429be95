// The process that is measured: a node, or the same libraries that answer a constant. Told what to do over IPC, and asked
// how much processor time it has used.
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { type BareServer, startBare } from './bare.js';
import { benchGenesis } from './requests.js';

/** What the measuring process asks; each is answered once. */
export type Order =
  | {
      readonly kind: 'start';
      readonly what: 'node' | 'bare';
      readonly folder: string;
      readonly accounts: number;
    }
  /** What a bare server answers from now on. */
  | { readonly kind: 'constant'; readonly text: string }
  /** A node seals so many empty blocks; a bare server sends the constant so often to every WebSocket. */
  | { readonly kind: 'tell'; readonly times: number }
  | { readonly kind: 'cpu' | 'stop' };
export interface Report {
  /** Of this process, all threads, so far. */
  readonly cpuMs: number;
  readonly url: string;
}

let node: WeftNode | undefined;
let bare: BareServer | undefined;

process.on('message', (order: Order) => {
  obey(order).then(
    () => {
      const { user, system } = process.cpuUsage();
      const url = node?.url ?? bare?.url ?? '';
      process.send?.({ cpuMs: (user + system) / 1000, url } satisfies Report);
      if (order.kind === 'stop') process.disconnect();
    },
    (error: unknown) => {
      throw error;
    },
  );
});

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'start':
      if (order.what === 'bare') bare = await startBare();
      else node = await startNode(order.folder, order.accounts);
      return;
    case 'constant':
      bare?.answer(order.text);
      return;
    case 'tell':
      if (node === undefined) await bare?.tell(order.times);
      else await node.seal(order.times);
      return;
    case 'cpu':
      return;
    case 'stop':
      await node?.stop();
      await bare?.close();
  }
}

async function startNode(folder: string, accounts: number): Promise<WeftNode> {
  const started = createNode({
    ...(folder === '' ? {} : { dataFolder: folder }),
    genesis: benchGenesis(accounts),
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' } },
    mempool: { countMax: 100_000 },
    // The share of an address is counted, but never used up.
    rpc: { rate: { perSecond: 1e9, burst: 1e9 } },
  });
  await started.start();
  return started;
}
