// The system contract's methods: what they write, return, refuse, and which access they need.
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { contractAddress } from '@weft/runtime/types/address';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { keyText } from '@weft/runtime/types/key';
import {
  balanceKey,
  codeChunkKey,
  codeKey,
  contractKey,
  decodeCodeRecord,
  decodeContractRecord,
  SYSTEM_ADDRESS,
  SYSTEM_METHODS,
} from '@weft/runtime/types/system';
import { decodeValue } from '@weft/runtime/types/value';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import type { RunRequest } from '@weft/runtime/vm/run-transaction';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  accessOf,
  callTo,
  contractBytes,
  hostKey,
  keyAccess,
  keyOf,
  named,
  TestChain,
  wasmOf,
} from './support.js';

const KEY = hostKey('n');
const data = `(data (i32.const 512) "${[...KEY].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")`;
const WITH_INIT = contractBytes(
  {
    setUp: {
      init: true,
      payable: true,
      body: `(call $input (i32.const 1024)) (call $context (i32.const 2048))
        (call $cell_set (i32.const 64) (i32.const 512) (i32.const ${KEY.length}) (i32.const 1024))
        (if (i32.eqz (i32.load8_u (i32.const 1024))) (then (call $revert (i32.const 0) (i32.const 2))))
        (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 99)) (then unreachable))`,
    },
    get: {
      body: `(call $cell_get (i32.const 64) (i32.const 512) (i32.const ${KEY.length}) (i32.const 0))
        (call $output (i32.const 0) (i32.const 8))`,
    },
  },
  data,
);
const WITHOUT_INIT = contractBytes({ nothing: { body: '' } });
const sender = named('sender');
const salt = named('salt');
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
});

function systemCall(
  name: keyof typeof SYSTEM_METHODS,
  args: Uint8Array,
  value = 0n,
): RunRequest['calls'][number] {
  return callTo(SYSTEM_ADDRESS, SYSTEM_METHODS[name].selector, args, value);
}
const uploadArgs = (bytes: Uint8Array): Uint8Array => new Writer().bytes(bytes).finish();
const createArgs = (hash: Uint8Array, init: Uint8Array): Uint8Array =>
  new Writer().fixed(hash).fixed(salt).bytes(init).finish();
const transferArgs = (to: Uint8Array, amount: bigint): Uint8Array =>
  new Writer().fixed(to).u128(amount).finish();
const number = (value: number): Uint8Array => new Writer().u64(BigInt(value)).finish();

describe('upload', () => {
  test('stores record and chunks and returns the code hash', () => {
    const padded = concatBytes(WITHOUT_INIT, customSection('padding', new Uint8Array(70_000)));
    const outcome = chain.run([systemCall('upload', uploadArgs(padded))], { gasLimit: 100_000_000 });
    expect(outcome.status).toBe('OK');
    const hash = codeHash(padded);
    expect(toHex(outcome.results[0]!)).toBe(toHex(hash));
    const record = decodeCodeRecord(chain.values.get(keyText(codeKey(hash)))!);
    expect([record.size, record.chunks, record.initialPages]).toEqual([padded.length, 2, 1]);
    const chunks = [0, 1].map((index) =>
      decodeValue('CODE_CHUNK', chain.values.get(keyText(codeChunkKey(hash, index)))!),
    );
    expect(concatBytes(...chunks)).toEqual(padded);
    expect(compileCode(concatBytes(...chunks)).codeHash).toEqual(hash);
  });

  test('of code that is there writes nothing, for the same gas', () => {
    const call = systemCall('upload', uploadArgs(WITHOUT_INIT));
    const first = chain.run([call]);
    const second = chain.run([call]);
    expect(second.writes.size).toBe(0);
    expect([second.gas, second.results]).toEqual([first.gas, first.results]);
    expect(first.gas).toBe(GAS_SCHEDULE.system.upload.base + 1000 * (WITHOUT_INIT.length + 4));
  });

  test.each([
    ['no module', new Uint8Array([1, 2, 3])],
    [
      'no weft.access section',
      wasmOf('(module (memory (export "memory") 1) (func (export "weft_call") (param i32 i32)))'),
    ],
    ['a float', floatModule()],
  ])('refuses %s at exact gas, the reason only beside the outcome', (_what, bytes) => {
    const outcome = chain.run([systemCall('upload', uploadArgs(bytes))]);
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual({
      contract: SYSTEM_ADDRESS,
      code: FAILURE_CODE.CODE_INVALID,
      data: new Uint8Array(0),
    });
    expect(outcome.notes?.refusal).toMatch(/^(WASM|VM)_/);
    expect(outcome.gas).toBe(50_000 + 1000 * (bytes.length + 4));
  });

  test('needs its keys declared as writes', () => {
    const hash = codeHash(WITHOUT_INIT);
    const keys = [codeKey(hash), codeChunkKey(hash, 0)].map((key) => keyAccess(key, 'write'));
    const call = systemCall('upload', uploadArgs(WITHOUT_INIT));
    expect(chain.run([call], { access: accessOf(keys.slice(0, 1), [SYSTEM_ADDRESS]) }).status).toBe(
      'VIOLATION',
    );
    expect(chain.values.size).toBe(0);
    expect(chain.run([call], { access: accessOf(keys, [SYSTEM_ADDRESS]) }).status).toBe('OK');
  });
});

