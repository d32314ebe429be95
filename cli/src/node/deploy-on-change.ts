// `weft node --watch`: the project's contracts are on the chain, and are again whenever their source changes. What is
// deployed is what weft.deploy.ts plans, or else every contract whose init method takes no arguments.
import { watch } from 'node:fs';
import { basename, join } from 'node:path';
import { initParameters } from '@weft/sdk/client/contract-codec';
import { buildArtifact } from '../artifact.js';
import { openJournal } from '../deploy/journal.js';
import { assertPlan } from '../deploy/order.js';
import { runPlan } from '../deploy/run-plan.js';
import { journalPath } from '../deployments.js';
import { findFile, loadModule } from '../load-module.js';
import { rpcToken } from '../network.js';
import type { Output } from '../output.js';
import type { DeployPlan } from '../plan.js';
import { connect, openAccount } from '../session.js';
import { contractFolders } from '../testing/contract-folders.js';

/** Editors write a file in several steps. */
const SETTLE_MS = 50;
const PLAN = ['weft.deploy.ts', 'weft.deploy.mts', 'weft.deploy.js', 'weft.deploy.mjs'];

export interface Deploying {
  /** Deploys what is missing: after the chain went back. */
  again(): void;
  close(): Promise<void>;
}

/** Deploys the contracts of a folder now and after every change of a source; failures are said and waited out. */
export function deployOnChange(folder: string, url: string, output: Output): Deploying {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running
        .then(() => deployAll(folder, url, output))
        .catch((error: unknown) => output.failure(error));
    }, SETTLE_MS);
  };
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name !== null && isSource(name)) again();
  });
  again();
  return {
    again,
    async close() {
      watcher.close();
      clearTimeout(timer);
      await running;
    },
  };
}

function isSource(name: string): boolean {
  return (
    name.endsWith('.ts') &&
    !/(^|[\\/])(artifacts|node_modules|vendor|test)[\\/]/.test(name) &&
    !name.endsWith('.test.ts')
  );
}

async function deployAll(folder: string, url: string, output: Output): Promise<void> {
  const planned = await findFile(folder, PLAN);
  const path = planned ?? join(folder, 'weft.deploy.ts');
  const plan = planned === undefined ? await planOfFolder(folder, output) : await loadModule(planned);
  assertPlan(plan, path);
  const connection = await connect({ url, token: rpcToken() });
  const account = await openAccount(connection.status, '0');
  const journal = await openJournal(journalPath(folder, connection.status.genesisHash));
  const replace = new Set([...Object.keys(plan.contracts), ...Object.keys(plan.calls ?? {})]);
  await runPlan({ plan, path, connection, account, journal, output, gasPrice: 1n, replace, dryRun: false });
}

/** The contracts of `contracts/`, or the one the folder is; those whose init takes arguments need a plan. */
async function planOfFolder(folder: string, output: Output): Promise<DeployPlan> {
  const contracts: Record<string, { contract: string }> = {};
  const found = await contractFolders(folder);
  for (const path of found.length > 0 ? found : [folder]) {
    const { abi } = await buildArtifact(path);
    const name = abi.name.toLowerCase();
    if (initParameters(abi).length === 0) contracts[name] = { contract: path };
    else output.note(`${basename(path)}: init takes arguments; say them in ${PLAN[0]}`);
  }
  return { contracts };
}
