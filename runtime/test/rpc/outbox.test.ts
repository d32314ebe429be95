// Answers of one turn: together at its end, in order, sixteen at most.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Outbox } from '@weft/runtime/rpc/outbox';
import type { FastifyReply } from 'fastify';
import { describe, expect, it, vi } from 'vitest';

/** A reply whose end is noted. */
function reply(sent: (string | undefined)[]): FastifyReply {
  const raw = { writeHead: vi.fn(), end: (text: string) => void sent.push(text) };
  const made = {
    request: { raw: { headers: {} } },
    raw,
    hijack: vi.fn(),
    code: () => made,
    send: () => void sent.push(undefined),
  };
  return made as unknown as FastifyReply;
}

describe('outbox', () => {
  it('sends what one turn answered at its end, in order, and then gives places back', async () => {
    const outbox = new Outbox();
    const sent: (string | undefined)[] = [];
    const leave = vi.fn(() => expect(sent).toEqual(['1', undefined]));
    outbox.put(reply(sent), '1', undefined);
    outbox.put(reply(sent), undefined, { turn: vi.fn(), leave });
    expect(sent).toEqual([]);
    await nextTurn();
    expect(sent).toEqual(['1', undefined]);
    expect(leave).toHaveBeenCalledOnce();
    outbox.put(reply(sent), '3', undefined);
    await nextTurn();
    expect(sent).toEqual(['1', undefined, '3']);
  });

  it('lets sixteen wait, not more', async () => {
    const outbox = new Outbox();
    const sent: (string | undefined)[] = [];
    for (let answer = 1; answer <= 40; answer++) {
      outbox.put(reply(sent), String(answer), undefined);
      expect(sent).toHaveLength(answer - (answer % 16));
    }
    await nextTurn();
    expect(sent).toEqual(Array.from({ length: 40 }, (_, at) => String(at + 1)));
  });
});
