// What does not compile: each refusal has its code and stands at file:line:column; nothing is silently dropped.

import { compileContract } from '@weft/sdk/compiler/compile';
import { describe, expect, it } from 'vitest';
import { refusalOf } from './compile-text.js';

/** The refusal of a contract body; line 1 is the imports, line 2 the class with its fields, line 3 the body. */
async function refused(body: string, after = ''): Promise<string> {
  const fields = 'map: Map<u64, string>; owners: Map<Address, Address>; one: Value<u64>; total: Accumulator;';
  const { code, place } = await refusalOf(`@contract class C { ${fields}\n${body}\n}\n${after}`);
  return `${code} ${place}`;
}

describe('refusals of form', () => {
  it('no contract, two contracts, unreadable entry', async () => {
    expect((await refusalOf('class A {}')).code).toBe('COMPILE_NO_CONTRACT');
    const two = await refusalOf('@contract class A {}\n@contract class B {}');
    expect([two.code, two.place]).toEqual(['COMPILE_MANY_CONTRACTS', 'contract.ts:3:17']);
    expect(two.error.context['got']).toEqual(['A', 'B']);
    await expect(compileContract({ entry: '/nowhere/at/all.ts' })).rejects.toMatchObject({
      code: 'COMPILE_ENTRY',
    });
  });

  it('fields that are no storage, or have an initialiser', async () => {
    expect(await refused('n: u64 = 5;')).toBe('COMPILE_FIELD contract.ts:3:1');
    expect(await refused('n: u64[];')).toBe('COMPILE_FIELD contract.ts:3:1');
    expect(await refused('n: Value<u64> = new Value<u64>(1);')).toBe('COMPILE_FIELD contract.ts:3:1');
  });

  it('constructors, generic classes, wrong methods', async () => {
    expect(await refused('constructor() {}')).toBe('COMPILE_CONTRACT_SHAPE contract.ts:3:1');
    expect((await refusalOf('@contract class C<T> {}')).code).toBe('COMPILE_CONTRACT_SHAPE');
    expect(await refused('@call private a(): void {}')).toBe('COMPILE_METHOD contract.ts:3:15');
    expect(await refused('@call @view a(): void {}')).toBe('COMPILE_METHOD contract.ts:3:13');
    expect(await refused('@call a(n: u64 = 5): void {}')).toBe('COMPILE_METHOD contract.ts:3:7');
    expect(await refused('@init a(): void {} @init b(): void {}')).toBe('COMPILE_METHOD contract.ts:3:26');
  });

  it('types without an encoding', async () => {
    expect(await refused('@call a(x: f64): void {}')).toBe('COMPILE_LANGUAGE contract.ts:3:12');
    expect(await refused('@call a(): Plain { return new Plain(); }', 'class Plain {}')).toBe(
      'COMPILE_TYPE contract.ts:3:12',
    );
    expect(await refused('bad: Map<u64, f32>;')).toBe('COMPILE_LANGUAGE contract.ts:3:15');
    expect(await refused('bad: Accumulator<u32>;')).toBe('COMPILE_TYPE contract.ts:3:6');
    expect(await refused('@call a(t: Tree): void {}', '@struct class Tree { kids: Tree[]; }')).toBe(
      'COMPILE_TYPE contract.ts:5:28',
    );
  });

  it('data classes of the wrong form', async () => {
    expect(await refused('', '@struct class S { constructor() {} a: u8; }')).toBe(
      'COMPILE_STRUCT contract.ts:5:19',
    );
    expect(await refused('', '@struct class S {}')).toBe('COMPILE_STRUCT contract.ts:5:15');
    expect(await refused('', '@event class E { a: u8 = 1; }')).toBe('COMPILE_STRUCT contract.ts:5:18');
    expect(await refused('', '@remote abstract class R { a(): void {} }')).toBe(
      'COMPILE_STRUCT contract.ts:5:28',
    );
  });

  it('imports of host functions and declared functions', async () => {
    expect(await refused('', "import { storage_set } from '@weft/sdk/assembly/host';")).toBe(
      'COMPILE_IMPORT contract.ts:5:1',
    );
    expect(await refused('', 'declare function storage_set(a: usize): void;')).toBe(
      'COMPILE_IMPORT contract.ts:5:1',
    );
  });

  it('what the AssemblyScript compiler refuses, with its words', async () => {
    const { code, place, error } = await refusalOf(
      '@contract class C {\n @call a(): void { let x: u64 = "text"; } }',
    );
    expect([code, place]).toEqual(['COMPILE_SOURCE', 'contract.ts:3:33']);
    expect(String(error.context['message'])).toContain('not assignable');
    expect((await refusalOf('@contract class C { @call a(: void {} }')).code).toBe('COMPILE_SOURCE');
    const several = await refusalOf(
      '@contract class C {\n @call a(): void { let x: u64 = "a"; let y: u8 = "b"; } }',
    );
    expect(several.error.context['others']).toHaveLength(1);
  });
});

