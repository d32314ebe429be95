// Senders without end: what each sends is cheap and right, and there are more of them than the pool has room for.
import { toHex } from '@weft/runtime/base/bytes';
import { asHash32 } from '@weft/runtime/types/address';
import { submitRequest } from '../../bench/rpc/requests.js';
import type { Attack } from './attacks.js';

export interface FloodOptions {
  /** Cheap transactions sent, of senders of their own. */
  readonly senders: number;
  readonly poolCountMax: number;
  /** Of attempts before this one: a dear sender is one only once. */
  readonly attempt: number;
}

/** Cheap transactions of many senders; then a dearer one gets in where a cheap one no longer does, and into a block. */
export function flood({ senders, poolCountMax, attempt }: FloodOptions): Attack {
  return {
    name: `${senders} cheap senders`,
    expected: senders > poolCountMax ? ['MEMPOOL_FULL'] : [],
    async run({ url, codes }) {
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
      const dear = submitRequest(chain, senders + attempt, 1_000n);
      const id = await ask<string>(url, 'weft_sendTransaction', [`0x${toHex(dear.bytes)}`]);
      await ask(url, 'dev_seal', []);
      const receipt = await ask<unknown>(url, 'weft_getReceipt', [id]);
      if (receipt === null) throw new Error('the dear transaction is in no block');
    },
  };
}

/** @throws Error for a refusal */
export async function ask<T>(url: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    // Between two of them a kept connection may be ended for being idle.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result: T; error?: { message: string } };
  if (error !== undefined) throw new Error(`a request was refused: ${error.message}`);
  return result;
}
