// Source maps that are here: artifacts below a folder whose code is the contract's. They turn a trace into lines.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { createSourceMaps, type SourceMaps } from '@weft/sdk/client/source-map';

const DEPTH_MAX = 4;
const SKIPPED = new Set(['node_modules', 'vendor', 'dist', 'deployments']);

/** The maps of contracts, given by address and code hash (0x hex), as far as the folder has their artifacts. */
export async function localSourceMaps(
  folder: string,
  contracts: ReadonlyMap<string, string | undefined>,
): Promise<SourceMaps> {
  const maps = createSourceMaps();
  const wanted = new Set(contracts.values());
  const found = new Map<string, string>();
  for (const path of await modulesBelow(folder)) {
    const hash = `0x${toHex(codeHash(await readFile(path)))}`;
    if (wanted.has(hash)) found.set(hash, path);
  }
  for (const [contract, hash] of contracts) {
    const path = hash === undefined ? undefined : found.get(hash);
    const map = path === undefined ? undefined : await readFile(`${path}.map`, 'utf8').catch(() => undefined);
    if (map !== undefined) maps.add(contract, map);
  }
  return maps;
}

/** Modules in `artifacts` folders below a folder. */
export const modulesBelow = (folder: string): Promise<string[]> => modulesIn(folder, DEPTH_MAX);

async function modulesIn(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inside = folder.endsWith('artifacts');
  const own = entries.filter((entry) => inside && entry.isFile() && entry.name.endsWith('.wasm'));
  const paths = own.map(({ name }) => join(folder, name));
  if (depth === 0) return paths;
  for (const entry of entries) {
    if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
      paths.push(...(await modulesIn(join(folder, entry.name), depth - 1)));
  }
  return paths;
}
