// The honest client, in a process of its own: what attackers do to their own event loop is not the node's fault. It asks a
// server that nobody attacks as well, and says how long the server worked before it answered: what attackers
// and others take of the machine is not the node's fault either.

import { encodeAddress } from '@weft/runtime/types/address';
import { signerOf } from '../../bench/rpc/requests.js';
import { mainThread } from './processor.js';

/** Who is asked. */
export interface Server {
  readonly url: string;
  readonly pid: number;
}
export interface HonestOrder {
  readonly node: Server;
  /** That is not attacked. */
  readonly control: Server;
  readonly seconds: number;
}

/** Milliseconds one request took. */
export interface Wait {
  readonly ms: number;
  /** Of processor, that the server's main thread and the client took meanwhile. */
  readonly workedMs: number;
}
export interface HonestTimes {
  readonly node: readonly Wait[];
  readonly control: readonly Wait[];
}

const BETWEEN_MS = 4;
const request = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'weft_getBalance',
    params: [encodeAddress(signerOf(0))],
  }),
};

async function waitOf({ url, pid }: Server): Promise<Wait> {
  const before = worked(pid);
  const began = performance.now();
  const answer = await (await fetch(url, request)).text();
  const ms = performance.now() - began;
  if (!answer.includes('"result"')) throw new Error(`the honest client was refused: ${answer}`);
  return { ms, workedMs: worked(pid) - before };
}

/** Milliseconds of processor so far of the two, of which only one has work at a time. */
function worked(pid: number): number {
  return mainThread(pid).ranMs + mainThread().ranMs;
}

process.on('message', async ({ node, control, seconds }: HonestOrder) => {
  const times = { node: [] as Wait[], control: [] as Wait[] };
  const ends = performance.now() + 1000 * seconds;
  while (performance.now() < ends) {
    times.node.push(await waitOf(node));
    times.control.push(await waitOf(control));
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  process.send?.(times satisfies HonestTimes);
});
