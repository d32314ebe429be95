// The bytes in test/golden: cut by the codecs once, kept for ever. A difference is a change of a format: it needs a new
// version, or before v0.1.0 a commit that says so. WEFT_GOLDEN=write cuts them anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { indexedRoot } from '@weft/runtime/base/indexed-root';
import { decodeAccessSection, encodeAccessSection } from '@weft/runtime/types/access-codec';
import { decodeGenesis, encodeGenesis, genesisHash } from '@weft/runtime/types/genesis-codec';
import { decodeHeader, encodeHeader, headerHash } from '@weft/runtime/types/header-codec';
import { decodeStateKey, encodeStateKey } from '@weft/runtime/types/key';
import { decodeParameters, encodeParameters } from '@weft/runtime/types/parameters';
import {
  decodeEvent,
  decodeReceipt,
  encodeEvent,
  encodeReceipt,
  eventRoot,
  receiptRoot,
} from '@weft/runtime/types/receipt-codec';
import { decodeBlockRecord, encodeBlockRecord } from '@weft/runtime/types/record-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeUpgrades, encodeUpgrades } from '@weft/runtime/types/upgrade';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as arbitrary from './arbitraries.js';
import * as sample from './samples.js';

/** Samples made by a fixed seed, so that cutting them anew gives the same ones. */
const SEED = 1;
const COUNT = 12;
const FOLDER = new URL('../../../test/golden/', import.meta.url);

interface Golden {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  /** Hashes that follow from the bytes, by name. */
  readonly derive?: (bytes: Uint8Array) => Record<string, Uint8Array>;
}

const drawn = <T>(values: fc.Arbitrary<T>): T[] => fc.sample(values, { seed: SEED, numRuns: COUNT });
const signed = decodeTransaction(signTransaction(sample.sponsoredBody, sample.filled(1), sample.filled(2)));

const FORMATS: readonly Golden[] = [
  {
    name: 'key',
    values: [...Object.values(sample.keys), ...drawn(arbitrary.stateKey).map(decodeStateKey)],
    encode: ({ kind, contract, field, components }: ReturnType<typeof decodeStateKey>) =>
      encodeStateKey(kind, contract, field, components),
    decode: decodeStateKey,
  },
  {
    name: 'transaction',
    values: [sample.transactionLane, signed, ...drawn(arbitrary.transaction)],
    encode: encodeTransaction,
    decode: decodeTransaction,
    derive: (bytes) => {
      const { id, wireHash, signingBytes } = decodeTransaction(bytes);
      return { id, wireHash, signingBytes };
    },
  },
  {
    name: 'access',
    values: [sample.accessTransfer, sample.accessEverything, ...drawn(arbitrary.accessSection)],
    encode: encodeAccessSection,
    decode: decodeAccessSection,
  },
  {
    name: 'receipt',
    values: [sample.receiptOk, sample.receiptRevert, ...drawn(arbitrary.receipt)],
    encode: encodeReceipt,
    decode: decodeReceipt,
  },
  {
    name: 'event',
    values: [sample.event, ...drawn(arbitrary.contractEvent)],
    encode: encodeEvent,
    decode: decodeEvent,
  },
  {
    name: 'header',
    values: [sample.header, ...drawn(arbitrary.header)],
    encode: encodeHeader,
    decode: decodeHeader,
    derive: (bytes) => ({ hash: headerHash(decodeHeader(bytes)) }),
  },
  {
    name: 'parameters',
    values: [sample.parameters, ...drawn(arbitrary.parameters)],
    encode: encodeParameters,
    decode: decodeParameters,
  },
  {
    name: 'genesis',
    values: [sample.genesis, ...drawn(arbitrary.genesis)],
    encode: encodeGenesis,
    decode: decodeGenesis,
    derive: (bytes) => ({ hash: genesisHash(decodeGenesis(bytes)) }),
  },
  {
    name: 'upgrades',
    values: [sample.upgrades, ...drawn(arbitrary.upgrades)],
    encode: encodeUpgrades,
    decode: decodeUpgrades,
  },
  {
    name: 'record',
    values: [sample.blockRecord, ...drawn(arbitrary.blockRecord)],
    encode: encodeBlockRecord,
    decode: decodeBlockRecord,
    derive: (bytes) => {
      const { block } = decodeBlockRecord(bytes);
      return {
        hash: block.hash,
        transactionRoot: indexedRoot(block.transactions),
        receiptRoot: receiptRoot(block.receipts),
        eventRoot: eventRoot(block.events),
      };
    },
  },
];

interface Row {
  readonly bytes: string;
  readonly [derived: string]: string;
}

function cut({ values, encode, derive }: Golden): Row[] {
  return values.map((value) => {
    const bytes = encode(value as never);
    const derived = Object.entries(derive?.(bytes) ?? {}).map(([name, hash]) => [name, toHex(hash)]);
    return { bytes: toHex(bytes), ...Object.fromEntries(derived) };
  });
}

describe.each(FORMATS)('golden $name', (format) => {
  const file = new URL(`${format.name}.json`, FOLDER);
  if (process.env['WEFT_GOLDEN'] === 'write')
    writeFileSync(file, `${JSON.stringify(cut(format), null, 1)}\n`);
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Row[];

  it('every kept byte string decodes, encodes back, and gives its hashes', () => {
    expect(rows.length).toBeGreaterThanOrEqual(COUNT);
    for (const { bytes, ...hashes } of rows) {
      const value = format.decode(fromHex(bytes));
      expect(toHex(format.encode(value as never))).toBe(bytes);
      for (const [name, hash] of Object.entries(format.derive?.(fromHex(bytes)) ?? {}))
        expect(toHex(hash)).toBe(hashes[name]);
    }
  });

  it('the samples of the pages stand first and are cut alike today', () => {
    const today = cut(format);
    expect(rows.slice(0, today.length - COUNT)).toEqual(today.slice(0, today.length - COUNT));
  });
});
