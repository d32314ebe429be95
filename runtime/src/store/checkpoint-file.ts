// The checkpoint in a data folder: written beside the earlier one, synced, then put in its place.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckpointFile } from '../ports/checkpoint.js';

const BEGUN = '.begun';

/** The file at `path`, whose folder exists. */
export function createCheckpointFile(path: string): CheckpointFile {
  return {
    async open() {
      const file = await openOrUndefined(path);
      if (file === undefined) return undefined;
      return {
        async read(length) {
          const bytes = new Uint8Array(length);
          let filled = 0;
          while (filled < length) {
            const { bytesRead } = await file.read(bytes, filled, length - filled, null);
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return bytes.subarray(0, filled);
        },
        close: () => file.close(),
      };
    },
    async write(pieces) {
      const begun = path + BEGUN;
      const file = await open(begun, 'w');
      try {
        for await (const piece of pieces) await file.writeFile(piece);
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(begun, { force: true });
        throw error;
      }
      await file.close();
      await rename(begun, path);
      await syncFolder(dirname(path));
    },
    async remove() {
      await rm(path, { force: true });
      await rm(path + BEGUN, { force: true });
    },
  };
}

async function openOrUndefined(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The new name survives power loss. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
