// SIGKILL while blocks are appended: what was acknowledged is there afterwards, whole, and the state is that of a
// block boundary.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { openState } from '@weft/runtime/state/open-state';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { encodeBlockRecord } from '@weft/runtime/types/record-codec';
import { afterAll, describe, expect, it } from 'vitest';
import { createSampleChain, randomFrom } from '../support/sample-chain.js';
import { fillStore } from './store.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const CYCLES = Number(process.env['WEFT_KILLS'] ?? 5);
const BLOCKS_A_CYCLE = 60;
const SCRIPT = new URL('./store-append-loop.mjs', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'weft-crash-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
console.info(`store crash: WEFT_SEED=${SEED} WEFT_KILLS=${CYCLES}`);

/** Lets the loop run until it acknowledged `until`, kills it, and returns the last height it acknowledged. */
function appendAndKill(folder: string, file: string, until: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, folder, file, '7'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let failed = '';
    child.stderr.on('data', (chunk) => (failed += chunk));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (lastHeight(printed) >= until) child.kill('SIGKILL');
    });
    child.on('close', (_, signal) => {
      if (failed !== '' || signal !== 'SIGKILL') reject(new Error(`the loop ended by itself: ${failed}`));
      else resolve(lastHeight(printed));
    });
  });
}

/** The newest whole line. */
function lastHeight(printed: string): number {
  return Number(printed.split('\n').at(-2) ?? 0);
}

describe('store crash', () => {
  it(`keeps every acknowledged block over ${CYCLES} SIGKILLs`, async () => {
    const random = randomFrom(SEED);
    const blocks = BLOCKS_A_CYCLE * CYCLES;
    const chain = createSampleChain({ seed: SEED, blocks, transactions: 20, keys: 300, valueBytes: 200 });
    const file = join(root, 'records');
    const encoded = chain.records.map(encodeBlockRecord);
    writeFileSync(
      file,
      concatBytes(...encoded.flatMap((bytes) => [new Writer().u32(bytes.length).finish(), bytes])),
    );
    const folder = join(root, 'store');
    await (await fillStore({ open: () => openLevelStore(folder) }, chain, 0)).close();
    let height = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const acknowledged = await appendAndKill(folder, file, height + 1 + random(BLOCKS_A_CYCLE - 20));
      const store = await openLevelStore(folder);
      height = await store.head();
      // One block may be on disk that nobody heard of.
      expect([acknowledged, acknowledged + 1]).toContain(height);
      const { state } = await openState(store);
      expect(state.height).toBe(height);
      expect(toHex(state.root())).toBe(toHex(chain.records[height - 1]!.block.header.stateRoot));
      let expected = 1;
      for await (const record of store.records(1, height)) {
        expect(toHex(record.block.hash)).toBe(toHex(chain.records[expected - 1]!.block.hash));
        expected++;
      }
      expect(expected).toBe(height + 1);
      await store.close();
    }
  });
});