describe('refusals of access', () => {
  it('keys that are not known, with what to write', async () => {
    const source =
      '@contract class C { map: Map<u64, string>;\n@call a(n: u64): void {\n this.map.set(n + 1, "x"); } }';
    const { code, place, error } = await refusalOf(source);
    expect([code, place]).toEqual(['COMPILE_ACCESS', 'contract.ts:4:2']);
    expect(String(error.context['write'])).toContain('@writes("map[*]")');
    expect(error.context['method']).toBe('a');
  });

  it('values read from storage, changed names, converted types, unknown list elements', async () => {
    const keys = [
      '@call a(n: u64): void { n = 2; this.map.set(n, "x"); }',
      '@call a(n: u64): void { let k = n; k++; this.map.set(k, "x"); }',
      '@call a(n: u32): void { this.map.set(n, "x"); }',
      '@call a(l: u64[]): void { this.map.set(l[0], "x"); }',
      '@call a(l: u64[]): void { for (let i = 1; i < l.length; i++) this.map.set(l[i], "x"); }',
      '@call a(l: u64[]): void { for (let i = 0; i < l.length; i++) { i++; this.map.set(l[i], "x"); } }',
      '@call a(l: u64[]): void { l[0] = 9; for (let i = 0; i < l.length; i++) this.map.set(l[i], "x"); }',
      '@call a(l: u64[]): void { l.push(9); for (let i = 0; i < l.length; i++) this.map.set(l[i], "x"); }',
      '@call a(n: u64): void { this.map.set(n > 3 ? n : 4, "x"); }',
      '@call a(x: Address): void { this.owners.set(x, x); transfer(this.owners.get(x), u128.One); }',
    ];
    for (const body of keys) expect((await refused(body)).split(' ')[0], body).toBe('COMPILE_ACCESS');
  });

  it('two indexes over one list do not pass as one', async () => {
    const two = await refusalOf(`@contract class C { grid: Map2<u64, u64, u64>;
      @call a(l: u64[]): void { for (let i = 0; i < l.length; i++) for (let j = 0; j < l.length; j++) this.grid.set(l[i], l[j], 1); } }`);
    expect(two.code).toBe('COMPILE_ACCESS');
    const bound = await refusalOf(`@contract class C { grid: Map2<u64, u64, u64>;
      @call a(k: u64[], l: u64[], m: u64[]): void {
        for (let i = 0; i < k.length; i++) for (let j = 0; j < m.length; j++) this.grid.set(l[i], l[j], 1); } }`);
    expect(bound.code).toBe('COMPILE_ACCESS');
  });

  it('elements and indexes that leave their loop, and integers made wider, are not keys', async () => {
    const find =
      'function find(l: u64[], x: u64): u64 { for (let i = 0; i < l.length; i++) { if (l[i] > x) return l[i]; } throw new Error("none"); }';
    const at =
      'function at(l: u64[]): i32 { for (let i = 0; i < l.length; i++) { if (l[i] > 5) return i; } throw new Error("none"); }';
    const bodies = [
      '@call a(l: u64[]): void { this.map.set(find(l, 1), "x"); }',
      '@call a(l: u64[]): void { const k = at(l); for (let i = 0; i < l.length; i++) this.map.set(l[k], "x"); }',
    ];
    for (const body of bodies)
      expect((await refused(body, `${find}\n${at}`)).split(' ')[0], body).toBe('COMPILE_ACCESS');
    const { code } = await refusalOf(`@contract class C { ids: Map<Hash, u64>;
      @call a(n: u64): void { this.ids.set(hashOf(u128.from(n)), 1); } }`);
    expect(code).toBe('COMPILE_ACCESS');
  });

  it('struct members the contract assigns are not the argument', async () => {
    const { code } = await refusalOf(`@struct class S { id: u64; }
      @contract class C { map: Map<u64, string>; @call a(s: S): void { s.id = 4; this.map.set(s.id, "x"); } }`);
    expect(code).toBe('COMPILE_ACCESS');
  });

  it('storage that leaves the form this.field.method(…)', async () => {
    const uses = [
      '@call a(): void { const m = this.map; m.set(1, "x"); }',
      '@call a(): void { use(this); }',
      '@call a(): void { const c = this; c.one.set(1); }',
      '@call a(): void { new Map<u64, u64>(5).set(1, 1); }',
      '@call a(): void { new C().one.set(1); }',
      '@call a(): Value<u64> { return this.one; }',
    ];
    for (const body of uses) {
      const code = (await refused(body, 'function use(c: C): void { c.one.set(1); }')).split(' ')[0];
      expect(['COMPILE_STORAGE_USE', 'COMPILE_TYPE'], body).toContain(code);
    }
  });

  it('views that write, and storage at the top level', async () => {
    expect(await refused('@view a(): void { this.one.set(1); }')).toBe(
      'COMPILE_VIEW_WRITES contract.ts:3:19',
    );
    expect(await refused('@view a(): void { this.b(); }\n b(): void { this.total.add(u128.One); }')).toBe(
      'COMPILE_VIEW_WRITES contract.ts:4:14',
    );
    expect(
      await refused('@call a(): void { log(start.toString()); }', 'const start = balanceOf(sender());'),
    ).toBe('COMPILE_START contract.ts:5:15');
  });

  it('remote contracts lost from sight', async () => {
    const { code } = await refusalOf(`@remote abstract class R { abstract pay(n: u64): void; }
      @contract class C { @call a(x: Address[]): void { const list: R[] = [new R(x[0])]; list[0].pay(1); } }`);
    expect(code).toBe('COMPILE_ACCESS');
  });

  it('decorators that cannot be understood', async () => {
    const decorators = [
      '@reads()',
      '@reads("nothing")',
      '@reads("map[args.x]")',
      '@reads("map[1, 2]")',
      '@reads("owners[args.n]")',
      '@reads(map)',
      '@adds("map[1]", "up")',
      '@adds("total", "sideways")',
      '@adds("owners[*]", "up")',
      '@pasts("map[*]")',
      '@calls("self")',
      '@calls("self", "f(u64)")',
      '@calls("self", "f(what)", "1")',
      '@read("map[1]")',
    ];
    for (const decorator of decorators) {
      const code = (await refused(`${decorator} @call a(n: u64): void {}`)).split(' ')[0];
      expect(code, decorator).toBe('COMPILE_DECLARATION');
    }
    expect(await refused('@cal a(): void {}')).toBe('COMPILE_DECLARATION contract.ts:3:1');
    expect(await refused('@reads("one") helper(): void {}')).toBe('COMPILE_DECLARATION contract.ts:3:1');
    expect(await refused('@indexed n: Value<u64>;')).toBe('COMPILE_DECLARATION contract.ts:3:1');
    expect(await refused('', '@call function free(): void {}')).toBe('COMPILE_DECLARATION contract.ts:5:1');
  });
});
