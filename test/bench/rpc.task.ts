// What the RPC costs above its libraries: processor time of a node's process per call, less that of a bare fastify or ws
// server that answers a constant of the same size to the same requests, in turn within one run. Client and servers are
// processes of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { asHash32 } from '@weft/runtime/types/address';
import { verifyAuthorisation } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { processorMs, rounded, spreadOf } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { Measured, messages, openSockets, postAll, sendAll } from './rpc/load.js';
import { batchesOf, benchGenesis, readRequest, SENDERS, submitRequest, submitsOf } from './rpc/requests.js';

type Row = TaskReport['rows'][number];

const KEYS = 100_000;
/** Keys and senders that only warm up: what a long-running process costs is measured, not its first seconds. */
const WARM = 16_384;
/** How often they are read before the first case: a node's way of a read is as fast as it gets after some 50,000. */
const WARM_PASSES = 3;
const BATCH = 100;
const BLOCKS = 40;

/** What is measured of a case: calls of one round by both servers, and what both have done before. */
interface Case {
  readonly name: string;
  readonly calls: number;
  run(server: Measured, round: number): Promise<unknown>;
}

class Bench {
  readonly rows: Row[] = [];
  readonly #folder: string;
  readonly #rounds: number;
  #pairs = 0;

  constructor(folder: string, rounds: number) {
    this.#folder = folder;
    this.#rounds = rounds;
  }

  /** A fresh node and a bare server, for cases that follow each other. Submission is to a node that keeps a journal. */
  async pair(
    where: 'memory' | 'disk',
    accounts: number,
    use: (node: Measured, bare: Measured) => Promise<void>,
  ): Promise<void> {
    const folder = where === 'disk' ? join(this.#folder, `node ${++this.#pairs}`) : '';
    const node = await Measured.start('node', folder, accounts);
    const bare = await Measured.start('bare', '', 0);
    try {
      await use(node, bare);
    } finally {
      await node.stop();
      await bare.stop();
    }
  }

  /** Node and bare server take every round in turn; microseconds a call that the node adds. Round -1 warms up. */
  async measure(node: Measured, bare: Measured, { name, calls, run }: Case): Promise<number> {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = -1; round < this.#rounds; round++) {
      const order = round % 2 === 0 ? [node, bare] : [bare, node];
      for (const server of order) {
        const cpuMs = await server.cpuOf(() => run(server, round));
        if (round >= 0) (server === node ? ours : theirs).push((1000 * cpuMs) / calls);
      }
    }
    const added = spreadOf(ours.map((us, index) => us - (theirs[index] as number)));
    this.rows.push({
      case: name,
      calls: calls * this.#rounds,
      nodeUs: rounded(spreadOf(ours).median),
      bareUs: rounded(spreadOf(theirs).median),
      addedUs: rounded(added.median),
      minimum: rounded(added.minimum),
      maximum: rounded(added.maximum),
    });
    process.stderr.write(`${JSON.stringify(this.rows.at(-1))}\n`);
    return rounded(added.median);
  }

  async reads(): Promise<number> {
    let read = 0;
    const share = KEYS / this.#rounds;
    const bodiesOf = (round: number, method?: 'weft_getBalance') => {
      const from = round < 0 ? 0 : WARM + round * share;
      return Array.from({ length: round < 0 ? WARM : share }, (_, at) => readRequest(from + at, method));
    };
    await this.pair('memory', WARM + KEYS, async (node, bare) => {
      const answer = await postAll(node.url, [readRequest(0)]);
      await bare.order({ kind: 'constant', text: answer });
      const run = (server: Measured, round: number) => postAll(server.url, bodiesOf(round));
      for (let pass = 0; pass < WARM_PASSES; pass++) for (const server of [node, bare]) await run(server, -1);
      read = await this.measure(node, bare, { name: 'read', calls: share, run });
      const address = (server: Measured, round: number) =>
        postAll(server.url, bodiesOf(round, 'weft_getBalance'));
      await this.measure(node, bare, { name: 'read by address', calls: share, run: address });
      const sockets = new Map([
        [node, await openSockets(node.url, 16)],
        [bare, await openSockets(bare.url, 16)],
      ]);
      const over = (server: Measured, round: number) => sendAll(sockets.get(server) ?? [], bodiesOf(round));
      await this.measure(node, bare, { name: 'read over a WebSocket', calls: share, run: over });
      for (const list of sockets.values()) for (const socket of list) socket.terminate();
    });
    return read;
  }

