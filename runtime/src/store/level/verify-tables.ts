// LevelDB's table files, checked block by block before LevelDB reads them: opened this way it verifies no checksums, and
// on some damage it does not answer wrongly but aborts the whole process. Format: LevelDB doc/table_format.md.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../errors.js';
import { hasMaskedCrc } from './crc32c.js';
import { Cursor, type Handle } from './cursor.js';

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
/** After every block: its type (0: not compressed) and a masked CRC-32C over block and type. */
const TRAILER_BYTES = 5;

/**
 * Checks the tables in use, `listTables` gives their numbers at any time. About 3 ns a byte.
 * @throws STORE_CORRUPT_DATABASE, STORE_MISSING_FILE
 */
export async function verifyTables(folder: string, listTables: () => readonly number[]): Promise<void> {
  for (const number of listTables()) {
    const path = join(folder, `${String(number).padStart(6, '0')}.ldb`);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      // A compaction in the background may have replaced it since.
      if (!listTables().includes(number)) continue;
      throw new StoreError('STORE_MISSING_FILE', { place: path }, cause);
    }
    const damage = findDamage(bytes);
    if (damage !== undefined)
      throw new StoreError('STORE_CORRUPT_DATABASE', { expected: damage, place: path });
  }
}

/** What a table file fails, or undefined if it is sound. */
export function findDamage(bytes: Uint8Array): string | undefined {
  if (bytes.length < FOOTER_BYTES) return 'a footer';
  const footer = new Cursor(bytes, bytes.length - FOOTER_BYTES, bytes.length - 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getBigUint64(bytes.length - 8, true) !== MAGIC) return 'the mark of a table';
  const metaIndex = footer.handle();
  const index = footer.handle();
  if (!metaIndex || !index) return 'two handles in the footer';
  if (!isSound(bytes, metaIndex) || !isSound(bytes, index)) return 'the checksum of an index block';
  const blocks = [...(readIndex(bytes, metaIndex) ?? []), ...(readIndex(bytes, index) ?? [undefined])];
  for (const block of blocks) {
    if (!block || !isSound(bytes, block)) return 'the checksum of a block';
  }
  return undefined;
}

function isSound(bytes: Uint8Array, { offset, size }: Handle): boolean {
  const end = offset + size;
  if (end + TRAILER_BYTES > bytes.length - FOOTER_BYTES || bytes[end] !== 0) return false;
  return hasMaskedCrc(bytes, end + 1, offset, end + 1);
}

/** The blocks an index block names; undefined where it cannot be read. */
function readIndex(bytes: Uint8Array, { offset, size }: Handle): (Handle | undefined)[] | undefined {
  const end = offset + size;
  if (size < 4) return undefined;
  const restarts =
    bytes[end - 4]! + 256 * (bytes[end - 3]! + 256 * (bytes[end - 2]! + 256 * bytes[end - 1]!));
  const cursor = new Cursor(bytes, offset, end - 4 - 4 * restarts);
  const handles: (Handle | undefined)[] = [];
  while (cursor.at < cursor.end) {
    cursor.varint(); // bytes shared with the key before
    const keyBytes = cursor.varint();
    const valueBytes = cursor.varint();
    if (keyBytes === undefined || valueBytes === undefined) return undefined;
    cursor.at += keyBytes;
    const next = cursor.at + valueBytes;
    handles.push(cursor.handle());
    cursor.at = next;
  }
  return handles;
}
