// The folder of a store: made with those above it, or a code that says why not.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the folder of a store', () => {
  it('is made with those above it, twice at once as well', async () => {
    const paths = ['a/b/c/one', 'a/b/c/two'].map((path) => join(folder, path));
    const stores = await Promise.all(paths.map((path) => openLevelStore(path)));
    for (const store of stores) await store.close();
    for (const path of paths) expect(existsSync(path)).toBe(true);
  });

  it('is refused below a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(openLevelStore(join(folder, 'file', 'x'))).rejects.toMatchObject({
      code: 'STORE_OPEN_FAILED',
    });
  });

  it.runIf(existsSync('/proc/self'))('is refused where the system takes no folders', async () => {
    await expect(openLevelStore('/proc/weft/chain')).rejects.toMatchObject({ code: 'STORE_OPEN_FAILED' });
  });
});