describe('create', () => {
  test('writes the record, moves the value, runs init as a call of the creator', () => {
    const code = chain.addCode(WITH_INIT);
    chain.fund(sender, 50n);
    const outcome = chain.run([systemCall('create', createArgs(code.codeHash, number(7)), 20n)]);
    expect(outcome.status).toBe('OK');
    const address = contractAddress(sender, salt, code.codeHash);
    expect(outcome.results[0]).toEqual(address);
    const record = decodeContractRecord(chain.values.get(keyText(contractKey(address)))!);
    expect(record).toEqual({ codeHash: code.codeHash, creator: sender, authority: sender });
    expect([chain.balance(sender), chain.balance(address)]).toEqual([30n, 20n]);
    expect(chain.cell(keyOf(1, address, 'n'))).toBe(7n);
    // Made in this block: known by its key, not by S0.
    expect(chain.run([callTo(address, 2)]).results[0]).toEqual(number(7));
    const again = chain.run([systemCall('create', createArgs(code.codeHash, number(7)))]);
    expect(again.failure?.code).toBe(FAILURE_CODE.CONTRACT_EXISTS);
  });

  test('a reverting init undoes the creation with its data; a trapping one takes the gas', () => {
    const code = chain.addCode(WITH_INIT);
    chain.fund(sender, 50n);
    const outcome = chain.run([systemCall('create', createArgs(code.codeHash, number(0)), 20n)]);
    const address = contractAddress(sender, salt, code.codeHash);
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual({ contract: address, code: 0, data: new Uint8Array(2) });
    expect(chain.values.size).toBe(1);
    expect(chain.balance(sender)).toBe(50n);
    const trapped = chain.run([systemCall('create', createArgs(code.codeHash, number(99)))]);
    expect([trapped.status, trapped.gas]).toEqual(['TRAP', 10_000_000]);
  });

  test('refuses unknown code, arguments for no init, value for an init that takes none', () => {
    const unknown = chain.run([systemCall('create', createArgs(named('code'), new Uint8Array(0)))]);
    expect(unknown.failure?.code).toBe(FAILURE_CODE.CODE_UNKNOWN);
    const code = chain.addCode(WITHOUT_INIT);
    const args = chain.run([systemCall('create', createArgs(code.codeHash, new Uint8Array(1)))]);
    expect(args.failure?.code).toBe(FAILURE_CODE.BAD_ARGUMENTS);
    const strict = chain.addCode(contractBytes({ setUp: { init: true, body: '' } }));
    chain.fund(sender, 50n);
    const paid = chain.run([systemCall('create', createArgs(strict.codeHash, new Uint8Array(0)), 1n)]);
    expect(paid.failure?.code).toBe(FAILURE_CODE.NOT_PAYABLE);
    expect(chain.run([systemCall('create', createArgs(code.codeHash, new Uint8Array(0)), 50n)]).status).toBe(
      'OK',
    );
  });

  test('needs the record, the balances and what init touches', () => {
    const code = chain.addCode(WITH_INIT);
    chain.fund(sender, 50n);
    const address = contractAddress(sender, salt, code.codeHash);
    const keys = [
      keyAccess(contractKey(address), 'write'),
      keyAccess(balanceKey(sender), 'add', { down: 20n }),
      keyAccess(balanceKey(address), 'add', { up: 20n }),
      keyAccess(keyOf(1, address, 'n'), 'write'),
    ];
    const call = systemCall('create', createArgs(code.codeHash, number(7)), 20n);
    for (const missing of keys) {
      const access = accessOf(
        keys.filter((entry) => entry !== missing),
        [SYSTEM_ADDRESS, address],
      );
      expect(chain.run([call], { access }).status).toBe('VIOLATION');
    }
    expect(chain.run([call], { access: accessOf(keys, [SYSTEM_ADDRESS]) }).status).toBe('VIOLATION');
    expect(chain.run([call], { access: accessOf(keys, [SYSTEM_ADDRESS, address]) }).status).toBe('OK');
  });
});

describe('transfer and the rest', () => {
  test('moves native units between any two addresses, itself included', () => {
    chain.fund(sender, 50n);
    expect(chain.run([systemCall('transfer', transferArgs(named('other'), 20n))]).status).toBe('OK');
    expect(chain.run([systemCall('transfer', transferArgs(sender, 30n))]).status).toBe('OK');
    expect([chain.balance(sender), chain.balance(named('other'))]).toEqual([30n, 20n]);
    const poor = chain.run([systemCall('transfer', transferArgs(named('other'), 31n))]);
    expect(poor.failure?.code).toBe(FAILURE_CODE.INSUFFICIENT_BALANCE);
  });

  test('arguments decode exactly, methods exist, value only goes with create', () => {
    chain.fund(sender, 50n);
    for (const name of ['upload', 'create', 'transfer'] as const) {
      for (const args of [new Uint8Array(0), new Uint8Array(200)]) {
        expect(chain.run([systemCall(name, args)]).failure?.code).toBe(FAILURE_CODE.BAD_ARGUMENTS);
      }
    }
    expect(chain.run([callTo(SYSTEM_ADDRESS, 1)]).failure?.code).toBe(FAILURE_CODE.UNKNOWN_METHOD);
    const paid = chain.run([systemCall('transfer', transferArgs(sender, 1n), 1n)]);
    expect(paid.failure?.code).toBe(FAILURE_CODE.NOT_PAYABLE);
  });
});

function customSection(name: string, payload: Uint8Array): Uint8Array {
  const content = concatBytes(new Uint8Array([name.length]), new TextEncoder().encode(name), payload);
  const size = content.length;
  const leb = new Uint8Array([(size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14]);
  return concatBytes(new Uint8Array([0]), leb, content);
}

function floatModule(): Uint8Array {
  return contractBytes({ half: { body: '(drop (f64.mul (f64.const 1) (f64.const 2)))' } });
}
