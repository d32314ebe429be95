// A node that joins, or begins anew: everything it needs comes from a running node's CometBFT RPC. It trusts that node for
// the genesis and for one block hash, unless it is told which hash to trust; all else it proves.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { toHex } from '../../base/bytes.js';
import { parseGenesis } from '../../chain/genesis-json.js';
import { genesisHash } from '../../types/genesis-codec.js';
import { systemEntropy } from '../clock.js';
import { NodeError } from '../errors.js';
import type { StateSync } from './comet-files.js';
import { cometHome, makeFolder, readCometSettings, writeCometSettings, writeHome } from './home.js';
import { DEFAULT_PORTS, type Ports } from './init.js';

export interface JoinOptions {
  /** CometBFT's RPC of a running node, `http://HOST:PORT`, and of others to hold against it. */
  readonly from: readonly string[];
  /** Address this node listens on. */
  readonly host: string;
  readonly ports?: Ports;
  readonly command: readonly string[];
  /** A block hash from a source the operator trusts, with its height; default: the first node's word. */
  readonly trust?: { readonly height: number; readonly hash: string };
  readonly commitMs?: number;
  readonly snapshotEvery?: number;
}

/** Writes a home that state syncs at its first start, or replays all blocks where nobody offers a snapshot. @throws NODE_JOIN, NODE_FOLDER, NODE_HOME_EXISTS */
export async function joinNetwork(
  home: string,
  options: JoinOptions,
): Promise<{ readonly stateSync: boolean }> {
  const { from, host, ports = DEFAULT_PORTS, command, snapshotEvery = 100 } = options;
  const source = sourceOf(from);
  const { app_state: state } = (await ask<{ genesis: { app_state: AppState } }>(source, 'genesis')).genesis;
  const genesis = parseGenesis(JSON.stringify(state.genesis));
  const got = `0x${toHex(genesisHash(genesis))}`;
  if (got !== state.genesisHash)
    throw new NodeError('NODE_JOIN', { expected: state.genesisHash, got, place: source });
  const stateSync = await stateSyncOf(from, options.trust);
  const moniker = `weft-${host.replaceAll('.', '-')}`;
  const listen = isIP(host) === 0 ? '0.0.0.0' : host;
  const comet = {
    moniker,
    p2p: `${listen}:${ports.p2p}`,
    rpc: `${listen}:${ports.cometRpc}`,
    externalAddress: `${host}:${ports.p2p}`,
    peers: await peersOf(source),
    commitMs: options.commitMs ?? 200,
    stateSync,
  };
  await writeHome(home, {
    settings: {
      moniker,
      rpc: { host: listen, port: ports.rpc },
      cometRpc: `http://${host}:${ports.cometRpc}`,
      snapshotEvery,
    },
    comet,
    genesis,
    validatorSeed: systemEntropy.bytes(32),
    nodeSeed: systemEntropy.bytes(32),
    command,
  });
  return { stateSync: stateSync !== undefined };
}

/**
 * Throws away what a stopped node holds of the chain, keeps its keys and what it signed, and lets it state sync anew: for a
 * folder that is damaged. @throws NODE_JOIN, NODE_HOME
 */
export async function resyncNode(
  home: string,
  options: Pick<JoinOptions, 'from' | 'trust'>,
): Promise<{ readonly stateSync: boolean }> {
  const comet = await readCometSettings(home);
  const stateSync = await stateSyncOf(options.from, options.trust);
  const data = join(cometHome(home), 'data');
  const signed = join(data, 'priv_validator_state.json');
  const kept = await readFile(signed);
  const keptAside = join(home, 'priv_validator_state.json');
  await writeFile(keptAside, kept, { mode: 0o600, flush: true });
  await rm(join(home, 'data'), { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  await makeFolder(data);
  await writeFile(signed, kept, { mode: 0o600, flush: true });
  await rm(keptAside);
  await writeCometSettings(home, { ...comet, stateSync });
  return { stateSync: stateSync !== undefined };
}

interface AppState {
  readonly genesisHash: string;
  readonly genesis: unknown;
}

function sourceOf(from: readonly string[]): string {
  const [first] = from;
  if (first === undefined) throw new NodeError('NODE_JOIN', { expected: 'the RPC of a running node' });
  return first;
}

/** Undefined: nobody offers a snapshot yet. */
async function stateSyncOf(
  from: readonly string[],
  trust: JoinOptions['trust'],
): Promise<StateSync | undefined> {
  const source = sourceOf(from);
  const answer = await ask<{ response: { value: string | null } }>(source, 'abci_query?path="/snapshots"');
  const heights = JSON.parse(
    Buffer.from(answer.response.value ?? '', 'base64').toString() || '[]',
  ) as number[];
  if (heights.length === 0) return undefined;
  const trustHeight = trust?.height ?? Math.min(...heights);
  const trustHash = trust?.hash ?? (await blockHash(source, trustHeight));
  // CometBFT wants a second witness, which may be the same.
  const rpcServers = from.length > 1 ? from : [source, source];
  return { rpcServers, trustHeight, trustHash };
}

async function blockHash(source: string, height: number): Promise<string> {
  const { signed_header: header } = await ask<{ signed_header: { commit: { block_id: { hash: string } } } }>(
    source,
    `commit?height=${height}`,
  );
  return header.commit.block_id.hash;
}

/** `ID@HOST:PORT` of a node and of those it is connected to. */
async function peersOf(source: string): Promise<string[]> {
  interface NodeInfo {
    readonly id: string;
    readonly listen_addr: string;
  }
  const { node_info: own } = await ask<{ node_info: NodeInfo }>(source, 'status');
  const { peers } = await ask<{ peers: { node_info: NodeInfo }[] }>(source, 'net_info');
  const infos = [own, ...peers.map(({ node_info }) => node_info)];
  return infos.map(({ id, listen_addr: address }) => `${id}@${address.replace(/^tcp:\/\//, '')}`);
}

async function ask<T>(source: string, path: string): Promise<T> {
  try {
    const response = await fetch(`${source}/${path}`, { signal: AbortSignal.timeout(10_000) });
    const { result, error } = (await response.json()) as { result?: T; error?: { data?: string } };
    if (result === undefined)
      throw new NodeError('NODE_JOIN', { got: error?.data ?? response.status, place: `${source}/${path}` });
    return result;
  } catch (cause) {
    if (cause instanceof NodeError) throw cause;
    throw new NodeError('NODE_JOIN', { place: `${source}/${path}` }, cause);
  }
}
