// What is refused, with which code; and that broken bytes never end in anything but a coded error.
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import type { WasmError } from '@weft/runtime/wasm/errors';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { validateModule } from '@weft/runtime/wasm/validate-module';
import { describe, expect, test } from 'vitest';
import { randomProgram, randomSource } from './random-program.js';
import { codeOf, contract, RULES, wat } from './support.js';

const ALL = {
  exceptions: true,
  threads: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  simd: true,
  multi_value: true,
  mutable_globals: true,
  multi_memory: true,
  memory64: true,
  sign_extension: true,
  sat_float_to_int: true,
};
const ENTRY = '(memory (export "memory") 1) (func (export "weft_call") (param i32 i32))';
const check = (bytes: Uint8Array): string => codeOf(() => validateModule(bytes, { imports: RULES }));
const module = (body: string): Uint8Array => wat(`(module ${body} ${ENTRY})`, ALL);
const repeat = (count: number, text: string): string => Array.from({ length: count }, () => text).join(' ');

/** A contract whose entry has the given instructions; for what the text parser cannot take. */
function withBody(instructions: readonly number[]): Uint8Array {
  const size = (length: number): number[] => [
    (length & 127) | 128,
    ((length >> 7) & 127) | 128,
    length >> 14,
  ];
  const code = [1, ...size(instructions.length + 1), 0, ...instructions];
  const exports = [2, 6, ...Buffer.from('memory'), 2, 0, 9, ...Buffer.from('weft_call'), 0, 0];
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 2, 0x7f, 0x7f, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1];
  return Uint8Array.from([...head, 7, exports.length, ...exports, 10, ...size(code.length), ...code]);
}

describe('validate: accepts', () => {
  const accepted: Record<string, string> = {
    'the smallest contract': '',
    'a start export': '(func (export "_start"))',
    'host imports': '(import "weft" "note" (func (param i32) (result i32))) (import "weft" "quit" (func))',
    'sign extension and bulk memory':
      '(func (memory.fill (i32.extend8_s (i32.const 1)) (i32.const 0) (i32.const 0)) (memory.copy (i32.const 0) (i32.const 0) (i32.const 1)))',
    'a table, segments, globals':
      '(table 3 funcref) (elem (i32.const 1) 0 0) (data (i32.const 65535) "x") (global (mut i64) (i64.const 1)) (global (export "g") i32 (i32.const 2))',
  };
  for (const [name, text] of Object.entries(accepted)) {
    test(name, () => expect(check(module(text))).toBe('no error'));
  }
});

