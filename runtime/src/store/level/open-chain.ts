// Opening a folder that holds a chain, and the one change of it that is not an append: a revert. Its intent lies in a
// file until it is done, so that a crash leaves all of it done or none.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bytesEqual, toHex } from '../../base/bytes.js';
import { StoreError } from '../errors.js';
import { decodeBase, type StoredBase } from './base-file.js';
import { type FileSystem, removeFile, replaceFile, syncFolder } from './file-system.js';
import type { FlatStorage } from './flat-storage.js';
import { acknowledgedHead, decodeSlot, encodeSlot, HeadFile, type Slot } from './head-file.js';
import { RecordLog } from './record-log.js';

/** What is open of an initialised store. */
export interface StoredChain {
  readonly base: StoredBase;
  headFile: HeadFile;
  readonly log: RecordLog;
  /** Oldest height whose record is kept. */
  oldest: number;
  flushed: number;
}

/** Where everything is. */
export function storePaths(
  folder: string,
): Readonly<Record<'folder' | 'base' | 'head' | 'records' | 'level' | 'revert', string>> {
  const [base, head, records, level, revert] = ['base', 'head', 'records', 'level', 'revert'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string, string];
  return { folder, base, head, records, level, revert };
}

interface Place {
  readonly files: FileSystem;
  readonly paths: ReturnType<typeof storePaths>;
}

/**
 * Verifies base, head file, log and the database's marker against each other. A record that was on disk and not yet
 * acknowledged when the process died is taken in.
 * @throws STORE_MISSING_FILE, STORE_MISSING_RECORD, STORE_CORRUPT_…
 */
export async function openChain(
  context: Place & { readonly flat: FlatStorage; readonly segmentBytes: number | undefined },
): Promise<StoredChain> {
  const { files, paths, flat, segmentBytes } = context;
  const base = await readBase(context);
  await resumeRevert(context, base);
  const headFile = await HeadFile.open(paths.head, files);
  let log: RecordLog | undefined;
  try {
    const slots = await headFile.read();
    const known = slots.filter((slot) => slot !== undefined).sort((a, b) => b.height - a.height)[0];
    if (known === undefined) throw new StoreError('STORE_CORRUPT_HEAD', { place: paths.head });
    const { oldest } = known;
    const options = { files, folder: paths.records, base, oldest, ...(segmentBytes ? { segmentBytes } : {}) };
    log = await RecordLog.open(options, known.height);
    const { newest, before } = log;
    const acknowledged = acknowledgedHead(slots, newest.height);
    const there = acknowledged.height === newest.height ? newest : before;
    if (!bytesEqual(acknowledged.checksum, there.checksum)) {
      throw new StoreError('STORE_CORRUPT_HEAD', {
        expected: toHex(there.checksum),
        got: toHex(acknowledged.checksum),
        place: `head file, height ${there.height}`,
      });
    }
    if (newest.height > acknowledged.height) await headFile.write({ ...newest, oldest });
    const flushed = await flat.flushed();
    if (flushed > newest.height || flushed < oldest - 1) {
      const expected = `${oldest - 1}..${newest.height}`;
      throw new StoreError('STORE_CORRUPT_MARKER', { expected, got: flushed, place: paths.level });
    }
    return { base, headFile, log, oldest, flushed };
  } catch (error) {
    await headFile.close();
    await log?.close();
    throw error;
  }
}

/** @throws STORE_MISSING_FILE, STORE_CORRUPT_GENESIS, STORE_VERSION */
export async function readBase({ files, paths }: Place): Promise<StoredBase> {
  let bytes: Uint8Array;
  try {
    bytes = await files.readFile(paths.base);
  } catch (cause) {
    throw new StoreError('STORE_MISSING_FILE', { place: paths.base }, cause);
  }
  return decodeBase(new Uint8Array(bytes));
}

/** Makes a slot the head: notes the intent, then cuts the log and writes the head file anew. Flat state is below already. */
export async function finishRevert(place: Place, slot: Slot, base: StoredBase): Promise<void> {
  await replaceFile(place.files, place.paths.revert, encodeSlot(slot));
  await cutTo(place, slot, base);
}

async function resumeRevert(place: Place, base: StoredBase): Promise<void> {
  if (!existsSync(place.paths.revert)) return;
  const slot = decodeSlot(new Uint8Array(await place.files.readFile(place.paths.revert)));
  if (slot === undefined) throw new StoreError('STORE_CORRUPT_HEAD', { place: place.paths.revert });
  await cutTo(place, slot, base);
}

async function cutTo({ files, paths }: Place, slot: Slot, base: StoredBase): Promise<void> {
  await RecordLog.cut({ files, folder: paths.records, base, oldest: slot.oldest }, slot.height);
  await (await HeadFile.create(paths.head, slot, files)).close();
  await removeFile(files, paths.revert);
  await syncFolder(files, paths.folder);
}
