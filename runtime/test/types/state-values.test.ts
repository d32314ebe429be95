// Keys and stored values: bounds, and the system contract's keys that no two things share.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { sha256 } from '@weft/runtime/base/hash';
import * as keys from '@weft/runtime/types/key';
import * as system from '@weft/runtime/types/system';
import * as values from '@weft/runtime/types/value';
import { describe, expect, it } from 'vitest';
import { filled } from './samples.js';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('state keys', () => {
  it('have parts that read back, and a bound', () => {
    const field = keys.fieldId('f');
    const key = keys.encodeStateKey(2, filled(1), field, [filled(2)]);
    expect([keys.keyKind(key), toHex(keys.keyContract(key)), toHex(keys.keyField(key))]).toEqual([
      2,
      toHex(filled(1)),
      toHex(field),
    ]);
    const longest = [new Uint8Array(1024 - keys.KEY_HEAD_BYTES - 2)];
    expect(keys.encodeStateKey(0, filled(1), field, longest)).toHaveLength(1024);
    expect(codeOf(() => keys.encodeStateKey(0, filled(1), field, [...longest, new Uint8Array(0)]))).toBe(
      'CODEC_LIMIT',
    );
    expect(codeOf(() => keys.encodeStateKey(0, filled(1).slice(1), field, []))).toBe('CODEC_LENGTH');
    expect(codeOf(() => keys.decodeStateKey(Uint8Array.of(4, ...key.slice(1))))).toBe('CODEC_TAG');
    expect(codeOf(() => keys.asStateKey(new Uint8Array(1025)))).toBe('CODEC_LIMIT');
    expect(keys.asStateKey(key)).toBe(key);
  });

  it('components never run into each other', () => {
    const encode = (...parts: number[][]) =>
      toHex(
        keys.encodeStateKey(
          0,
          filled(1),
          keys.fieldId('f'),
          parts.map((part) => Uint8Array.from(part)),
        ),
      );
    const all = [
      encode(),
      encode([]),
      encode([], []),
      encode([1]),
      encode([1], []),
      encode([], [1]),
      encode([1, 2]),
      encode([1], [2]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('stored values', () => {
  it('cells: 0 is absent, the range holds, a stored 0 or another width is refused', () => {
    for (const kind of [1, 2, 3] as const) {
      const max = keys.cellMax(kind);
      expect(values.encodeCell(kind, 0n)).toBeUndefined();
      expect(values.decodeCell(kind, undefined)).toBe(0n);
      expect(values.decodeCell(kind, values.encodeCell(kind, max))).toBe(max);
      expect(values.encodeCell(kind, 1n)).toHaveLength(1 + keys.cellBits(kind) / 8);
      expect(codeOf(() => values.encodeCell(kind, max + 1n))).toBe('CODEC_RANGE');
      expect(codeOf(() => values.encodeCell(kind, -1n))).toBe('CODEC_RANGE');
      const zero = Uint8Array.of(0x20, ...new Uint8Array(keys.cellBits(kind) / 8));
      expect(codeOf(() => values.decodeCell(kind, zero))).toBe('CODEC_RANGE');
    }
    expect(codeOf(() => values.decodeCell(2, values.encodeCell(1, 5n)))).toBe('CODEC_LENGTH');
  });

  it('carry their kind and have a bound', () => {
    expect(values.encodeBytesValue(new Uint8Array(65_535))).toHaveLength(65_536);
    expect(codeOf(() => values.encodeBytesValue(new Uint8Array(65_536)))).toBe('CODEC_LIMIT');
    expect(codeOf(() => values.decodeBytesValue(new Uint8Array(0)))).toBe('CODEC_TRUNCATED');
    expect(codeOf(() => values.decodeBytesValue(Uint8Array.of(0x11)))).toBe('CODEC_TAG');
    expect(codeOf(() => values.decodeBytesValue(values.markerValue()))).toBe('CODEC_TAG');
  });

  it('a code record fits its chunks', () => {
    const record = { size: 65_001, chunks: 2, access: new Uint8Array(3), initialPages: 1 };
    expect(system.decodeCodeRecord(system.encodeCodeRecord(record))).toEqual(record);
    expect(codeOf(() => system.encodeCodeRecord({ ...record, chunks: 1 }))).toBe('CODEC_LIMIT');
    expect(codeOf(() => system.encodeCodeRecord({ ...record, size: 0, chunks: 0 }))).toBe('CODEC_LIMIT');
    expect(system.encodeCodeRecord({ ...record, access: new Uint8Array(61_440) }).length).toBeLessThan(
      65_536,
    );
  });
});

describe('system contract', () => {
  it('no two of its keys are one', () => {
    const a = filled(1);
    const all = [
      system.balanceKey(a),
      system.nonceKey(a, 0),
      system.nonceKey(a, 1),
      system.expiringNonceKey(a, 5, a),
      system.expiringNonceKey(a, 6, a),
      system.accountKey(a),
      system.contractKey(a),
      system.codeKey(a),
      system.codeChunkKey(a, 0),
      system.codeChunkKey(a, 1),
      system.parametersKey(),
      system.validatorsKey(),
      system.hooksKey(),
      system.upgradesKey(),
      system.genesisKey(),
    ];
    expect(new Set(all.map(toHex)).size).toBe(all.length);
    for (const key of all) expect(toHex(keys.keyContract(key))).toBe(toHex(system.SYSTEM_ADDRESS));
    expect(codeOf(() => system.nonceKey(a, 16))).toBe('CODEC_RANGE');
  });

  it('its methods have the selectors of their signatures', () => {
    const { upload, create, transfer, upgrade, setUpgradeAuthority, setAuthorisation } =
      system.SYSTEM_METHODS;
    // First 4 bytes of SHA-256 of `upload(bytes)` and so on, read little-endian.
    expect([upload.selector, create.selector, transfer.selector]).toEqual([
      0x4f2b6ce3, 0x913e11b2, 0x24d419cc,
    ]);
    expect([upgrade, setUpgradeAuthority, setAuthorisation].map(({ selector }) => selector)).toEqual(
      [
        'upgrade(address,hash,(u64,u32,bytes)?)',
        'setUpgradeAuthority(address,address?)',
        'setAuthorisation(u8,bytes)',
      ].map((signature) => new DataView(sha256(utf8(signature)).buffer).getUint32(0, true)),
    );
  });
});
