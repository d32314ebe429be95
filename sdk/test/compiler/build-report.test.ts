// What comes with a build: doc comments in the ABI, what each method weighs, and builds that follow changes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { decodeAbi } from '@weft/runtime/types/abi';
import { customSection } from '@weft/runtime/wasm/code-hash';
import { type Built, watchContract } from '@weft/sdk/compiler/watch';
import { describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';

const source = (name: string): string => `import { Value } from '@weft/sdk/assembly';
@contract export class ${name} { n: Value<u64>; @call set(n: u64): void { this.n.set(n); } }`;

describe('build', () => {
  it('doc comments are in the ABI, of everything that has one', async () => {
    const artifact = await compileText(`
      /** A thing. */ @event class E { n: u64; }
      /** Wrong. */
      @error class Bad { n: u64; }
      /* no doc */ @struct class S { n: u64; }
      /**
       * A contract
       *  of two lines.
       */
      @contract export class C {
        /** Kept. */ n: Value<u64>;
        /** Sets it. */
        @call set(n: u64): void { this.n.set(n); }
        @view get(): u64 { return this.n.get(); } }`);
    const section = customSection(artifact.wasm, 'weft.abi');
    const abi = decodeAbi(section as Uint8Array);
    expect(abi.doc).toBe('A contract of two lines.');
    expect(abi.methods.map(({ doc }) => doc)).toEqual(['Sets it.', undefined]);
    expect([abi.events[0]?.doc, abi.fields[0]?.doc, abi.structs[0]?.doc]).toEqual([
      'A thing.',
      'Kept.',
      undefined,
    ]);
    expect(abi.errors.find(({ name }) => name === 'Bad')?.doc).toBe('Wrong.');
  });

  it('the report weighs the module and each method', async () => {
    const { report, wasm } = await compileText(`@contract export class C { n: Value<u64>;
      @call little(): void {} @call more(a: u128, b: string): void { require(a / u128.from(3) > u128.One, b); } }`);
    expect([report.bytes, report.pages]).toEqual([wasm.length, 1]);
    const [little, more] = report.methods;
    expect([little?.name, more?.name]).toEqual(['little', 'more']);
    expect(little!.instructions).toBeGreaterThan(0);
    expect(more!.instructions).toBeGreaterThan(little!.instructions * 2);
  });

  it('a watched contract builds again when it changes, mistakes included', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-watch-'));
    const file = path.join(folder, 'contract.ts');
    await writeFile(file, source('First'));
    const built: Built[] = [];
    let wake: (() => void) | undefined;
    const watching = await watchContract({ entry: folder }, (one) => {
      built.push(one);
      wake?.();
    });
    const until = async (done: (one: Built) => boolean): Promise<void> => {
      while (!built.some(done)) await new Promise<void>((resolve) => (wake = resolve));
    };
    const named = (name: string) => (one: Built) => 'artifact' in one && one.artifact.name === name;
    try {
      await until(named('First'));
      await writeFile(file, 'class Nothing {}');
      await until((one) => 'error' in one);
      await writeFile(file, source('Second'));
      await until(named('Second'));
    } finally {
      await watching.close();
      await rm(folder, { recursive: true });
    }
  });
});
