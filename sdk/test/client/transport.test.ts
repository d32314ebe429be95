// The transport over any exchange of texts: batches, order, and what is no answer.
import type { ClientError } from '@weft/sdk/client/errors';
import { createTransport, httpTransport } from '@weft/sdk/client/transport';
import { describe, expect, it } from 'vitest';

interface Sent {
  readonly id: number;
  readonly method: string;
}
const code = (code: string, rest: Record<string, unknown> = {}) => expect.objectContaining({ code, ...rest });
const answering = (answer: (request: Sent | Sent[]) => unknown) =>
  createTransport(async (text) => {
    const made = answer(JSON.parse(text) as Sent | Sent[]);
    return typeof made === 'string' || made === undefined ? made : JSON.stringify(made);
  }, 'a test');

describe('transport', () => {
  it('puts the answers of a batch back into order, refusals among them, 100 requests an exchange', async () => {
    const sizes: number[] = [];
    const transport = answering((requests) => {
      const list = requests as Sent[];
      sizes.push(list.length);
      return list
        .map(({ id, method }) =>
          method === 'm7'
            ? { id, error: { code: -32000, message: 'no', data: { code: 'X_NO' } } }
            : { id, result: method },
        )
        .reverse();
    });
    const calls = Array.from({ length: 205 }, (_, index) => ({ method: `m${index}`, params: {} }));
    const outcomes = await transport.requestAll(calls);
    expect(sizes).toEqual([100, 100, 5]);
    expect(outcomes[204]).toEqual({ result: 'm204' });
    expect(outcomes[7]).toMatchObject({ error: { code: 'CLIENT_RPC', nodeCode: 'X_NO' } });
  });

  it.each([
    ['nothing', () => undefined],
    ['no JSON', () => '<html>'],
    ['neither result nor error', () => ({ id: 1 })],
    ['null', () => 'null'],
  ])('%s is no answer', async (_name, answer) => {
    await expect(answering(answer).request('weft_status', {})).rejects.toThrow(code('CLIENT_ANSWER'));
  });

  it('a batch answered by one refusal is that refusal; by something else, no answer', async () => {
    const calls = [{ method: 'a', params: {} }];
    const refusing = answering(() => ({ id: null, error: { code: -32600, message: 'too many' } }));
    await expect(refusing.requestAll(calls)).rejects.toThrow(code('CLIENT_RPC', { nodeCode: '-32600' }));
    await expect(answering(() => ({ id: 1, result: 1 })).requestAll(calls)).rejects.toThrow(
      code('CLIENT_ANSWER'),
    );
  });

  it('nobody there is a transport error with its cause', async () => {
    const error = await httpTransport('http://127.0.0.1:9', 2000)
      .request('weft_status', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CLIENT_TRANSPORT' });
    expect((error as ClientError).walk()).not.toBe(error);
  });
});
