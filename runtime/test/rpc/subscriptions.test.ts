// Subscriptions over a real node and a real WebSocket: each block once and in order, replay, filters, ends.
import { toHex } from '@weft/runtime/base/bytes';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import type { Subscriber } from '@weft/runtime/rpc/method';
import { Subscriptions } from '@weft/runtime/rpc/subscriptions';
import { asAddress, asHash32 } from '@weft/runtime/types/address';
import { matchesEvent } from '@weft/runtime/types/event-filter';
import type { ContractEvent } from '@weft/runtime/types/receipt';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestSocket } from '../support/socket.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
let node: WeftNode;
let sequence = 0n;

beforeAll(async () => {
  node = createNode({
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: { stallMs: 500 },
  });
  await node.start();
});
afterAll(() => node.stop());

const connect = () => TestSocket.open(node.url ?? '');

/** A block with a transfer; its height and the transaction's id. */
async function block() {
  const bytes = transfer(genesis, { sequence: sequence++ });
  await node.submit(bytes);
  return { height: await node.seal(), id: hex(decodeTransaction(bytes).id) };
}

describe('a WebSocket', () => {
  it('answers requests, batches and notifications as HTTP does', async () => {
    const socket = await connect();
    expect((await socket.ask('weft_status')).result).toMatchObject({ chainName: 'weft-test' });
    expect((await socket.ask('weft_nothing')).error?.code).toBe(-32601);
    socket.socket.send(
      '[{"jsonrpc":"2.0","method":"weft_status"},{"jsonrpc":"2.0","id":7,"method":"weft_status"}]',
    );
    const [batch] = (await new Promise((resolve) =>
      socket.socket.once('message', (data) => resolve(JSON.parse(String(data)))),
    )) as { id: number }[];
    expect(batch?.id).toBe(7);
    socket.close();
  });

  it('refuses to subscribe where there is no connection to tell', async () => {
    const response = await fetch(node.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"weft_subscribe","params":["heads"]}',
    });
    expect(await response.json()).toMatchObject({ error: { data: { code: 'RPC_SOCKET' } } });
  });
});

describe('subscriptions', () => {
  it('tell of heads and receipts of each block once, in order', async () => {
    const socket = await connect();
    const heads = await socket.subscribe(['heads']);
    const receipts = await socket.subscribe({ kind: 'receipts' });
    expect(heads).not.toBe(receipts);
    const first = await block();
    const second = await block();
    const told = await socket.count(4);
    expect(told.map(({ subscription }) => subscription)).toEqual([heads, receipts, heads, receipts]);
    expect(told[0]?.result).toMatchObject({ header: { height: first.height }, transactionCount: 1 });
    expect(told[3]?.result).toMatchObject({
      height: second.height,
      more: false,
      receipts: [{ index: 0, receipt: { transaction: second.id, status: 'OK' } }],
    });
    expect((await socket.ask('weft_unsubscribe', [heads])).result).toBe(true);
    expect((await socket.ask('weft_unsubscribe', [heads])).result).toBe(false);
    await block();
    expect((await socket.count(5)).at(-1)?.subscription).toBe(receipts);
    socket.close();
  });

  it('replay from a height and go on with what comes', async () => {
    const socket = await connect();
    const before = node.query().status().height;
    const heads = await socket.subscribe({ kind: 'heads', from: 0 });
    const next = await block();
    const told = await socket.count(before + 2);
    const heights = told.map(({ result }) => (result as { header: { height: number } }).header.height);
    expect(heights).toEqual(Array.from({ length: next.height + 1 }, (_, height) => height));
    expect(told.every(({ subscription }) => subscription === heads)).toBe(true);
    socket.close();
  });

  it('tell of the receipts asked for and no others', async () => {
    const { id } = await block();
    const other = await block();
    const socket = await connect();
    await socket.subscribe({ kind: 'receipts', filter: { ids: [id] }, from: 1 });
    await socket.subscribe({ kind: 'receipts', filter: { ids: [other.id] }, from: other.height });
    const told = await socket.count(2);
    const found = told.map(({ result }) => result?.['receipts'] as { receipt: { transaction: string } }[]);
    expect(
      found
        .flat()
        .map(({ receipt }) => receipt.transaction)
        .sort(),
    ).toEqual([id, other.id].sort());
    socket.close();
  });

  it('refuse a filter of another kind, an unknown kind, and one too many', async () => {
    const socket = await connect();
    for (const params of [
      ['blocks'],
      { kind: 'heads', filter: { ids: [`0x${'00'.repeat(32)}`] } },
      { kind: 'receipts', filter: { event: '0x0000000000000000' } },
    ])
      expect((await socket.ask('weft_subscribe', params)).error).toMatchObject({ code: -32602 });
    for (let count = 0; count < 64; count++) await socket.subscribe(['heads']);
    expect((await socket.ask('weft_subscribe', ['heads'])).error?.data?.code).toBe('RPC_SUBSCRIPTIONS');
    socket.close();
  });
});

const event = (index: number, change: Partial<ContractEvent> = {}): ContractEvent => ({
  contract: asAddress(new Uint8Array(32).fill(1)),
  event: new Uint8Array(8).fill(2),
  topics: [Uint8Array.of(index), Uint8Array.of(9)],
  data: new Uint8Array(600),
  transaction: 0,
  ...change,
});
const receiptOf = { transaction: asHash32(new Uint8Array(32).fill(7)) };
const blockOf = (height: number, events: readonly ContractEvent[]) =>
  ({ header: { height }, hash: asHash32(new Uint8Array(32)), receipts: [receiptOf], events }) as never;

