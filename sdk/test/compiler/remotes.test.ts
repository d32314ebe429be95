// `@remote('file')`: what an interface says of the contract it calls is held against that contract's ABI.
import { CompileError } from '@weft/sdk/compiler/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileText, refusalOf } from './compile-text.js';

const CALLEE = `
@struct class Point { x: u32; y: u32; }
@contract class Board {
  places: Map<Address, Point>;
  @init start(): void {}
  @call move(to: Address, place: Point): void { this.places.set(to, place); }
  @view at(who: Address, hint: Uint8Array): Point { return this.places.get(who); }
  @view maybe(ids: u64[]): u64 { return 0; }
}`;
let abi: string;

beforeAll(async () => {
  abi = JSON.stringify((await compileText(CALLEE)).abi);
});

const caller = (methods: string, file = "'./Board.abi.json'") => `
@struct class Spot { column: u32; row: u32; }
@remote(${file}) abstract class Other { ${methods} }
@contract class C {
  @call run(board: Address, to: Address): void { new Other(board).move(to, new Spot(1, 2)); }
}`;
const MOVE = 'abstract move(to: Address, place: Spot): void;';

async function refusal(
  methods: string,
  file?: string,
  files: Record<string, string> = { 'Board.abi.json': abi },
) {
  const { code, place, error } = await refusalOf(caller(methods, file), files);
  return { code, place, described: error instanceof CompileError ? (error.described ?? '') : '' };
}

describe('interfaces of other contracts', () => {
  it('are accepted when they say what the contract has, whatever its structs are called there', async () => {
    expect((await refusal(MOVE)).code).toBe('NONE');
    expect((await refusal(`${MOVE} abstract at(a: Address, b: Uint8Array): Spot;`)).code).toBe('NONE');
  });

  it('are refused where a method is missing, or runs at creation only', async () => {
    const missing = await refusal(`${MOVE}\n  abstract moev(to: Address): void;`);
    expect([missing.code, missing.place]).toEqual(['COMPILE_REMOTE', 'contract.ts:5:12']);
    expect(missing.described).toContain('Board has no method moev');
    expect(missing.described).toContain('one of its methods: move, at, maybe');
    expect((await refusal(`${MOVE} abstract start(): void;`)).described).toContain('never after');
  });

  it('are refused where arguments or the result differ, with the line to write', async () => {
    for (const [methods, write] of [
      ['abstract move(to: Address, place: u64): void;', 'abstract move(to: Address, place: Point): void;'],
      ['abstract move(to: Address, place: Spot): bool;', 'abstract move(to: Address, place: Point): void;'],
      [`${MOVE} abstract at(who: Address): Spot;`, 'abstract at(who: Address, hint: Uint8Array): Point;'],
      [`${MOVE} abstract maybe(ids: u64): u64;`, 'abstract maybe(ids: u64[]): u64;'],
    ] as const) {
      const { code, described } = await refusal(methods);
      expect(code, methods).toBe('COMPILE_REMOTE');
      expect(described).toContain(`write instead: ${write}`);
    }
  });

  it('are refused where the ABI is missing or none', async () => {
    expect(await refusal(MOVE, "'./Nothing.abi.json'")).toMatchObject({
      code: 'COMPILE_REMOTE',
      place: 'contract.ts:4:1',
    });
    for (const text of ['{', '{"version":1}', '[]']) {
      const { code, described } = await refusal(MOVE, undefined, { 'Board.abi.json': text });
      expect(code).toBe('COMPILE_REMOTE');
      expect(described).toContain('the file is not an ABI');
    }
    for (const file of ['Board', "'a', 'b'"])
      expect((await refusal(MOVE, file)).code).toBe('COMPILE_DECLARATION');
  });

  it('say nothing of the contract without a file', async () => {
    expect((await refusal('abstract move(to: Address, place: Spot): bool;', '')).code).toBe('NONE');
  });
});
