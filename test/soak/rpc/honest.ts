// The honest client, in a process of its own: what attackers do to their own event loop is not the node's fault.

import { encodeAddress } from '@weft/runtime/types/address';
import { signerOf } from '../../bench/rpc/requests.js';

export interface HonestOrder {
  readonly url: string;
  readonly seconds: number;
}

const BETWEEN_MS = 8;
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

process.on('message', async ({ url, seconds }: HonestOrder) => {
  const times: number[] = [];
  const ends = performance.now() + 1000 * seconds;
  while (performance.now() < ends) {
    const began = performance.now();
    const answer = await (await fetch(url, request)).text();
    if (!answer.includes('"result"')) throw new Error(`the honest client was refused: ${answer}`);
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
  process.send?.(times);
});
