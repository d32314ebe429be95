// ABI types to layouts, and the form of a section that anybody may have written.
import { utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { type Abi, abiLayout, decodeAbi, encodeAbi } from '@weft/runtime/types/abi';
import { layoutText } from '@weft/runtime/types/layout';
import { describe, expect, it } from 'vitest';

const abi: Abi = {
  version: 1,
  name: 'Sample',
  methods: [
    {
      name: 'put',
      kind: 'call',
      payable: false,
      selector: 7,
      args: [{ name: 'rows', type: 'Row[]' }],
      result: 'u64',
      access: [],
    },
  ],
  events: [
    { name: 'Put', id: '0011223344556677', fields: [{ name: 'who', type: 'address', indexed: true }] },
  ],
  errors: [{ name: 'Full', selector: 9, args: [] }],
  structs: [
    {
      name: 'Row',
      fields: [
        { name: 'id', type: 'u64' },
        { name: 'tags', type: 'Tag[]?' },
      ],
    },
    {
      name: 'Tag',
      fields: [
        { name: 'text', type: 'string' },
        { name: 'raw', type: 'fixed20' },
      ],
    },
    { name: 'Loop', fields: [{ name: 'next', type: 'Loop?' }] },
  ],
  fields: [{ name: 'rows', id: '0011223344556677', kind: 0, keys: ['u64'], type: 'Row' }],
};

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'none';
}

describe('abi', () => {
  it('layouts: simple types, lists, options, structs by name', () => {
    expect(layoutText(abiLayout(abi, 'u128'))).toBe('u128');
    expect(layoutText(abiLayout(abi, 'Row[]'))).toBe('(u64,(string,fixed20)[]?)[]');
    expect(layoutText(abiLayout(abi, 'address?'))).toBe('address?');
  });

  it('layouts: unknown names and endless structs are refused', () => {
    for (const type of ['', 'u7', 'Missing', 'Loop', 'fixed0', '[]']) {
      expect(
        codeOf(() => abiLayout(abi, type)),
        type,
      ).toBe('ABI_TYPE');
    }
  });

  it('section: round trip', () => {
    expect(decodeAbi(encodeAbi(abi))).toEqual(abi);
  });

  it('section: any field of the wrong form is refused', () => {
    const broken: unknown[] = [null, [], 5, {}, { ...abi, version: 2 }, { ...abi, methods: [{}] }];
    broken.push({ ...abi, events: [{ ...abi.events[0], fields: [{ name: 'a', type: 'u8' }] }] });
    broken.push({ ...abi, methods: [{ ...abi.methods[0], kind: 'other' }] });
    broken.push({ ...abi, methods: [{ ...abi.methods[0], selector: 1.5 }] });
    for (const value of broken) {
      expect(
        codeOf(() => decodeAbi(utf8(JSON.stringify(value)))),
        JSON.stringify(value),
      ).toBe('ABI_FORM');
    }
    expect(codeOf(() => decodeAbi(utf8('{')))).toBe('ABI_FORM');
    expect(codeOf(() => decodeAbi(new Uint8Array([0xff])))).toBe('ABI_FORM');
  });
});
