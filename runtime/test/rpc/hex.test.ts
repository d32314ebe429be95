// Hexadecimal at the edge: Node's routine and ours take the same texts and refuse the same.
import { toHex } from '@weft/runtime/base/bytes';
import { hexJson, ownBytes } from '@weft/runtime/rpc/hex';
import { describe, expect, it } from 'vitest';

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (37 * index) & 0xff);

describe('hexadecimal of any length', () => {
  it('is read as it was written', () => {
    for (const length of [0, 1, 63, 64, 65, 300, 100_000]) {
      const bytes = bytesOf(length);
      expect(hexJson(bytes)).toBe(`0x${toHex(bytes)}`);
      expect(toHex(ownBytes(hexJson(bytes)))).toBe(toHex(bytes));
    }
  });

  it('is refused with the place of what is no digit, capitals and characters that end like digits too', () => {
    const text = hexJson(bytesOf(300));
    for (const wrong of ['A', 'g', ' ', '\u0131', '\u{1f431}']) {
      const refused = text.slice(0, 402) + wrong + text.slice(402 + wrong.length);
      expect(() => ownBytes(refused)).toThrow(expect.objectContaining({ code: 'CODEC_HEX' }));
      expect(() => ownBytes(refused)).toThrow(/digit 400/);
    }
    expect(() => ownBytes(text.slice(0, -1))).toThrow(expect.objectContaining({ code: 'CODEC_HEX' }));
  });
});
