import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@weft/runtime/base/bytes';
import { crc32c } from '@weft/runtime/store/level/crc32c';
import { Database } from '@weft/runtime/store/level/database';
import { findDamage } from '@weft/runtime/store/level/verify-tables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'weft-tables-'));
let table: Uint8Array;
beforeAll(async () => {
  const database = await Database.open(folder, true);
  const rows = Array.from({ length: 300 }, (_, index) => ({
    row: utf8(`row ${index}`),
    value: utf8(`value ${index}`),
  }));
  await database.write(rows, true);
  await database.close();
  // The next opener moves the log into a table.
  await (await Database.open(folder, false)).close();
  table = new Uint8Array(
    readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.ldb'))!)),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('crc32c', () => {
  it('gives the values of RFC 3720 appendix B.4', () => {
    expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff), 0, 32)).toBe(0x62a8ab43);
    expect(
      crc32c(
        Uint8Array.from({ length: 32 }, (_, index) => index),
        0,
        32,
      ),
    ).toBe(0x46dd794e);
    expect(
      crc32c(
        Uint8Array.from({ length: 32 }, (_, index) => 31 - index),
        0,
        32,
      ),
    ).toBe(0x113fdb5c);
    expect(crc32c(utf8('x123456789y'), 1, 10)).toBe(0xe3069283);
  });
});

describe('table check', () => {
  it('accepts what LevelDB wrote', () => {
    expect(findDamage(table)).toBeUndefined();
  });

  it('finds every flipped bit but those in the unused bytes of the footer, and every cut', () => {
    const unseen: number[] = [];
    for (let offset = 0; offset < table.length; offset++) {
      const damaged = table.slice();
      damaged[offset]! ^= 1 << (offset % 8);
      if (findDamage(damaged) === undefined) unseen.push(offset);
    }
    expect(unseen.every((offset) => offset >= table.length - 48 && offset < table.length - 8)).toBe(true);
    expect(unseen.length).toBeLessThan(40);
    for (let length = 0; length < table.length; length += 7)
      expect(findDamage(table.slice(0, length))).toBeDefined();
  });
});
