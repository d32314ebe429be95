// The pages of runtime/docs/spec and the codecs say the same bytes: each vector assembled by hand in a page is what the
// codec writes for the value, and what it reads back.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { indexedRoot } from '@weft/runtime/base/indexed-root';
import { decodeAccessSection, encodeAccessSection } from '@weft/runtime/types/access-codec';
import { accountAddress, contractAddress, decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import {
  decodeGenesis,
  decodeGenesisInfo,
  encodeGenesis,
  encodeGenesisInfo,
} from '@weft/runtime/types/genesis-codec';
import { decodeHeader, encodeHeader, headerHash } from '@weft/runtime/types/header-codec';
import { decodeStateKey, encodeStateKey } from '@weft/runtime/types/key';
import {
  decodeHooks,
  decodeParameters,
  decodeValidators,
  encodeHooks,
  encodeParameters,
  encodeValidators,
} from '@weft/runtime/types/parameters';
import { decodeEvent, decodeReceipt, encodeEvent, encodeReceipt } from '@weft/runtime/types/receipt-codec';
import { decodeBlockRecord, encodeBlockRecord } from '@weft/runtime/types/record-codec';
import * as system from '@weft/runtime/types/system';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeUpgrades, encodeUpgrades } from '@weft/runtime/types/upgrade';
import * as values from '@weft/runtime/types/value';
import { describe, expect, it } from 'vitest';
import { pageVectors } from '../support/spec-page.js';
import * as sample from './samples.js';

interface Case {
  readonly page: string;
  readonly vector: string;
  readonly value: unknown;
  readonly encode: (value: never) => Uint8Array | undefined;
  /** Absent: the vector is a hash. */
  readonly decode?: (bytes: Uint8Array) => unknown;
}

const keyCase = (vector: keyof typeof sample.keys): Case => ({
  page: 'key',
  vector,
  value: sample.keys[vector],
  encode: (key: (typeof sample.keys)[typeof vector]) =>
    encodeStateKey(key.kind, key.contract, key.field, key.components),
  decode: decodeStateKey,
});
const cell = (vector: string, kind: 1 | 3, value: bigint): Case => ({
  page: 'value',
  vector,
  value,
  encode: (item: bigint) => values.encodeCell(kind, item),
  decode: (bytes) => values.decodeCell(kind, bytes),
});
const validators = [
  { publicKey: sample.filled(0x11), power: 1n },
  { publicKey: sample.filled(0x22), power: 3n },
];

