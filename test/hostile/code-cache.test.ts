// A node restarted over a folder of compiled code: used when whole, made again when damaged or swapped, and the block
// comes out the same.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileThrough } from '@weft/runtime/execute/cached-code';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { buildTag } from '@weft/runtime/node/build-tag';
import { openCodeFiles } from '@weft/runtime/store/files/code-files';
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import { blockOf, World } from '../fixtures/world.js';
import { addColdContracts, coldTransactions } from './execute/cold-contracts.js';

const CONTRACTS = 200;
const world = new World();
const engine = buildTag() ?? 'unknown';
let folder = '';
let block: BlockInput;
let expected: BlockOutcome;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-cache-'));
  block = blockOf(coldTransactions(addColdContracts(world).slice(0, CONTRACTS), 'number', 1_000_000));
  const oracle = createSequentialExecutor();
  expected = await oracle.execute(block, world.read);
  await oracle.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the block on a new executor over the folder; how many entries it wrote. */
async function runAgain(): Promise<number> {
  const files = openCodeFiles(folder);
  let written = 0;
  const counting = {
    ...files,
    read: (name: string) => files.read(name),
    write: (name: string, content: Uint8Array) => {
      written += 1;
      files.write(name, content);
    },
  };
  const executor = createParallelExecutor({ workers: 2, compile: compileThrough(counting, { engine }) });
  expectSameOutcome(await executor.execute(block, world.read), expected);
  await executor.close();
  await files.close();
  return written;
}

test('code cache: kept over a restart, every entry used', async () => {
  expect(buildTag()).toBeDefined();
  expect(await runAgain()).toBe(CONTRACTS);
  expect(await readdir(folder)).toHaveLength(CONTRACTS);
  expect(await runAgain()).toBe(0);
});

test('code cache: damaged, emptied and swapped entries are made again, and mended', async () => {
  const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  await Promise.all(
    paths.map((path, index) => {
      const content = Buffer.from(contents[index]!);
      if (index % 3 === 0) content[(index * 31) % content.length]! ^= 4;
      const swapped = contents[(index + 1) % contents.length]!;
      return writeFile(
        path,
        index % 3 === 0 ? content : index % 3 === 1 ? swapped : content.subarray(0, index),
      );
    }),
  );
  expect(await runAgain()).toBe(CONTRACTS);
  expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual(contents);
  expect((await stat(paths[0]!)).size).toBe(contents[0]!.length);
  expect(await runAgain()).toBe(0);
});
