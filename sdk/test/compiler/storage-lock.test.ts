// storage.lock.json: written by a build, held by the next; what would misread or lose values is refused.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Reader } from '@weft/runtime/base/codec';
import { WeftError } from '@weft/runtime/base/errors';
import { selectorOf } from '@weft/runtime/types/layout';
import { compileContract } from '@weft/sdk/compiler/compile';
import { LOCK_FILE, type LockMode } from '@weft/sdk/compiler/storage-lock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';
import { MockChain } from './mock-host.js';

const IMPORT = "import { Accumulator, Address, List, Map, Value, u128 } from '@weft/sdk/assembly';\n";
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'weft-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function build(fields: string, lock: LockMode = 'check', before = ''): Promise<string> {
  await writeFile(
    path.join(folder, 'contract.ts'),
    `${IMPORT}${before}@contract\nexport class C {\n${fields}\n}\n`,
  );
  try {
    await compileContract({ entry: folder, lock });
    return 'OK';
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return `${error.code} ${error.context['message']}`;
  }
}

const lockText = (): Promise<string> => readFile(path.join(folder, LOCK_FILE), 'utf8');

describe('storage lock', () => {
  it('is written once, holds for equal fields in any order, and takes new ones in when written', async () => {
    expect(await build('a: Value<u64>; b: Map<Address, u128>;', 'write')).toBe('OK');
    const first = await lockText();
    expect(JSON.parse(first).fields.map((one: { holds: string }) => one.holds)).toEqual([
      'u64',
      '[address] u128',
    ]);
    expect(await build('b: Map<Address, u128>; a: Value<u64>; c: Accumulator;')).toBe('OK');
    expect(await lockText()).toBe(first);
    expect(await build('a: Value<u64>; b: Map<Address, u128>; c: Accumulator;', 'write')).toBe('OK');
    expect(JSON.parse(await lockText()).fields).toHaveLength(3);
  });

  it('a check without a file makes none', async () => {
    expect(await build('a: Value<u64>;')).toBe('OK');
    await expect(lockText()).rejects.toThrow();
  });

  it('other types, keys, kinds and struct members are refused; other member names are not', async () => {
    const struct = (members: string): string => `@struct class S { ${members} }\n`;
    const fields = 'a: Value<u64>; m: Map<Address, u64>; s: Value<S>; l: List<u64>;';
    expect(await build(fields, 'write', struct('x: u64; y: string;'))).toBe('OK');
    expect(await build(fields, 'check', struct('renamed: u64; y: string;'))).toBe('OK');
    expect(await build(fields, 'check', struct('y: string; x: u64;'))).toContain(
      'COMPILE_LOCK s held (u64,string)',
    );
    const changed = [
      ['a: Value<u64>;', 'a: Value<u32>;'],
      ['a: Value<u64>;', 'a: Accumulator<u64>;'],
      ['Map<Address, u64>', 'Map<u64, u64>'],
      ['l: List<u64>;', 'l: Map<u32, u64>;'],
    ] as const;
    for (const [from, to] of changed) {
      const answer = await build(fields.replace(from, to), 'write', struct('x: u64; y: string;'));
      expect(answer, to).toMatch(/^COMPILE_LOCK \w held .* would be misread$/);
    }
  });

  it('a field that is gone is refused, unless another keeps its slot or it is retired', async () => {
    expect(await build('a: Value<u64>; b: Value<u64>;', 'write')).toBe('OK');
    expect(await build('a: Value<u64>;', 'write')).toContain('b is gone');
    expect(await build("a: Value<u64>; @slot('b') c: Value<u64>;", 'write')).toBe('OK');
    expect(await build('a: Value<u64>; c: Value<u64>;')).toContain('c moved to another slot');
    const lock = JSON.parse(await lockText());
    const retired = lock.fields.filter((one: { name: string }) => one.name === 'a');
    const rest = lock.fields.filter((one: { name: string }) => one.name !== 'a');
    await writeFile(path.join(folder, LOCK_FILE), JSON.stringify({ ...lock, fields: rest, retired }));
    expect(await build("@slot('b') c: Value<u64>;", 'write')).toBe('OK');
    expect(await build("a: Value<u64>; @slot('b') c: Value<u64>;")).toContain(
      'whose values are still on chain',
    );
  });

  it('a file that is no lock, and options of the assembly compiler, are refused', async () => {
    await writeFile(path.join(folder, LOCK_FILE), '{ "version": 9 }');
    expect(await build('a: Value<u64>;')).toContain('COMPILE_LOCK');
    expect(await build('a: Value<u64>;', 'off')).toBe('OK');
    await writeFile(path.join(folder, 'asconfig.json'), '{ "options": { "noAssert": true } }');
    expect(await build('a: Value<u64>;', 'off')).toContain('COMPILE_OPTION asconfig.json asks for noAssert');
  });
});

describe('migration', () => {
  it('runs for the contract itself and for nobody else, over any keys', async () => {
    const artifact =
      await compileText(`@contract class C { old: Map<u64, u64>; next: Map<u64, u128>; moved: Value<u64>;
      @call put(n: u64): void { this.old.set(n, n); }
      @migrate move(from: u64, to: u64): void {
        for (let n = from; n < to; n++) { this.next.set(n, u128.from(this.old.get(n))); this.moved.set(n); } }
      @view at(n: u64): u128 { return this.next.get(n); } }`);
    expect(artifact.abi.methods.find(({ name }) => name === 'move')?.access).toEqual(['write *']);
    const chain = new MockChain(artifact);
    const two = new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0]);
    expect(chain.call('put', two).status).toBe('OK');
    const range = new Uint8Array([...new Uint8Array(8), 5, 0, 0, 0, 0, 0, 0, 0]);
    const refused = chain.call('move', range);
    expect([refused.status, new Reader(refused.data).u32()]).toEqual([
      'REVERT',
      selectorOf('NotUpgrade', []),
    ]);
    chain.caller = chain.self;
    expect(chain.call('move', range).status).toBe('OK');
    expect(new Reader(chain.call('at', two).result).u128()).toBe(2n);
  });
});
