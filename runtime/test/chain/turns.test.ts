import { createKnownTransactions } from '@weft/runtime/chain/known-transactions';
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

describe('known transactions', () => {
  it('forgets the oldest first and what it is told to', () => {
    const known = createKnownTransactions<true>(2);
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
    const known = createKnownTransactions<true>(2);
    const copies = [1, 2, 3].map(() => new Uint8Array([7, 7]));
    expect(known.get(copies[0]!)).toBeUndefined();
    known.set(copies[1]!, true);
    expect(copies.map((bytes) => known.get(bytes))).toEqual([true, true, true]);
    known.remove(copies[2]!);
    expect(copies.map((bytes) => known.get(bytes))).toEqual([undefined, undefined, undefined]);
  });

  it('knows whole transactions, though it looks for them by a few bytes of the signature', () => {
    const known = createKnownTransactions<number>(8);
    const [a, b] = [1, 2].map((first) => new Uint8Array(300).fill(first, 0, 1)) as [Uint8Array, Uint8Array];
    known.set(a, 1);
    expect(known.get(b)).toBeUndefined();
    known.remove(b);
    expect(known.get(a)).toBe(1);
    known.set(b, 2);
    expect([known.get(a), known.get(b)]).toEqual([undefined, 2]);
    known.set(b, 3);
    expect(known.get(b)).toBe(3);
  });

  it('forgets the oldest where transactions are large', () => {
    const known = createKnownTransactions<true>(1000);
    const large = Array.from({ length: 5 }, (_, index) => new Uint8Array(16 * 1024 * 1024).fill(index, -32));
    for (const bytes of large) known.set(bytes, true);
    expect(large.map((bytes) => known.get(bytes))).toEqual([undefined, true, true, true, true]);
  });
});
