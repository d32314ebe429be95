import { LIMITS } from '@weft/runtime/base/limits';
import type { Store } from '@weft/runtime/ports/store';
import { createFlushBehind } from '@weft/runtime/state/flush-behind';
import { StoreError } from '@weft/runtime/store/errors';
import { describe, expect, it } from 'vitest';

/** A store whose flushes end when the test says so. */
function createSlowStore() {
  const flushes: { height: number; end: (error?: Error) => void }[] = [];
  const flush = (height: number): Promise<void> =>
    new Promise((resolve, reject) => {
      flushes.push({ height, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { flushes, store: { flush } satisfies Pick<Store, 'flush'> };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('flush behind', () => {
  it('flushes several blocks at once, the newest boundary each time', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height <= LIMITS.flushBlocks; height++) await behind.add(height);
    expect(flushes.map(({ height }) => height)).toEqual([LIMITS.flushBlocks]);
    await behind.add(LIMITS.flushBlocks + 1);
    expect(flushes.length).toBe(1);
    const drained = behind.drain();
    flushes[0]!.end();
    await expect.poll(() => flushes.length).toBe(2);
    flushes[1]!.end();
    await drained;
    expect(flushes[1]).toMatchObject({ height: LIMITS.flushBlocks + 1 });
    expect(behind.lag).toBe(0);
  });

  it('makes the next block wait once the lag is at its bound', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height < LIMITS.flushLagBlocks; height++) await behind.add(height);
    let went = false;
    const waiting = behind.add(LIMITS.flushLagBlocks).then(() => {
      went = true;
    });
    await turn();
    expect(went).toBe(false);
    flushes[0]!.end();
    await waiting;
    expect(behind.lag).toBe(LIMITS.flushLagBlocks - LIMITS.flushBlocks);
  });

  it('tells a failed flush to the next block and to a stop', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height <= LIMITS.flushBlocks; height++) await behind.add(height);
    flushes[0]!.end(new Error('broken'));
    await turn();
    await expect(behind.add(LIMITS.flushBlocks + 1)).rejects.toThrow('broken');
    await expect(behind.drain()).rejects.toThrow('broken');
  });

  it('goes on after a full disk, which only a block at the bound hears of', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height <= LIMITS.flushBlocks; height++) await behind.add(height);
    const full = (): void => flushes.at(-1)!.end(new StoreError('STORE_DISK_FULL'));
    full();
    await turn();
    for (let height = LIMITS.flushBlocks + 1; height < LIMITS.flushLagBlocks; height++) {
      await behind.add(height);
      full();
      await turn();
    }
    const refused = behind.add(LIMITS.flushLagBlocks);
    await turn();
    full();
    await expect(refused).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
    const again = behind.add(LIMITS.flushLagBlocks);
    await turn();
    flushes.at(-1)!.end();
    await again;
    expect(behind.lag).toBe(0);
  });
});
