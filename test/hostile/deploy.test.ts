// Modules nobody should be able to deploy: attacks 1 to 15, each refused before anything is compiled, with its code.
// The list and its rules: runtime/docs/spec/threats.md.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { assertUploadable } from '@weft/runtime/vm/compiled-code';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { describe, expect, test } from 'vitest';
import { buildContract, customSection, ENTRY, leb, wasmOf, withAccess } from './contracts.js';

/** The code an upload of these bytes ends with. */
function codeOf(bytes: Uint8Array): string {
  try {
    assertUploadable(bytes);
    return 'accepted';
  } catch (error) {
    // Anything else is the crash these tests look for.
    if (error instanceof WeftError) return error.code;
    throw error;
  }
}
const refusal = (text: string): string => codeOf(withAccess(wasmOf(`(module ${text})`)));
const inContract = (text: string): string => refusal(`${text} ${ENTRY}`);
const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' ');
const u32 = (value: number): string => `(i32.const ${value})`;

const CONTRACT = buildContract({ nothing: { body: '' } });
const CASES: Readonly<Record<string, readonly [code: string, text: string]>> = {
  '1 an infinite loop in a start function': ['WASM_START', '(func $spin (loop $l (br $l))) (start $spin)'],
  '2 50,000 locals': ['WASM_LIMIT', `(func (local ${times(50_000, 'i32')}))`],
  '3 10,000 functions of 100 parameters': [
    'WASM_LIMIT',
    times(10_000, `(func (param ${times(100, 'i64')}))`),
  ],
  '6 2,000 locals and 2,000 loops': [
    'WASM_LIMIT',
    `(func (local ${times(2_000, 'i64')}) ${times(2_000, '(loop)')})`,
  ],
  '8 a table of 10,000,000': ['WASM_TABLE', '(table 10000000 funcref)'],
  '9 data past memory': ['WASM_SEGMENT', '(data (i32.const 65530) "past the end")'],
  '9 data at a huge offset': ['WASM_SEGMENT', '(data (i32.const -1) "x")'],
  '9 100,000 segments': ['WASM_LIMIT', times(100_000, '(data (i32.const 0) "")')],
  '10 an unknown import': ['WASM_IMPORT', '(import "weft" "secret" (func))'],
  '10 a wrong signature': ['WASM_IMPORT', '(import "weft" "input" (func (param i64)))'],
  '10 an import named like our counter': ['WASM_IMPORT', '(import "weft" "weft.set_gas" (func (param i64)))'],
  '10 a prefix trick': ['WASM_IMPORT', '(import "weft__forward" "input" (func (param i32)))'],
  '10 an empty module name': ['WASM_IMPORT', '(import "" "input" (func (param i32)))'],
  '12 an export named like ours': ['WASM_EXPORT', '(func (export "weft.reset"))'],
  '12 the same export twice': ['WASM_EXPORT', '(func (export "a")) (table 1 funcref) (export "t" (table 0))'],
  '13 floats': ['WASM_FEATURE', '(func (drop (f64.sqrt (f64.const 2))))'],
  '13 a float local': ['WASM_FEATURE', '(func (local f32))'],
  '13 SIMD': ['WASM_FEATURE', '(func (drop (v128.const i32x4 0 0 0 0)))'],
  '13 threads': ['WASM_FEATURE', '(func (drop (i32.atomic.load (i32.const 0))))'],
  '13 tail calls': ['WASM_FEATURE', '(func $f (return_call $f))'],
  '13 exceptions': ['WASM_FEATURE', '(tag $e) (func (throw $e))'],
  '21 table.grow': [
    'WASM_FEATURE',
    `(table 1 funcref) (func (drop (table.grow 0 (ref.null func) ${u32(1)})))`,
  ],
  '21 table.fill': [
    'WASM_FEATURE',
    `(table 1 funcref) (func (table.fill 0 ${u32(0)} (ref.null func) ${u32(1)}))`,
  ],
};
const CALL = '(func (export "weft_call") (param i32 i32))';
const WHOLE: Readonly<Record<string, readonly [code: string, text: string]>> = {
  '7 a memory of 65,536 pages': ['WASM_MEMORY', `(memory (export "memory") 65536) ${CALL}`],
  '7 no memory': ['WASM_MEMORY', CALL],
  '7 two memories': ['WASM_FEATURE', `(memory 1) (memory (export "memory") 1) ${CALL}`],
  '7 a shared memory': ['WASM_FEATURE', `(memory (export "memory") 1 1 shared) ${CALL}`],
  '13 memory64': ['WASM_FEATURE', `(memory (export "memory") i64 1) ${CALL}`],
};

