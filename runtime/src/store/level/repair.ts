// What can be made again from the records: the head file, and the database of flat state and index.
import { rm } from 'node:fs/promises';
import type { StateEntry } from '../../ports/store.js';
import { StoreError } from '../errors.js';
import type { StoredBase } from './base-file.js';
import { inChunks } from './entry-codec.js';
import { syncFolder, systemFiles } from './file-system.js';
import { openFlatDatabase } from './flat-database.js';
import { HeadFile } from './head-file.js';
import { finishRevert, storePaths } from './open-chain.js';
import type { Link } from './record-log.js';

/** Blocks in one batch. */
const STEP = 64;

/** Makes `newest` the head and cuts off what is behind it, damaged or not. */
export async function makeHead(
  folder: string,
  newest: Link,
  oldest: number,
  base: StoredBase,
): Promise<void> {
  await finishRevert({ files: systemFiles, paths: storePaths(folder) }, { ...newest, oldest }, base);
}

/** Writes the head file anew; the log stays as it is. */
export async function writeHead(folder: string, newest: Link, oldest: number): Promise<void> {
  const file = await HeadFile.create(storePaths(folder).head, { ...newest, oldest });
  await file.close();
}

/**
 * Makes the database anew out of the state of the base and every record up to `head`; the one that was there goes. A
 * crash leaves none, which is made again.
 * @throws STORE_LOCKED, STORE_DISK_FULL, STORE_WRITE_FAILED, and what the records throw
 */
export async function rebuildDatabase(
  folder: string,
  base: StoredBase,
  state: Iterable<StateEntry>,
  head: number,
  onFlush: (height: number) => void = () => undefined,
): Promise<void> {
  const paths = storePaths(folder);
  await rm(paths.level, { recursive: true, force: true }).catch((cause) => {
    throw new StoreError('STORE_WRITE_FAILED', { place: paths.level }, cause);
  });
  await syncFolder(systemFiles, folder);
  const flat = await openFlatDatabase({
    files: systemFiles,
    folder: paths.level,
    logFolder: paths.records,
    create: true,
  });
  try {
    await flat.fill([], true);
    for await (const chunk of inChunks(state)) await flat.fill(chunk, false);
    await flat.filled(base.height);
    for (let height = base.height; height < head; ) {
      height = Math.min(head, height + STEP);
      await flat.flush(height);
      onFlush(height);
    }
  } finally {
    await flat.close();
  }
}