/** A client that reads when told to. */
class SlowClient implements Subscriber {
  readonly read: string[] = [];
  ready = true;
  closed = false;
  subscribed = false;
  #drain: (() => void)[] = [];
  send(message: Uint8Array): boolean {
    this.read.push(Buffer.from(message).toString());
    this.ready = false;
    return false;
  }
  onDrain(run: () => void): void {
    this.#drain.push(run);
  }
  onClose(): void {}
  drain(): void {
    this.ready = true;
    for (const run of this.#drain.splice(0)) run();
  }
}

describe('subscriptions of a slow client', () => {
  it('keep nothing for it: it gets every part later, once, out of the records', async () => {
    const blocks = new Map<number, never>();
    const events = Array.from({ length: 100 }, (_, index) => event(index));
    for (let height = 1; height <= 5; height++) blocks.set(height, blockOf(height, events));
    const subscriptions = new Subscriptions(async (height) => blocks.get(height) as never);
    const client = new SlowClient();
    subscriptions.add(client, { kind: 'events', filter: {} }, 0);
    for (let height = 1; height <= 5; height++) subscriptions.publish(blocks.get(height) as never);
    const seen: number[][] = [];
    for (let turn = 0; seen.flat().length < 500 && turn < 10_000; turn++) {
      client.drain();
      await new Promise((resolve) => setImmediate(resolve));
      for (const text of client.read.splice(0)) {
        const { result } = (
          JSON.parse(text) as {
            params: { result: { height: number; more: boolean; events: { index: number }[] } };
          }
        ).params;
        expect(result.events.length).toBeLessThan(100);
        seen.push(result.events.map(({ index }) => 1000 * result.height + index));
        if (!result.more) expect(result.events.at(-1)?.index).toBe(99);
      }
    }
    expect(seen.flat()).toEqual(
      Array.from({ length: 500 }, (_, at) => 1000 * (1 + Math.floor(at / 100)) + (at % 100)),
    );
  });

  it('are told in slices, each of every block once though the next one comes before the last slice', async () => {
    const blocks = [1, 2, 3].map((height) => blockOf(height, [event(height)]));
    const subscriptions = new Subscriptions(async (height) => blocks[height - 1] as never);
    const clients = Array.from({ length: 1_500 }, () => new SlowClient());
    for (const client of clients) subscriptions.add(client, { kind: 'events', filter: {} }, 0);
    for (const block of blocks) subscriptions.publish(block);
    expect(clients.at(-1)?.read).toEqual([]);
    const heights = (client: SlowClient) =>
      client.read.map(
        (text) => (JSON.parse(text) as { params: { result: { height: number } } }).params.result.height,
      );
    for (let turn = 0; turn < 5_000 && clients.some(({ read }) => read.length < 3); turn++) {
      for (const client of clients) client.drain();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const client of clients) expect(heights(client)).toEqual([1, 2, 3]);
  });

  it('say where the chain went back to, and go on from there', async () => {
    const head = await node.query().block(1);
    const at = (height: number) => ({ ...head, header: { ...head.header, height } });
    const subscriptions = new Subscriptions(async (height) => at(height));
    const client = new SlowClient();
    subscriptions.add(client, { kind: 'heads' }, 0);
    const told: (number | string)[] = [];
    const publish = async (height: number) => {
      subscriptions.publish(at(height));
      for (let turn = 0; turn < 10; turn++) {
        client.drain();
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const text of client.read.splice(0)) {
        const { result, reverted } = (
          JSON.parse(text) as { params: { result?: { header: { height: number } }; reverted?: number } }
        ).params;
        told.push(result?.header.height ?? `back to ${reverted}`);
      }
    };
    for (const height of [1, 2, 3, 2, 3]) await publish(height);
    subscriptions.revert(1);
    await publish(2);
    expect(told).toEqual([1, 2, 3, 'back to 1', 2, 3, 'back to 1', 2]);
  });

  it('end with a code where a record is gone', async () => {
    const subscriptions = new Subscriptions(() => Promise.reject(new RangeError('gone')));
    const client = new SlowClient();
    subscriptions.add(client, { kind: 'heads' }, 5, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.read.map((text) => JSON.parse(text).params)).toMatchObject([
      { error: { code: 'RPC_INTERNAL' } },
    ]);
    expect(subscriptions.count).toBe(0);
  });
});

describe('an event filter', () => {
  it('matches contract, event and topics by place, any of some values', () => {
    const one = event(4);
    expect(matchesEvent({}, one)).toBe(true);
    expect(matchesEvent({ contract: one.contract, event: one.event }, one)).toBe(true);
    expect(matchesEvent({ contract: asAddress(new Uint8Array(32)) }, one)).toBe(false);
    expect(matchesEvent({ topics: [[], [Uint8Array.of(9)]] }, one)).toBe(true);
    expect(matchesEvent({ topics: [[Uint8Array.of(3), Uint8Array.of(4)]] }, one)).toBe(true);
    expect(matchesEvent({ topics: [[Uint8Array.of(9)]] }, one)).toBe(false);
    expect(matchesEvent({ topics: [[], [], [Uint8Array.of(9)]] }, one)).toBe(false);
  });
});