describe('validate: refuses', () => {
  const refused: Record<string, [code: string, text: string]> = {
    'a float instruction': ['WASM_FEATURE', '(func (drop (f32.const 1)))'],
    'a float in a type': ['WASM_FEATURE', '(func (param f64))'],
    'a float local': ['WASM_FEATURE', '(func (local f32))'],
    'a float block': ['WASM_FEATURE', '(func (drop (block (result f64) (unreachable))))'],
    'a float global': ['WASM_FEATURE', '(global f32 (f32.const 0))'],
    'a saturating truncation': ['WASM_FEATURE', '(func (drop (i32.trunc_sat_f32_s (unreachable))))'],
    'a vector instruction': ['WASM_FEATURE', '(func (drop (v128.const i32x4 0 0 0 0)))'],
    'a vector type': ['WASM_FEATURE', '(func (param v128))'],
    'an atomic instruction': ['WASM_FEATURE', '(func (drop (i32.atomic.load (i32.const 0))))'],
    'an exception': ['WASM_FEATURE', '(tag $e) (func (throw $e))'],
    'a tail call': ['WASM_FEATURE', '(func $f (return_call $f))'],
    'a reference instruction': ['WASM_FEATURE', '(func (drop (ref.null func)))'],
    'a reference type': ['WASM_FEATURE', '(func (param funcref))'],
    'a second table': ['WASM_FEATURE', '(table 1 funcref) (table 1 funcref)'],
    'a table of references': ['WASM_FEATURE', '(table 1 externref)'],
    'table mutation': [
      'WASM_FEATURE',
      '(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))',
    ],
    'table.copy': [
      'WASM_FEATURE',
      '(table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))',
    ],
    'a passive segment': ['WASM_FEATURE', '(data "x")'],
    'a passive element segment': ['WASM_FEATURE', '(elem func 0)'],
    'memory.init': [
      'WASM_FEATURE',
      '(data "x") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)))',
    ],
    'several results': ['WASM_FEATURE', '(func (result i32 i32) (i32.const 1) (i32.const 2))'],
    'a block with parameters': ['WASM_FEATURE', '(func (i32.const 1) (block (param i32) (drop)))'],
    'a start section': ['WASM_START', '(func $f) (start $f)'],
    'an unknown import': ['WASM_IMPORT', '(import "weft" "steal" (func))'],
    'an import of another module': ['WASM_IMPORT', '(import "env" "quit" (func))'],
    'a near miss of the module name': ['WASM_IMPORT', '(import "weft " "quit" (func))'],
    'a mistyped import': ['WASM_IMPORT', '(import "weft" "note" (func (param i64) (result i32)))'],
    'an imported global': ['WASM_IMPORT', '(import "weft" "note" (global i32))'],
    'an imported table': ['WASM_TABLE', '(import "weft" "note" (table 1 funcref))'],
    'a large table': ['WASM_TABLE', '(table 10000000 funcref)'],
    'a reserved export': ['WASM_EXPORT', '(func (export "weft.gas"))'],
    'an exported mutable global': ['WASM_EXPORT', '(global (export "g") (mut i32) (i32.const 0))'],
    'an exported table': ['WASM_EXPORT', '(table (export "t") 1 funcref)'],
    'a re-exported import': ['WASM_EXPORT', '(func (export "q") (import "weft" "quit"))'],
    'a mistyped start export': ['WASM_EXPORT', '(func (export "_start") (param i32))'],
    'a data segment past memory': ['WASM_SEGMENT', '(data (i32.const 65535) "xy")'],
    'a data segment far past memory': ['WASM_SEGMENT', '(data (i32.const -1) "x")'],
    'an element segment past the table': ['WASM_SEGMENT', '(table 1 funcref) (elem (i32.const 1) 0)'],
    'a large branch table': ['WASM_LIMIT', `(func (block (br_table ${repeat(258, '0')} (i32.const 0))))`],
    'many locals': ['WASM_LIMIT', `(func (local ${repeat(257, 'i32')}))`],
    'many parameters': ['WASM_LIMIT', `(func (param ${repeat(33, 'i32')}))`],
    'many blocks': ['WASM_LIMIT', `(func ${repeat(5001, '(block)')})`],
    'a long body': ['WASM_LIMIT', `(func ${repeat(65_536, 'nop')})`],
    'many functions': ['WASM_LIMIT', repeat(4097, '(func)')],
    'many globals': ['WASM_LIMIT', repeat(257, '(global i32 (i32.const 0))')],
    'many data segments': ['WASM_LIMIT', repeat(129, '(data (i32.const 0) "")')],
    'many imports': ['WASM_LIMIT', repeat(65, '(import "weft" "quit" (func))')],
    'a long export name': ['WASM_LIMIT', `(func (export "${'x'.repeat(257)}"))`],
  };
  for (const [name, [code, text]] of Object.entries(refused)) {
    test(`${name}: ${code}`, () => expect(check(module(text))).toBe(code));
  }

  const whole: Record<string, [code: string, text: string]> = {
    'no memory': ['WASM_MEMORY', '(func (export "weft_call") (param i32 i32))'],
    'a large memory': [
      'WASM_MEMORY',
      '(memory (export "memory") 17) (func (export "weft_call") (param i32 i32))',
    ],
    'an imported memory': [
      'WASM_MEMORY',
      '(memory (export "memory") (import "weft" "m") 1) (func (export "weft_call") (param i32 i32))',
    ],
    'two memories': ['WASM_FEATURE', `(memory 1) ${ENTRY}`],
    'a shared memory': [
      'WASM_FEATURE',
      '(memory (export "memory") 1 1 shared) (func (export "weft_call") (param i32 i32))',
    ],
    'a 64-bit memory': [
      'WASM_FEATURE',
      '(memory (export "memory") i64 1) (func (export "weft_call") (param i32 i32))',
    ],
    'a hidden memory': ['WASM_EXPORT', '(memory 1) (func (export "weft_call") (param i32 i32))'],
    'no entry': ['WASM_EXPORT', '(memory (export "memory") 1)'],
    'an entry of another type': [
      'WASM_EXPORT',
      '(memory (export "memory") 1) (func (export "weft_call") (param i32))',
    ],
  };
  for (const [name, [code, text]] of Object.entries(whole)) {
    test(`${name}: ${code}`, () => expect(check(wat(`(module ${text})`, ALL))).toBe(code));
  }

  test('a body that names the global behind the last one: WASM_INVALID', () => {
    const bytes = contract('(global $g (mut i32) (i32.const 0)) (func (global.set $g (i32.const 0)))');
    const at = bytes.lastIndexOf(0x24);
    bytes[at + 1] = 1;
    expect(check(bytes)).toBe('WASM_INVALID');
    expect(codeOf(() => instrumentModule(bytes))).toBe('WASM_INVALID');
  });

  test('deep nesting: WASM_LIMIT, read without recursion', () => {
    const nested = (depth: number): Uint8Array =>
      withBody([
        ...new Array<number>(depth).fill(0x0240).flatMap((pair) => [pair >> 8, pair & 255]),
        ...new Array<number>(depth + 1).fill(0x0b),
      ]);
    expect(check(nested(1024))).toBe('no error');
    expect(check(nested(1025))).toBe('WASM_LIMIT');
    expect(codeOf(() => instrumentModule(nested(80_000)))).toBe('WASM_LIMIT');
  });

  test('more bytes than the limit: WASM_LIMIT before anything is read', () => {
    expect(check(new Uint8Array(WASM_LIMITS.moduleBytes + 1))).toBe('WASM_LIMIT');
  });

  test('a custom section of ours that stands twice: WASM_SECTION_TWICE', () => {
    const abi = Uint8Array.of(0, 9, 8, ...Buffer.from('weft.abi'));
    const bytes = contract('');
    expect(check(Uint8Array.of(...bytes, ...abi))).toBe('no error');
    expect(check(Uint8Array.of(...bytes, ...abi, ...abi))).toBe('WASM_SECTION_TWICE');
  });

  test('the place names the function and the offset', () => {
    const bytes = contract('(func (export "price") (drop (f64.add (unreachable) (unreachable))))');
    try {
      validateModule(bytes, { imports: RULES });
      expect.unreachable();
    } catch (error) {
      const { context } = error as WasmError;
      expect(context.got).toBe('float');
      expect(context['instruction']).toBe('f64.add');
      expect(context.place).toBe(`function 0 (price), offset ${bytes.indexOf(0xa0)}`);
    }
  });
});

