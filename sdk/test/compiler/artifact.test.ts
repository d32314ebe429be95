// What a build yields: sections, files, the ABI with its TypeScript form, and the library's error selectors.
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeAbi } from '@weft/runtime/types/abi';
import { decodeAccessSection } from '@weft/runtime/types/access-codec';
import { assertUploadable } from '@weft/runtime/vm/compiled-code';
import { codeHash, customSection } from '@weft/runtime/wasm/code-hash';
import { LIBRARY_ERRORS } from '@weft/sdk/compiler/build-abi';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOKEN = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
const FAILURE = fileURLToPath(new URL('../../assembly/failure.ts', import.meta.url));
let outDir: string;
let artifact: Artifact;
beforeAll(async () => {
  outDir = await mkdtemp(path.join(os.tmpdir(), 'weft-artifact-'));
  artifact = await compileContract({ entry: TOKEN, outDir });
});
afterAll(() => rm(outDir, { recursive: true }));

describe('artifact', () => {
  it('module: a chain accepts it, and its two sections say what the artifact says', () => {
    assertUploadable(artifact.wasm);
    const access = customSection(artifact.wasm, 'weft.access');
    const abi = customSection(artifact.wasm, 'weft.abi');
    expect(access && decodeAccessSection(access).methods.map((method) => method.selector)).toEqual(
      artifact.access.methods.map((method) => method.selector),
    );
    expect(abi && decodeAbi(abi)).toEqual(artifact.abi);
  });

  it('debug: names are kept and the code hash stays', async () => {
    const debug = await compileContract({ entry: TOKEN, debug: true });
    expect(customSection(debug.wasm, 'name')).toBeDefined();
    expect(codeHash(debug.wasm)).toEqual(codeHash(artifact.wasm));
  });

  it('module: the same bytes from another folder', async () => {
    await copyFile(path.join(TOKEN, 'token.ts'), path.join(outDir, 'token.ts'));
    const moved = await compileContract({ entry: path.join(outDir, 'token.ts') });
    await rm(path.join(outDir, 'token.ts'));
    expect(moved.wasm).toEqual(artifact.wasm);
    expect(moved.sourceMap).toBe(artifact.sourceMap);
  });

  it('files: all are written, the ABI as JSON and as constants, the map names the source', async () => {
    expect((await readdir(outDir)).sort()).toEqual(
      ['.abi.json', '.abi.ts', '.access.txt', '.wasm', '.wasm.map'].map((ending) => `Token${ending}`),
    );
    const text = await readFile(path.join(outDir, 'Token.abi.ts'), 'utf8');
    const constant = /export const tokenAbi = (\{[\s\S]*\}) as const;/.exec(text)?.[1];
    expect(JSON.parse(constant ?? '')).toEqual(artifact.abi);
    const map = JSON.parse(artifact.sourceMap) as { sources: string[] };
    expect(map.sources).toContain('token.ts');
    expect(map.sources.some((source) => path.isAbsolute(source))).toBe(false);
  });

  it('library errors: the selectors in failure.ts are those of their signatures', async () => {
    const text = await readFile(FAILURE, 'utf8');
    const found = [
      ...text.matchAll(/`(\w+)\([a-z]*\)`[^\n]*\nexport const ERROR_\w+: u32 = (0x[0-9a-f]+);/g),
    ];
    expect(found.map(([, name, selector]) => [name, Number(selector)])).toEqual(
      LIBRARY_ERRORS.map((error) => [error.name, error.selector]),
    );
  });
});
