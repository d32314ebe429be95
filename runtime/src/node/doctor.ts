// What is wrong with a data folder, and what of it the records repair. Looks at every byte it can, changes nothing unless
// told to: head file and database are made again from sound records; blocks are given up only by a second permission.
import { existsSync } from 'node:fs';
import { bytesEqual, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { genesisEntries } from '../chain/genesis.js';
import { openChain } from '../chain/open.js';
import { createTree } from '../state/tree.js';
import { StoreError } from '../store/errors.js';
import type { StoredBase } from '../store/level/base-file.js';
import { examineLog, type LogExamination } from '../store/level/examine-log.js';
import { systemFiles } from '../store/level/file-system.js';
import { HeadFile, type Slot } from '../store/level/head-file.js';
import { openLevelStore } from '../store/level/level-store.js';
import { LogReader } from '../store/level/log-reader.js';
import { readBase, storePaths } from '../store/level/open-chain.js';
import { toRecord } from '../store/level/record-frame.js';
import { makeHead, rebuildDatabase, writeHead } from '../store/level/repair.js';
import { isIncluded } from '../store/rules.js';
import { decodeGenesis } from '../types/genesis-codec.js';
import { storePath } from './data-folder.js';

/** One thing that is wrong. `repair`: what would put it right; `none`: a backup or a snapshot. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly repair: 'head' | 'database' | 'cut' | 'none';
}

export interface DoctorReport {
  /** Newest height whose record, and all before it, are sound; undefined where the base cannot be read. */
  readonly height: number | undefined;
  readonly findings: readonly Finding[];
  /** What was done, one line each. */
  readonly repairs: readonly string[];
  /** Nothing is wrong (any more). */
  readonly sound: boolean;
}

export interface DoctorOptions {
  /** Make again what records allow. */
  readonly repair?: boolean;
  /** Together with `repair`: give up the blocks from the first damaged record on. */
  readonly cut?: boolean;
  readonly onProgress?: (line: string) => void;
}

/** Examines a closed data folder. @throws STORE_LOCKED, STORE_UNINITIALISED */
export async function examineDataFolder(folder: string, options: DoctorOptions = {}): Promise<DoctorReport> {
  const examination = await examine(storePath(folder), options);
  if (examination.findings.length === 0 || options.repair !== true) return examination;
  const repairs = await repair(storePath(folder), examination, options);
  if (repairs.length === 0) return examination;
  const after = await examine(storePath(folder), options);
  return { ...after, findings: [...examination.findings, ...after.findings], repairs };
}

interface Examination extends DoctorReport {
  readonly base: StoredBase | undefined;
  readonly log: LogExamination | undefined;
}

async function examine(folder: string, { onProgress }: DoctorOptions): Promise<Examination> {
  const paths = storePaths(folder);
  if (!existsSync(paths.base) && !existsSync(paths.head) && !existsSync(paths.records))
    throw new StoreError('STORE_UNINITIALISED', { place: folder });
  const findings: Finding[] = [];
  const note = (error: unknown, repair: Finding['repair']): void => {
    if (!(error instanceof WeftError)) throw error;
    if (error.code === 'STORE_LOCKED') throw error;
    findings.push({ code: error.code, message: error.message, repair });
  };
  const opened = await tryOpening(folder, note, findings);
  let base: StoredBase | undefined;
  try {
    base = await readBase({ files: systemFiles, paths });
  } catch (error) {
    if (!opened) note(error, 'none');
    return { base: undefined, log: undefined, height: undefined, findings, repairs: [], sound: false };
  }
  const slots = await readSlots(paths.head);
  const mark = [...(slots ?? [])].sort((a, b) => b.height - a.height)[0];
  onProgress?.('reading every record');
  const log = await examineLog(systemFiles, paths.records, base, mark, (height) => {
    if (height % 1000 === 0) onProgress?.(`record ${height}`);
  });
  const known = new Set(findings.map(({ code }) => code));
  if (log.damage !== undefined && !known.has(log.damage.code)) note(log.damage, 'cut');
  for (const place of log.footers)
    if (!known.has('STORE_CORRUPT_RECORD'))
      note(new StoreError('STORE_CORRUPT_RECORD', { expected: 'a footer of its segment', place }), 'none');
  if (mark !== undefined && log.damage === undefined && log.newest.height < mark.height) {
    if (!known.has('STORE_MISSING_RECORD'))
      note(new StoreError('STORE_MISSING_RECORD', { expected: mark.height, got: log.newest.height }), 'cut');
  }
  if (findings.length === 0) await examineState(folder, note, onProgress);
  return { base, log, height: log.newest.height, findings, repairs: [], sound: findings.length === 0 };
}

/** Opens the folder as a node does; what it is refused for is the first finding. */
async function tryOpening(
  folder: string,
  note: (error: unknown, repair: Finding['repair']) => void,
  findings: readonly Finding[],
): Promise<boolean> {
  try {
    const store = await openLevelStore(folder, { thread: false });
    try {
      if ((await store.genesis()) !== undefined) await openChain(store);
    } finally {
      await store.close();
    }
  } catch (error) {
    note(error, repairOf(error));
  }
  return findings.length > 0;
}

