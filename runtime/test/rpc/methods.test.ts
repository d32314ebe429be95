// The RPC surface over a real node in memory: dispatch, parameters, refusals, and the HTTP edge around it.

import { toHex } from '@weft/runtime/base/bytes';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { createDispatcher } from '@weft/runtime/rpc/dispatch';
import { startServer } from '@weft/runtime/rpc/server';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, testGenesis, transfer, transferCall } from '../support/transfers.js';

const genesis = testGenesis();
let node: WeftNode;

beforeAll(async () => {
  node = createNode({
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: { bodyBytesMax: 4096, batchMax: 3, allowedOrigins: ['http://explorer.example'] },
  });
  await node.start();
});
afterAll(() => node.stop());

async function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(node.url ?? '', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function ask(
  method: string,
  params?: unknown,
): Promise<{ result?: unknown; error?: { code: number; data?: unknown } }> {
  const response = await post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
  return (await response.json()) as { result?: unknown; error?: { code: number; data?: unknown } };
}

const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
const account = encodeAddress(addressOf(0));

describe('rpc methods', () => {
  it('weft_status names chain, head and engine', async () => {
    const { result } = await ask('weft_status');
    expect(result).toMatchObject({
      chainName: 'weft-test',
      dev: true,
      height: 0,
      engine: 'seal',
      producing: true,
      workers: 1,
    });
  });

  it('a simulation answers what calls would do, and refuses what is no call', async () => {
    const { contract, selector, args, value } = transferCall(addressOf(1), 5n);
    const call = { contract: encodeAddress(contract), selector, args: hex(args), value: value.toString() };
    const { result } = await ask('weft_simulate', { sender: account, calls: [call] });
    expect(result).toMatchObject({ status: 'OK', failure: null, trace: null, missing: [], unreached: [] });
    const { result: twice } = await ask('weft_simulate', {
      sender: account,
      calls: [{ ...call, selector: 1 }],
    });
    expect(twice).toMatchObject({ status: 'REVERT', access: null, accessRefusal: { code: 'ACCESS_METHOD' } });
    for (const params of [
      { sender: account, calls: [] },
      { sender: account, calls: [{ ...call, selector: -1 }] },
      { sender: account, calls: [{ ...call, method: 'x' }] },
      { sender: account, calls: [call], extraAccess: [{ kind: 'all', mode: 'read' }] },
      { sender: account, calls: [call], extraAccess: [{ kind: 'key', mode: 'add', key: '0x00' }] },
    ]) {
      expect((await ask('weft_simulate', params)).error?.code).toBeLessThan(0);
    }
  });

  it('a transaction goes in, a block comes out, its receipt is found', async () => {
    const bytes = transfer(genesis);
    const { result: sent } = await ask('weft_sendTransactions', { transactions: [hex(bytes), '0x00'] });
    const id = hex(decodeTransaction(bytes).id);
    expect(sent).toMatchObject([{ id }, { error: { code: 'ADMIT_FORM' } }]);
    expect((await ask('weft_getReceipt', [id])).result).toBeNull();
    expect((await ask('weft_status')).result).toMatchObject({ mempool: { count: 1 } });
    expect((await ask('weft_getPending', [id])).result).toEqual({ id, wait: null });
    expect((await ask('dev_seal')).result).toEqual({ height: 1, time: genesis.time + 1 });
    expect((await ask('weft_getPending', [id])).result).toBeNull();
    const { result: receipt } = await ask('weft_getReceipt', [id]);
    expect(receipt).toMatchObject({
      height: 1,
      index: 0,
      receipt: { transaction: id, status: 'OK', order: 0 },
      events: [],
    });
    const { result: block } = await ask('weft_getBlock', { height: 1, detail: 'full' });
    expect(block).toMatchObject({
      transactionCount: 1,
      transactions: [id],
      bytes: [hex(bytes)],
      header: { height: 1 },
    });
    const { result: newest } = await ask('weft_getBlock');
    expect(newest).toMatchObject({ header: { height: 1 }, transactions: [id] });
    expect(newest).not.toHaveProperty('bytes');
    const explained = {
      version: 1,
      height: 1,
      criticalPath: [0],
      parallelism: 1,
      transactions: [{ id, waits: [] }],
    };
    expect((await ask('weft_explainBlock')).result).toMatchObject(explained);
    const { result: one } = await ask('weft_explainTransaction', [id]);
    expect(one).toMatchObject({ height: 1, index: 0, transaction: { id }, chain: [], chainLength: 0 });
    expect((await ask('weft_explainTransaction', [`0x${'00'.repeat(32)}`])).result).toBeNull();
    const { error } = await ask('weft_explainBlock', [0]);
    expect(error?.data).toMatchObject({ code: 'QUERY_HEIGHT' });
    expect((await ask('weft_getBalance', [encodeAddress(addressOf(1))])).result).toBe(
      (10n ** 12n + 5n).toString(),
    );
    expect((await ask('weft_getNonce', [account])).result).toBe('1');
    expect((await ask('weft_getNonce', { address: account, lane: 3 })).result).toBe('0');
    expect((await ask('weft_getContract', [account])).result).toBeNull();
  });

  it('weft_call answers a failure as data', async () => {
    const { selector, args } = transferCall(addressOf(1), 1n);
    const params = { contract: account, selector, args: hex(args), sender: account, gasLimit: 100_000 };
    const { result } = await ask('weft_call', params);
    expect(result).toMatchObject({ logs: [] });
    expect((result as { status: string }).status).not.toBe('OK');
  });

  it.each([
    ['a missing parameter', 'weft_getReceipt', [], 'id'],
    ['an unknown one', 'weft_getReceipt', { hash: '0x' }, undefined],
    ['too many', 'weft_getReceipt', ['0x', 1], undefined],
    ['hex without 0x', 'weft_getReceipt', ['00'], 'id'],
    ['half a byte', 'weft_getReceipt', ['0x0'], 'id'],
    ['a short hash', 'weft_getReceipt', ['0x00'], 'id'],
    ['an address that is none', 'weft_getBalance', ['weft1x'], 'address'],
    ['an address of another chain family', 'weft_getBalance', ['cosmos1x'], 'address'],
    ['a lane out of range', 'weft_getNonce', [account, 16], 'lane'],
    ['a fraction', 'weft_getBlock', [1.5], 'height'],
    ['a negative height', 'weft_getBlock', [-1], 'height'],
    ['an unknown detail', 'weft_getBlock', [1, 'all'], 'detail'],
    ['a list that is none', 'weft_sendTransactions', ['0x'], 'transactions'],
    ['an item that is none', 'weft_sendTransactions', [['0x', 5]], 'transactions[1]'],
    ['an amount as number', 'weft_call', { contract: account, selector: 1, value: 5 }, 'value'],
  ])('refuses %s', async (_name, method, params, place) => {
    const { error } = await ask(method, params);
    expect(error).toMatchObject({ code: -32602, data: { code: 'RPC_PARAMETER' } });
    if (place !== undefined) expect(error).toMatchObject({ data: { context: { place } } });
  });

  it('coded refusals carry code, context and fix', async () => {
    const { error } = await ask('weft_getBlock', [99]);
    expect(error).toMatchObject({
      code: -32000,
      data: { code: 'QUERY_UNKNOWN_HEIGHT', context: { got: 99 } },
    });
    expect((await ask('dev_seal', [0])).error).toMatchObject({ data: { code: 'SEAL_COUNT' } });
    expect((await ask('weft_nothing')).error).toMatchObject({ code: -32601 });
  });

  it('answers NODE_PAUSED while the store is closed, and goes on after', async () => {
    await node.pause();
    expect((await ask('weft_status')).error).toMatchObject({ data: { code: 'NODE_PAUSED' } });
    const { result } = await ask('weft_sendTransactions', [[hex(transfer(genesis, { sequence: 1n }))]]);
    expect(result).toMatchObject([{ error: { code: 'NODE_PAUSED' } }]);
    await node.reopen();
    expect((await ask('weft_status')).result).toMatchObject({ height: 1 });
  });

  it('gives addresses the client reads back', () => {
    expect(decodeAddress(account)).toEqual(addressOf(0));
  });
});

describe('rpc over HTTP', () => {
  it('serves loopback names and refuses a foreign Host', async () => {
    const { hostname, port } = new URL(node.url ?? '');
    expect(hostname).toBe('127.0.0.1');
    const { request } = await import('node:http');
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { host, 'content-type': 'application/json' };
        const sent = request({ port, method: 'POST', path: '/', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject);
        sent.end('{}');
      });
    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status(`127.0.0.1:${port}`)).toBe(200);
    expect(await status('evil.example')).toBe(403);
    expect(await status('127.0.0.1.evil.example')).toBe(403);
  });

  it('refuses pages of other origins and lets an allowed one read', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'weft_status' });
    const evil = await post(body, { origin: 'http://evil.example' });
    expect(evil.status).toBe(403);
    expect(await evil.json()).toMatchObject({ error: { data: { code: 'RPC_ORIGIN' } } });
    const explorer = await post(body, { origin: 'http://explorer.example' });
    expect(explorer.status).toBe(200);
    expect(explorer.headers.get('access-control-allow-origin')).toBe('http://explorer.example');
  });

  it('bounds bodies and batches, and refuses what is not JSON', async () => {
    const large = await post(JSON.stringify({ text: 'x'.repeat(5000) }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: { data: { code: 'RPC_TOO_LARGE' } } });
    const text = await post('hello', { 'content-type': 'text/plain' });
    expect(text.status).toBe(415);
    const batch = await post(JSON.stringify([1, 2, 3, 4]));
    expect(await batch.json()).toMatchObject({ error: { code: -32600, data: { code: 'RPC_TOO_LARGE' } } });
    const nested = await post('['.repeat(4000));
    expect(await nested.json()).toMatchObject({ error: { code: -32600, data: { code: 'RPC_TOO_DEEP' } } });
    expect((await fetch(node.url ?? '')).status).toBe(404);
  });

  it('answers notifications with nothing', async () => {
    const response = await post(JSON.stringify({ jsonrpc: '2.0', method: 'weft_status' }));
    expect(response.status).toBe(204);
  });

  it('says so when its address is taken', async () => {
    const { port } = new URL(node.url ?? '');
    const taken = startServer({ methods: new Map() }, { port: Number(port) });
    await expect(taken).rejects.toMatchObject({ code: 'RPC_ADDRESS_IN_USE' });
  });
});

describe('rpc dispatch', () => {
  it('hides the text of a fault and reports it', async () => {
    const faults: unknown[] = [];
    const methods = new Map([['break', () => Promise.reject(new RangeError('secret'))]]);
    const dispatch = createDispatcher(methods, { onFault: (error, method) => faults.push([error, method]) });
    const answer = (await dispatch('{"jsonrpc":"2.0","id":7,"method":"break"}')) ?? '';
    expect(JSON.parse(answer)).toEqual({
      jsonrpc: '2.0',
      id: 7,
      error: { code: -32603, message: 'Internal error' },
    });
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['{"jsonrpc":"1.0","id":1,"method":"a"}'],
    ['{"jsonrpc":"2.0","id":{},"method":"a"}'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","params":5}'],
    ['{"__proto__":{"jsonrpc":"2.0","method":"a"},"id":1}'],
    ['null'],
  ])('calls %s an invalid request', async (text) => {
    const answer = (await createDispatcher(new Map([['a', () => 1]]))(text)) ?? '';
    expect(JSON.parse(answer)).toMatchObject({ error: { code: -32600 } });
  });
});
