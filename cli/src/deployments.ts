// Which contract a name means: a file beside the project keeps, per chain, the address of everything deployed from it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from './errors.js';

/** A contract deployed from here. */
export interface Deployment {
  /** bech32m text. */
  readonly address: string;
  /** 0x hex. */
  readonly codeHash: string;
}
export type Deployments = Readonly<Record<string, Deployment>>;

/** deployments/<first 16 digits of the genesis hash>.json under a folder. */
export const deploymentsPath = (folder: string, genesisHash: string): string =>
  join(folder, 'deployments', `${genesisHash.replace(/^0x/, '').slice(0, 16)}.json`);

/** What a deployment plan has done on the chain. */
export const journalPath = (folder: string, genesisHash: string): string =>
  deploymentsPath(folder, genesisHash).replace(/\.json$/, '.journal.jsonl');

/** What was deployed to a chain from a folder; empty when nothing was. @throws CLI_FILE for a damaged file */
export async function readDeployments(folder: string, genesisHash: string): Promise<Deployments> {
  const path = deploymentsPath(folder, genesisHash);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CliError('CLI_FILE', { place: path }, cause);
  }
  try {
    return JSON.parse(text) as Deployments;
  } catch (cause) {
    throw new CliError('CLI_FILE', { expected: 'JSON', place: path }, cause);
  }
}

/** Adds one, replacing what stood under the name. */
export async function recordDeployment(
  folder: string,
  genesisHash: string,
  name: string,
  deployment: Deployment,
): Promise<void> {
  const path = deploymentsPath(folder, genesisHash);
  const all = { ...(await readDeployments(folder, genesisHash)), [name]: deployment };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(all, null, 2)}\n`);
}

/** The name an address is remembered by; undefined: by none. */
export async function deploymentName(
  folder: string,
  genesisHash: string,
  address: string,
): Promise<string | undefined> {
  const deployments = await readDeployments(folder, genesisHash);
  return Object.entries(deployments).find(([, one]) => one.address === address)?.[0];
}

/** Forgets those that `keep` is false for; their names. */
export async function pruneDeployments(
  folder: string,
  genesisHash: string,
  keep: (deployment: Deployment) => Promise<boolean>,
): Promise<readonly string[]> {
  const kept: Record<string, Deployment> = {};
  const gone: string[] = [];
  for (const [name, deployment] of Object.entries(await readDeployments(folder, genesisHash))) {
    if (await keep(deployment)) kept[name] = deployment;
    else gone.push(name);
  }
  if (gone.length > 0)
    await writeFile(deploymentsPath(folder, genesisHash), `${JSON.stringify(kept, null, 2)}\n`);
  return gone;
}

/** The address a name or an address text means on this chain. @throws CLI_UNKNOWN_CONTRACT */
export async function resolveContract(
  folder: string,
  genesisHash: string,
  nameOrAddress: string,
): Promise<string> {
  if (/^weft1[a-z0-9]{50,}$/.test(nameOrAddress)) return nameOrAddress;
  const deployments = await readDeployments(folder, genesisHash);
  const found = deployments[nameOrAddress];
  if (found) return found.address;
  throw new CliError('CLI_UNKNOWN_CONTRACT', {
    expected: Object.keys(deployments).length > 0 ? Object.keys(deployments) : 'a weft1… address',
    got: nameOrAddress,
    place: deploymentsPath(folder, genesisHash),
  });
}
