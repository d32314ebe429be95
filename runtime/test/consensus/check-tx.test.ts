// The one request that is read without the generated decoder, against it: messages it writes, the same cut, changed and with
// more around them, and random bytes.
import { readCheckTx } from '@weft/runtime/consensus/comet/check-tx';
import { CheckTxType, Request, type RequestCheckTx } from 'cosmjs-types/tendermint/abci/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';

const seed = propertySeed('check-tx');

/** What the generated decoder finds; undefined: it refuses. */
function decoded(message: Uint8Array): Request | undefined {
  try {
    return Request.decode(message);
  } catch {
    return undefined;
  }
}

function encoded(tx: Uint8Array, type: CheckTxType): Uint8Array {
  return Request.encode(Request.fromPartial({ checkTx: { tx, type } })).finish();
}

/** Read among other bytes, as in a chunk of the socket. */
function read(message: Uint8Array, before: Uint8Array, after: Uint8Array): RequestCheckTx | undefined {
  const chunk = Buffer.concat([before, message, after]);
  return readCheckTx(chunk, before.length, before.length + message.length);
}

/** Whatever is read is what the generated decoder reads, and nothing else is in the message. */
function agrees(message: Uint8Array, before: Uint8Array, after: Uint8Array): boolean {
  const checkTx = read(message, before, after);
  if (checkTx === undefined) return false;
  const { checkTx: expected, ...others } = decoded(message) ?? {};
  expect(checkTx.type).toBe(expected?.type);
  expect(Buffer.compare(checkTx.tx, expected!.tx)).toBe(0);
  expect(others).toEqual({});
  return true;
}

const some = fc.uint8Array({ maxLength: 8 });
const type = fc.constantFrom(CheckTxType.NEW, CheckTxType.RECHECK);
const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  fc.integer({ min: 120, max: 17_000 }).map((length) => new Uint8Array(length).fill(length)),
);

describe('a CheckTx read where it stands', () => {
  it('is every one the generated encoder writes, new or checked again', () => {
    fc.assert(
      fc.property(bytes, type, some, some, (tx, kind, before, after) => {
        expect(agrees(encoded(tx, kind), before, after)).toBe(true);
      }),
      { seed },
    );
  });

  it('is nothing else than what the generated decoder reads, in messages cut, lengthened and changed', () => {
    const change = fc.record({ at: fc.nat(400), to: fc.integer({ min: 0, max: 255 }) });
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    const message = fc.tuple(bytes, type).map(([tx, kind]) => encoded(tx.subarray(0, 300), kind));
    fc.assert(
      fc.property(message, fc.nat(310), changes, some, some, (whole, length, list, before, after) => {
        agrees(whole.subarray(0, length), before, after);
        agrees(Buffer.concat([whole, after]), before, after);
        const changed = Uint8Array.from(whole);
        // The tags and lengths stand in front.
        for (const { at, to } of list) changed[at % Math.min(8, changed.length)] = to;
        for (const { at, to } of list.slice(1)) changed[changed.length - 1 - (at % 4)] = to;
        agrees(changed, before, after);
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('is nothing else in short messages of likely bytes', () => {
    const likely = fc.constantFrom(0x42, 0x0a, 0x10, 0, 1, 2, 3, 4, 5, 0x80, 0x81, 0xff);
    let read = 0;
    fc.assert(
      fc.property(fc.array(likely, { maxLength: 8 }), some, some, (message, before, after) => {
        if (agrees(Uint8Array.of(0x42, ...message), before, after)) read++;
      }),
      { seed, numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(0);
  });

  it('leaves to the generated decoder what has other fields, an unknown type or no transaction', () => {
    const tx = Uint8Array.of(1, 2, 3);
    const others = [
      Request.encode(Request.fromPartial({ flush: {} })).finish(),
      encoded(new Uint8Array(0), CheckTxType.RECHECK),
      encoded(tx, 2 as CheckTxType),
      Buffer.concat([encoded(tx, CheckTxType.NEW), encoded(tx, CheckTxType.NEW)]),
      new Uint8Array(0),
    ];
    for (const message of others)
      expect(read(message, new Uint8Array(0), Uint8Array.of(0x42, 2, 0x0a, 0))).toBe(undefined);
  });

  it('copies a new transaction and views one that is checked again', () => {
    const tx = new Uint8Array(100).fill(5);
    const isOwn = (kind: CheckTxType) => read(encoded(tx, kind), tx, tx)?.tx.buffer.byteLength === tx.length;
    expect(isOwn(CheckTxType.NEW)).toBe(true);
    expect(isOwn(CheckTxType.RECHECK)).toBe(false);
  });
});
