// LevelDB's logs and manifest, looked at before LevelDB reads them: what passes its checksums but is no batch and no edit
// of a version (a file in the place of another) would not be an error there but abort the whole process. Records that fail
// their checksum are passed over, as LevelDB does: the journal of flushes tells. Format: LevelDB doc/log_format.md.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { concatBytes } from '../../base/bytes.js';
import { StoreError } from '../errors.js';
import { hasMaskedCrc } from './crc32c.js';
import { Cursor } from './cursor.js';

const BLOCK_BYTES = 32_768;
const HEAD_BYTES = 7;
const TYPE = { full: 1, first: 2, middle: 3, last: 4 } as const;
/** A sequence number has 56 bits: its top byte is 0. */
const SEQUENCE_TOP = 7;
const BATCH_HEAD_BYTES = 12;
const LEVELS = 7;

/** @throws STORE_CORRUPT_DATABASE */
export async function verifyLogs(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const isLog = /^\d+\.log$/.test(name);
    if (!isLog && !/^MANIFEST-\d+$/.test(name)) continue;
    const place = join(folder, name);
    const bytes = new Uint8Array(await readFile(place));
    for (const record of logRecords(bytes)) {
      if (isLog ? isBatch(record) : isEdit(record)) continue;
      const expected = isLog ? 'a batch of writes' : 'an edit of a version';
      throw new StoreError('STORE_CORRUPT_DATABASE', { expected, place });
    }
  }
}

/** Whole records whose checksums hold. */
function* logRecords(bytes: Uint8Array): Generator<Uint8Array> {
  let parts: Uint8Array[] | undefined;
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    const length = bytes[at + 4]! + 256 * bytes[at + 5]!;
    if (left < HEAD_BYTES || HEAD_BYTES + length > left || at + HEAD_BYTES + length > bytes.length) {
      // The rest of a block says nothing.
      at += left;
      parts = undefined;
      continue;
    }
    const type = bytes[at + 6]!;
    const data = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    if (!hasMaskedCrc(bytes, at, at + 6, at + HEAD_BYTES + length)) {
      at += left;
      parts = undefined;
      continue;
    }
    at += HEAD_BYTES + length;
    if (type === TYPE.full) yield data;
    if (type === TYPE.first) parts = [data];
    else if (type === TYPE.middle) parts?.push(data);
    else if (type === TYPE.last && parts !== undefined) yield concatBytes(...parts, data);
    if (type === TYPE.full || type === TYPE.last) parts = undefined;
  }
}

/** u64 sequence, u32 count, then so many puts (1, key, value) and deletes (0, key). */
function isBatch(record: Uint8Array): boolean {
  if (record.length < BATCH_HEAD_BYTES || record[SEQUENCE_TOP] !== 0) return false;
  const cursor = new Cursor(record, BATCH_HEAD_BYTES, record.length);
  while (cursor.at < cursor.end) {
    const tag = cursor.varint();
    if (tag !== 0 && tag !== 1) return false;
    for (let field = 0; field <= tag; field++) if (!cursor.skipBytes()) return false;
  }
  return true;
}

/** Fields of an edit by tag: numbers, byte strings, and internal keys of at least 8 bytes (LevelDB db/version_edit.cc). */
const EDIT: Readonly<Record<number, readonly ('number' | 'level' | 'sequence' | 'bytes' | 'key')[]>> = {
  1: ['bytes'],
  2: ['number'],
  3: ['number'],
  4: ['sequence'],
  5: ['level', 'key'],
  6: ['level', 'number'],
  7: ['level', 'number', 'number', 'key', 'key'],
  9: ['number'],
};

function isEdit(record: Uint8Array): boolean {
  const cursor = new Cursor(record, 0, record.length);
  while (cursor.at < cursor.end) {
    const fields = EDIT[cursor.varint() ?? 0];
    if (fields === undefined) return false;
    for (const field of fields) {
      if (field === 'bytes' || field === 'key') {
        const length = cursor.skipBytes();
        if (length === undefined || (field === 'key' && length < 8)) return false;
        continue;
      }
      const number = cursor.varint();
      if (number === undefined || (field === 'level' && number >= LEVELS)) return false;
      if (field === 'sequence' && number >= 2 ** 56) return false;
    }
  }
  return true;
}
