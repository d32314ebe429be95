// Upgrades, their authority and accounts' authorisations: what the system methods note, charge, refuse and need. What
// the next block makes of an upgrade is tested with the executors.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { LIMITS } from '@weft/runtime/base/limits';
import { type Address, asHash32 } from '@weft/runtime/types/address';
import { encodeThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { keyText } from '@weft/runtime/types/key';
import { encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import {
  accountKey,
  codeKey,
  contractKey,
  decodeAccountRecord,
  decodeContractRecord,
  encodeCodeRecord,
  encodeContractRecord,
  SYSTEM_ADDRESS,
  SYSTEM_METHODS,
  upgradesKey,
} from '@weft/runtime/types/system';
import { decodeUpgrades, encodeUpgrades } from '@weft/runtime/types/upgrade';
import { FAILURE_CODE, type FailureName } from '@weft/runtime/vm/failure';
import type { RunOutcome, RunRequest } from '@weft/runtime/vm/run-transaction';
import { beforeEach, describe, expect, test } from 'vitest';
import { ed25519PublicKey } from '#crypto';
import { PROBE_BYTES, probeArgs, probeSelector } from './probe.js';
import { accessOf, callTo, keyAccess, named, TestChain } from './support.js';

const sender = named('sender');
const contract = named('contract');
const oldCode = asHash32(named('old code'));
const newCode = asHash32(named('new code'));
const migration = { gasLimit: 300_000n, selector: 5, args: utf8('go') };
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
  setAuthority(sender);
  const code = { size: 9, chunks: 1, access: new Uint8Array(3), initialPages: 1 };
  chain.values.set(keyText(codeKey(newCode)), encodeCodeRecord(code));
});

function setAuthority(authority: Address | undefined): void {
  const record = { codeHash: oldCode, creator: named('creator'), authority };
  chain.values.set(keyText(contractKey(contract)), encodeContractRecord(record));
}

type Method = 'upgrade' | 'setUpgradeAuthority' | 'setAuthorisation';

function systemCall(name: Method, values: readonly LayoutValue[], value = 0n): RunRequest['calls'][number] {
  const { selector, args } = SYSTEM_METHODS[name];
  return callTo(SYSTEM_ADDRESS, selector, encodeValues(args, values), value);
}

const upgrade = (call?: LayoutValue, to: LayoutValue = newCode): RunRequest['calls'][number] =>
  systemCall('upgrade', [contract, to, call]);

function expectFailure(outcome: RunOutcome, name: FailureName): void {
  expect(outcome.status).toBe('REVERT');
  expect(outcome.failure).toEqual({
    contract: SYSTEM_ADDRESS,
    code: FAILURE_CODE[name],
    data: new Uint8Array(0),
  });
}

const pending = () => {
  const stored = chain.values.get(keyText(upgradesKey()));
  return stored === undefined ? [] : decodeUpgrades(stored);
};

describe('upgrade', () => {
  test('is noted in order and changes no code; the migration is paid for at once', () => {
    const plain = chain.run([upgrade()]);
    const price = GAS_SCHEDULE.system.upgrade;
    expect([plain.status, plain.gas]).toEqual(['OK', price.base + 65 * price.byte]);
    const called = chain.run([upgrade(migration)]);
    expect(called.gas).toBe(price.base + 83 * price.byte + 300_000);
    expect(pending()).toEqual([
      { contract, codeHash: newCode, migration: undefined },
      { contract, codeHash: newCode, migration: { ...migration, gasLimit: 300_000 } },
    ]);
    const record = decodeContractRecord(chain.values.get(keyText(contractKey(contract)))!);
    expect(toHex(record.codeHash)).toBe(toHex(oldCode));
  });

  test('a migration nobody can pay for is out of gas', () => {
    const outcome = chain.run([upgrade({ ...migration, gasLimit: 10_000_000n })]);
    expect([outcome.status, outcome.gas]).toEqual(['OUT_OF_GAS', 10_000_000]);
    expect(pending()).toEqual([]);
  });

  test('is refused to others, of nothing, to unknown code, with value, in a view', () => {
    setAuthority(named('somebody'));
    expectFailure(chain.run([upgrade()]), 'NOT_AUTHORITY');
    setAuthority(undefined);
    expectFailure(chain.run([upgrade()]), 'NOT_AUTHORITY');
    expectFailure(
      chain.run([systemCall('upgrade', [named('nothing'), newCode, undefined])]),
      'UNKNOWN_CONTRACT',
    );
    setAuthority(sender);
    expectFailure(chain.run([upgrade(undefined, oldCode)]), 'CODE_UNKNOWN');
    chain.fund(sender, 5n);
    expectFailure(chain.run([systemCall('upgrade', [contract, newCode, undefined], 1n)]), 'NOT_PAYABLE');
    expectFailure(chain.run([upgrade()], { readonly: true }), 'VIEW_WRITES');
    expect(pending()).toEqual([]);
  });

  test('the list has a bound in entries and in bytes', () => {
    const one = { contract, codeHash: newCode, migration: undefined };
    const fill = (count: number, args = 0): void => {
      const call = { gasLimit: 1, selector: 1, args: new Uint8Array(args) };
      const list = Array.from({ length: count }, () => (args === 0 ? one : { ...one, migration: call }));
      chain.values.set(keyText(upgradesKey()), encodeUpgrades(list));
    };
    fill(LIMITS.upgrades - 1);
    expect(chain.run([upgrade()]).status).toBe('OK');
    expectFailure(chain.run([upgrade()]), 'UPGRADES_FULL');
    // Two entries of 81 bytes and 64,838 of arguments are 65,000.
    fill(1, 64_838);
    expect(chain.run([upgrade({ ...migration, args: new Uint8Array(0) })]).status).toBe('OK');
    fill(1, 64_839);
    expectFailure(chain.run([upgrade({ ...migration, args: new Uint8Array(0) })]), 'UPGRADES_FULL');
  });

  test('a contract may be the authority of another one', () => {
    const probe = chain.install('probe', PROBE_BYTES);
    setAuthority(probe);
    const { args, selector } = upgrade();
    const call = probeArgs([64, selector, 96, args.length, 0], [SYSTEM_ADDRESS, args]);
    expect(chain.run([callTo(probe, probeSelector('call'), call)]).status).toBe('OK');
    expect(pending()).toHaveLength(1);
  });

  test('needs both records read and the list written', () => {
    const keys = [
      keyAccess(contractKey(contract), 'read'),
      keyAccess(codeKey(newCode), 'read'),
      keyAccess(upgradesKey(), 'write'),
    ];
    for (const missing of keys) {
      const access = accessOf(
        keys.filter((one) => one !== missing),
        [SYSTEM_ADDRESS],
      );
      expect(chain.run([upgrade()], { access }).status).toBe('VIOLATION');
    }
    expect(chain.run([upgrade()], { access: accessOf(keys, [SYSTEM_ADDRESS]) }).status).toBe('OK');
  });
});

