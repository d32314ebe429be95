// How often a command waits for the network: requests made at once share an exchange, and what signing needs is asked ahead.
import { createNodeClient } from '@weft/sdk/client/node-client';
import { createTransport } from '@weft/sdk/client/transport';
import { describe, expect, it } from 'vitest';
import { aheadOf } from '../dist/ahead.js';
import { gathered } from '../dist/gathered.js';

/** Answers every method with its name, refuses `refuse`; keeps the methods of each exchange. */
function counted() {
  const exchanges: string[][] = [];
  const answerOf = ({ id, method }: { id: number; method: string }) =>
    method === 'refuse'
      ? {
          jsonrpc: '2.0',
          id,
          error: { code: -32000, message: 'no', data: { code: 'RPC_RATE', context: {} } },
        }
      : { jsonrpc: '2.0', id, result: method === 'weft_getNonce' ? '7' : method };
  const transport = gathered(
    createTransport(async (text) => {
      const request = JSON.parse(text);
      const all = Array.isArray(request) ? request : [request];
      exchanges.push(all.map(({ method }) => method));
      return JSON.stringify(Array.isArray(request) ? all.map(answerOf) : answerOf(request));
    }, 'here'),
  );
  return { exchanges, transport };
}

describe('requests', () => {
  it('made at once share an exchange; each has its own answer or refusal', async () => {
    const { exchanges, transport } = counted();
    const asked = await Promise.allSettled(['a', 'refuse', 'b'].map((one) => transport.request(one, {})));
    expect(asked.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.nodeCode))).toEqual([
      'a',
      'RPC_RATE',
      'b',
    ]);
    expect(await transport.request('c', {})).toBe('c');
    await expect(transport.request('refuse', {})).rejects.toMatchObject({ nodeCode: 'RPC_RATE' });
    expect(exchanges).toEqual([['a', 'refuse', 'b'], ['c'], ['refuse']]);
  });

  it('fail together where nobody answers', async () => {
    const transport = gathered(createTransport(() => Promise.reject(new Error('gone')), 'nowhere'));
    const asked = await Promise.allSettled(['a', 'b'].map((one) => transport.request(one, {})));
    for (const one of asked) expect(one).toMatchObject({ reason: { code: 'CLIENT_TRANSPORT' } });
  });
});

describe('a node asked ahead', () => {
  it('gives block and nonce once, for the account and lane asked about', async () => {
    const { exchanges, transport } = counted();
    const node = aheadOf(createNodeClient(transport));
    node.ask('weft1a', 2);
    await transport.request('weft_simulate', {});
    expect([await node.status(), await node.nextSequence('weft1a', 2)]).toEqual(['weft_status', 7n]);
    expect(exchanges).toEqual([['weft_status', 'weft_getNonce', 'weft_simulate']]);
    await node.nextSequence('weft1a', 2);
    node.ask('weft1a', 0);
    await node.nextSequence('weft1b');
    expect(exchanges.slice(1)).toEqual([
      ['weft_getNonce'],
      ['weft_status', 'weft_getNonce', 'weft_getNonce'],
    ]);
  });
});
