import { readFileSync } from 'node:fs';
import { fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import { assertLink, decodeFrame, encodeFrame } from '@weft/runtime/store/level/frame';
import { describe, expect, it } from 'vitest';

const PREVIOUS = new Uint8Array(32).fill(0xab);
const FRAME = { height: 5, transactions: 2, previous: PREVIOUS, payload: utf8('abc') };
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe('record frame', () => {
  it('is the bytes its page assembles by hand', () => {
    const page = readFileSync(new URL('../../docs/spec/store.md', import.meta.url), 'utf8');
    const block = /```frame\n([\s\S]*?)```/.exec(page)![1]!;
    const hex = block.replace(/;.*$/gm, '').replace(/\s+/g, '');
    expect(toHex(encodeFrame(FRAME).bytes)).toBe(hex);
    expect(decodeFrame(fromHex(hex), 5)).toEqual({ ...FRAME, checksum: encodeFrame(FRAME).checksum });
  });

  it('refuses every flipped bit, every prefix and any byte more', () => {
    const { bytes } = encodeFrame(FRAME);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeFrame(damaged, 5)).toThrow(code('STORE_CORRUPT_RECORD'));
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeFrame(bytes.slice(0, length), 5)).toThrow(code('STORE_CORRUPT_RECORD'));
    }
    expect(() => decodeFrame(new Uint8Array([...bytes, 0]), 5)).toThrow(code('STORE_CORRUPT_RECORD'));
  });

  it('refuses a sound frame in another place, by height or by link', () => {
    const { bytes } = encodeFrame(FRAME);
    expect(() => decodeFrame(bytes, 6)).toThrow(code('STORE_CORRUPT_RECORD'));
    const frame = decodeFrame(bytes, 5);
    assertLink(frame, PREVIOUS);
    expect(() => assertLink(frame, new Uint8Array(32))).toThrow(code('STORE_CORRUPT_RECORD'));
  });
});
