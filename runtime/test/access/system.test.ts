// The system contract's methods: what upload, create and transfer declare.

import { explainAccess, resolveAccess } from '@weft/runtime/access/resolve';
import { concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { contractAddress } from '@weft/runtime/types/address';
import { encodeStateKey, fieldId } from '@weft/runtime/types/key';
import {
  accountKey,
  balanceKey,
  codeChunkKey,
  codeKey,
  contractKey,
  SYSTEM_ADDRESS,
  SYSTEM_CODE_HASH,
  SYSTEM_METHODS,
  upgradesKey,
} from '@weft/runtime/types/system';
import { describe, expect, it } from 'vitest';
import {
  added,
  arg,
  at,
  bytes,
  codeHashOf,
  constant,
  filled,
  lookupOf,
  method,
  mode,
  modes,
  request,
  SENDER,
  template,
  U64,
  u64,
  u128,
} from './fixtures.js';

const SALT = filled(33);
const init = method([U64], [template('write', at('owner', [arg(0), { kind: 'caller' }, { kind: 'self' }]))], {
  selector: 1,
  init: true,
});
const lookup = lookupOf([[init, method([], [])], [method([], [])]]);
const system = (name: keyof typeof SYSTEM_METHODS, args: Uint8Array, value = 0n) =>
  request([{ to: SYSTEM_ADDRESS, selector: SYSTEM_METHODS[name].selector, args, value }]);
const create = (n: number, argument: Uint8Array, value = 0n) =>
  system('create', concatBytes(codeHashOf(n), SALT, bytes(argument)), value);

describe('system methods', () => {
  it('upload writes the record and every chunk of the code', () => {
    const code = new Uint8Array(65_001).fill(9);
    const access = explainAccess(system('upload', bytes(code)), lookup);
    const keys = [codeKey(filled(9)), codeChunkKey(filled(9), 0), codeChunkKey(filled(9), 1)];
    expect(modes(access)).toEqual(keys.map((key) => mode('write', key)).sort());
    expect(access.contracts).toEqual([{ address: SYSTEM_ADDRESS, codeHash: SYSTEM_CODE_HASH }]);
  });

  it('an upload that is no module touches nothing: it will revert', () => {
    expect(explainAccess(system('upload', bytes(new Uint8Array(0))), lookup).keys).toEqual([]);
  });

  it('create writes the new contract, moves the value to it and runs its init method', () => {
    const access = explainAccess(create(1, u64(5), 7n), lookup);
    const address = contractAddress(SENDER, SALT, codeHashOf(1));
    const owner = encodeStateKey(1, address, fieldId('owner'), [u64(5), SENDER, address]);
    expect(modes(access)).toEqual(
      [
        mode('write', contractKey(address)),
        mode('write', owner),
        mode('add', balanceKey(SENDER)),
        mode('add', balanceKey(address)),
      ].sort(),
    );
    expect(access.contracts).toContainEqual({ address, codeHash: codeHashOf(1) });
  });

  it('a contract that creates is the creator', () => {
    const factory = method(
      [],
      [
        {
          kind: 'call',
          contract: constant(SYSTEM_ADDRESS),
          selector: SYSTEM_METHODS.create.selector,
          args: [constant(codeHashOf(2)), constant(SALT), constant(bytes(new Uint8Array(0)))],
        },
      ],
    );
    const access = explainAccess(request([{}]), lookupOf([[factory], [method([], [])]]));
    const address = contractAddress(filled(1), SALT, codeHashOf(2));
    expect(modes(access)).toEqual([mode('write', contractKey(address))]);
  });

  it('unknown code, or init arguments that do not fit: no access', () => {
    expect(resolveAccess(create(50, u64(5)), lookup).access).toBeUndefined();
    expect(resolveAccess(create(1, new Uint8Array(7)), lookup).access).toBeUndefined();
    expect(resolveAccess(create(2, u64(5)), lookup).access).toBeUndefined();
    expect(resolveAccess(create(2, new Uint8Array(0)), lookup).access).toBeDefined();
  });

  it('a contract made in this block is unknown to the others', () => {
    const address = contractAddress(SENDER, SALT, codeHashOf(2));
    expect(resolveAccess(request([{ to: address }]), lookup).access).toBeUndefined();
  });

  it('transfer is two bounded adds, nothing for nothing', () => {
    const args = concatBytes(filled(8), u128(12n));
    expect(explainAccess(system('transfer', args), lookup).keys).toEqual(
      expect.arrayContaining([
        added(balanceKey(SENDER), { down: 12n }),
        added(balanceKey(filled(8)), { up: 12n }),
      ]),
    );
    expect(explainAccess(system('transfer', concatBytes(filled(8), u128(0n))), lookup).keys).toEqual([]);
    const twice = new Writer().fixed(SENDER, 32).u128(4n).finish();
    expect(explainAccess(system('transfer', twice), lookup).keys).toEqual([
      added(balanceKey(SENDER), { up: 4n, down: 4n }),
    ]);
  });

  it('upgrade reads both records and writes the list; the others write one record each', () => {
    const [contract, code] = [filled(7), filled(8)];
    const migration = concatBytes(Uint8Array.of(1), u64(9), new Uint8Array(4), bytes(filled(1)));
    for (const option of [Uint8Array.of(0), migration]) {
      expect(modes(explainAccess(system('upgrade', concatBytes(contract, code, option)), lookup))).toEqual(
        [
          mode('read', contractKey(contract)),
          mode('read', codeKey(code)),
          mode('write', upgradesKey()),
        ].sort(),
      );
    }
    expect(resolveAccess(system('upgrade', concatBytes(contract, code)), lookup).access).toBeUndefined();
    const authority = system('setUpgradeAuthority', concatBytes(contract, Uint8Array.of(0)));
    expect(modes(explainAccess(authority, lookup))).toEqual([mode('write', contractKey(contract))]);
    const rotation = system('setAuthorisation', concatBytes(Uint8Array.of(0), bytes(filled(1))));
    expect(modes(explainAccess(rotation, lookup))).toEqual([mode('write', accountKey(SENDER))]);
  });

  it('an unknown selector: no access', () => {
    expect(resolveAccess(request([{ to: SYSTEM_ADDRESS, selector: 3 }]), lookup).access).toBeUndefined();
  });
});
