// The second opinion on the compiled module: its call graph, and a hole in the source walk it must stop.
import { readCallGraph } from '@weft/sdk/compiler/cross-check';
import { withSections } from '@weft/sdk/compiler/sections';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './compile-text.js';

describe('cross-check', () => {
  it('call graph: imports, direct and indirect calls, tables', () => {
    const graph = readCallGraph(`(module
 (import "weft" "storage_set" (func $lib/storage_set (param i32)))
 (elem $0 (i32.const 1) $a/f "$odd")
 (func $a/f (param $0 i32)
  (call $lib/storage_set
   (i32.const 1)
  )
 )
 (func $a/g
  (call_indirect (type $t)
   (i32.const 0)
  )
 )
)`);
    expect([...graph.imports]).toEqual([['$lib/storage_set', 'storage_set']]);
    expect([...(graph.calls.get('$a/f') ?? [])]).toEqual(['$lib/storage_set']);
    expect([...(graph.calls.get('$a/g') ?? [])]).toEqual(['*']);
    expect(graph.table.has('$a/f')).toBe(true);
  });

  it('a method that forges its contract is refused', async () => {
    const { code } =
      await refusalOf(`class Trick { go(): void { changetype<C>(changetype<usize>(this)).one.set(1); } }
      @contract export class C { one: Value<u64>; @call a(): void { new Trick().go(); } }`);
    expect(code).toBe('COMPILE_CROSS_CHECK');
  });
});

describe('sections', () => {
  it('custom sections are replaced, others kept byte for byte', () => {
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const type = [1, 4, 1, 0x60, 0, 0];
    const custom = [0, 3, 1, 0x78, 9];
    const wasm = new Uint8Array([...header, ...type, ...custom]);
    const payload = new Uint8Array(200).fill(7);
    const result = withSections(wasm, [{ name: 'y', payload }], () => false);
    expect([...result.subarray(0, 14)]).toEqual([...header, ...type]);
    expect([...result.subarray(14, 19)]).toEqual([0, 0xca, 1, 1, 0x79]);
    expect(result.length).toBe(19 + 200);
    expect(withSections(wasm, [], (name) => name === 'x')).toEqual(wasm);
  });
});
