// One WebSocket that breaks and comes back: requests, and subscriptions that tell each block once, whatever happens between.
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { createNodeClient } from '@weft/sdk/client/node-client';
import { allPages } from '@weft/sdk/client/node-queries';
import { type SocketClass, type SocketTransport, socketTransport } from '@weft/sdk/client/socket-transport';
import { SubscriptionPlace } from '@weft/sdk/client/subscription';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';

const [account] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1);
const genesis = developmentGenesis({ accounts: [account!.address] });
let node: WeftNode;
const sockets: WebSocket[] = [];
const opened: SocketTransport[] = [];

/** Remembers its sockets, so that a test can cut them. */
class CutSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

beforeAll(async () => {
  node = createNode({ genesis, executor: 'sequential', seal: { trigger: { kind: 'manual' } } });
  await node.start();
});
afterAll(async () => {
  for (const one of opened) one.close();
  await node.stop();
});

function connect(): SocketTransport {
  const transport = socketTransport(node.url ?? '', {
    WebSocket: CutSocket as unknown as SocketClass,
    retryMs: 5,
    timeoutMs: 5_000,
  });
  opened.push(transport);
  return transport;
}

const cut = () => sockets.at(-1)?.terminate();
const height = () => node.query().status().height;

describe('a WebSocket transport', () => {
  it('answers what HTTP answers, one by one and many at once', async () => {
    const transport = connect();
    const client = createNodeClient(transport);
    expect((await client.status()).chainName).toBe('weft-dev');
    const calls = Array.from({ length: 150 }, () => ({ method: 'weft_status', params: {} }));
    expect(await transport.requestAll(calls)).toHaveLength(150);
    await expect(client.block(999)).rejects.toMatchObject({ nodeCode: 'QUERY_UNKNOWN_HEIGHT' });
  });

  it('fails what is under way when the connection breaks, and connects again', async () => {
    const transport = connect();
    await transport.request('weft_status', {});
    const asked = transport.request('weft_explainBlock', { height: 0 });
    cut();
    await expect(asked).rejects.toMatchObject({ code: 'CLIENT_TRANSPORT' });
    expect(await transport.request('weft_getBalance', { address: account!.text })).toMatch(/^\d+$/);
  });

  it('says so where nobody listens', async () => {
    const nobody = socketTransport('ws://127.0.0.1:1', { WebSocket: WebSocket as unknown as SocketClass });
    await expect(nobody.request('weft_status', {})).rejects.toMatchObject({ code: 'CLIENT_TRANSPORT' });
  });
});

