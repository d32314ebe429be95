import { createKnownHashes } from '@weft/runtime/chain/known-hashes';
import { createTurns } from '@weft/runtime/chain/turns';
import { describe, expect, it } from 'vitest';

describe('turns', () => {
  it('runs one task at a time, in order, after failures too', async () => {
    const turns = createTurns(10);
    const log: string[] = [];
    const task = (name: string) => async () => {
      log.push(`${name} begins`);
      await null;
      log.push(`${name} ends`);
      if (name === 'b') throw new RangeError(name);
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.take(task(name))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('turns offers away when too many wait, and takes them again later', async () => {
    const turns = createTurns(1);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = turns.take(() => gate);
    await null;
    await null;
    const second = turns.offer(async () => 2);
    await expect(turns.offer(async () => 3)).rejects.toMatchObject({ code: 'QUERY_BUSY' });
    open();
    await first;
    expect(await second).toBe(2);
    expect(await turns.offer(async () => 4)).toBe(4);
  });
});

describe('known hashes', () => {
  it('forgets the oldest first and what it is told to', () => {
    const known = createKnownHashes<true>(2);
    const [a, b, c] = [1, 2, 3].map((byte) => new Uint8Array([byte])) as [Uint8Array, Uint8Array, Uint8Array];
    for (const bytes of [a, b, c]) known.set(bytes, true);
    expect([a, b, c].map((bytes) => known.get(bytes))).toEqual([undefined, true, true]);
    known.remove(b);
    expect(known.get(b)).toBeUndefined();
    known.set(a, true);
    known.set(b, true);
    expect([a, b, c].map((bytes) => known.get(bytes))).toEqual([true, true, undefined]);
  });

  it('knows bytes, not objects', () => {
    const known = createKnownHashes<true>(2);
    const copies = [1, 2, 3].map(() => new Uint8Array([7, 7]));
    expect(known.get(copies[0]!)).toBeUndefined();
    known.set(copies[1]!, true);
    expect(copies.map((bytes) => known.get(bytes))).toEqual([true, true, true]);
    known.remove(copies[2]!);
    expect(copies.map((bytes) => known.get(bytes))).toEqual([undefined, undefined, undefined]);
  });
});
