// Faults on a real network under load, each on a node drawn from the seed: whatever happens, one header hash a height, and
// every transaction somebody saw in a block stays there on every node.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resyncNode } from '@weft/runtime/node/network/join';
import { SupervisedNode } from '@weft/runtime/node/network/supervise';
import { createSession } from '@weft/sdk/client/session';
import { transferCall } from '@weft/sdk/client/system-abi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cometBinary } from '../support/comet-binary.js';
import { LocalNetwork } from '../support/local-network.js';
import { Namespaces } from '../support/namespaces.js';
import { randomFrom } from '../support/sample-chain.js';

const binary = cometBinary();
const seed = Number(process.env['WEFT_SEED'] ?? Math.floor(Math.random() * 1e9));
const FAULTY = fileURLToPath(new URL('../support/faulty-engine.mjs', import.meta.url));
const STEPS = ['prepare', 'process', 'before-finalize', 'after-finalize', 'before-commit', 'after-commit'];
const PAUSE_MS = 30_000;
const HALT_MS = 4000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Clients that send one transfer after the other, each to a node of its own, and remember what they saw in a block. */
class Load {
  readonly seen = new Map<string, { height: number; index: number }>();
  #running = true;
  readonly #clients: Promise<void>[];

  constructor(private readonly network: LocalNetwork) {
    this.#clients = network.nodes.map((_, node) => this.#run(node));
  }

  async #run(node: number): Promise<void> {
    const { accounts } = this.network;
    while (this.#running) {
      try {
        const session = createSession(this.network.client(node), accounts[node]!);
        const call = transferCall(accounts[9]!.address, 1n);
        const options = { expiring: true, expiryBlocks: 100, gasLimit: 500_000, timeoutMs: 5000 };
        const { receipt, height, index } = await session.send([call], options);
        this.seen.set(receipt.transaction, { height, index });
      } catch {
        // The node is down or alone: what nobody saw in a block, nobody was promised.
        await sleep(200);
      }
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#clients);
  }
}

/** One hash a height on these nodes, of which so many began anew, and each seen transaction at its place. */
async function assertOneChain(network: LocalNetwork, load: Load, anew: number): Promise<void> {
  const lists = await network.hashes();
  const top = lists[0]!.length;
  expect(top).toBeGreaterThan(3);
  for (let at = 0; at < top; at++) {
    const hashes = lists.flatMap((list) => list[at] ?? []);
    expect(new Set(hashes).size, `height ${at + 1}`).toBe(1);
    expect(hashes.length, `nodes with height ${at + 1}`).toBeGreaterThanOrEqual(lists.length - anew);
  }
  expect(load.seen.size).toBeGreaterThan(0);
  for (const [id, place] of load.seen) {
    for (const node of network.nodes.keys()) {
      const found = await network.client(node).receipt(id);
      if (found !== undefined) expect(found, `transaction ${id} on node ${node}`).toMatchObject(place);
      else expect(await isPruned(network, node, place.height), `${id} on node ${node}`).toBe(true);
    }
  }
}

/** A node that state synced holds no blocks before its snapshot. */
async function isPruned(network: LocalNetwork, node: number, height: number): Promise<boolean> {
  return network
    .client(node)
    .block(height)
    .then(
      () => false,
      () => true,
    );
}

