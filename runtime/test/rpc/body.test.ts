// Bodies as they come: a large one a part a turn, and none of it once it is refused.
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BodyRefusal, readBody, SMALL_BYTES } from '@weft/runtime/rpc/body';
import { describe, expect, it, vi } from 'vitest';

const bounds = { bytesMax: 1 << 20, depthMax: 4, itemsMax: 4 };

/** A request with all of its body there, and a place whose turns come when they are asked for. */
function read(parts: readonly string[]) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const stream = new Readable({ read: () => undefined });
  for (const part of parts) stream.push(part);
  stream.push(null);
  const request = Object.assign(stream, { headers: { 'content-length': String(length) } });
  const turns: (() => void)[] = [];
  const leave = vi.fn();
  let late: () => void = () => undefined;
  const texts: string[] = [];
  const refusals: BodyRefusal[] = [];
  readBody(request as unknown as IncomingMessage, {
    bounds,
    enter(begin, whenLate) {
      late = whenLate;
      begin();
      return { turn: (work) => void turns.push(work), leave };
    },
    onText: (text) => void texts.push(text),
    onRefusal: (why) => void refusals.push(why),
  });
  return { request, turns, texts, refusals, leave, late: () => late() };
}

describe('a large body', () => {
  const parts = ['{"a":"', ...Array.from({ length: 3 }, (_, at) => String(at).repeat(SMALL_BYTES)), '"}'];

  it('is read a part a turn, however much of it is there, and is whole in the end', async () => {
    const { turns, texts, refusals, leave } = read(parts);
    for (let part = 1; part < parts.length; part++) {
      await nextTurn();
      expect(turns).toHaveLength(1);
      expect(texts).toHaveLength(0);
      turns.pop()?.();
    }
    await nextTurn();
    expect(texts.map((text) => text === parts.join(''))).toEqual([true]);
    expect(refusals).toEqual([]);
    // Whoever is told gives it back.
    expect(leave).not.toHaveBeenCalled();
  });

  it('that came too late is read no further, also by a turn it had asked for', async () => {
    const { request, turns, texts, refusals, leave, late } = read(parts);
    await nextTurn();
    late();
    expect(refusals).toEqual(['late']);
    expect(leave).toHaveBeenCalledOnce();
    turns.pop()?.();
    await nextTurn();
    expect(request.isPaused()).toBe(true);
    expect(turns).toEqual([]);
    expect(texts).toHaveLength(0);
  });
});