  async batches(): Promise<{ readonly batchedRead: number; readonly cachedRead: number }> {
    let [batchedRead, cachedRead] = [0, 0];
    const share = Math.floor(KEYS / this.#rounds / BATCH) * BATCH;
    await this.pair('memory', WARM + KEYS, async (node, bare) => {
      const [first = ''] = batchesOf(0, BATCH, BATCH);
      await bare.order({ kind: 'constant', text: await postAll(node.url, [first]) });
      const cold = Array.from({ length: this.#rounds }, (_, round) =>
        batchesOf(WARM + round * share, WARM + (round + 1) * share, BATCH),
      );
      const warm = batchesOf(0, WARM - (WARM % BATCH), BATCH);
      const run = (server: Measured, round: number) =>
        postAll(server.url, round < 0 ? warm : (cold[round] ?? []));
      batchedRead = await this.measure(node, bare, { name: 'batched read, cold', calls: share, run });
      const known = cold.flat().slice(0, share / BATCH);
      const again = (server: Measured) => postAll(server.url, known);
      cachedRead = await this.measure(node, bare, { name: 'batched read, cached', calls: share, run: again });
    });
    return { batchedRead, cachedRead };
  }

  async submissions(): Promise<{ readonly submit: number; readonly signatureUs: number }> {
    const chain = asHash32(genesisHash(benchGenesis(SENDERS + 1)));
    const share = Math.floor((SENDERS - WARM) / this.#rounds / BATCH) * BATCH;
    const requests = Array.from({ length: WARM + share * this.#rounds }, (_, index) =>
      submitRequest(chain, index),
    );
    const partOf = (round: number) => {
      const from = round < 0 ? 0 : WARM + round * share;
      return requests.slice(from, round < 0 ? WARM : from + share);
    };
    const id = `"0x${'00'.repeat(32)}"`;
    let submit = 0;
    await this.pair('disk', SENDERS + 1, async (node, bare) => {
      await bare.order({ kind: 'constant', text: `{"jsonrpc":"2.0","result":${id},"id":1000}` });
      const run = (server: Measured, round: number) =>
        postAll(
          server.url,
          partOf(round).map(({ body }) => body),
        );
      submit = await this.measure(node, bare, { name: 'submit', calls: share, run });
    });
    await this.pair('disk', SENDERS + 1, async (node, bare) => {
      const ids = Array(BATCH).fill(`{"id":${id}}`).join(',');
      await bare.order({ kind: 'constant', text: `{"jsonrpc":"2.0","result":[${ids}],"id":1}` });
      const run = (server: Measured, round: number) => postAll(server.url, submitsOf(partOf(round), BATCH));
      await this.measure(node, bare, { name: `submit, ${BATCH} a call`, calls: share, run });
    });
    const decoded = requests.map(({ bytes }) => decodeTransaction(bytes));
    const times = Array.from({ length: this.#rounds }, (_, round) => {
      const began = processorMs();
      for (const one of decoded.slice(round * share, (round + 1) * share)) {
        const { sender: address, signingBytes, senderAuthorisation } = one;
        const asked = { address, record: undefined, signingBytes, rule: 'strict', dev: true } as const;
        if (!verifyAuthorisation(senderAuthorisation, asked)) throw new Error('a signature does not hold');
      }
      return (1000 * (processorMs() - began)) / share;
    });
    const signatureUs = rounded(spreadOf(times).median);
    this.rows.push({ case: 'signature check alone', calls: share * this.#rounds, addedUs: signatureUs });
    return { submit, signatureUs };
  }

  /** Heads to many subscribers, less what the same blocks take with none: a message. */
  async subscribers(count: number): Promise<void> {
    await this.pair('memory', 1, async (node, bare) => {
      const alone: number[] = [];
      for (let round = -1; round < this.#rounds; round++) {
        const cpuMs = await node.cpuOf(() => node.order({ kind: 'tell', times: BLOCKS }));
        if (round >= 0) alone.push(cpuMs);
      }
      const blockMs = spreadOf(alone).median;
      const listening = new Map([
        [node, await openSockets(node.url, count)],
        [bare, await openSockets(bare.url, count)],
      ]);
      const ours = listening.get(node) ?? [];
      const answered = messages(ours, 1);
      for (const socket of ours)
        socket.send('{"jsonrpc":"2.0","id":1,"method":"weft_subscribe","params":["heads"]}');
      await answered;
      const seen = new Promise<string>((resolve) =>
        ours[0]?.once('message', (data) => resolve(String(data))),
      );
      const told = messages(ours, 1);
      await node.order({ kind: 'tell', times: 1 });
      await told;
      await bare.order({ kind: 'constant', text: await seen });
      const calls = count * BLOCKS;
      const run = async (server: Measured) => {
        const all = messages(listening.get(server) ?? [], BLOCKS);
        await server.order({ kind: 'tell', times: BLOCKS });
        await all;
      };
      await this.measure(node, bare, { name: `a block to ${count} subscribers, each`, calls, run });
      const row = this.rows.pop();
      const added = Number(row?.['addedUs']) - (1000 * blockMs) / calls;
      this.rows.push({ ...row, addedUs: rounded(added), blockMs: rounded(blockMs / BLOCKS) });
      for (const list of listening.values()) for (const socket of list) socket.terminate();
    });
  }
}

export const task: Task = {
  summary:
    'processor time a call that the RPC adds to a bare fastify or ws server: reads, batches, submission, subscribers',
  configure: (command) =>
    command.option('--rounds <count>', 'rounds of each case, node and bare server in turn', '5'),
  async run(options) {
    const folder = await mkdtemp(join(tmpdir(), 'weft-rpc-'));
    const bench = new Bench(folder, Number(options['rounds']));
    try {
      const read = await bench.reads();
      const { batchedRead, cachedRead } = await bench.batches();
      const { submit, signatureUs } = await bench.submissions();
      await bench.subscribers(1_000);
      const addedUs = { read, batchedRead, cachedRead, submit };
      const load = loadavg().map((value) => Number(value.toFixed(1)));
      return { addedUs, signatureUs, keys: KEYS, node: process.version, loadavg: load, rows: bench.rows };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
