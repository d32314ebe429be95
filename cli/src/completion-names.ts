// What may follow `weft send` and the like: contracts deployed from a folder, and the methods and arguments of those that
// were built in it. No node is asked: a shell waits for it at every key.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { ABI_SECTION, type Abi, decodeAbi } from '@weft/runtime/types/abi';
import { codeHash, customSection } from '@weft/runtime/wasm/code-hash';
import type { Deployments } from './deployments.js';
import { modulesBelow } from './source-maps.js';

/** Commands that name a contract first; which methods may stand behind it. */
export const NAMING: Readonly<Record<string, readonly Abi['methods'][number]['kind'][]>> = {
  call: ['view', 'call'],
  send: ['call'],
  upgrade: [],
  verify: [],
  inspect: [],
  events: [],
};
const SYSTEM = 'system';

/** Names that may stand behind these words of a command line (without `weft`); none where the folder knows none. */
export async function namesAfter(folder: string, words: readonly string[]): Promise<readonly string[]> {
  const [command = '', ...rest] = words;
  const kinds = Object.hasOwn(NAMING, command) ? NAMING[command] : undefined;
  if (kinds === undefined) return [];
  const deployed = await deployedFrom(folder);
  const known = (word: string): boolean => word === SYSTEM || deployed.has(word);
  // Options and their values may stand before the contract.
  const at = rest.findIndex(known);
  const contract = rest[at];
  if (contract === undefined) return [...deployed.keys(), SYSTEM];
  const abi = kinds.length === 0 ? undefined : await abiOf(folder, contract, deployed.get(contract));
  if (abi === undefined) return [];
  const methods = abi.methods.filter(({ kind }) => kinds.includes(kind));
  const behind = rest.slice(at + 1);
  const method = methods.find(({ name }) => behind.includes(name));
  if (method === undefined) return methods.map(({ name }) => name);
  return method.args.map(({ name }) => `--${name}`).filter((flag) => !behind.includes(flag));
}

/** Code hashes by name, of all chains something was deployed to from here. */
async function deployedFrom(folder: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const inside = join(folder, 'deployments');
  const files = (await readdir(inside).catch(() => [])).filter((name) => name.endsWith('.json'));
  const found = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [name, deployment] of Object.entries(await readNames(join(inside, file)))) {
      const hashes = found.get(name) ?? new Set();
      found.set(name, hashes.add(deployment.codeHash));
    }
  }
  return found;
}

/** A damaged file offers nothing; the commands themselves say what is wrong with it. */
async function readNames(path: string): Promise<Deployments> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Deployments;
  } catch {
    return {};
  }
}

async function abiOf(
  folder: string,
  name: string,
  hashes: ReadonlySet<string> | undefined,
): Promise<Abi | undefined> {
  if (hashes === undefined) {
    if (name !== SYSTEM) return undefined;
    return (await import('@weft/sdk/client/system-abi')).SYSTEM_ABI;
  }
  for (const path of await modulesBelow(folder)) {
    const abi = abiIn(await readFile(path), hashes);
    if (abi !== undefined) return abi;
  }
  return undefined;
}

/** The ABI of a module if its code is one of these; undefined also where it is no module or carries none. */
function abiIn(wasm: Uint8Array, hashes: ReadonlySet<string>): Abi | undefined {
  try {
    const section = hashes.has(`0x${toHex(codeHash(wasm))}`) ? customSection(wasm, ABI_SECTION) : undefined;
    return section && decodeAbi(section);
  } catch (error) {
    if (error instanceof WeftError) return undefined;
    throw error;
  }
}
