// A trap leads back to the instruction in the uploaded bytes, for people; the outcome itself holds a code only.
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { describeTrap } from '@weft/runtime/vm/trap';
import { expect, test } from 'vitest';
import { callTo, contractBytes, TestChain } from './support.js';

const UNREACHABLE = 0x00;
const DIVIDE = 0x6d;
const LOAD = 0x28;

test.each([
  ['unreachable', 'unreachable', UNREACHABLE],
  ['a division by zero', '(drop (i32.div_s (i32.const 7) (local.get $length)))', DIVIDE],
  ['a load past memory', '(drop (i32.load (i32.const 65533)))', LOAD],
  ['a trap in a called function', '(call $inner (local.get $length))', DIVIDE],
])('%s: the offset is that of its opcode as uploaded', (_what, body, opcode) => {
  const inner = '(func $inner (param i32) (drop (i32.div_s (i32.const 1) (local.get 0))))';
  const bytes = contractBytes({ first: { body: '(nop)' }, trap: { body } }, inner);
  const chain = new TestChain();
  const contract = chain.install('a', bytes);
  const outcome = chain.run([callTo(contract, 2)]);
  expect(outcome.status).toBe('TRAP');
  expect(outcome.failure).toEqual({ contract, code: FAILURE_CODE.TRAPPED, data: new Uint8Array(0) });
  expect(bytes[outcome.notes?.trap?.offset ?? -1]).toBe(opcode);
  expect(chain.run([callTo(contract, 2)], { notes: false }).notes).toBeUndefined();
});

test('describeTrap: a stack without frames of a module says so', () => {
  const error = new WebAssembly.RuntimeError('odd');
  error.stack = 'RuntimeError: odd';
  expect(describeTrap(error, () => 1)).toEqual({ kind: 'odd', functionIndex: -1, offset: -1 });
});