/** What puts the error of an opening right. */
function repairOf(error: unknown): Finding['repair'] {
  const { code, context } = error as WeftError;
  const place = String(context?.['place'] ?? '');
  switch (code) {
    case 'STORE_CORRUPT_HEAD':
      return 'head';
    case 'STORE_MISSING_FILE':
      if (place.endsWith('head')) return 'head';
      return place.includes('level') ? 'database' : place.endsWith('base') ? 'none' : 'cut';
    case 'STORE_CORRUPT_DATABASE':
    case 'STORE_CORRUPT_MARKER':
    case 'STORE_CORRUPT_INDEX':
    case 'STORE_OPEN_FAILED':
    case 'STATE_ROOT_MISMATCH':
    case 'STATE_DIFF_MISMATCH':
      return 'database';
    case 'STORE_MISSING_RECORD':
    case 'STORE_CORRUPT_RECORD':
      return 'cut';
    default:
      return 'none';
  }
}

/** Index and roots of a folder that opens: every transaction is found where its record has it. */
async function examineState(
  folder: string,
  note: (error: unknown, repair: Finding['repair']) => void,
  onProgress?: (line: string) => void,
): Promise<void> {
  onProgress?.('looking up every transaction');
  const store = await openLevelStore(folder, { thread: false });
  try {
    for await (const { block } of store.records(await store.oldest(), await store.head())) {
      for (const [index, receipt] of block.receipts.entries()) {
        if (!isIncluded(receipt)) continue;
        const place = await store.locate(receipt.transaction);
        if (place?.height === block.header.height && place.index === index) continue;
        const expected = `${block.header.height}/${index}`;
        note(
          new StoreError('STORE_CORRUPT_INDEX', {
            expected,
            got: place ? `${place.height}/${place.index}` : 'none',
          }),
          'database',
        );
        return;
      }
    }
  } catch (error) {
    note(error, repairOf(error));
  } finally {
    await store.close();
  }
}

/** Does what the findings ask for as far as it may. */
async function repair(
  folder: string,
  { base, log, findings }: Examination,
  { cut, onProgress }: DoctorOptions,
): Promise<string[]> {
  const done: string[] = [];
  if (base === undefined || log === undefined) return done;
  const wants = (kind: Finding['repair']): boolean => findings.some((finding) => finding.repair === kind);
  const { newest, oldest } = log;
  const damaged = log.damage !== undefined || wants('cut');
  if (damaged && cut !== true) return done;
  const whole = base.height === 0 && oldest === 1;
  if (damaged || wants('database')) {
    // Flat state may hold the effect of blocks that go, so it is made again too.
    if (!whole) return done;
    await assertRoots(folder, base, newest.height, onProgress);
  }
  if (damaged) {
    await makeHead(folder, newest, oldest, base);
    done.push(
      `blocks above ${newest.height} given up: head is ${newest.height}, frame ${toHex(newest.checksum)}`,
    );
  } else if (wants('head')) {
    await writeHead(folder, newest, oldest);
    done.push(`head file written anew: ${newest.height}`);
  }
  if (damaged || wants('database')) {
    await rebuildDatabase(
      folder,
      base,
      genesisEntries(decodeGenesis(base.genesis)),
      newest.height,
      (height) => onProgress?.(`flat state of ${height}`),
    );
    done.push(`flat state and index made again from ${newest.height - base.height} records`);
  }
  return done;
}

/** Every record's diff leads to its root, from genesis on. @throws STORE_CORRUPT_RECORD */
async function assertRoots(
  folder: string,
  base: StoredBase,
  head: number,
  onProgress?: (line: string) => void,
): Promise<void> {
  onProgress?.('replaying every diff');
  const tree = createTree();
  tree.apply(genesisEntries(decodeGenesis(base.genesis)).map(({ key, value }) => ({ key, value })));
  const reader = new LogReader(systemFiles, storePaths(folder).records);
  try {
    for await (const frame of reader.frames(base.height + 1, head)) {
      const { block, stateDiff } = toRecord(frame);
      const root = tree.apply(stateDiff.map(({ key, after }) => ({ key, value: after })));
      if (bytesEqual(root, block.header.stateRoot)) continue;
      const place = `state diff of record ${frame.height}`;
      throw new StoreError('STORE_CORRUPT_RECORD', {
        expected: toHex(block.header.stateRoot),
        got: toHex(root),
        place,
      });
    }
  } finally {
    await reader.forget();
  }
}

async function readSlots(path: string): Promise<readonly Slot[] | undefined> {
  try {
    const file = await HeadFile.open(path);
    try {
      const slots = (await file.read()).filter((slot) => slot !== undefined);
      return slots.length > 0 ? slots : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
