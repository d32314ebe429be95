// Where the nodes of a network stand, by their own word.
import type { Network, NetworkNode } from './init.js';

export interface NodeReport {
  readonly home: string;
  readonly rpc: string;
  /** Undefined: it does not answer. */
  readonly height: number | undefined;
  /** Header hash of that height, 0x hex. */
  readonly hash: string | undefined;
  readonly peers: number | undefined;
  /** Whether CometBFT still takes old blocks from others. */
  readonly catchingUp: boolean | undefined;
}

/** Never throws: who does not answer in two seconds is reported so. */
export async function networkStatus({ nodes }: Network): Promise<readonly NodeReport[]> {
  return Promise.all(nodes.map(nodeReport));
}

async function nodeReport({ home, rpc, cometRpc }: NetworkNode): Promise<NodeReport> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'weft_status', params: {} });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const [own, status, net] = await Promise.all([
    ask<{ result?: { height: number; hash: string } }>(rpc, init),
    ask<{ result: { sync_info: { catching_up: boolean } } }>(`${cometRpc}/status`),
    ask<{ result: { n_peers: string } }>(`${cometRpc}/net_info`),
  ]);
  return {
    home,
    rpc,
    height: own?.result?.height,
    hash: own?.result?.hash,
    peers: net && Number(net.result.n_peers),
    catchingUp: status?.result.sync_info.catching_up,
  };
}

async function ask<T>(url: string, init: RequestInit = {}): Promise<T | undefined> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(2000) });
    return (await response.json()) as T;
  } catch {
    return undefined;
  }
}
