// The honest client, in a process of its own: what attackers do to their own event loop is not the node's fault. It asks a
// server that nobody attacks as well: what attackers take of the machine is not the node's fault either.

import { encodeAddress } from '@weft/runtime/types/address';
import { signerOf } from '../../bench/rpc/requests.js';

export interface HonestOrder {
  readonly url: string;
  /** Of the server that is not attacked. */
  readonly control: string;
  readonly seconds: number;
}

/** Milliseconds each request took. */
export interface HonestTimes {
  readonly node: readonly number[];
  readonly control: readonly number[];
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

async function timeOf(url: string): Promise<number> {
  const began = performance.now();
  const answer = await (await fetch(url, request)).text();
  if (!answer.includes('"result"')) throw new Error(`the honest client was refused: ${answer}`);
  return performance.now() - began;
}

process.on('message', async ({ url, control, seconds }: HonestOrder) => {
  const times = { node: [] as number[], control: [] as number[] };
  const ends = performance.now() + 1000 * seconds;
  while (performance.now() < ends) {
    times.node.push(await timeOf(url));
    times.control.push(await timeOf(control));
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  process.send?.(times satisfies HonestTimes);
});
