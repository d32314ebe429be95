// Files of instrumented code: kept over a restart, bounded, and no fault of a disk is anybody's error.
import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCodeFiles } from '@weft/runtime/store/files/code-files';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-code-'));
});
afterEach(async () => {
  await chmod(folder, 0o700).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

const nameOf = (digit: number): string => digit.toString(16).padStart(64, '0');
const content = (byte: number, length = 100): Uint8Array => new Uint8Array(length).fill(byte);
const plain = (bytes: Uint8Array | undefined) => bytes && new Uint8Array(bytes);

test('code files: what was written is read at once, and after a restart', async () => {
  const files = openCodeFiles(join(folder, 'code'));
  files.write(nameOf(1), content(1));
  expect(files.read(nameOf(1))).toEqual(content(1));
  expect(files.read(nameOf(2))).toBeUndefined();
  await files.close();
  expect(plain(openCodeFiles(join(folder, 'code')).read(nameOf(1)))).toEqual(content(1));
});

test('code files: the ones used longest ago make room, over a restart too', async () => {
  const options = { bytesMax: 350 };
  const files = openCodeFiles(folder, options);
  for (const digit of [1, 2, 3]) files.write(nameOf(digit), content(digit));
  await files.close();
  files.read(nameOf(1));
  files.write(nameOf(4), content(4));
  await files.close();
  expect([1, 2, 3, 4].map((digit) => files.read(nameOf(digit)) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(await readdir(folder)).toHaveLength(3);
  await utimes(join(folder, `${nameOf(3)}.code`), 1, 1);
  const smaller = openCodeFiles(folder, { bytesMax: 250 });
  expect([1, 3, 4].map((digit) => smaller.read(nameOf(digit)) !== undefined)).toEqual([true, false, true]);
  smaller.write(nameOf(5), content(5, 251));
  await smaller.close();
  expect(smaller.read(nameOf(5))).toBeUndefined();
});

test('code files: writes that wait are bounded', async () => {
  const files = openCodeFiles(folder, { waitingMax: 250 });
  for (const digit of [1, 2, 3]) files.write(nameOf(digit), content(digit));
  await files.close();
  expect((await readdir(folder)).sort()).toEqual([1, 2].map((digit) => `${nameOf(digit)}.code`));
});

test('code files: unfinished files go, files of others stay', async () => {
  await writeFile(join(folder, `${nameOf(1)}.tmp`), 'half');
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const files = openCodeFiles(folder, { bytesMax: 10 });
  files.write(nameOf(2), content(2, 5));
  await files.close();
  expect((await readdir(folder)).sort()).toEqual([`${nameOf(2)}.code`, 'notes.txt']);
});

test('code files: a file that is gone, and a folder that is none, keep nothing and throw nothing', async () => {
  const files = openCodeFiles(folder);
  files.write(nameOf(1), content(1));
  await files.close();
  await rm(join(folder, `${nameOf(1)}.code`));
  expect(files.read(nameOf(1))).toBeUndefined();
  await writeFile(join(folder, 'file'), 'no folder');
  const none = openCodeFiles(join(folder, 'file'));
  none.write(nameOf(1), content(1));
  await none.close();
  expect(none.read(nameOf(1))).toBeUndefined();
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('no folder');
});
