// Damage to closed data folders: whatever changes in whatever file, the next reader gets a coded error or every content as
// it was, and the doctor makes sound what records allow. `npm run soak -- damage` does more of it.

import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineDataFolder } from '@weft/runtime/node/doctor';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyFolder, createVictims, type Victim } from '../soak/damage/folders.js';
import { readAll } from '../soak/damage/read-all.js';
import { runDamage } from '../soak/damage/run-damage.js';
import { createRealChain, type RealChain } from '../support/real-chain.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const COUNT = Number(process.env['WEFT_DAMAGES'] ?? 200);

describe('store damage', () => {
  it(`${COUNT} damages are detected with a code or harmless`, async () => {
    console.info(`store damage: WEFT_SEED=${SEED} WEFT_DAMAGES=${COUNT}`);
    const report = await runDamage({ count: COUNT, seed: SEED });
    console.info(JSON.stringify(report.outcomes));
    expect(report.detected + report.harmless).toBe(COUNT);
    expect(report.detected).toBeGreaterThan(COUNT / 4);
    expect(report.repaired).toBeGreaterThan(0);
  }, 600_000);
});

describe('doctor', () => {
  const root = mkdtempSync(join(tmpdir(), 'weft-doctor-'));
  let chain: RealChain;
  let victims: Victim[];
  let content: string;
  let folders = 0;
  beforeAll(async () => {
    chain = await createRealChain({ seed: SEED, blocks: 10, transfers: 3 });
    victims = await createVictims(root, chain);
    content = (await readAll(copy(), chain)).hash;
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const copy = (name = 'rows in tables'): string => {
    const target = join(root, `copy-${folders++}`);
    copyFolder(victims.find((victim) => victim.name === name)!.folder, target);
    return target;
  };

  it('finds nothing in a sound folder and changes nothing', async () => {
    for (const { name } of victims) {
      expect(await examineDataFolder(copy(name))).toMatchObject({ findings: [], sound: true, repairs: [] });
    }
  });

  it('says who has a folder open, and that none is there', async () => {
    const folder = copy();
    const store = await openLevelStore(join(folder, 'store'));
    await expect(examineDataFolder(folder)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await store.close();
    await expect(examineDataFolder(join(root, 'nowhere'))).rejects.toMatchObject({
      code: 'STORE_UNINITIALISED',
    });
  });

  it('makes flat state and index again from the records', async () => {
    for (const file of ['level/CURRENT', 'level']) {
      const folder = copy();
      rmSync(join(folder, 'store', file), { recursive: true });
      const found = await examineDataFolder(folder);
      expect(found.sound).toBe(false);
      expect(found.findings).toMatchObject([{ repair: 'database' }]);
      expect(await examineDataFolder(folder, { repair: true })).toMatchObject({ sound: true, height: 10 });
      expect((await readAll(folder, chain)).hash).toBe(content);
    }
  });

  it('writes the head file anew', async () => {
    for (const damage of [
      (path: string) => rmSync(path),
      (path: string) => writeFileSync(path, new Uint8Array(1024)),
      (path: string) => truncateSync(path, 100),
    ]) {
      const folder = copy();
      damage(join(folder, 'store/head'));
      expect(await examineDataFolder(folder)).toMatchObject({ findings: [{ repair: 'head' }], sound: false });
      expect(await examineDataFolder(folder, { repair: true })).toMatchObject({ sound: true, height: 10 });
      expect((await readAll(folder, chain)).hash).toBe(content);
    }
  });

  it('gives up blocks from a damaged record on by permission only', async () => {
    const folder = copy();
    const records = join(folder, 'store/records');
    const [, second] = readdirSync(records).sort();
    const path = join(records, second!);
    const bytes = readFileSync(path);
    bytes[400]! ^= 4;
    writeFileSync(path, bytes);
    const last = Number(second!.slice(0, 12)) - 1;
    const found = await examineDataFolder(folder, { repair: true });
    expect(found).toMatchObject({ sound: false, height: last, repairs: [] });
    expect(found.findings).toMatchObject([{ code: 'STORE_CORRUPT_RECORD', repair: 'cut' }]);
    const cut = await examineDataFolder(folder, { repair: true, cut: true });
    expect(cut).toMatchObject({ sound: true, height: last });
    expect((await readAll(folder, chain)).head).toBe(last);
  });

  it('says what it cannot repair: a base that is gone, state whose first records are pruned', async () => {
    const lost = copy();
    rmSync(join(lost, 'store/base'));
    expect(await examineDataFolder(lost, { repair: true, cut: true })).toMatchObject({
      sound: false,
      findings: [{ code: 'STORE_MISSING_FILE', repair: 'none' }],
    });
    const pruned = copy('pruned');
    rmSync(join(pruned, 'store/level'), { recursive: true });
    expect(await examineDataFolder(pruned, { repair: true })).toMatchObject({ sound: false, repairs: [] });
  });
});
