// The command line over data folders: replay, snapshot and doctor, as a person or a script calls them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRealChain, fillReal, type RealChain } from '../support/real-chain.js';

const BIN = fileURLToPath(new URL('../../cli/bin/weft.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'weft-tools-'));
const data = join(root, 'data');
let chain: RealChain;

/** Runs one command with --json: exit code and the value on stdout. */
function weft(
  ...args: string[]
): Promise<{ readonly code: number; readonly value: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [BIN, ...args, '--json'], (error, stdout) => {
      const code = error === null ? 0 : Number(error.code);
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (line === '') reject(error ?? new Error('no answer'));
      else resolve({ code, value: JSON.parse(line) });
    });
  });
}

beforeAll(async () => {
  chain = await createRealChain({ seed: 7, blocks: 5, transfers: 4 });
  const store = await openLevelStore(join(data, 'store'));
  await fillReal(store, chain, 5);
  await store.flush(5);
  await store.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('tools over a data folder', () => {
  it('all say that a folder is in use, and what to do', async () => {
    const store = await openLevelStore(join(data, 'store'));
    const used = {
      code: 1,
      value: { error: { code: 'STORE_LOCKED', fix: expect.stringMatching(/Stop the node/) } },
    };
    expect(await weft('replay', '--data', data)).toMatchObject(used);
    expect(await weft('doctor', '--data', data)).toMatchObject(used);
    expect(await weft('snapshot', 'export', '--data', data, '--out', join(root, 'none'))).toMatchObject(used);
    await store.close();
  });

  it('replay: in parallel and independently, whole and in part, to the same head', async () => {
    const head = `0x${toHex(chain.records[4]!.block.hash)}`;
    // Its seals are made up, which a replay says; without blocks there is none to look at.
    expect(await weft('replay', '--data', data)).toMatchObject({
      code: 1,
      value: { error: { code: 'REPLAY_SEAL' } },
    });
    for (const more of [
      ['--workers', '2'],
      ['--workers', '2', '--independent', '--from', '3'],
    ]) {
      const { code, value } = await weft('replay', '--data', data, '--unsealed', ...more);
      expect(code).toBe(0);
      expect(value).toMatchObject({ to: 5, hash: head, same: true });
    }
    expect(await weft('replay', '--data', join(root, 'nowhere'))).toMatchObject({
      code: 1,
      value: { error: { code: 'CLI_NO_CHAIN' } },
    });
  });

  it('snapshot: exported, refused without a seal, imported by its trusted hash, sound there', async () => {
    const out = join(root, 'snapshot');
    const made = await weft('snapshot', 'export', '--data', data, '--out', out);
    expect(made).toMatchObject({ code: 0, value: { height: 5 } });
    const hash = String(made.value['hash']);
    const untrusted = { code: 1, value: { error: { code: 'SNAPSHOT_UNTRUSTED' } } };
    expect(await weft('snapshot', 'inspect', out)).toMatchObject(untrusted);
    expect(await weft('snapshot', 'inspect', out, '--trust', hash)).toMatchObject({
      code: 0,
      value: { hash },
    });
    const other = join(root, 'other');
    expect(await weft('snapshot', 'import', out, '--data', other, '--trust', hash)).toMatchObject({
      code: 0,
    });
    expect(await weft('doctor', '--data', other)).toMatchObject({
      code: 0,
      value: { sound: true, height: 5 },
    });
  });

  it('doctor: exit code 1 with what is wrong, 0 once it is repaired', async () => {
    rmSync(join(data, 'store', 'head'));
    expect(await weft('doctor', '--data', data)).toMatchObject({
      code: 1,
      value: { sound: false, findings: [{ repair: 'head' }] },
    });
    expect(await weft('doctor', '--data', data, '--repair')).toMatchObject({
      code: 0,
      value: { sound: true, height: 5 },
    });
  });
});
