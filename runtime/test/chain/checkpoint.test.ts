// A chain opened from a checkpoint is the chain: same head, same next block; one it cannot use it passes over, by code.

import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChain } from '@weft/runtime/chain/open';
import { writeCheckpoint } from '@weft/runtime/state/checkpoint';
import { createCheckpointFile } from '@weft/runtime/store/checkpoint-file';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countingExecutor, startChain, type TestChain } from '../support/test-chain.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-checkpoint-'));
});
afterAll(async () => {
  await executor.close();
  await rm(folder, { recursive: true });
});

/** A chain of so many blocks, the last one holding an expiring nonce; its checkpoint in a file, written at `height`. */
async function chainWithCheckpoint(name: string, blocks: number, height: number) {
  const path = join(folder, name);
  const file = createCheckpointFile(path);
  const test = await startChain(genesis, executor);
  for (let block = 0; block <= blocks; block++) {
    const opened = test.chain.opened!;
    if (block === height) await writeCheckpoint(file, opened.state, opened.expiring.all());
    const nonce = { kind: 'expiring', bytes: new Uint8Array(32).fill(block + 1), expiry: 20 } as const;
    if (block < blocks)
      await test.block([
        transfer(genesis, { sequence: BigInt(block) }),
        transfer(genesis, { from: 1, nonce }),
      ]);
  }
  return { path, file, test };
}

/** Opens it again and compares what a next block depends on. */
async function reopen({ chain, store, disk }: TestChain, file: ReturnType<typeof createCheckpointFile>) {
  const { head, state, expiring } = chain.opened!;
  await store.close();
  const failures: unknown[] = [];
  const opened = await openChain(createMemoryStore(disk), {
    checkpoint: file,
    onCheckpointFailure: (error) => failures.push((error as { code: string }).code),
  });
  expect(opened.head).toEqual(head);
  expect(opened.state.root()).toEqual(state.root());
  expect(opened.state.size).toBe(state.size);
  expect(new Set(opened.expiring.all())).toEqual(new Set(expiring.all()));
  expect(expiring.all().length).toBeGreaterThan(0);
  return { opened, failures };
}

describe('chain: opening from a checkpoint', () => {
  it.each([0, 2, 5])('of height %i of 5: what was there is there', async (height) => {
    const { file, test } = await chainWithCheckpoint(`at-${height}`, 5, height);
    const { opened, failures } = await reopen(test, file);
    expect(failures).toEqual([]);
    expect(opened.checkpoints?.height).toBe(height);
    expect(opened.state.oldest).toBe(height);
  });

  it('reads no flat entry', async () => {
    const { file, test } = await chainWithCheckpoint('no-entries', 3, 3);
    test.disk.flat.clear();
    expect((await reopen(test, file)).failures).toEqual([]);
  });

  it('passes over a damaged, a cut and a foreign one, says so, and opens from the entries', async () => {
    const { path, file, test } = await chainWithCheckpoint('damaged', 3, 2);
    const whole = await readFile(path);
    const bytes = Uint8Array.from(whole);
    bytes[200]! ^= 4;
    await writeFile(path, bytes);
    const first = await reopen(test, file);
    expect(first.failures).toEqual(['STATE_CHECKPOINT_DAMAGED']);
    expect(first.opened.checkpoints?.height).toBeUndefined();
    await writeFile(path, whole);
    await truncate(path, 100);
    test.disk.locked = false;
    expect((await reopen(test, file)).failures).toEqual(['STATE_CHECKPOINT_DAMAGED']);
    const other = await chainWithCheckpoint('foreign', 4, 4);
    test.disk.locked = false;
    expect((await reopen(test, other.file)).failures).toEqual(['STATE_CHECKPOINT_STALE']);
    bytes.set(whole);
    bytes[8] = 2;
    await writeFile(path, bytes);
    test.disk.locked = false;
    expect((await reopen(test, file)).failures).toEqual(['STATE_CHECKPOINT_VERSION']);
  });

  it('passes over one whose following records are pruned', async () => {
    const { file, test } = await chainWithCheckpoint('pruned', 5, 1);
    await test.store.flush(5);
    await test.store.prune(4);
    expect((await reopen(test, file)).failures).toEqual(['STATE_CHECKPOINT_STALE']);
  });

  it('leaves no half-written file where writing fails', async () => {
    const path = join(folder, 'half');
    const file = createCheckpointFile(path);
    const pieces = async function* () {
      yield new Uint8Array(10);
      throw new Error('no more');
    };
    await expect(file.write(pieces())).rejects.toThrow('no more');
    expect((await readdir(folder)).filter((name) => name.startsWith('half'))).toEqual([]);
    expect(await file.open()).toBeUndefined();
  });
});
