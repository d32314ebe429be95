// One node of a network out of its home: the runtime with CometBFT as its engine.
import { join, resolve } from 'node:path';
import { createNode, type NodeConfig, type WeftNode } from '../create-node.js';
import { cometHome, readHome } from './home.js';

export interface NetworkNodeExtras extends Pick<NodeConfig, 'onBlock' | 'onFault' | 'log'> {
  /** Told of proposals this node refused. */
  readonly onRefusal?: (code: string, height: number) => void;
  /** Default `comet`; another takes the same options. */
  readonly engineModule?: string;
}

/** The node of a home, not started. `WEFT_COMETBFT` names the program. @throws NODE_HOME */
export async function createNetworkNode(home: string, extra: NetworkNodeExtras = {}): Promise<WeftNode> {
  const { settings, genesis } = await readHome(home);
  const { rpc, cometRpc, snapshotEvery, keepBlocks, workers } = settings;
  const { onRefusal, engineModule = 'comet', ...hooks } = extra;
  const folder = resolve(home);
  return createNode({
    dataFolder: join(folder, 'data'),
    genesis,
    rpc,
    snapshotEvery,
    ...(keepBlocks === undefined ? {} : { keepBlocks }),
    ...(workers === undefined ? {} : { workers }),
    engine: {
      module: engineModule,
      options: {
        abci: `unix://${join(folder, 'abci.sock')}`,
        rpc: cometRpc,
        home: cometHome(folder),
        ...(process.env['WEFT_COMETBFT'] ? { binary: process.env['WEFT_COMETBFT'] } : {}),
        ...(onRefusal === undefined ? {} : { onRefusal }),
      },
    },
    ...hooks,
  });
}
