// The store's file system with faults: every operation that changes something is a boundary with a number; at one of them
// something happens instead, or after half of it. Also remembers what was synced, for power cuts.
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileSystem, systemFiles } from '@weft/runtime/store/level/file-system';

/** What happens at a boundary: nothing is done, or the first half of a write. */
export type Fault = 'before' | 'half';

export interface FaultyFiles {
  readonly files: FileSystem;
  /** Also a boundary: what the database calls before a write. */
  readonly gate: () => void;
  /** Boundaries passed. */
  readonly passed: () => number;
  /** The disk as a power cut leaves it: synced bytes of synced names, of files outside the database. */
  readonly synced: ReadonlyMap<string, Uint8Array>;
}

/**
 * `act` is called at boundary `at` (0-based), and then at each later one while `lasting`; what it throws fails the
 * operation.
 */
export function faultyFiles(at: number, fault: Fault, lasting: boolean, act: () => void): FaultyFiles {
  let passed = 0;
  const synced = new Map<string, Uint8Array>();
  /** Bytes that were synced under a name whose folder was not yet. */
  const unnamed = new Map<string, Uint8Array>();
  const here = (): boolean => {
    const number = passed++;
    return lasting ? number >= at : number === at;
  };
  const boundary = (): void => {
    if (here()) act();
  };
  const files: FileSystem = {
    ...systemFiles,
    async open(path, flags) {
      const creates = typeof flags === 'string' ? /[wa]/.test(flags) : (flags & 0o100) !== 0;
      if (creates) boundary();
      return wrap(await systemFiles.open(path, flags), path);
    },
    async rename(from, to) {
      boundary();
      await systemFiles.rename(from, to);
      const bytes = unnamed.get(from) ?? synced.get(from);
      unnamed.delete(from);
      if (bytes) unnamed.set(to, bytes);
    },
    async unlink(path) {
      boundary();
      await systemFiles.unlink(path);
      synced.delete(path);
      unnamed.delete(path);
    },
  };

  function wrap(file: FileHandle, path: string): FileHandle {
    const keepSynced = async (): Promise<void> => {
      if (!(await file.stat()).isFile()) {
        for (const [name, bytes] of unnamed) if (dirname(name) === path) synced.set(name, bytes);
        for (const name of synced.keys()) if (dirname(name) === path) unnamed.delete(name);
        return;
      }
      const bytes = new Uint8Array(await systemFiles.readFile(path));
      if (synced.has(path)) synced.set(path, bytes);
      else unnamed.set(path, bytes);
    };
    const own: Partial<Record<keyof FileHandle, unknown>> = {
      async write(bytes: Uint8Array, offset: number, length: number, position: number) {
        if (!here()) return file.write(bytes, offset, length, position);
        if (fault === 'half') await file.write(bytes, offset, length >> 1, position);
        act();
        return file.write(bytes, offset, length, position);
      },
      async datasync() {
        boundary();
        await file.datasync();
        await keepSynced();
      },
      async sync() {
        boundary();
        await file.sync();
        await keepSynced();
      },
    };
    return new Proxy(file, {
      get(target, name) {
        const replaced = own[name as keyof FileHandle];
        if (replaced !== undefined) return replaced;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  return { files, gate: boundary, passed: () => passed, synced };
}

/** An error as the system gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}