describe('a subscription', () => {
  it('tells every block once and in order over connections that break, from the first height on', async () => {
    const heights: number[] = [];
    const transport = connect();
    transport.subscribe(
      { kind: 'heads', from: 0 },
      { onMessage: ({ header }) => heights.push(header.height) },
    );
    for (let turn = 0; turn < 6; turn++) {
      await node.seal(3);
      if (turn % 2 === 0) await expect.poll(() => heights.at(-1)).toBe(height());
      cut();
    }
    await node.seal();
    await expect.poll(() => heights.at(-1)).toBe(height());
    expect(heights).toEqual(Array.from({ length: height() + 1 }, (_, at) => at));
  });

  it('begins at the next block where no height is named, also when the connection breaks before it comes', async () => {
    const heights: number[] = [];
    const transport = connect();
    const first = height() + 1;
    const subscription = transport.subscribe(
      { kind: 'heads' },
      { onMessage: ({ header }) => heights.push(header.height) },
    );
    await transport.request('weft_status', {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    cut();
    await node.seal(2);
    await expect.poll(() => heights).toEqual([first, first + 1]);
    subscription.end();
    await transport.request('weft_status', {});
    await node.seal();
    await transport.request('weft_status', {});
    expect(heights).toHaveLength(2);
  });

  it('is told from the first block on when another chain stands at the address', async () => {
    const told: string[] = [];
    const start = async (chainName: string, port: number): Promise<WeftNode> => {
      const one = createNode({
        genesis: developmentGenesis({ accounts: [account!.address], chainName }),
        executor: 'sequential',
        seal: { trigger: { kind: 'manual' } },
        rpc: { port },
      });
      await one.start();
      return one;
    };
    const first = await start('first', 0);
    const { url = '' } = first;
    const connections: boolean[] = [];
    const transport = socketTransport(url, {
      WebSocket: WebSocket as unknown as SocketClass,
      retryMs: 5,
      onConnection: (stands) => connections.push(stands),
    });
    opened.push(transport);
    transport.subscribe(
      { kind: 'heads', from: 1 },
      {
        onMessage: ({ header }) => told.push(String(header.height)),
        onRevert: (to) => told.push(`back to ${to}`),
      },
    );
    await first.seal(3);
    await expect.poll(() => told).toEqual(['1', '2', '3']);
    await first.stop();
    const second = await start('second', Number(new URL(url).port));
    await second.seal(2);
    await expect.poll(() => told.slice(3)).toEqual(['back to 0', '1', '2']);
    expect(connections[0]).toBe(true);
    expect(connections.slice(1, -1)).toEqual(connections.slice(1, -1).map(() => false));
    expect(connections.at(-1)).toBe(true);
    await second.stop();
  });

  it('says where a development chain went back to while it was away', async () => {
    const told: string[] = [];
    const transport = connect();
    await node.seal();
    transport.subscribe(
      { kind: 'heads', from: height() },
      {
        onMessage: ({ header }) => told.push(String(header.height)),
        onRevert: (to) => told.push(`back to ${to}`),
      },
    );
    const start = height();
    const point = node.development();
    const id = (await point.snapshot()).id;
    const kept = height();
    await node.seal(3);
    await expect.poll(() => told.at(-1)).toBe(String(kept + 3));
    const socket = sockets.at(-1);
    // Nothing is told while it cannot come back.
    const url = node.url;
    socket?.terminate();
    await point.revert(id);
    await node.seal(1);
    expect(node.url).toBe(url);
    const expected = Array.from({ length: kept + 3 - start + 1 }, (_, at) => String(start + at));
    await expect.poll(() => told.at(-1)).toBe(String(height()));
    expect(told.slice(0, expected.length)).toEqual(expected);
    expect(told[expected.length]).toMatch(/^back to \d+$/);
    const back = Number(told[expected.length]?.slice('back to '.length));
    expect(told.slice(expected.length + 1)).toEqual(
      Array.from({ length: height() - back }, (_, at) => String(back + 1 + at)),
    );
  });

  it('ends with the refusal of the node', async () => {
    const transport = connect();
    const refused = new Promise<Error>((resolve) =>
      transport.subscribe(
        { kind: 'receipts', ids: ['0x00'] },
        { onMessage: () => undefined, onEnd: resolve },
      ),
    );
    expect(await refused).toMatchObject({ nodeCode: 'RPC_PARAMETER' });
  });

  it('goes on inside a block that came in parts', () => {
    const told: number[] = [];
    const place = new SubscriptionPlace(
      { kind: 'events', from: 5 },
      {
        onMessage: (message) => 'events' in message && told.push(...message.events.map(({ index }) => index)),
      },
    );
    const part = (indexes: number[], more: boolean) =>
      place.take({ height: 7, hash: '0x07', more, events: indexes.map((index) => ({ index })) } as never);
    part([0, 1], true);
    part([2], true);
    // A new connection.
    expect(place.params).toEqual({ kind: 'events', from: 7 });
    part([0, 1], true);
    part([2, 3], true);
    part([4], false);
    expect(told).toEqual([0, 1, 2, 3, 4]);
    expect(place.params).toEqual({ kind: 'events', from: 8 });
  });
});

describe('the node client', () => {
  it('reads heads, parameters, state, pool, fees and history', async () => {
    const client = createNodeClient(connect());
    expect((await client.heads(1, 2)).map(({ header }) => header.height)).toEqual([1, 0]);
    expect((await client.parameters())['blockGasMax']).toBeGreaterThan(0);
    expect(await client.transaction(`0x${'00'.repeat(32)}`)).toBeUndefined();
    expect(await client.code(`0x${'00'.repeat(32)}`)).toBeUndefined();
    expect((await client.mempool()).gasPriceMin).toBeGreaterThan(0n);
    expect((await client.estimateFee()).later).toBeGreaterThan(0n);
    expect(await client.pendingOf(account!.text)).toEqual([]);
    const history = allPages((cursor) =>
      client.accountHistory(account!.text, { ...(cursor && { cursor }), limit: 1, order: 'oldest' }),
    );
    for await (const { roles } of history) expect(roles).toEqual(['sender', 'payer']);
    expect((await client.events({ contract: account!.text })).items).toEqual([]);
  });
});
