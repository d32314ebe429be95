// The demo's journey: compile, start, deploy, fund, send both workloads, pause, replay in another process, reopen.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { asHash32 } from '@weft/runtime/types/address';
import { createNodeClient, fromNodeHex, type NodeClient } from '@weft/sdk/client/node-client';
import { httpTransport } from '@weft/sdk/client/transport';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { CliError } from '../errors.js';
import type { Output } from '../output.js';
import { type Contracts, deployContracts } from './contracts.js';
import { epcisWorkload, transferWorkload } from './journey.js';
import { createLedger, type Ledger } from './ledger.js';
import { type Replayed, replayFolder } from './replay.js';
import type { DemoReport, WorkloadRow } from './report.js';
import { createSender } from './sender.js';

export interface DemoSettings {
  /** EPCIS files; empty: the sample set. */
  readonly epcis: readonly string[];
  readonly transfers: number;
  readonly accounts: number;
  readonly blockSize: number;
  readonly workers?: number;
  readonly port: number;
}

/** A finished demo whose node still serves. */
export interface Demo {
  readonly report: DemoReport;
  readonly url: string;
  readonly folder: string;
  /** Stops the node and removes its folder. */
  stop(): Promise<void>;
}

/** Runs it all. @throws the coded refusal of whatever fails; the folder is removed then too */
export async function runDemo(settings: DemoSettings, output: Output): Promise<Demo> {
  const events = await epcisWorkload(settings.epcis);
  const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, settings.accounts);
  const genesis = developmentGenesis({
    accounts: accounts.map(({ address }) => address),
    chainName: 'weft-demo',
  });
  const folder = await mkdtemp(join(tmpdir(), 'weft-demo-'));
  const ledger = createLedger();
  const node = createNode({
    dataFolder: folder,
    genesis,
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: { port: settings.port },
    mempool: { countMax: 4 * settings.blockSize },
    ...(settings.workers === undefined ? {} : { workers: settings.workers }),
    onBlock: ledger.onBlock,
    onFault: (error, place) =>
      output.note(`fault in ${place}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const stop = async () => {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await node.start();
    const client = createNodeClient(httpTransport(urlOf(node), 120_000));
    const { genesisHash } = await client.status();
    const sender = createSender({
      client,
      genesisHash: asHash32(fromNodeHex(genesisHash)),
      blockSize: settings.blockSize,
      output,
    });
    const contracts = await deployContracts(sender, accounts, output);
    const transfers = transferWorkload(settings, accounts, contracts);
    await ledger.workload('transfers', () => sender.sendAll('transfers', transfers));
    await ledger.workload('events', () => sender.sendAll('events', events(contracts, accounts)));
    const report = await replayAndReport({ node, client, folder, ledger, contracts, output });
    return { report, url: urlOf(node), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Finished {
  readonly node: WeftNode;
  readonly client: NodeClient;
  readonly folder: string;
  readonly ledger: Ledger;
  readonly contracts: Contracts;
  readonly output: Output;
}

/** Closes the store, lets another process replay it, opens it again and compares. */
async function replayAndReport({ node, client, folder, ledger, output }: Finished): Promise<DemoReport> {
  const before = await client.status();
  output.note(
    `replaying ${before.height} blocks from genesis with the sequential executor, signatures checked again`,
  );
  await node.pause();
  const replayed = await replayFolder(folder, () => undefined);
  await node.reopen();
  const after = await client.status();
  const rows = ledger.workloads().map((workload) => rowOf(workload, replayed, node.query().status().workers));
  const sum = (pick: (row: WorkloadRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const succeeded = (name: string) => ledger.workloads().find((one) => one.name === name)?.succeeded ?? 0;
  return {
    transfers: succeeded('transfers'),
    events: succeeded('events'),
    blocks: after.height,
    sequentialMs: sum((row) => row.sequentialMs),
    parallelMs: sum((row) => row.parallelMs),
    workers: after.workers,
    rootsEqual:
      rows.every((row) => row.rootsEqual) &&
      replayed.height === before.height &&
      `0x${replayed.stateRoot}` === before.stateRoot &&
      after.stateRoot === before.stateRoot,
    stateRoot: after.stateRoot,
    workloads: rows,
  };
}

function rowOf(
  workload: ReturnType<Ledger['workloads']>[number],
  replayed: Replayed,
  workers: number,
): WorkloadRow {
  const { blocks, ...sums } = workload;
  const twins = blocks.map(({ height }) => replayed.blocks.get(height));
  const last = blocks.at(-1);
  return {
    name: workload.name,
    transactions: sums.transactions,
    blocks: blocks.length,
    gas: sums.gas,
    criticalPathGas: sums.criticalPathGas,
    parallelism: sums.gasLimits / Math.max(1, sums.criticalPathGas),
    workers,
    parallelMs: sums.wallMs,
    sequentialMs: twins.reduce((total, twin) => total + (twin?.wallMs ?? 0), 0),
    parallelRoot: `0x${last?.stateRoot ?? ''}`,
    sequentialRoot: `0x${twins.at(-1)?.stateRoot ?? ''}`,
    rootsEqual: blocks.every((block, index) => twins[index]?.stateRoot === block.stateRoot),
  };
}

function urlOf(node: WeftNode): string {
  const { url } = node;
  if (url === undefined) throw new CliError('CLI_USAGE', { expected: 'a node with an RPC server' });
  return url;
}
