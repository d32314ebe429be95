// A snapshot as a folder: `manifest` and one `chunk-…` per prefix.
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SnapshotError } from '../chain/errors.js';
import type { SnapshotSink } from '../chain/snapshot/export-snapshot.js';
import type { SnapshotSource } from '../chain/snapshot/import-snapshot.js';
import type { Spool } from '../chain/snapshot/spooled-content.js';

/** Writes into a folder, which may be there but holds no snapshot yet. @throws SNAPSHOT_EXISTS */
export async function createSnapshotFolder(folder: string): Promise<SnapshotSink> {
  await mkdir(folder, { recursive: true });
  const manifest = join(folder, 'manifest');
  if (await stat(manifest).catch(() => undefined))
    throw new SnapshotError('SNAPSHOT_EXISTS', { place: folder });
  return {
    spool: () => openSpool(join(folder, 'spool')),
    chunk: (prefix, bytes) => writeFile(join(folder, chunkName(prefix)), bytes, { flush: true }),
    async manifest(bytes) {
      await writeFile(`${manifest}.new`, bytes, { flush: true });
      await rename(`${manifest}.new`, manifest);
      const handle = await open(folder, 'r');
      await handle.sync();
      await handle.close();
    },
  };
}

/** Reads from a folder. Its methods throw SNAPSHOT_MISSING for a file that is not there. */
export function openSnapshotFolder(folder: string): SnapshotSource {
  return {
    manifest: () => read(join(folder, 'manifest')),
    chunk: ({ prefix }) => read(join(folder, chunkName(prefix))),
  };
}

async function openSpool(path: string): Promise<Spool> {
  const file = await open(path, 'w+');
  let end = 0;
  return {
    async append(bytes) {
      const at = end;
      await file.writeFile(bytes);
      end += bytes.length;
      return at;
    },
    async read(from, length) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, from);
      if (bytesRead !== length)
        throw new SnapshotError('SNAPSHOT_MISSING', { expected: length, got: bytesRead, place: path });
      return bytes;
    },
    async close() {
      await file.close();
      await rm(path);
    },
  };
}

function chunkName(prefix: number): string {
  return `chunk-${prefix.toString(16).padStart(4, '0')}`;
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new SnapshotError('SNAPSHOT_MISSING', { place: path }, cause);
  }
}
