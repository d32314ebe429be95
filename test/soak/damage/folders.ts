// Data folders to damage, each as some moment of a node's life leaves it.
import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { fillReal, type RealChain } from '../../support/real-chain.js';

const SEGMENT_BYTES = 12_000;
const OPTIONS = { thread: false, segmentBytes: SEGMENT_BYTES } as const;

/** One folder as it lies on disk when its process is gone. */
export interface Victim {
  readonly name: string;
  /** The data folder; its store is in `store`. */
  readonly folder: string;
  /** Whether it has any. */
  readonly blocks: boolean;
}

/** Builds all of them under `root`. Flat state is behind the records in most, as after a crash. */
export async function createVictims(root: string, chain: RealChain): Promise<Victim[]> {
  const blocks = chain.records.length;
  const made: Victim[] = [];
  const make = async (name: string, fill: (path: string) => Promise<void>): Promise<void> => {
    const folder = join(root, name);
    await fill(join(folder, 'store'));
    made.push({ name, folder, blocks: name !== 'genesis only' });
  };
  const log = async (path: string): Promise<void> => {
    const store = await openLevelStore(path, OPTIONS);
    await fillReal(store, chain, blocks);
    for (const height of [2, 5, blocks - 2]) await store.flush(height);
    await store.close();
  };
  await make('rows in the log', log);
  await make('rows in tables', async (path) => {
    await log(path);
    await (await openLevelStore(path, OPTIONS)).close();
    const store = await openLevelStore(path, OPTIONS);
    await store.flush(blocks - 1);
    await store.close();
  });
  await make('pruned', async (path) => {
    await log(path);
    const store = await openLevelStore(path, OPTIONS);
    await store.prune(blocks - 4);
    await store.close();
  });
  await make('genesis only', async (path) => {
    const store = await openLevelStore(path, OPTIONS);
    await fillReal(store, chain, 0);
    await store.close();
  });
  return made;
}

/** Files of a folder, relative; those LevelDB only writes for people left out. */
export function filesOf(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile() && !/LOG(\.old)?$|LOCK$/.test(name))
    .sort();
}

/** A fresh copy to damage. */
export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}
