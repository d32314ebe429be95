// A new network on disk: one home a validator, all of the same genesis, each knowing the others.

import { writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ed25519PublicKey } from '#crypto';
import { LIMITS } from '../../base/limits.js';
import { canonicalGenesis } from '../../chain/genesis.js';
import type { Genesis } from '../../types/genesis.js';
import { systemClock, systemEntropy } from '../clock.js';
import { NodeError } from '../errors.js';
import { nodeId } from './comet-files.js';
import { makeFolder, writeHome } from './home.js';

/** Ports of a node on its own address. */
export interface Ports {
  readonly p2p: number;
  readonly cometRpc: number;
  readonly rpc: number;
}
export const DEFAULT_PORTS: Ports = { p2p: 26656, cometRpc: 26657, rpc: 9338 };

export interface NetworkOptions {
  /** Addresses of the validators' machines; one name or IP each. */
  readonly hosts: readonly string[];
  /** The genesis but for its time and validators. */
  readonly genesis: Omit<Genesis, 'time' | 'validators'>;
  readonly command: readonly string[];
  readonly ports?: Ports;
  /** Milliseconds between blocks; default 200. */
  readonly commitMs?: number;
  /** Blocks between snapshots; default 100. */
  readonly snapshotEvery?: number;
  /** Worker threads of each node; default: one a core. */
  readonly workers?: number;
}

/** What `network.json` says: where the nodes are. */
export interface Network {
  readonly chainName: string;
  readonly nodes: readonly NetworkNode[];
}
export interface NetworkNode {
  /** The home's folder, inside the network's. */
  readonly home: string;
  /** `http://HOST:PORT`. */
  readonly rpc: string;
  readonly cometRpc: string;
}

/** The addresses of a network on one machine: the whole of 127/8 is loopback on Linux. @throws NODE_NETWORK */
export function loopbackHosts(count: number, first = '127.0.0.1'): string[] {
  const parts = first.split('.').map(Number);
  const last = parts.at(-1) ?? 0;
  if (isIP(first) !== 4 || !Number.isInteger(count) || count < 1 || last + count > 255)
    throw new NodeError('NODE_NETWORK', {
      expected: '1 to 254 addresses of one block',
      got: `${count} from ${first}`,
    });
  return Array.from({ length: count }, (_, index) => [...parts.slice(0, 3), last + index].join('.'));
}

/** Writes the homes and `network.json`; the folder's own is there. @throws NODE_NETWORK, NODE_FOLDER, NODE_HOME_EXISTS, GENESIS_* */
export async function initNetwork(folder: string, options: NetworkOptions): Promise<Network> {
  const { hosts, ports = DEFAULT_PORTS, commitMs = 200, snapshotEvery = 100, workers, command } = options;
  if (hosts.length < 1 || hosts.length > LIMITS.validators || new Set(hosts).size !== hosts.length)
    throw new NodeError('NODE_NETWORK', {
      expected: `1 to ${LIMITS.validators} different hosts`,
      got: hosts,
    });
  const keys = hosts.map(() => ({ validator: systemEntropy.bytes(32), node: systemEntropy.bytes(32) }));
  const validators = keys.map(({ validator }) => ({ publicKey: ed25519PublicKey(validator), power: 1n }));
  const genesis = canonicalGenesis({ ...options.genesis, time: systemClock.now(), validators });
  const peers = keys.map(({ node }, index) => `${nodeId(node)}@${hosts[index]}:${ports.p2p}`);
  const nodes: NetworkNode[] = [];
  await makeFolder(folder);
  for (const [index, { validator, node }] of keys.entries()) {
    const host = hosts[index] as string;
    const home = `node${index}`;
    const listen = isIP(host) === 0 ? '0.0.0.0' : host;
    const cometRpc = `http://${host}:${ports.cometRpc}`;
    await writeHome(join(folder, home), {
      settings: {
        moniker: home,
        rpc: { host: listen, port: ports.rpc },
        cometRpc,
        snapshotEvery,
        ...(workers === undefined ? {} : { workers }),
      },
      comet: {
        moniker: home,
        p2p: `${listen}:${ports.p2p}`,
        rpc: `${listen}:${ports.cometRpc}`,
        externalAddress: `${host}:${ports.p2p}`,
        peers: peers.filter((_, other) => other !== index),
        commitMs,
      },
      genesis,
      validatorSeed: validator,
      nodeSeed: node,
      command,
    });
    nodes.push({ home, rpc: `http://${host}:${ports.rpc}`, cometRpc });
  }
  const network = { chainName: genesis.chainName, nodes };
  await writeFile(join(folder, 'network.json'), `${JSON.stringify(network, null, 2)}\n`);
  return network;
}
