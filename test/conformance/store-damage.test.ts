// Damage to a closed data folder: whatever byte of whatever file changes, the next reader gets a coded error or every
// content as it was. WEFT_FLIPS=all tries every byte.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { sha256 } from '@weft/runtime/base/hash';
import { openState } from '@weft/runtime/state/open-state';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleChain, randomFrom } from '../support/sample-chain.js';
import { fillStore } from './store.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const FLIPS = process.env['WEFT_FLIPS'] ?? '60';
const BLOCKS = 4;
const chain = createSampleChain({ seed: SEED, blocks: BLOCKS, transactions: 3, keys: 12 });
console.info(`store damage: WEFT_SEED=${SEED} WEFT_FLIPS=${FLIPS}`);

const root = mkdtempSync(join(tmpdir(), 'weft-damage-'));
const log = join(root, 'log');
const tables = join(root, 'tables');
const victim = join(root, 'victim');

/** Everything a reader can learn of a store, as one hash. */
async function readAll(folder: string): Promise<string> {
  const store = await openLevelStore(folder, { thread: false });
  try {
    const seen: string[] = [toHex((await store.genesis()) ?? new Uint8Array(0)), `${await store.head()}`];
    const { state, head } = await openState(store);
    seen.push(toHex(state.root()), `${head?.block.header.height}`, toHex((await store.base()).genesisRoot));
    for (let height = 1; height <= (await store.head()); height++) {
      const record = await store.record(height);
      seen.push(
        toHex(record.block.hash),
        JSON.stringify(record.stateDiff.map(({ key }) => toHex(key))),
        toHex(record.seal),
      );
    }
    for (const { block } of chain.records) {
      for (const { transaction } of block.receipts)
        seen.push(JSON.stringify(await store.locate(transaction)));
    }
    return toHex(sha256(new TextEncoder().encode(seen.join(' '))));
  } finally {
    await store.close();
  }
}

/** Damages a copy and reads it: the code of the error, or 'same'; anything else fails. */
async function readDamaged(
  from: string,
  expected: string,
  damage: () => void,
  what: string,
): Promise<string> {
  rmSync(victim, { recursive: true, force: true });
  cpSync(from, victim, { recursive: true });
  damage();
  let content: string;
  try {
    content = await readAll(victim);
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw new Error(`${what}: not a coded error`, { cause: error });
  }
  expect(content, `${what}: silently different`).toBe(expected);
  return 'same';
}

function filesOf(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}

/** File and offset of every byte to flip. */
function flipsOf(folder: string): { readonly file: string; readonly offset: number }[] {
  const bytes = filesOf(folder)
    .filter((file) => !/LOG(\.old)?$|LOCK$/.test(file))
    .flatMap((file) =>
      Array.from({ length: statSync(join(folder, file)).size }, (_, offset) => ({ file, offset })),
    );
  if (FLIPS === 'all') return bytes;
  const random = randomFrom(SEED);
  return Array.from({ length: Number(FLIPS) }, () => bytes[random(bytes.length)]!);
}

async function flipAll(folder: string): Promise<Map<string, number>> {
  const expected = await readCopy(folder);
  const random = randomFrom(SEED + 1);
  const outcomes = new Map<string, number>();
  for (const { file, offset } of flipsOf(folder)) {
    const mask = 1 << random(8);
    const outcome = await readDamaged(
      folder,
      expected,
      () => flip(join(victim, file), offset, mask),
      `${file} byte ${offset} xor ${mask}`,
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return outcomes;
}

/** Everything in an intact copy: opening changes a folder. */
async function readCopy(folder: string): Promise<string> {
  rmSync(victim, { recursive: true, force: true });
  cpSync(folder, victim, { recursive: true });
  return readAll(victim);
}

function flip(path: string, offset: number, mask: number): void {
  const bytes = readFileSync(path);
  bytes[offset]! ^= mask;
  writeFileSync(path, bytes);
}

beforeAll(async () => {
  // As a run leaves it: all in LevelDB's log. Flat state is two blocks behind.
  const store = await fillStore({ open: () => openLevelStore(log) }, chain, 2);
  await store.flush(2);
  for (const record of chain.records.slice(2)) await store.append(record);
  await store.close();
  // As the next start leaves it: in tables.
  cpSync(log, tables, { recursive: true });
  await (await openLevelStore(tables)).close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('store damage', () => {
  it('one flipped bit in a store whose rows are in the log', async () => {
    const outcomes = await flipAll(log);
    console.info('flips, log:', Object.fromEntries(outcomes));
    expect(outcomes.size).toBeGreaterThan(1);
  }, 3_600_000);

  it('one flipped bit in a store whose rows are in tables', async () => {
    const outcomes = await flipAll(tables);
    console.info('flips, tables:', Object.fromEntries(outcomes));
    expect(outcomes.size).toBeGreaterThan(1);
  }, 3_600_000);

  it('the newest record flipped in any byte is a coded error', async () => {
    const files = filesOf(log).filter((file) => file.endsWith('.seg'));
    const file = files.find((name) => readFileSync(join(log, name)).includes(`seal ${BLOCKS}`))!;
    const bytes = readFileSync(join(log, file));
    const from = bytes.lastIndexOf('weft-rec');
    const expected = await readCopy(log);
    const end = bytes.indexOf(`seal ${BLOCKS}`) + 6;
    expect(from).toBeGreaterThan(0);
    for (let offset = from; offset < end; offset += FLIPS === 'all' ? 1 : 17) {
      const outcome = await readDamaged(
        log,
        expected,
        () => flip(join(victim, file), offset, 0x10),
        `byte ${offset}`,
      );
      expect(outcome).toBe('STORE_CORRUPT_RECORD');
    }
  });

  it('a file that is gone, cut short or zeroed', async () => {
    for (const folder of [log, tables]) {
      const expected = await readCopy(folder);
      for (const file of filesOf(folder)) {
        const size = statSync(join(folder, file)).size;
        const path = join(victim, file);
        const outcomes = [await readDamaged(folder, expected, () => rmSync(path), `${file} deleted`)];
        for (const length of [0, Math.floor(size / 3), Math.max(0, size - 1)]) {
          outcomes.push(
            await readDamaged(folder, expected, () => truncateSync(path, length), `${file} cut to ${length}`),
          );
        }
        outcomes.push(
          await readDamaged(
            folder,
            expected,
            () => writeFileSync(path, new Uint8Array(size)),
            `${file} zeroed`,
          ),
        );
        if (/CURRENT$|head$/.test(file)) expect(outcomes[0]).toBe('STORE_MISSING_FILE');
      }
    }
  });
});
