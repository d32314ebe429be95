// The newest acknowledged height, in a small file beside the records, whose tail may be lost or torn.
// Two slots of 512 bytes are written in turn and synced, so a torn write leaves the other whole. A block is
// acknowledged only after its record (first) and its slot (second) are on disk; hence after a crash the log
// holds the head's record or one more, and anything else is damage.
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { bytesEqual, concatBytes, utf8 } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { sha256Domain } from '../../base/hash.js';
import { StoreError } from '../errors.js';
import { type FileSystem, replaceFile, systemFiles, writeAt } from './file-system.js';

const MAGIC = utf8('weft-hd2');
const CHECKED_BYTES = 56;
const SLOT_BYTES = 512;
const FILE_BYTES = 2 * SLOT_BYTES;

/** What one slot says: the frame of `height` has `checksum` (32 bytes), records below `oldest` were pruned. */
export interface Slot {
  readonly height: number;
  readonly checksum: Uint8Array;
  readonly oldest: number;
}

/** Both slots by parity of their height; undefined: damaged or torn. */
export type Slots = readonly [Slot | undefined, Slot | undefined];

export class HeadFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Writes a new file whole (both slots alike) or not at all; one that is there is replaced. */
  static async create(path: string, slot: Slot, files: FileSystem = systemFiles): Promise<HeadFile> {
    const bytes = encodeSlot(slot);
    await replaceFile(files, path, concatBytes(bytes, bytes));
    return HeadFile.open(path, files);
  }

  static async open(path: string, files: FileSystem = systemFiles): Promise<HeadFile> {
    return new HeadFile(await files.open(path, constants.O_RDWR));
  }

  /** @throws STORE_CORRUPT_HEAD for a file of another size */
  async read(): Promise<Slots> {
    const bytes = new Uint8Array(FILE_BYTES + 1);
    const { bytesRead } = await this.#file.read(bytes, 0, FILE_BYTES + 1, 0);
    if (bytesRead !== FILE_BYTES) {
      throw new StoreError('STORE_CORRUPT_HEAD', { expected: FILE_BYTES, got: bytesRead, unit: 'bytes' });
    }
    return [decodeSlot(bytes.subarray(0, SLOT_BYTES)), decodeSlot(bytes.subarray(SLOT_BYTES, FILE_BYTES))];
  }

  /** Resolves when the slot is on disk. */
  async write(slot: Slot): Promise<void> {
    await writeAt(this.#file, encodeSlot(slot), SLOT_BYTES * (slot.height % 2));
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/**
 * The acknowledged head by both slots, given the height of the newest record in the log.
 * @throws STORE_CORRUPT_HEAD, STORE_MISSING_RECORD
 */
export function acknowledgedHead(slots: Slots, newestRecord: number): Slot {
  const [even, odd] = slots;
  const place = 'head file';
  if (!even && !odd) throw new StoreError('STORE_CORRUPT_HEAD', { place });
  const head = !even ? odd! : !odd ? even : odd.height > even.height ? odd : even;
  if (newestRecord < head.height) {
    throw new StoreError('STORE_MISSING_RECORD', { expected: head.height, got: newestRecord, place });
  }
  // One damaged slot is a torn write only if the record it was written for is there; it was synced before.
  const torn = !even || !odd;
  if (torn ? newestRecord !== head.height + 1 : newestRecord > head.height + 1) {
    throw new StoreError('STORE_CORRUPT_HEAD', { expected: newestRecord, got: head.height, place });
  }
  // Alike: as the file was made.
  if (!torn && even.height !== odd.height && Math.abs(even.height - odd.height) !== 1) {
    throw new StoreError('STORE_CORRUPT_HEAD', { got: [even.height, odd.height], place });
  }
  return head;
}

export function encodeSlot({ height, checksum, oldest }: Slot): Uint8Array {
  const checked = new Writer().fixed(MAGIC).number64(height).fixed(checksum, 32).number64(oldest).finish();
  const slot = new Uint8Array(SLOT_BYTES);
  slot.set(checked, 0);
  slot.set(sha256Domain('weft/store/head/2', checked), CHECKED_BYTES);
  return slot;
}

export function decodeSlot(bytes: Uint8Array): Slot | undefined {
  const checked = bytes.subarray(0, CHECKED_BYTES);
  const checksum = bytes.subarray(CHECKED_BYTES, CHECKED_BYTES + 32);
  if (!bytesEqual(sha256Domain('weft/store/head/2', checked), checksum)) return undefined;
  const reader = new Reader(checked, 'head file');
  if (!bytesEqual(reader.fixed(8), MAGIC)) return undefined;
  return { height: reader.number64(), checksum: reader.fixed(32), oldest: reader.number64() };
}