const CASES: readonly Case[] = [
  {
    page: 'address',
    vector: 'address-account',
    value: sample.filled(0x11),
    encode: (key) => accountAddress(0, key),
  },
  {
    page: 'address',
    vector: 'address-contract',
    value: [0x11, 0x22, 0x33].map(sample.filled),
    encode: ([creator, salt, code]: [Uint8Array, Uint8Array, Uint8Array]) =>
      contractAddress(creator, salt, code),
  },
  { page: 'address', vector: 'address-system', value: undefined, encode: () => system.SYSTEM_ADDRESS },
  keyCase('key-plain'),
  keyCase('key-cell'),
  keyCase('key-two-components'),
  {
    page: 'value',
    vector: 'value-bytes',
    value: utf8('hi'),
    encode: values.encodeBytesValue,
    decode: values.decodeBytesValue,
  },
  cell('value-cell-64', 1, 5n),
  cell('value-cell-256', 3, 1n << 255n),
  { page: 'value', vector: 'value-marker', value: undefined, encode: values.markerValue },
  {
    page: 'value',
    vector: 'value-contract',
    value: { codeHash: sample.filled(0x33), creator: sample.filled(0x11), authority: sample.filled(0x44) },
    encode: system.encodeContractRecord,
    decode: system.decodeContractRecord,
  },
  {
    page: 'value',
    vector: 'value-code',
    value: { size: 70_000, chunks: 2, initialPages: 1, access: Uint8Array.of(1, 2, 3) },
    encode: system.encodeCodeRecord,
    decode: system.decodeCodeRecord,
  },
  {
    page: 'value',
    vector: 'value-account',
    value: { scheme: 0, key: sample.filled(0x55) },
    encode: system.encodeAccountRecord,
    decode: system.decodeAccountRecord,
  },
  {
    page: 'value',
    vector: 'value-genesis',
    value: { chainName: 'loom', protocolVersion: 0, dev: true },
    encode: encodeGenesisInfo,
    decode: decodeGenesisInfo,
  },
  {
    page: 'value',
    vector: 'value-parameters',
    value: sample.parameters,
    encode: encodeParameters,
    decode: decodeParameters,
  },
  {
    page: 'value',
    vector: 'value-validators',
    value: validators,
    encode: encodeValidators,
    decode: decodeValidators,
  },
  {
    page: 'system',
    vector: 'upgrades',
    value: sample.upgrades,
    encode: encodeUpgrades,
    decode: decodeUpgrades,
  },
  {
    page: 'value',
    vector: 'value-hooks',
    value: [{ contract: sample.filled(0x11), selector: 0x12345678, at: 'end', gasLimit: 1_000 }],
    encode: encodeHooks,
    decode: decodeHooks,
  },
  {
    page: 'transaction',
    vector: 'transaction-lane',
    value: sample.transactionLane,
    encode: encodeTransaction,
    decode: decodeTransaction,
  },
  {
    page: 'transaction',
    vector: 'transaction-lane-id',
    value: sample.transactionLane,
    encode: (transaction: never) => decodeTransaction(encodeTransaction(transaction)).id,
  },
  {
    page: 'access',
    vector: 'access-transfer',
    value: sample.accessTransfer,
    encode: encodeAccessSection,
    decode: decodeAccessSection,
  },
  {
    page: 'access',
    vector: 'access-everything',
    value: sample.accessEverything,
    encode: encodeAccessSection,
    decode: decodeAccessSection,
  },
  {
    page: 'receipt',
    vector: 'receipt-ok',
    value: sample.receiptOk,
    encode: encodeReceipt,
    decode: decodeReceipt,
  },
  {
    page: 'receipt',
    vector: 'receipt-revert',
    value: sample.receiptRevert,
    encode: encodeReceipt,
    decode: decodeReceipt,
  },
  { page: 'receipt', vector: 'event', value: sample.event, encode: encodeEvent, decode: decodeEvent },
  { page: 'header', vector: 'header', value: sample.header, encode: encodeHeader, decode: decodeHeader },
  { page: 'header', vector: 'header-hash', value: sample.header, encode: headerHash },
  { page: 'header', vector: 'root-of-three', value: ['a', 'aa', 'aaa'].map(utf8), encode: indexedRoot },
  { page: 'header', vector: 'genesis', value: sample.genesis, encode: encodeGenesis, decode: decodeGenesis },
  {
    page: 'record',
    vector: 'record',
    value: sample.blockRecord,
    encode: encodeBlockRecord,
    decode: decodeBlockRecord,
  },
];

describe('spec pages', () => {
  it.each(CASES)(
    '$page.md, $vector: the codec writes and reads the same',
    ({ page, vector, value, encode, decode }) => {
      const bytes = pageVectors(page).get(vector);
      expect(bytes, `${vector} in ${page}.md`).toBeDefined();
      expect(toHex(encode(value as never)!)).toBe(toHex(bytes!));
      if (!decode) return;
      const decoded = decode(bytes!);
      if (typeof value === 'object' && !ArrayBuffer.isView(value) && !Array.isArray(value))
        expect(decoded).toMatchObject(value!);
      else expect(decoded).toEqual(value);
    },
  );

  it('every vector of every page is tested', () => {
    const pages = [...new Set(CASES.map((item) => item.page))];
    const written = pages.flatMap((page) => [...pageVectors(page).keys()]);
    expect(CASES.map((item) => item.vector).sort()).toEqual(written.sort());
  });

  it('addresses as text', () => {
    const account = accountAddress(0, sample.filled(0x11));
    const text = 'weft1ev0x9963084q2sm9t80venfnvq0rnxvtgauz5f7ucqy5jqkq2wlq7vfwwg';
    expect(encodeAddress(account)).toBe(text);
    expect(decodeAddress(text)).toEqual(account);
    expect(decodeAddress(text.toUpperCase())).toEqual(account);
    expect(encodeAddress(system.SYSTEM_ADDRESS)).toBe(
      'weft1anfw7reqgdgcyqst4x00znuafth9hzmehven0w0zgkykh67w95uqlykt2h',
    );
  });
});
