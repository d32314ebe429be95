// The two networks compared: four validators of CometBFT with the same configuration, once with our runtime beside each, once
// with CometBFT's own kvstore inside; and the same number of bytes a transaction for both.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentGenesis } from '@weft/runtime/node/development';
import { cometHome, readHome } from '@weft/runtime/node/network/home';
import { initNetwork, loopbackHosts } from '@weft/runtime/node/network/init';
import { SupervisedNode } from '@weft/runtime/node/network/supervise';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { WEFT } from '../../support/local-network.js';
import { heightOf } from './load.js';
import type { Processes } from './processes.js';
import { pairs, type Transactions, transfers } from './transactions.js';

export interface Contender {
  readonly nodes: readonly string[];
  readonly processes: Processes;
  /** `ahead` of them made now. */
  transactions(ahead: number): Transactions;
  stop(): Promise<void>;
}

/** What runs, once there are blocks. */
interface Running {
  processes(): Promise<Processes>;
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
  const running = kind === 'weft' ? runWeft(homes) : runKvstore(homes, binary);
  const stop = async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await firstBlocks(nodes);
    const { genesis } = await readHome(homes[0] as string);
    return {
      nodes,
      processes: await running.processes(),
      stop,
      transactions: (ahead) =>
        kind === 'weft' ? transfers(genesis, seeds, ahead) : pairs(transfers(genesis, seeds, 0).length),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function runWeft(homes: readonly string[]): Running {
  const running = homes.map((home) => new SupervisedNode(home, WEFT));
  for (const node of running) node.start();
  return {
    processes: async () => ({
      comet: await Promise.all(
        homes.map(async (home) => Number(await readFile(join(cometHome(home), 'cometbft.pid'), 'utf8'))),
      ),
      runtime: running.flatMap(({ pid }) => pid ?? []),
    }),
    async stop() {
      await Promise.all(running.map((node) => node.stop()));
    },
  };
}

function runKvstore(homes: readonly string[], binary: string): Running {
  const running = homes.map((home) =>
    spawn(binary, ['start', '--home', cometHome(home), '--proxy_app', 'kvstore'], { stdio: 'ignore' }),
  );
  return {
    processes: async () => ({ comet: running.flatMap(({ pid }) => pid ?? []), runtime: [] }),
    async stop() {
      await Promise.all(running.map(ended));
    },
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
