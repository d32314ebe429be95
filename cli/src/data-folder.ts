// Opening the chain of a folder that has one: a tool never creates a data folder by a mistyped name.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@weft/runtime/ports/store';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { CliError } from './errors.js';

/** The store under a path that exists. @throws CLI_NO_CHAIN, STORE_LOCKED and each damage */
export async function openDataFolder(path: string): Promise<Store> {
  if (!(await stat(join(path, 'head')).catch(() => undefined))?.isFile()) {
    if (!(await stat(path).catch(() => undefined))) throw new CliError('CLI_NO_CHAIN', { place: path });
  }
  return openLevelStore(path);
}