describe('setUpgradeAuthority', () => {
  const to = (authority: LayoutValue) => systemCall('setUpgradeAuthority', [contract, authority]);

  test('hands it on, and gives it up for ever', () => {
    const other = named('other');
    expect(chain.run([to(other)]).status).toBe('OK');
    expectFailure(chain.run([upgrade()]), 'NOT_AUTHORITY');
    expectFailure(chain.run([to(sender)]), 'NOT_AUTHORITY');
    expect(chain.run([to(undefined)], { sender: other }).status).toBe('OK');
    for (const who of [sender, other, contract]) {
      expectFailure(chain.run([to(who)], { sender: who }), 'NOT_AUTHORITY');
    }
    const record = decodeContractRecord(chain.values.get(keyText(contractKey(contract)))!);
    expect(record).toEqual({ codeHash: oldCode, creator: named('creator'), authority: undefined });
  });

  test('needs the record written, costs its price, and is refused of nothing', () => {
    const read = accessOf([keyAccess(contractKey(contract), 'read')], [SYSTEM_ADDRESS]);
    expect(chain.run([to(undefined)], { access: read }).status).toBe('VIOLATION');
    const write = accessOf([keyAccess(contractKey(contract), 'write')], [SYSTEM_ADDRESS]);
    const outcome = chain.run([to(undefined)], { access: write });
    expect([outcome.status, outcome.gas]).toEqual(['OK', GAS_SCHEDULE.system.setUpgradeAuthority.base]);
    expectFailure(
      chain.run([systemCall('setUpgradeAuthority', [named('no'), undefined])]),
      'UNKNOWN_CONTRACT',
    );
  });
});

describe('setAuthorisation', () => {
  const key = ed25519PublicKey(named('new seed'));
  const policy = encodeThresholdPolicy({
    threshold: 2,
    keys: ['a', 'b', 'c'].map((name) => ed25519PublicKey(named(name))).sort(Buffer.compare),
  });
  const to = (scheme: number, bytes: Uint8Array) => systemCall('setAuthorisation', [scheme, bytes]);

  test.each([
    [0, key],
    [1, policy],
  ])('scheme %i goes into the account record, again and again', (scheme, bytes) => {
    const outcome = chain.run([to(scheme, bytes)]);
    const price = GAS_SCHEDULE.system.setAuthorisation;
    expect([outcome.status, outcome.gas]).toEqual(['OK', price.base + price.byte * (bytes.length + 5)]);
    const stored = chain.values.get(keyText(accountKey(sender)))!;
    expect(decodeAccountRecord(stored)).toEqual({ scheme, key: bytes });
    expect(chain.run([to(0, key)]).status).toBe('OK');
  });

  test('keys that cannot sign, policies that are none and other schemes are refused', () => {
    const small = new Uint8Array(32);
    small[0] = 1;
    const badPolicy = new Writer().u8(1).u32(1).fixed(small, 32).finish();
    const cases: [number, Uint8Array][] = [
      [0, small],
      [0, key.subarray(1)],
      [0, new Uint8Array(32).fill(255)],
      [1, key],
      [1, policy.subarray(1)],
      [1, badPolicy],
      [2, key],
      [255, new Uint8Array(0)],
    ];
    for (const [scheme, bytes] of cases) {
      const outcome = chain.run([to(scheme, bytes)]);
      expectFailure(outcome, 'BAD_AUTHORISATION');
    }
    expect(chain.values.has(keyText(accountKey(sender)))).toBe(false);
  });

  test('is for the sender alone: not through a contract, not of a contract in a hook', () => {
    const probe = chain.install('probe', PROBE_BYTES);
    const { args, selector } = to(0, key);
    const call = callTo(
      probe,
      probeSelector('call'),
      probeArgs([64, selector, 96, args.length, 0], [SYSTEM_ADDRESS, args]),
    );
    expectFailure(chain.run([call]), 'NOT_ACCOUNT');
    expectFailure(chain.run([call], { sender: probe, index: undefined }), 'NOT_ACCOUNT');
    expect([...chain.values.keys()]).not.toContain(keyText(accountKey(probe)));
  });

  test('needs the account record written', () => {
    expect(chain.run([to(0, key)], { access: accessOf([], [SYSTEM_ADDRESS]) }).status).toBe('VIOLATION');
    const access = accessOf([keyAccess(accountKey(sender), 'write')], [SYSTEM_ADDRESS]);
    expect(chain.run([to(0, key)], { access }).status).toBe('OK');
  });
});
