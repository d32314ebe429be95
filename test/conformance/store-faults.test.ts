// Faults at every write: a full disk that passes, an error that does not, a power cut that loses what was not synced. The
// same sequence of appends, flushes, prunes and reverts is run once for each of its write boundaries tried.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import type { Store } from '@weft/runtime/ports/store';
import { openState } from '@weft/runtime/state/open-state';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type FaultyFiles, faultyFiles, systemError } from '../support/faulty-files.js';
import { createSampleChain, type SampleChain } from '../support/sample-chain.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
/** Every so many boundaries are tried; WEFT_FAULTS=all tries each. */
const STRIDE = process.env['WEFT_FAULTS'] === 'all' ? 1 : 5;
const BLOCKS = 6;
const SEGMENT_BYTES = 4000;
const root = mkdtempSync(join(tmpdir(), 'weft-faults-'));
const chain: SampleChain = createSampleChain({ seed: SEED, blocks: BLOCKS, transactions: 3, keys: 12 });
console.info(`store faults: WEFT_SEED=${SEED} WEFT_FAULTS=${STRIDE === 1 ? 'all' : 'some'}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const place = (): string => join(root, `${folders++}`);

/** What was acknowledged, so that a fault in the middle can be judged. */
interface Progress {
  initialised: boolean;
  head: number;
  /** A revert is under way: head or this. */
  reverting: number | undefined;
}

/** One step of the sequence, repeated while the disk is full if `patient`. */
type Step = (action: () => Promise<void>) => Promise<void>;

async function runSequence(store: Store, progress: Progress, step: Step): Promise<void> {
  const append = async (height: number): Promise<void> => {
    await step(() => store.append(chain.records[height - 1]!));
    progress.head = height;
  };
  await step(() => store.initialise(chain.base, chain.genesisState));
  progress.initialised = true;
  for (let height = 1; height <= 3; height++) await append(height);
  await step(() => store.flush(2));
  progress.reverting = 1;
  await step(() => store.revert(1));
  progress.head = 1;
  progress.reverting = undefined;
  for (let height = 2; height <= BLOCKS; height++) {
    await append(height);
    if (height % 2 === 0) await step(() => store.flush(height));
  }
  await step(() => store.prune(5));
}

/** The folder opens, at an acknowledged block or one after it, and everything in it is what it should be. */
async function assertSound(folder: string, progress: Progress, what: string): Promise<void> {
  const store = await openLevelStore(folder, { thread: false, segmentBytes: SEGMENT_BYTES });
  try {
    if ((await store.genesis()) === undefined) {
      expect(progress.initialised, what).toBe(false);
      return;
    }
    const head = await store.head();
    const allowed = [
      progress.head,
      progress.head + 1,
      ...(progress.reverting === undefined ? [] : [progress.reverting]),
    ];
    expect(allowed, what).toContain(head);
    const { state } = await openState(store);
    expect(toHex(state.root()), what).toBe(
      toHex(head === 0 ? chain.base.genesisRoot : chain.records[head - 1]!.block.header.stateRoot),
    );
    for (let height = await store.oldest(); height <= head; height++)
      expect(await store.record(height), what).toEqual(chain.records[height - 1]);
    const next = chain.records[head];
    if (next !== undefined) await store.append(next);
  } finally {
    await store.close();
  }
}

async function open(folder: string, { files, gate }: FaultyFiles): Promise<Store> {
  return openLevelStore(folder, { thread: false, files, gate, segmentBytes: SEGMENT_BYTES });
}

/** Runs the sequence once with nothing wrong: how many boundaries it has. */
async function countBoundaries(): Promise<number> {
  const folder = place();
  const faulty = faultyFiles(Number.POSITIVE_INFINITY, 'before', false, () => undefined);
  const store = await open(folder, faulty);
  const progress: Progress = { initialised: false, head: 0, reverting: undefined };
  await runSequence(store, progress, (action) => action());
  await store.close();
  await assertSound(folder, progress, 'no fault');
  return faulty.passed();
}

describe('store faults', () => {
  let boundaries = 0;
  beforeAll(async () => {
    boundaries = await countBoundaries();
    console.info(`${boundaries} write boundaries`);
    expect(boundaries).toBeGreaterThan(60);
  });

  it.each(['before', 'half'] as const)(
    'a disk full at any write (%s) passes, and all goes on',
    async (fault) => {
      for (let at = SEED % STRIDE; at < boundaries; at += STRIDE) {
        const folder = place();
        let full = 3;
        const faulty = faultyFiles(at, fault, true, () => {
          if (full-- > 0) throw systemError('ENOSPC');
        });
        const store = await open(folder, faulty);
        const progress: Progress = { initialised: false, head: 0, reverting: undefined };
        await runSequence(store, progress, async (action) => {
          for (let attempt = 0; ; attempt++) {
            try {
              return await action();
            } catch (error) {
              expect(error, `boundary ${at}`).toMatchObject({ code: 'STORE_DISK_FULL' });
              expect(attempt).toBeLessThan(4);
            }
          }
        });
        expect(await store.head()).toBe(BLOCKS);
        await store.close();
        await assertSound(folder, progress, `full at ${at} ${fault}`);
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.each([
    ['ENOSPC', 'before'],
    ['ENOSPC', 'half'],
    ['EIO', 'before'],
    ['EIO', 'half'],
  ] as const)(
    '%s at any write (%s), then a new start: nothing acknowledged is lost',
    async (code, fault: Fault) => {
      for (let at = SEED % STRIDE; at < boundaries; at += STRIDE) {
        const folder = place();
        const faulty = faultyFiles(at, fault, true, () => {
          throw systemError(code);
        });
        const store = await open(folder, faulty);
        const progress: Progress = { initialised: false, head: 0, reverting: undefined };
        const refusal = await runSequence(store, progress, (action) => action()).catch(
          (error: unknown) => error,
        );
        expect(refusal, `boundary ${at}`).toMatchObject({
          code: code === 'EIO' ? 'STORE_WRITE_FAILED' : 'STORE_DISK_FULL',
        });
        if (code === 'EIO' && progress.initialised && progress.reverting === undefined) {
          const next = chain.records[progress.head];
          if (next !== undefined)
            await expect(store.append(next)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
        }
        await store.close().catch(() => undefined);
        await assertSound(folder, progress, `${code} at ${at} ${fault}`);
        rmSync(folder, { recursive: true });
      }
    },
  );

  it.each(['before', 'half'] as const)(
    'a power cut at any write (%s) loses only what nobody acknowledged',
    async (fault) => {
      const cut = new Error('power cut');
      for (let at = SEED % STRIDE; at < boundaries; at += STRIDE) {
        const folder = place();
        const faulty = faultyFiles(at, fault, true, () => {
          throw cut;
        });
        const store = await open(folder, faulty);
        const progress: Progress = { initialised: false, head: 0, reverting: undefined };
        await runSequence(store, progress, (action) => action()).catch(() => undefined);
        await store.close().catch(() => undefined);
        const after = place();
        mkdirSync(join(after, 'records'), { recursive: true });
        cpSync(join(folder, 'level'), join(after, 'level'), { recursive: true });
        for (const [path, bytes] of faulty.synced) {
          const target = join(after, path.slice(folder.length));
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, bytes);
        }
        await assertSound(after, progress, `power cut at ${at} ${fault}`);
        for (const used of [folder, after]) rmSync(used, { recursive: true });
      }
    },
  );
});
