// Project Wycheproof's Ed25519 tests under both rules and both implementations. Test 151 is invalid under RFC 8032 for
// its encoding of R alone (y = 1 with the sign bit), which ZIP-215 takes by definition: it is the one answer that differs.
import { readFileSync } from 'node:fs';
import { fromHex } from '@weft/runtime/base/bytes';
import * as native from '@weft/runtime/base/crypto/native';
import * as portable from '@weft/runtime/base/crypto/portable';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

interface Group {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}

const folder = sharedData('wycheproof');
describe.skipIf(folder === undefined)('wycheproof ed25519', () => {
  const text = folder ? readFileSync(`${folder}ed25519_test.json`, 'utf8') : '{"testGroups":[]}';
  const groups = (JSON.parse(text) as { testGroups: Group[] }).testGroups;
  const tests = groups.flatMap((group) =>
    group.tests.map((test) => ({ ...test, publicKey: group.publicKey.pk })),
  );

  it('holds 151 tests', () => {
    expect(tests).toHaveLength(151);
  });

  it.each([
    { name: 'native, strict', verify: native.ed25519VerifyStrict, differing: [] },
    { name: 'native, ZIP-215', verify: native.ed25519VerifyZip215, differing: [151] },
    { name: 'portable, strict', verify: portable.ed25519VerifyStrict, differing: [] },
    { name: 'portable, ZIP-215', verify: portable.ed25519VerifyZip215, differing: [151] },
  ])('all answers are as the rule says: $name', ({ verify, differing }) => {
    const wrong = tests.filter((test) => {
      const accepted = verify(fromHex(test.sig), fromHex(test.msg), fromHex(test.publicKey));
      return accepted !== (test.result === 'valid');
    });
    expect(wrong.map((test) => test.tcId)).toEqual(differing);
  });
});