describe('deploy: refused', () => {
  test.each(Object.entries(CASES))('%s', (_name, [code, text]) => expect(inContract(text)).toBe(code));
  test.each(Object.entries(WHOLE))('%s', (_name, [code, text]) => expect(refusal(text)).toBe(code));

  test('5 100,000 nested blocks do not overflow the reader', () => {
    const depth = 60_000 / 2;
    const body = new Uint8Array(1 + 3 * depth + 1).fill(0x0b);
    body[0] = 0;
    for (let index = 0; index < depth; index++) body.set([0x02, 0x40], 1 + 2 * index);
    expect(codeOf(withAccess(moduleWithBody(body)))).toBe('WASM_LIMIT');
  });

  test('4 a branch table of 65,000 targets', () => {
    const targets = new Uint8Array(65_001);
    const body = concatBytes(Uint8Array.of(0, 0x41, 0, 0x0e), leb(65_000), targets, Uint8Array.of(0x0b));
    expect(codeOf(withAccess(moduleWithBody(body)))).toBe('WASM_LIMIT');
  });

  test('9 a lying data count, a lying count of functions, a lying size', () => {
    const counted = wasmOf(
      `(module ${ENTRY} (data (i32.const 0) "x") (func (memory.fill ${times(3, u32(0))})))`,
    );
    const dataSection = counted.lastIndexOf(0x0b, counted.length - 5);
    const lying = concatBytes(
      counted.subarray(0, dataSection + 2),
      new Uint8Array([99]),
      counted.subarray(dataSection + 3),
    );
    expect(codeOf(withAccess(lying))).toMatch(/^WASM_(MALFORMED|INVALID)$/);
    const header = CONTRACT.subarray(0, 8);
    const huge = concatBytes(header, new Uint8Array([3, 6]), leb(0xffff_ffff), new Uint8Array([0]));
    expect(codeOf(huge)).toBe('WASM_MALFORMED');
    expect(codeOf(concatBytes(header, new Uint8Array([1]), leb(0xffff_ffff)))).toBe('WASM_MALFORMED');
  });

  test('10 one host function imported twice is only two names for it', () => {
    const twice = times(2, '(import "weft" "input" (func (param i32)))');
    expect(inContract(twice)).toBe('accepted');
  });

  test('11 a body that names the global, function or local just past the end', () => {
    expect(inContract('(global $mine (mut i32) (i32.const 0)) (func (global.set $mine (i32.const 7)))')).toBe(
      'accepted',
    );
    for (const body of [
      [0, 0x41, 7, 0x24, 0, 0x0b],
      [0, 0x23, 0, 0x1a, 0x0b],
      [0, 0x10, 9, 0x0b],
      [0, 0x20, 9, 0x1a, 0x0b],
    ]) {
      expect(codeOf(withAccess(moduleWithBody(Uint8Array.from(body))))).toBe('WASM_INVALID');
    }
  });

  test('12 an allocator is an export like any other: nobody calls it, whatever it is', () => {
    expect(inContract('(global (export "allocate") i32 (i32.const 1))')).toBe('accepted');
    expect(inContract('(global (export "weft.gas") i32 (i32.const 1))')).toBe('WASM_EXPORT');
  });

  test('14 truncated at every byte, changed at every byte: a code, never a crash', () => {
    let accepted = 0;
    for (let length = 0; length < CONTRACT.length; length++) {
      expect(codeOf(CONTRACT.slice(0, length))).not.toBe('accepted');
    }
    for (let at = 0; at < CONTRACT.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const bytes = CONTRACT.slice();
        bytes[at]! ^= change;
        const code = codeOf(bytes);
        if (code === 'accepted') accepted += 1;
        else expect(code).toMatch(/^(WASM|CODEC|VM)_/);
      }
    }
    expect(accepted).toBeLessThan(CONTRACT.length * 2);
  });

  test('14 an overlong number and a name that is not UTF-8', () => {
    const header = CONTRACT.subarray(0, 8);
    const overlong = concatBytes(header, new Uint8Array([1, 0x86, 0x80, 0x80, 0x80, 0x80, 0x00]));
    expect(codeOf(overlong)).toBe('WASM_MALFORMED');
    const bad = customSection('xx', new Uint8Array(2));
    bad.set([0xc3, 0x28], bad.length - 4);
    expect(codeOf(concatBytes(CONTRACT, bad))).toBe('WASM_MALFORMED');
  });

  test('15 compressed bytes are not a module: nothing is ever unpacked', () => {
    expect(codeOf(concatBytes(new Uint8Array([0x1f, 0x8b, 8, 0]), CONTRACT))).toBe('WASM_MALFORMED');
    expect(codeOf(utf8('brotli'))).toBe('WASM_MALFORMED');
  });

  test('the access section is checked as strictly: none, twice, unknown version, bytes behind it', () => {
    const wasm = wasmOf(`(module ${ENTRY})`);
    expect(codeOf(wasm)).toBe('VM_CODE_INVALID');
    const section = customSection('weft.access', new Uint8Array([1, 0, 0, 0, 0]));
    expect(codeOf(concatBytes(wasm, section, section))).toBe('WASM_SECTION_TWICE');
    expect(codeOf(concatBytes(wasm, customSection('weft.access', new Uint8Array(40).fill(255))))).toMatch(
      /^CODEC_/,
    );
    expect(codeOf(concatBytes(withAccess(wasm).subarray(0, -1), new Uint8Array([9])))).toMatch(
      /^(CODEC|WASM)_/,
    );
  });
});

