// The two networks compared: four validators of CometBFT with the same configuration, once with our runtime beside each, once
// with CometBFT's own kvstore inside; and the same number of bytes a transaction for both.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentGenesis } from '@weft/runtime/node/development';
import { cometHome, readHome } from '@weft/runtime/node/network/home';
import { initNetwork, loopbackHosts } from '@weft/runtime/node/network/init';
import { SupervisedNode } from '@weft/runtime/node/network/supervise';
import { asHash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signedTransfer } from '../../simulator/network/transfer.js';
import { WEFT } from '../../support/local-network.js';
import { heightOf } from './load.js';

export interface Contender {
  readonly nodes: readonly string[];
  transactions(count: number): readonly Uint8Array[];
  stop(): Promise<void>;
}

const ACCOUNTS = 5000;
const START_MS = 60_000;

/** `binary`: cometbft. Resolves once there are blocks. */
export async function startContender(
  kind: 'weft' | 'kvstore',
  binary: string,
  validators: number,
): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), `weft-bench-${kind}-`));
  const seeds = Array.from({ length: ACCOUNTS }, (_, index) => {
    const seed = new Uint8Array(32).fill(9);
    new DataView(seed.buffer).setUint32(0, index);
    return seed;
  });
  const network = await initNetwork(folder, {
    hosts: loopbackHosts(validators, `127.${kind === 'weft' ? 201 : 202}.${process.pid % 250}.1`),
    genesis: developmentGenesis({ accounts: seeds.map(ed25519Address), chainName: `bench-${kind}` }),
    command: WEFT,
    workers: 1,
    snapshotEvery: 1_000_000,
  });
  const homes = network.nodes.map(({ home }) => join(folder, home));
  const nodes = network.nodes.map(({ cometRpc }) => cometRpc);
  const stopAll = kind === 'weft' ? runWeft(homes) : runKvstore(homes, binary);
  const stop = async () => {
    await stopAll();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await firstBlocks(nodes);
    const { genesis } = await readHome(homes[0] as string);
    const transactions = (count: number) => transfers(genesis, seeds, count);
    return {
      nodes,
      stop,
      transactions: kind === 'weft' ? transactions : (count) => pairs(transactions(1), count),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function runWeft(homes: readonly string[]): () => Promise<void> {
  const running = homes.map((home) => new SupervisedNode(home, WEFT));
  for (const node of running) node.start();
  return async () => {
    await Promise.all(running.map((node) => node.stop()));
  };
}

function runKvstore(homes: readonly string[], binary: string): () => Promise<void> {
  const running = homes.map((home) =>
    spawn(binary, ['start', '--home', cometHome(home), '--proxy_app', 'kvstore'], { stdio: 'ignore' }),
  );
  return async () => {
    await Promise.all(running.map(ended));
  };
}

function ended(child: ChildProcess): Promise<unknown> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return exit;
}

async function firstBlocks(nodes: readonly string[]): Promise<void> {
  for (let waited = 0; waited < START_MS; waited += 100) {
    const heights = await Promise.all(nodes.map((node) => heightOf(node).catch(() => 0)));
    if (heights.every((height) => height >= 2)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the network makes no blocks');
}

/** Native transfers, each account's in its order, far apart. */
function transfers(genesis: Genesis, seeds: readonly Uint8Array[], count: number): Uint8Array[] {
  const hash = asHash32(genesisHash(genesis));
  const accounts = seeds.map((seed) => ({ seed, from: ed25519Address(seed) }));
  return Array.from({ length: count }, (_, index) => {
    const account = accounts[index % ACCOUNTS]!;
    const to = accounts[(index + 1) % ACCOUNTS]!.from;
    return signedTransfer(hash, { ...account, to }, BigInt(Math.floor(index / ACCOUNTS)));
  });
}

/** `key=value` texts as long as a transfer. */
function pairs([like]: readonly Uint8Array[], count: number): Uint8Array[] {
  const length = like?.length ?? 0;
  return Array.from({ length: count }, (_, index) => Buffer.from(`key${index}=`.padEnd(length, 'x')));
}
