// The files beside the database, through the five calls the store needs: tests put faults between. Every multi-step
// write here is safe against a crash at any of its steps.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreError } from '../errors.js';

/** What the store asks of the operating system; `node:fs/promises` is one. */
export interface FileSystem {
  open(path: string, flags: string | number): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Uint8Array>;
  mkdir(path: string, options: { readonly recursive: true }): Promise<unknown>;
}

/** The machine's. */
export const systemFiles: FileSystem = { open, rename, unlink, readdir, readFile, mkdir: makeFolders };

/** Makes a folder and those above it. Node's own way never ends where a folder is there and takes none, as /proc does. */
async function makeFolders(path: string): Promise<void> {
  const isThere = async (folder: string) =>
    (await stat(folder).catch(() => undefined))?.isDirectory() === true;
  if (await isThere(path)) return;
  const parent = dirname(path);
  if (parent !== path && !(await isThere(parent))) await makeFolders(parent);
  await mkdir(path).catch(async (error) => {
    // Somebody else was quicker.
    if (!(await isThere(path))) throw error;
  });
}

/** Writes all bytes at a place of a file. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Reads up to `length` bytes from a place; fewer at the end of the file. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Makes a file with this content, durably: whole or not at all. */
export async function replaceFile(files: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await files.open(`${path}.new`, 'w');
  try {
    await writeAt(temporary, bytes, 0);
    await temporary.sync();
  } finally {
    await temporary.close();
  }
  await files.rename(`${path}.new`, path);
  await syncFolder(files, dirname(path));
}

/** Removes a file if it is there. */
export async function removeFile(files: FileSystem, path: string): Promise<void> {
  await files.unlink(path).catch((error: { code?: string }) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Makes names in a folder durable. */
export async function syncFolder(files: FileSystem, path: string): Promise<void> {
  const folder = await files.open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether a write failed for want of room: the one failure that passes by itself. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: string }).code;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'STORE_DISK_FULL') return true;
    // LevelDB passes on the system's words.
    if (/No space left on device|Disk quota exceeded/.test(cause.message)) return true;
  }
  return false;
}

/** The coded error of a failed write. */
export function writeError(error: unknown, place: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(isDiskFull(error) ? 'STORE_DISK_FULL' : 'STORE_WRITE_FAILED', { place }, error);
}
