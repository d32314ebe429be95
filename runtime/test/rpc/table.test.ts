// The table of methods against itself and against a running node: what is served, validated, discovered and documented is
// the same; every answer has the shape its row says, every refusal a code that exists.
import { toHex } from '@weft/runtime/base/bytes';
import { explainError, listErrorCodes } from '@weft/runtime/base/errors';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { createDispatcher } from '@weft/runtime/rpc/dispatch';
import type { JsonSchema } from '@weft/runtime/rpc/json-schema';
import type { Method, Subscriber } from '@weft/runtime/rpc/method';
import { createMethods, createTable, type RpcBackend } from '@weft/runtime/rpc/methods';
import { Subscriptions } from '@weft/runtime/rpc/subscriptions';
import { encodeAddress } from '@weft/runtime/types/address';
import { balanceKey } from '@weft/runtime/types/system';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, testGenesis, transfer, transferCall } from '../support/transfers.js';

const genesis = testGenesis();
const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
const account = encodeAddress(addressOf(0));
const included = transfer(genesis);
const waiting = transfer(genesis, { sequence: 1n });
const { contract, selector, args } = transferCall(addressOf(1), 5n);
const call = { contract: encodeAddress(contract), selector, args: hex(args) };
const id = hex(decodeTransaction(included).id);
const zeros = `0x${'00'.repeat(32)}`;

let node: WeftNode;
let backend: RpcBackend;
let table: readonly Method[];

beforeAll(async () => {
  node = createNode({
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: false,
  });
  await node.start();
  await node.submit(included);
  await node.seal();
  await node.submit(waiting);
  backend = {
    query: () => node.query(),
    submit: (bytes) => node.submit(bytes),
    checkSignatures: () => Promise.resolve(),
    development: () => node.development(),
    engine: () => ({ engine: 'seal', producing: true }),
    subscriptions: new Subscriptions((height) => node.query().block(height)),
  };
  table = createTable(backend, true);
});
afterAll(() => node.stop());

/** A connection that takes everything and never ends. */
const subscriber: Subscriber = {
  send: () => true,
  ready: true,
  closed: false,
  subscribed: false,
  onDrain: (run) => run(),
  onClose: () => undefined,
};