describe.skipIf(binary === undefined)(`faults on a real network, seed ${seed}`, () => {
  const random = randomFrom(seed);
  let network: LocalNetwork;
  let load: Load;
  const others = (node: number) => [0, 1, 2, 3].filter((one) => one !== node);

  beforeAll(async () => {
    console.log(`network faults: WEFT_SEED=${seed}`);
    network = await LocalNetwork.start();
    load = new Load(network);
  });
  afterAll(async () => {
    await load?.stop();
    await network?.stop();
  });

  it.each(['runtime', 'CometBFT', 'both'])(
    'SIGKILL of %s: both start again and the node goes on',
    async (what) => {
      const node = random(4);
      const { nodes } = network;
      const exits = nodes[node]!.exits;
      const comet = await network.cometPid(node);
      if (what !== 'CometBFT') process.kill(nodes[node]!.pid!, 'SIGKILL');
      if (what !== 'runtime') process.kill(comet, 'SIGKILL');
      await network.goesOn(others(node));
      await network.goesOn();
      expect(nodes[node]!.exits).toBe(exits + 1);
      expect(await network.cometPid(node)).not.toBe(comet);
    },
  );

  it.each(STEPS)('a runtime that dies at %s', async (step) => {
    const node = random(4);
    await network.nodes[node]!.stop();
    await dieAt(step, network.nodes[node]!.home);
    network.nodes[node]!.start();
    await network.goesOn();
  });

  it('a node paused for 30 s catches up', async () => {
    const node = random(4);
    const pids = [network.nodes[node]!.pid!, await network.cometPid(node)];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await network.goesOn(others(node));
    await sleep(PAUSE_MS);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    await network.goesOn();
  });

  it('one of four gone: the others go on; two: the chain halts, and resumes', async () => {
    const [gone, second] = [random(4), 0];
    const other = others(gone)[second]!;
    await network.nodes[gone]!.stop();
    await network.goesOn(others(gone));
    await network.nodes[other]!.stop();
    const left = others(gone).filter((one) => one !== other);
    await sleep(1000);
    const before = (await network.heights())[left[0]!];
    await sleep(HALT_MS);
    expect((await network.heights())[left[0]!]).toBeLessThanOrEqual(before! + 1);
    network.nodes[other]!.start();
    await network.goesOn(others(gone));
    network.nodes[gone]!.start();
    await network.goesOn();
  });

  it('a proposer of invalid blocks is refused, and the chain goes on', async () => {
    const node = random(4);
    await network.nodes[node]!.stop();
    const lying = new SupervisedNode(network.nodes[node]!.home, [
      process.execPath,
      FAULTY,
      'invalid-proposals',
    ]);
    lying.start();
    await network.goesOn(others(node), 8);
    await lying.stop();
    const logs = await Promise.all(
      others(node).map((one) => readFile(join(network.nodes[one]!.home, 'node.log'), 'utf8')),
    );
    expect(logs.every((log) => log.includes('refused a proposal'))).toBe(true);
    network.nodes[node]!.start();
    await network.goesOn();
  });

  it('a corrupted folder is refused with its code, then state synced', async () => {
    const node = random(4);
    const { home } = network.nodes[node]!;
    await network.reaches(45);
    await network.nodes[node]!.stop();
    await damage(join(home, 'data', 'store'), random);
    const refused = new SupervisedNode(home, network.nodes[node]!.command);
    refused.start();
    for (let turn = 0; turn < 300 && refused.exits === 0; turn++) await sleep(100);
    await refused.stop();
    expect(refused.exits).toBeGreaterThan(0);
    expect(await readFile(join(home, 'node.log'), 'utf8')).toMatch(/(STORE|STATE|CHAIN)_[A-Z_]+:/);
    const from = others(node).map((one) => network.network.nodes[one]!.cometRpc);
    expect(await resyncNode(home, { from })).toEqual({ stateSync: true });
    network.nodes[node]!.start();
    await network.goesOn();
  });

  it('a runtime that dies between its restore and what CometBFT saves of it goes on', async () => {
    const node = random(4);
    const { home } = network.nodes[node]!;
    await network.reaches(45);
    await network.nodes[node]!.stop();
    const from = others(node).map((one) => network.network.nodes[one]!.cometRpc);
    expect(await resyncNode(home, { from })).toEqual({ stateSync: true });
    await dieAt('after-restore', home);
    network.nodes[node]!.start();
    await network.goesOn();
  });

  it('after all of it: one chain, nothing lost', async () => {
    await load.stop();
    await network.goesOn();
    // Two were state synced.
    await assertOneChain(network, load, 2);
  });
});

describe.skipIf(binary === undefined)(`a partition, seed ${seed}`, () => {
  it('one validator cut off from the others and healed', async () => {
    const namespaces = Namespaces.create(4);
    if (namespaces === undefined) return;
    const random = randomFrom(seed + 1);
    let network: LocalNetwork | undefined;
    try {
      network = await LocalNetwork.start({ namespaces });
      const load = new Load(network);
      const node = random(4);
      namespaces.cut(node);
      const rest = [0, 1, 2, 3].filter((one) => one !== node);
      await network.goesOn(rest, 10);
      namespaces.heal(node);
      await network.goesOn([0, 1, 2, 3], 3, 120_000);
      await load.stop();
      await assertOneChain(network, load, 0);
    } finally {
      await network?.stop();
      namespaces.remove();
    }
  });
});

/** Runs a stopped node with a runtime that kills itself at a step, until it did. */
async function dieAt(step: string, home: string): Promise<void> {
  const dying = new SupervisedNode(home, [process.execPath, FAULTY, step]);
  dying.start();
  for (let turn = 0; turn < 600 && dying.exits === 0; turn++) await sleep(100);
  await dying.stop();
  expect(dying.exits).toBeGreaterThan(0);
}

/** Flips bytes in the middle of every record log. */
async function damage(store: string, random: (below: number) => number): Promise<void> {
  const names = (await readdir(store, { recursive: true })).filter((name) =>
    /log|record|segment/i.test(name),
  );
  let flipped = 0;
  for (const name of names) {
    const path = join(store, name);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    if (bytes.length < 64) continue;
    for (let turn = 0; turn < 16; turn++) bytes[random(bytes.length)]! ^= 0xff;
    await writeFile(path, bytes);
    flipped++;
  }
  expect(flipped).toBeGreaterThan(0);
}