describe('deploy: what is accepted compiles fast', () => {
  const loops = `(func (param i32) (local ${times(WASM_LIMITS.localsPerFunction - 1, 'i64')})
    ${times(2_000, '(loop (br_if 0 (local.get 0)))')})`;
  const table = `(func (param i32) (block (br_table ${times(256, '0')} (local.get 0))))`;
  const widest = `(func (param i32) ${times(100, table.slice(18, -1))})`;
  test.each([
    ['6 the most locals and 2,000 loops', loops],
    ['4 a hundred of the widest branch tables', widest],
    [
      '3 4,000 functions of 2 parameters',
      times(4_000, `(func (param i32 i32) ${times(8, '(drop (local.get 0))')})`),
    ],
  ])('%s', (_name, text) => {
    const bytes = withAccess(wasmOf(`(module ${text} ${ENTRY})`));
    const started = performance.now();
    expect(codeOf(bytes)).toBe('accepted');
    // A bound with room for a slow machine: what it guards against takes tens of seconds.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** A contract whose second function has this body (locals first, as in the binary). */
function moduleWithBody(body: Uint8Array): Uint8Array {
  const section = (id: number, content: Uint8Array): Uint8Array =>
    concatBytes(new Uint8Array([id]), leb(content.length), content);
  const entry = concatBytes(new Uint8Array([9]), utf8('weft_call'), new Uint8Array([0, 0]));
  const memory = concatBytes(new Uint8Array([6]), utf8('memory'), new Uint8Array([2, 0]));
  return concatBytes(
    new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    section(1, new Uint8Array([2, 0x60, 2, 0x7f, 0x7f, 0, 0x60, 0, 0])),
    section(3, new Uint8Array([2, 0, 1])),
    section(5, new Uint8Array([1, 0, 1])),
    section(7, concatBytes(new Uint8Array([2]), memory, entry)),
    section(10, concatBytes(new Uint8Array([2, 2, 0, 0x0b]), leb(body.length), body)),
  );
}