describe('validate and instrument: broken bytes', () => {
  const seed = 7;
  const bytes = wat(randomProgram(randomSource(seed)));

  test('a truncation at any byte is refused with a code', () => {
    for (let length = 0; length < bytes.length; length++) {
      const code = check(bytes.slice(0, length));
      expect(code, `length ${length}`).toMatch(/^WASM_/);
      expect(codeOf(() => instrumentModule(bytes.slice(0, length)))).toMatch(/^WASM_|^no error/);
    }
  });

  test(`a flipped bit in any byte is refused with a code or gives a module that instruments (seed ${seed})`, () => {
    const pick = randomSource(seed);
    let accepted = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1 << pick(8), 1 + pick(255)]) {
        const broken = bytes.slice();
        broken[at]! ^= mask;
        const code = check(broken);
        expect(code, `byte ${at} ^ ${mask}`).toMatch(/^WASM_|^no error/);
        if (code !== 'no error') continue;
        accepted++;
        const output = instrumentModule(broken, DEFAULT_COSTS);
        expect(WebAssembly.validate(output.bytes as Uint8Array<ArrayBuffer>), `byte ${at} ^ ${mask}`).toBe(
          true,
        );
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });

  test('random bytes behind a header are refused with a code', () => {
    const pick = randomSource(seed);
    for (let run = 0; run < 2000; run++) {
      const tail = Uint8Array.from({ length: 1 + pick(40) }, () => (pick(2) === 0 ? pick(16) : pick(256)));
      expect(check(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...tail))).toMatch(/^WASM_/);
    }
  });

  test('over-long and over-wide LEB128 is refused, padded is read', () => {
    const withCount = (...count: number[]): Uint8Array =>
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, count.length, ...count);
    expect(check(withCount(0x80, 0x80, 0x80, 0x80, 0x80, 0))).toBe('WASM_MALFORMED');
    expect(check(withCount(0x80, 0x80, 0x80, 0x80, 0x10))).toBe('WASM_MALFORMED');
    expect(check(withCount(0x80, 0x80, 0x80, 0x80, 0))).toBe('WASM_MEMORY');
  });
});
