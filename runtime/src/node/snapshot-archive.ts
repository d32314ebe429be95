// Snapshots for other nodes as folders of a data folder: `snapshots/HEIGHT` whole ones, `snapshots/arriving` the chunks of
// the one this node is restored from.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotArchive } from '../chain/snapshot/exchange.js';
import { exportSnapshot } from '../chain/snapshot/export-snapshot.js';
import type { Store } from '../ports/store.js';
import { createSnapshotFolder, openSnapshotFolder } from './snapshot-folder.js';

export function createSnapshotArchive(folder: string, store: Store): SnapshotArchive {
  const arriving = join(folder, 'arriving');
  return {
    async heights() {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => /^\d+$/.test(name)).map(Number);
    },
    open: (height) => openSnapshotFolder(join(folder, `${height}`)),
    async make(height) {
      const whole = join(folder, `${height}`);
      const begun = join(folder, 'making');
      await rm(begun, { recursive: true, force: true });
      await exportSnapshot(store, await createSnapshotFolder(begun), { height });
      await rm(whole, { recursive: true, force: true });
      await rename(begun, whole);
    },
    remove: (height) => rm(join(folder, `${height}`), { recursive: true, force: true }),
    clearArrivals: () => rm(arriving, { recursive: true, force: true }),
    async putArrival(index, chunk) {
      await mkdir(arriving, { recursive: true });
      await writeFile(join(arriving, `${index}`), chunk);
    },
    arrival: async (index) => new Uint8Array(await readFile(join(arriving, `${index}`))),
  };
}
