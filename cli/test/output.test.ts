// What reaches a terminal: nothing that strangers wrote can act there.
import { PassThrough } from 'node:stream';
import { ClientError, NodeRefusal } from '@weft/sdk/client/errors';
import { expect, test } from 'vitest';
import { createOutput } from '../dist/output.js';

function captured(json: boolean) {
  const [out, log] = [new PassThrough(), new PassThrough()];
  const output = createOutput(json, out as never, log as never);
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { output, out: () => text(out), log: () => text(log) };
}
const HOSTILE = 'safe\u001b[2J\u202egold\u0007';
const SHOWN = 'safe\\u{1b}[2J\\u{202e}gold\\u{7}';

test('control and direction characters are written out, in answers, remarks and refusals', () => {
  const { output, out, log } = captured(false);
  output.result({}, `${HOSTILE}\nsecond line`);
  expect(out()).toBe(`${SHOWN}\nsecond line\n`);
  output.note(HOSTILE);
  expect(log()).toBe(`${SHOWN}\n`);
  output.failure(new ClientError('CLIENT_TRANSPORT', { place: HOSTILE }, new Error(HOSTILE)));
  expect(log()).toContain(`(at ${SHOWN})\n  because ${SHOWN}\n`);
});

test('JSON keeps every character, escaped', () => {
  const { output, out } = captured(true);
  output.result({ text: HOSTILE, amount: 5n, bytes: Uint8Array.of(1, 255) }, 'unused');
  const line = out();
  expect(line).not.toContain('\u001b');
  expect(JSON.parse(line)).toEqual({ text: HOSTILE, amount: '5', bytes: '0x01ff' });
});

test('a refusal of a node is explained by its own code', () => {
  const { output, log } = captured(false);
  output.failure(
    new NodeRefusal({ code: 'ADMIT_FUNDS', message: 'too poor', context: {} }, 'weft_sendTransactions'),
  );
  expect(log()).toContain('  weft explain ADMIT_FUNDS\n');
});
