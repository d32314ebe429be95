// Damages copies of data folders one way after the other, and reads them: the content as it was, or a coded error;
// anything else fails. Then lets the doctor repair every few of them: what it makes sound must be a prefix of the chain.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesEqual, toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { openChain } from '@weft/runtime/chain/open';
import { examineDataFolder } from '@weft/runtime/node/doctor';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { createRealChain, type RealChain } from '../../support/real-chain.js';
import { randomFrom } from '../../support/sample-chain.js';
import { DAMAGES } from './damages.js';
import { copyFolder, createVictims, filesOf } from './folders.js';
import { EMPTY, readAll } from './read-all.js';

export interface DamageOptions {
  readonly count: number;
  readonly seed: number;
  /** The doctor is asked for every so many damages that were detected. */
  readonly repairEvery?: number;
  readonly onProgress?: (done: number) => void;
}

export interface DamageReport {
  /** By way of damage, then outcome (a code, or `harmless`): how often. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly detected: number;
  readonly harmless: number;
  /** Of what the doctor was asked for: made sound, and what it said it cannot. */
  readonly repaired: number;
  readonly given: number;
}

/** @throws Error naming seed, folder, file and damage, where damage is silent or an error has no code */
export async function runDamage(options: DamageOptions): Promise<DamageReport> {
  const random = randomFrom(options.seed);
  const root = mkdtempSync(join(tmpdir(), 'weft-damage-'));
  try {
    const chain = await createRealChain({ seed: options.seed, blocks: 10, transfers: 3 });
    const victims = await createVictims(root, chain);
    const copy = join(root, 'copy');
    const whole = new Map<string, string>();
    for (const { name, folder } of victims) {
      copyFolder(folder, copy);
      whole.set(name, (await readAll(copy, chain)).hash);
      rmSync(copy, { recursive: true });
    }
    const counts: Record<string, Record<string, number>> = {};
    const totals = { detected: 0, harmless: 0, repaired: 0, given: 0 };
    const ways = Object.entries(DAMAGES);
    for (let done = 0; done < options.count; ) {
      const victim = victims[random(victims.length)]!;
      const [way, damage] = ways[random(ways.length)]!;
      copyFolder(victim.folder, copy);
      const files = filesOf(copy);
      const file = files[random(files.length)]!;
      const what = damage(copy, file, random);
      if (what !== undefined) {
        const place = `seed ${options.seed} number ${done}: ${victim.name}, ${file}, ${way}: ${what}`;
        const expected = whole.get(victim.name)!;
        const outcome = await readDamaged(copy, chain, expected, victim.blocks, place);
        counts[way] ??= {};
        counts[way][outcome] = (counts[way][outcome] ?? 0) + 1;
        totals[outcome === 'harmless' ? 'harmless' : 'detected']++;
        if (outcome !== 'harmless' && totals.detected % (options.repairEvery ?? 5) === 0)
          totals[(await repairDamaged(copy, chain, place)) ? 'repaired' : 'given']++;
        done++;
        options.onProgress?.(done);
      }
      rmSync(copy, { recursive: true, force: true });
    }
    return { outcomes: counts, ...totals };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function readDamaged(
  folder: string,
  chain: RealChain,
  expected: string,
  blocks: boolean,
  place: string,
): Promise<string> {
  let hash: string;
  try {
    ({ hash } = await readAll(folder, chain));
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw new Error(`${place}: not a coded error`, { cause: error });
  }
  // Without its head file a folder without blocks is one whose creation was cut short: a new store.
  if (hash === EMPTY && !blocks) return 'harmless';
  if (hash !== expected) throw new Error(`${place}: silently different`);
  return 'harmless';
}

/** Whether the doctor made the folder sound again; a sound folder holds a prefix of the chain. */
async function repairDamaged(folder: string, chain: RealChain, place: string): Promise<boolean> {
  let sound: boolean;
  try {
    ({ sound } = await examineDataFolder(folder, { repair: true, cut: true }));
  } catch (error) {
    if (error instanceof WeftError) return false;
    throw new Error(`${place}: repair failed without a code`, { cause: error });
  }
  if (!sound) return false;
  const store = await openLevelStore(join(folder, 'store'), { thread: false });
  try {
    const { head } = await openChain(store);
    const record = chain.records[head.header.height - 1];
    if (record !== undefined && !bytesEqual(head.hash, record.block.hash))
      throw new Error(`${place}: repaired to another chain, ${toHex(head.hash)}`);
    for (const { block } of chain.records.slice((await store.oldest()) - 1, head.header.height)) {
      for (const [index, { transaction }] of block.receipts.entries()) {
        const found = await store.locate(transaction);
        if (found?.height !== block.header.height || found.index !== index)
          throw new Error(`${place}: repaired, but a transaction of ${block.header.height} is not found`);
      }
    }
  } finally {
    await store.close();
  }
  return true;
}