/** At least one call of every method, by name and position; null and found answers alike. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  weft_status: [{}],
  weft_getParameters: [undefined],
  weft_getBlock: [{}, [0], [1, 'full']],
  weft_getHeads: [{}, { height: 1, count: 1 }],
  weft_getReceipt: [[id], [zeros]],
  weft_getTransaction: [[id], [hex(decodeTransaction(waiting).id)], [zeros]],
  weft_getState: [
    [hex(balanceKey(addressOf(0)))],
    { key: hex(balanceKey(addressOf(0))), height: 0 },
    [hex(balanceKey(addressOf(9)))],
  ],
  weft_getBalance: [[account]],
  weft_getNonce: [[account], { address: account, lane: 15 }],
  weft_getProof: [[hex(balanceKey(addressOf(0)))], [hex(balanceKey(addressOf(9)))]],
  weft_getBlockProof: [
    ['transaction', 0],
    ['receipt', 0, 1],
    ['event', 9, 1],
  ],
  weft_getHeaderProof: [['gasUsed'], ['stateRoot', 1]],
  weft_getContract: [[account]],
  weft_getCode: [[zeros]],
  weft_sendTransaction: [[hex(transfer(genesis, { sequence: 2n }))]],
  weft_sendTransactions: [[[hex(transfer(genesis, { sequence: 3n })), '0x00']]],
  weft_getPending: [[hex(decodeTransaction(waiting).id)], [zeros]],
  weft_getPendingOf: [[account]],
  weft_getMempool: [{}],
  weft_estimateFee: [{}],
  weft_call: [
    { ...call, sender: account },
    { ...call, sender: account, height: 0 },
    { ...call, contract: account },
  ],
  weft_simulate: [
    { sender: account, calls: [call] },
    { sender: account, calls: [{ ...call, selector: 1 }], height: 1 },
  ],
  weft_explainBlock: [[1]],
  weft_explainTransaction: [[id], [zeros]],
  weft_getEvents: [{}, { contract: account, event: '0x0000000000000000', topics: [[], ['0x01']], limit: 5 }],
  weft_getAccountHistory: [[account], { address: account, limit: 1, order: 'oldest', cursor: '1-0' }],
  weft_subscribe: [
    ['heads'],
    { kind: 'receipts', filter: { ids: [id] } },
    { kind: 'events', filter: { contract: account }, from: 0 },
  ],
  weft_traceTransaction: [[id], [zeros]],
  weft_unsubscribe: [['1'], ['77']],
  dev_seal: [[1]],
  dev_getBlockMode: [{}],
  dev_setBlockMode: [{ mode: 'manual' }],
  dev_setTime: [{ time: genesis.time + 10_000 }, { time: genesis.time + 20_000, seal: false }],
  dev_increaseTime: [{ ms: 5 }],
  dev_setBalance: [{ address: account, balance: '1000000000000' }],
  dev_faucet: [{ address: account }, { address: account, amount: '7' }],
  dev_sendAs: [{ sender: account, calls: [call] }],
  dev_dropTransaction: [[zeros], []],
  dev_snapshot: [{}],
  dev_revert: [['1']],
  dev_reset: [{}],
  'rpc.discover': [undefined],
};

describe('the table of methods', () => {
  it('has a call of every method here', () => {
    expect(Object.keys(CALLS).sort()).toEqual(table.map(({ name }) => name).sort());
  });

  it('answers what each row says', async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    for (const { name, call: run, result } of table) {
      const fits = ajv.compile(result);
      for (const params of CALLS[name] ?? []) {
        const answer: unknown = JSON.parse(JSON.stringify((await run(params, { subscriber })) ?? null));
        expect(fits(answer), `${name}: ${JSON.stringify(fits.errors)} of ${JSON.stringify(answer)}`).toBe(
          true,
        );
      }
    }
  });

  it('lets nothing through that its schema refuses, and the schema nothing that it refuses', async () => {
    const ajv = new Ajv2020({ strict: false });
    const odd: readonly unknown[] = [
      -1,
      1.5,
      2 ** 53,
      'x',
      '0x',
      '0x0',
      '0X00',
      '01',
      {},
      [],
      true,
      [5],
      account,
      zeros,
      '7',
      7,
    ];
    for (const { name, params } of table) {
      for (const [parameter, field] of Object.entries(params)) {
        const fits = ajv.compile(field.schema);
        for (const value of odd) {
          let read = true;
          try {
            field.read(value, parameter);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(RPC_PARAMETER|CODEC_)/) });
            read = false;
          }
          // A checksum is more than a pattern says.
          if (fits(value) !== read)
            expect([name, parameter, value, field.schema.pattern]).toContain('^weft1[02-9ac-hj-np-z]{58}$');
        }
      }
    }
  });

  it('is the document that rpc.discover answers', async () => {
    const dispatch = createDispatcher(createMethods(backend, true));
    const { result } = JSON.parse(
      (await dispatch('{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}')) ?? '',
    ) as {
      result: {
        openrpc: string;
        methods: { name: string; params: { name: string; required: boolean; schema: JsonSchema }[] }[];
      };
    };
    expect(result.openrpc).toMatch(/^1\.3\./);
    expect(result.methods.map(({ name }) => name)).toEqual(table.map(({ name }) => name));
    for (const [index, { params }] of result.methods.entries()) {
      expect(params.map(({ name }) => name)).toEqual(Object.keys(table[index]!.params));
      // By position, a required one never follows one that may be left out.
      const required = params.map((one) => one.required);
      expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
    }
  });

  it('names codes that exist', () => {
    const codes = listErrorCodes();
    for (const { name, errors } of table) {
      for (const code of errors) {
        const known = code.endsWith('*')
          ? codes.some((one) => one.startsWith(code.slice(0, -1)))
          : explainError(code) !== undefined;
        expect(known, `${name}: ${code}`).toBe(true);
      }
    }
  });

  it('has no dev_ method on other chains, nor where nothing stands behind them', () => {
    expect(createTable(backend, false).some(({ name }) => name.startsWith('dev_'))).toBe(false);
    const { development: _, ...rest } = backend;
    expect(createTable(rest, true).some(({ name }) => name.startsWith('dev_'))).toBe(false);
  });
});
