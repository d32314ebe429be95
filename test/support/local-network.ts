// A real network on loopback: homes in a temporary folder, node processes with their CometBFT, at addresses of its own.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { developmentGenesis } from '@weft/runtime/node/development';
import { nodeCommand } from '@weft/runtime/node/network/command';
import { initNetwork, loopbackHosts, type Network } from '@weft/runtime/node/network/init';
import { networkStatus } from '@weft/runtime/node/network/status';
import { readNetwork, SupervisedNode } from '@weft/runtime/node/network/supervise';
import { createNodeClient, type NodeClient } from '@weft/sdk/client/node-client';
import { httpTransport } from '@weft/sdk/client/transport';
import { type Account, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import type { Namespaces } from './namespaces.js';

/** How `weft` is run from the checkout. */
export const WEFT: readonly string[] = nodeCommand(
  fileURLToPath(new URL('../../cli/bin/weft.js', import.meta.url)),
);
const LOOK_MS = 100;

export interface LocalNetworkOptions {
  readonly validators?: number;
  readonly commitMs?: number;
  readonly snapshotEvery?: number;
  /** Each in a namespace of its own, at these addresses; default: on loopback. */
  readonly namespaces?: Namespaces;
}

export class LocalNetwork {
  readonly accounts: readonly Account[] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 10);

  private constructor(
    readonly folder: string,
    readonly network: Network,
    readonly nodes: readonly SupervisedNode[],
    /** The first free address after the validators'. */
    readonly nextHost: string,
  ) {}

  /** Written and started; resolves once every node has a block. */
  static async start(options: LocalNetworkOptions = {}): Promise<LocalNetwork> {
    const { validators = 4, commitMs = 100, snapshotEvery = 40 } = options;
    const folder = await mkdtemp(join(tmpdir(), 'weft-net-'));
    // Any block of 127/8 but the first: networks of other tests and people have others.
    const block = `127.${1 + (process.pid % 250)}.${1 + Math.floor(Math.random() * 250)}.1`;
    const { namespaces } = options;
    const hosts = namespaces === undefined ? loopbackHosts(validators + 1, block) : [...namespaces.hosts, ''];
    const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 10).map(({ address }) => address);
    await initNetwork(folder, {
      hosts: hosts.slice(0, -1),
      genesis: developmentGenesis({ accounts, chainName: 'weft-test-network' }),
      command: WEFT,
      commitMs,
      snapshotEvery,
      workers: 1,
    });
    const network = await readNetwork(folder);
    const nodes = network.nodes.map(
      ({ home }, index) =>
        new SupervisedNode(join(folder, home), [...(namespaces?.prefix(index) ?? []), ...WEFT]),
    );
    const made = new LocalNetwork(folder, network, nodes, hosts.at(-1) as string);
    for (const node of nodes) node.start();
    try {
      await made.reaches(1);
    } catch (error) {
      await made.stop();
      throw error;
    }
    return made;
  }

  client(node: number): NodeClient {
    return createNodeClient(httpTransport(this.network.nodes[node]!.rpc, 30_000));
  }

  /** Heights by node; undefined: it does not answer. */
  async heights(): Promise<readonly (number | undefined)[]> {
    return (await networkStatus(this.network)).map(({ height }) => height);
  }

  /** Resolves once these nodes (default: all) are at a height. Rejects after `withinMs`, naming where they are. */
  async reaches(
    height: number,
    nodes = this.nodes.map((_, index) => index),
    withinMs = 60_000,
  ): Promise<void> {
    let heights: readonly (number | undefined)[] = [];
    for (let waited = 0; waited < withinMs; waited += LOOK_MS) {
      heights = await this.heights();
      if (nodes.every((node) => (heights[node] ?? -1) >= height)) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const log = await readFile(join(this.nodes[nodes[0]!]!.home, 'node.log'), 'utf8').catch(() => '');
    throw new Error(`nodes ${nodes} are at ${heights}, not at ${height}: ${log.slice(-500)}`);
  }

  /**
   * Header hashes of every height up to the lowest of these nodes, one list a node; undefined where it holds no block of
   * the height, having begun at a later one.
   */
  async hashes(nodes = this.nodes.map((_, index) => index)): Promise<(string | undefined)[][]> {
    const heights = await this.heights();
    const top = Math.min(...nodes.map((node) => heights[node] ?? 0));
    return Promise.all(
      nodes.map(async (node) => {
        const client = this.client(node);
        const hashes: (string | undefined)[] = [];
        for (let height = 1; height <= top; height++) hashes.push(await hashOf(client, height));
        return hashes;
      }),
    );
  }

  /** Resolves once these nodes have made `blocks` more, from where the highest of them is now. */
  async goesOn(nodes = this.nodes.map((_, index) => index), blocks = 3, withinMs = 90_000): Promise<void> {
    const heights = await this.heights();
    const top = Math.max(...nodes.map((node) => heights[node] ?? 0));
    await this.reaches(top + blocks, nodes, withinMs);
  }

  /** The process of a node's CometBFT. */
  async cometPid(node: number): Promise<number> {
    return Number(await readFile(join(this.nodes[node]!.home, 'cometbft', 'cometbft.pid'), 'utf8'));
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function hashOf(client: NodeClient, height: number): Promise<string | undefined> {
  try {
    return (await client.block(height)).hash;
  } catch (error) {
    const { nodeCode } = (error as { context?: { nodeCode?: unknown } }).context ?? {};
    if (nodeCode === 'STORE_UNKNOWN_HEIGHT' || nodeCode === 'STORE_PRUNED') return undefined;
    throw error;
  }
}
