import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acknowledgedHead, HeadFile, type Slot } from '@weft/runtime/store/level/head-file';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'weft-head-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const slot = (height: number): Slot => ({
  height,
  checksum: new Uint8Array(32).fill(height + 1),
  oldest: 1,
});
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('head file', () => {
  it('holds the last two heights, in turn', async () => {
    const path = join(folder, 'turns');
    const file = await HeadFile.create(path, slot(0));
    expect(await file.read()).toEqual([slot(0), slot(0)]);
    for (let height = 1; height <= 4; height++) await file.write(slot(height));
    await file.close();
    const again = await HeadFile.open(path);
    expect(await again.read()).toEqual([slot(4), slot(3)]);
    await again.close();
  });

  it('gives a damaged slot as none, and refuses a file cut short', async () => {
    const path = join(folder, 'damaged');
    const file = await HeadFile.create(path, slot(0));
    await file.write(slot(1));
    const bytes = readFileSync(path);
    bytes[512 + 20]! ^= 1;
    writeFileSync(path, bytes);
    expect(await file.read()).toEqual([slot(0), undefined]);
    truncateSync(path, 1000);
    await expect(file.read()).rejects.toEqual(code('STORE_CORRUPT_HEAD'));
    await file.close();
  });
});

describe('acknowledged head', () => {
  it.each([
    ['right after genesis', [slot(0), slot(0)], 0, 0],
    ['a record written and not acknowledged', [slot(0), slot(0)], 1, 0],
    ['in the middle of a chain', [slot(6), slot(5)], 6, 6],
    ['killed between record and slot', [slot(6), slot(5)], 7, 6],
    ['a slot torn while it was written', [slot(6), undefined], 7, 6],
  ] as const)('%s', (_, slots, newest, expected) => {
    expect(acknowledgedHead(slots, newest)).toEqual(slot(expected));
  });

  it.each([
    ['an acknowledged record is gone', [slot(6), slot(5)], 5, 'STORE_MISSING_RECORD'],
    ['records nobody acknowledged', [slot(6), slot(5)], 8, 'STORE_CORRUPT_HEAD'],
    ['a damaged slot without the record it was written for', [slot(6), undefined], 6, 'STORE_CORRUPT_HEAD'],
    ['heights that are no neighbours', [slot(6), slot(3)], 6, 'STORE_CORRUPT_HEAD'],
    ['no slot at all', [undefined, undefined], 6, 'STORE_CORRUPT_HEAD'],
  ] as const)('%s', (_, slots, newest, expected) => {
    expect(() => acknowledgedHead(slots, newest)).toThrow(code(expected));
  });
});
