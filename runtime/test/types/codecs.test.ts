// Every format, at random: decoding gives back what was encoded, no proper prefix and no longer byte string decodes,
// and a changed byte string is refused or decodes to something that encodes to exactly it (one encoding of everything).
import { toHex } from '@weft/runtime/base/bytes';
import { decodeExact, Writer } from '@weft/runtime/base/codec';
import { WeftError } from '@weft/runtime/base/errors';
import { decodeAccessSection, encodeAccessSection } from '@weft/runtime/types/access-codec';
import { encodeExpression, readExpression } from '@weft/runtime/types/expression-codec';
import { decodeGenesis, encodeGenesis } from '@weft/runtime/types/genesis-codec';
import { decodeHeader, encodeHeader } from '@weft/runtime/types/header-codec';
import { decodeStateKey, encodeStateKey } from '@weft/runtime/types/key';
import { decodeLayout, encodeLayout, type Layout } from '@weft/runtime/types/layout';
import { decodeParameters, encodeParameters } from '@weft/runtime/types/parameters';
import { decodeEvent, decodeReceipt, encodeEvent, encodeReceipt } from '@weft/runtime/types/receipt-codec';
import { decodeBlockRecord, encodeBlockRecord } from '@weft/runtime/types/record-codec';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeUpgrades, encodeUpgrades } from '@weft/runtime/types/upgrade';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainTransaction } from '../support/plain-transaction.js';
import { propertySeed } from '../support/seed.js';
import * as arbitrary from './arbitraries.js';

interface Format {
  readonly name: string;
  readonly values: fc.Arbitrary<unknown>;
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  /** What has no end of its own: a state key's components run to the end of the bytes. */
  readonly openEnd?: boolean;
}

const FORMATS: readonly Format[] = [
  {
    name: 'transaction',
    values: arbitrary.transaction,
    encode: encodeTransaction,
    decode: decodeTransaction,
  },
  {
    name: 'access section',
    values: arbitrary.accessSection,
    encode: encodeAccessSection,
    decode: decodeAccessSection,
  },
  {
    name: 'expression',
    values: arbitrary.expression,
    encode: encodeExpression,
    decode: (bytes) => decodeExact(bytes, 'expression', (reader) => readExpression(reader, { depth: 1 })),
  },
  {
    name: 'layout',
    values: arbitrary.layout,
    encode: (layout: Layout) => {
      const writer = new Writer();
      encodeLayout(writer, layout);
      return writer.finish();
    },
    decode: (bytes) => decodeExact(bytes, 'layout', decodeLayout),
  },
  { name: 'upgrades', values: arbitrary.upgrades, encode: encodeUpgrades, decode: decodeUpgrades },
  { name: 'receipt', values: arbitrary.receipt, encode: encodeReceipt, decode: decodeReceipt },
  { name: 'event', values: arbitrary.contractEvent, encode: encodeEvent, decode: decodeEvent },
  { name: 'header', values: arbitrary.header, encode: encodeHeader, decode: decodeHeader },
  { name: 'parameters', values: arbitrary.parameters, encode: encodeParameters, decode: decodeParameters },
  { name: 'genesis', values: arbitrary.genesis, encode: encodeGenesis, decode: decodeGenesis },
  {
    name: 'block record',
    values: arbitrary.blockRecord,
    encode: encodeBlockRecord,
    decode: decodeBlockRecord,
  },
  {
    name: 'state key',
    values: arbitrary.stateKey.map(decodeStateKey),
    encode: ({ kind, contract, field, components }: ReturnType<typeof decodeStateKey>) =>
      encodeStateKey(kind, contract, field, components),
    decode: decodeStateKey,
    openEnd: true,
  },
];

/** Without what decoding adds to a transaction besides the fields that were encoded. */
function withoutDerived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('wireHash' in value)) return value;
  return plainTransaction(value as SignedTransaction);
}

/** The decoded value, or undefined when refused with a code; any other throw fails the test. */
function tryDecode(format: Format, bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: format.decode(bytes) };
  } catch (error) {
    if (error instanceof WeftError && error.code.startsWith('CODEC_')) return undefined;
    throw error;
  }
}

describe.each(FORMATS)('$name codec', (format) => {
  const seed = propertySeed(`${format.name} codec`);

  it('decodes what it encodes', () => {
    const property = fc.property(format.values, (value) => {
      const bytes = format.encode(value as never);
      const again = withoutDerived(format.decode(bytes));
      expect(again).toEqual(value);
      expect(toHex(format.encode(again as never))).toBe(toHex(bytes));
    });
    fc.assert(property, { seed, numRuns: 200 });
  });

  it('refuses every proper prefix and every extension by a byte', () => {
    const property = fc.property(format.values, fc.integer({ min: 0, max: 255 }), (value, extra) => {
      const bytes = format.encode(value as never);
      const last = format.openEnd ? 40 : bytes.length - 1;
      for (let length = 0; length <= last; length++)
        expect(tryDecode(format, bytes.subarray(0, length))).toBeUndefined();
      expect(tryDecode(format, Uint8Array.from([...bytes, extra]))).toBeUndefined();
    });
    fc.assert(property, { seed, numRuns: 40 });
  });

  it('refuses a changed byte, or decodes to what encodes to the changed bytes', () => {
    const change = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    const property = fc.property(format.values, change, (value, edits) => {
      const bytes = Uint8Array.from(format.encode(value as never));
      for (const [at, bits] of edits) bytes[at % bytes.length]! ^= bits;
      const decoded = tryDecode(format, bytes);
      if (decoded) expect(toHex(format.encode(decoded.value as never))).toBe(toHex(bytes));
    });
    fc.assert(property, { seed, numRuns: 500 });
  });

  it('answers random bytes with a code or one value', () => {
    const property = fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const decoded = tryDecode(format, bytes);
      if (decoded) expect(toHex(format.encode(decoded.value as never))).toBe(toHex(bytes));
    });
    fc.assert(property, { seed, numRuns: 300 });
  });
});
