// A node killed in the middle of its blocks comes back at a block boundary with the root of that height, and a damaged
// newest record is an error with a code, never a shorter chain.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { replayChain } from '@weft/runtime/chain/replay';
import { isSealed } from '@weft/runtime/consensus/seal/seal';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { storePath } from '@weft/runtime/node/data-folder';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHILD = fileURLToPath(new URL('../support/crashing-node.mjs', import.meta.url));
const CYCLES = 5;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-crash-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the child until it has printed `blocks` blocks, kills it `afterMs` later; what it had acknowledged. */
async function runAndKill(
  data: string,
  executor: string,
  blocks: number,
  afterMs: number,
): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [CHILD, data, executor], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<number, string>();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface(child.stdout)) {
    const [height = '', root = ''] = line.split(' ');
    acknowledged.set(Number(height), root);
    if (acknowledged.size === blocks) setTimeout(() => child.kill('SIGKILL'), afterMs);
  }
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  return acknowledged;
}

async function withNode<T>(data: string, use: (node: WeftNode) => Promise<T>): Promise<T> {
  const node = createNode({
    dataFolder: data,
    executor: 'sequential',
    rpc: false,
    seal: { trigger: { kind: 'manual' } },
  });
  await node.start();
  try {
    return await use(node);
  } finally {
    await node.stop();
  }
}

describe.each(['sequential', 'parallel'])(
  'a node killed with SIGKILL during blocks, %s executor',
  (executor) => {
    it(`restarts at a block boundary with the root of that height, ${CYCLES} times over`, async () => {
      const data = join(folder, executor);
      const roots = new Map<number, string>();
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const afterMs = Math.floor(Math.random() * 30);
        console.log(`cycle ${cycle}: killed ${afterMs} ms after block ${2 + cycle}`);
        const acknowledged = await runAndKill(data, executor, 2 + cycle, afterMs);
        for (const [height, root] of acknowledged) roots.set(height, root);
        await withNode(data, async (node) => {
          const { height, stateRoot } = node.query().status();
          expect(height).toBeGreaterThanOrEqual(Math.max(...acknowledged.keys()));
          for (const [known, root] of roots) {
            expect(toHex((await node.query().block(known)).header.stateRoot)).toBe(root);
          }
          expect(toHex(stateRoot)).toBe(toHex((await node.query().block(height)).header.stateRoot));
          roots.set(height, toHex(stateRoot));
        });
      }
      const store = await openLevelStore(storePath(data));
      const oracle = createSequentialExecutor();
      const report = await replayChain(store, oracle, { isSealed });
      expect(toHex(report.stateRoot)).toBe(roots.get(report.height));
      await oracle.close();
      await store.close();
    });
  },
);

describe('a flipped byte in the newest record', () => {
  it('is a coded error, wherever in the record it is', async () => {
    const data = join(folder, 'sequential');
    const header = await withNode(
      data,
      async (node) => (await node.query().block(node.query().status().height)).header,
    );
    const places = await findBytes(join(data, 'store'), Buffer.from(header.transactionRoot));
    expect(places.length).toBeGreaterThan(0);
    for (const { file, offset } of places) {
      for (const shift of [-40, 0, 31, 300]) {
        const copy = join(folder, 'flipped');
        await cp(data, copy, { recursive: true });
        const bytes = await readFile(join(copy, 'store', file));
        bytes[offset + shift] = (bytes[offset + shift] ?? 0) ^ 0x10;
        await writeFile(join(copy, 'store', file), bytes);
        const refusal = await withNode(copy, async (node) => node.query().status().height).catch(
          (error) => error,
        );
        expect(refusal, `${file} at ${offset + shift}`).toMatchObject({
          code: expect.stringMatching(/^STORE_/),
        });
        await rm(copy, { recursive: true });
      }
    }
  });
});

/** Every place in a folder's files where these bytes stand. */
async function findBytes(root: string, needle: Buffer): Promise<{ file: string; offset: number }[]> {
  const places: { file: string; offset: number }[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name).slice(root.length + 1);
    const bytes = await readFile(join(root, file));
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1))
      places.push({ file, offset: at });
  }
  return places;
}
