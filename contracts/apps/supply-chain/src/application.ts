// The application whole: a development node, the contracts on it, the story played, the page served.
import { createNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { createNodeClient, type NodeClient } from '@weft/sdk/client/node-client';
import { httpTransport, type Transport } from '@weft/sdk/client/transport';
import { nodeTransport } from '@weft/sdk/testing/node-transport';
import type { Addresses } from './addresses.js';
import { companyAccounts } from './companies.js';
import { deploy } from './deployment.js';
import { playScenario, type ScenarioReport } from './scenario.js';
import { type PageServer, servePage } from './server.js';

export interface Application {
  readonly node: NodeClient;
  readonly transport: Transport;
  readonly addresses: Addresses;
  readonly report: ScenarioReport;
  readonly page: PageServer;
  stop(): Promise<void>;
}

/** Milliseconds a block: the chain's clock is its own, so that the story's dates hold whenever it is played. */
const BLOCK_MS = 1_000;

/** Starts everything. `port`: of the page; 0 for any. */
export async function startApplication(port = 0): Promise<Application> {
  const accounts = Object.values(companyAccounts());
  const genesis = developmentGenesis({ accounts: accounts.map(({ address }) => address) });
  const node = createNode({
    genesis,
    seal: { trigger: { kind: 'instant' }, timeOf: (height) => genesis.time + height * BLOCK_MS },
  });
  await node.start();
  try {
    const transport = node.url === undefined ? nodeTransport(node) : httpTransport(node.url);
    const client = createNodeClient(transport, { pollMs: 5 });
    const addresses = await deploy(client);
    const report = await playScenario(client, addresses);
    const page = await servePage(node.url ?? '', addresses, port);
    const stop = async (): Promise<void> => {
      await page.close();
      await node.stop();
    };
    return { node: client, transport, addresses, report, page, stop };
  } catch (error) {
    await node.stop();
    throw error;
  }
}
