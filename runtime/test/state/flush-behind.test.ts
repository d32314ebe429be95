import { utf8 } from '@weft/runtime/base/bytes';
import { LIMITS } from '@weft/runtime/base/limits';
import type { StateEntry, Store } from '@weft/runtime/ports/store';
import { createFlushBehind } from '@weft/runtime/state/flush-behind';
import type { ValueChange } from '@weft/runtime/types/block';
import { describe, expect, it } from 'vitest';

/** A store whose flushes end when the test says so. */
function createSlowStore() {
  const flushes: { height: number; changes: readonly StateEntry[]; end: (error?: Error) => void }[] = [];
  const flush = (height: number, changes: readonly StateEntry[]): Promise<void> =>
    new Promise((resolve, reject) => {
      flushes.push({ height, changes, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { flushes, store: { flush } as unknown as Store };
}
const diff = (name: string, after: string): ValueChange[] => [
  { key: utf8(name), before: undefined, after: utf8(after) },
];

describe('flush behind', () => {
  it('writes the newest value of each key once, at a block boundary', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height <= LIMITS.flushBlocks; height++)
      await behind.add(height, diff('hot', `${height}`));
    expect(flushes.map(({ height, changes }) => [height, changes.length])).toEqual([[LIMITS.flushBlocks, 1]]);
    expect(flushes[0]!.changes[0]!.value).toEqual(utf8(`${LIMITS.flushBlocks}`));
    await behind.add(LIMITS.flushBlocks + 1, diff('late', 'x'));
    expect(flushes.length).toBe(1);
    const drained = behind.drain();
    flushes[0]!.end();
    await expect.poll(() => flushes.length).toBe(2);
    flushes[1]!.end();
    await drained;
    expect(flushes[1]).toMatchObject({ height: LIMITS.flushBlocks + 1, changes: [{ value: utf8('x') }] });
    expect(behind.lag).toBe(0);
  });

  it('makes the next block wait once the lag is at its bound', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height < LIMITS.flushLagBlocks; height++) await behind.add(height, diff('a', 'x'));
    let went = false;
    const waiting = behind.add(LIMITS.flushLagBlocks, diff('a', 'y')).then(() => {
      went = true;
    });
    await new Promise(setImmediate);
    expect(went).toBe(false);
    flushes[0]!.end();
    await waiting;
    expect(behind.lag).toBe(LIMITS.flushLagBlocks - LIMITS.flushBlocks);
  });

  it('tells a failed flush to the next block and to a stop', async () => {
    const { store, flushes } = createSlowStore();
    const behind = createFlushBehind(store, 0);
    for (let height = 1; height <= LIMITS.flushBlocks; height++) await behind.add(height, diff('a', 'x'));
    flushes[0]!.end(new Error('disk full'));
    await new Promise(setImmediate);
    await expect(behind.add(LIMITS.flushBlocks + 1, [])).rejects.toThrow('disk full');
    await expect(behind.drain()).rejects.toThrow('disk full');
  });
});
