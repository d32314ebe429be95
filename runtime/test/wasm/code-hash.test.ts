// What the code hash covers, and reading our custom sections.
import { sha256 } from '@weft/runtime/base/hash';
import { codeHash, customSection } from '@weft/runtime/wasm/code-hash';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { expect, test } from 'vitest';
import { codeOf, contract } from './support.js';

const module = contract('(func (export "f"))');
const section = (name: string, payload: number[]): Uint8Array =>
  Uint8Array.of(0, 1 + name.length + payload.length, name.length, ...Buffer.from(name), ...payload);
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const access = section('weft.access', [1, 2, 3]);

test('codeHash: is the hash of the module with only weft.access kept, last', () => {
  const kept = sha256(join(module, access));
  const abi = section('weft.abi', [9, 9]);
  expect(codeHash(join(module, access))).toEqual(kept);
  expect(codeHash(join(module, abi, access, section('name', [])))).toEqual(kept);
  expect(codeHash(join(module.slice(0, 8), access, abi, module.slice(8)))).toEqual(kept);
  expect(codeHash(module)).toEqual(sha256(module));
});

test('codeHash: differs when code or access differs', () => {
  const hashes = [module, join(module, access), join(module, section('weft.access', [1, 2, 4]))].map(
    (bytes) => Buffer.from(codeHash(bytes)).toString('hex'),
  );
  expect(new Set(hashes).size).toBe(3);
});

test('customSection: gives the payload, undefined when absent, refuses two', () => {
  expect(customSection(join(module, access), 'weft.access')).toEqual(Uint8Array.of(1, 2, 3));
  expect(customSection(module, 'weft.access')).toBeUndefined();
  expect(codeOf(() => customSection(join(access, module), 'weft.access'))).toBe('WASM_MALFORMED');
  expect(codeOf(() => customSection(join(module, access, access), 'weft.access'))).toBe('WASM_SECTION_TWICE');
  expect(codeOf(() => codeHash(join(module, access, access)))).toBe('WASM_SECTION_TWICE');
});

test('instrumented modules carry no custom section', () => {
  expect(customSection(instrumentModule(join(module, access)).bytes, 'weft.access')).toBeUndefined();
});
