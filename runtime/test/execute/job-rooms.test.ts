// What a worker keeps between calls: rooms for senders and arguments, answers about contracts, cells where they are words.

import { bytesText } from '@weft/runtime/base/bytes';
import { bigintOf, setWords } from '@weft/runtime/base/words';
import { arenaOver, HEADER, Heap, NO_CODE } from '@weft/runtime/execute/parallel/arena';
import { cellBytes, loadCell, putCell } from '@weft/runtime/execute/parallel/arena-cells';
import { CallBytes } from '@weft/runtime/execute/parallel/call-bytes';
import { JobCodes, type ThreadCodes } from '@weft/runtime/execute/parallel/job-codes';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import type { CompiledCode } from '@weft/runtime/vm/compiled-code';
import { expect, test } from 'vitest';

function room() {
  const arena = arenaOver(new SharedArrayBuffer(1 << 16));
  arena.words[HEADER.heapCursor] = 4096;
  arena.words[HEADER.heapEnd] = arena.bytes.length;
  return { arena, heap: new Heap(arena) };
}

function filled(length: number, first: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => first + 3 * index);
}

test('call bytes: senders and arguments of any length, one after the other', () => {
  const { arena, heap } = room();
  const given = new CallBytes(arena);
  for (const length of [0, 1, 2, 3, 4, 5, 48, 255, 256, 257, 1000, 48, 3]) {
    const sender = filled(32, length);
    const args = filled(length, 7 + length);
    const senderAt = heap.put(sender);
    const argsAt = heap.put(args);
    heap.put(filled(8, 99));
    expect(given.args(argsAt, length)).toEqual(args);
    expect(given.sender(senderAt)).toEqual(sender);
  }
});

test('call bytes: arguments of their own stay as they are when others follow', () => {
  const { arena, heap } = room();
  const given = new CallBytes(arena);
  const own = given.ownArgs(heap.put(filled(48, 1)), 48);
  given.args(heap.put(filled(48, 2)), 48);
  given.ownArgs(heap.put(filled(48, 3)), 48);
  expect(own).toEqual(filled(48, 1));
});

test('job codes: of a called contract the arena tells, of anybody else the thread, by what the bytes say now', () => {
  const { arena, heap } = room();
  const asked: string[] = [];
  const hashes: string[] = [];
  const posted = filled(32, 101);
  const thread: ThreadCodes = {
    contractAt: (address) => {
      asked.push(bytesText(address));
      return { codeHash: address.slice() as Hash32 };
    },
    sizeOf: () => 5,
    code: (hash) => {
      hashes.push(bytesText(hash));
      return { codeHash: hash } as CompiledCode;
    },
    modules: new Map([[bytesText(posted), { codeHash: posted } as CompiledCode]]),
  };
  const [first, second, system] = [1, 2, 0].map((byte) => filled(32, byte));
  const own = filled(32, 102);
  const names = heap.words(3);
  const places = heap.words(3);
  arena.words.set([heap.put(first!), heap.put(second!), heap.put(system!)], names);
  arena.words.set([heap.put(posted), heap.put(own), NO_CODE], places);
  arena.words[HEADER.contractNames] = names;
  arena.words[HEADER.contractCodes] = places;
  const job = new JobCodes(thread, arena);
  for (const turn of [0, 1, 2, 0, 1, 2]) {
    const address = job.address(turn);
    expect(address).toEqual([first, second, system][turn]);
    expect(job.address(turn)).toBe(address);
    const found = job.contractAt(address);
    expect(found?.codeHash).toEqual([posted, own, undefined][turn]);
    if (found !== undefined) expect(job.code(found.codeHash)?.codeHash).toEqual(found.codeHash);
  }
  expect(asked).toEqual([]);
  expect(hashes).toEqual([bytesText(own)]);
  // Whether a code somebody only names is on chain is for main to say, whatever the thread has.
  job.code(posted.slice() as Hash32);
  expect(hashes).toEqual([own, posted].map(bytesText));
  const sender = first!.slice() as Address;
  expect(job.contractAt(sender)?.codeHash).toEqual(first);
  sender.set(second!);
  expect(job.contractAt(sender)?.codeHash).toEqual(second);
});

test.each([1, 2, 3] as const)('arena cells: kind %i as the state stores it, wherever it stands', (kind) => {
  const { arena, heap } = room();
  const count = [0, 2, 4, 8][kind]!;
  const words = new Uint32Array(10);
  const back = new Uint32Array(10);
  for (const value of [0n, 1n, 0x0123_4567_89ab_cdefn, (1n << BigInt(32 * count)) - 1n]) {
    setWords(words, 1, count, value);
    const stored = encodeCell(kind, value);
    const at = putCell(arena, heap, words, 1, count);
    const length = at === 0 ? 0 : cellBytes(count);
    expect(length).toBe(stored?.length ?? 0);
    expect(decodeCell(kind, length === 0 ? undefined : arena.bytes.slice(at, at + length))).toBe(value);
    heap.put(filled(4, 1));
    loadCell(arena, at, length, back.fill(7), 1, count);
    expect(bigintOf(back, 1, count)).toBe(value);
    for (const shift of [0, 1, 2, 3]) {
      const place = heap.take(40) + shift;
      if (stored !== undefined) arena.bytes.set(stored, place);
      loadCell(arena, place, length, back.fill(7), 1, count);
      expect(bigintOf(back, 1, count)).toBe(value);
      expect([back[0], back[1 + count]]).toEqual([7, 7]);
    }
  }
});
