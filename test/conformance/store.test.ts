import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { createMemoryDisk, createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { afterAll } from 'vitest';
import { testStore } from './store.js';

const root = mkdtempSync(join(tmpdir(), 'weft-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

testStore('memory', async () => {
  const disk = createMemoryDisk();
  return { open: async () => createMemoryStore(disk) };
});

testStore('level', async () => {
  const folder = join(root, `${folders++}`);
  return { open: () => openLevelStore(folder) };
});

testStore('level in this thread, in many small files', async () => {
  const folder = join(root, `${folders++}`);
  return { open: () => openLevelStore(folder, { thread: false, segmentBytes: 20_000 }) };
});
