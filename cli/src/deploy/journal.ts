// What a plan has done on one chain: a file of JSON lines, each on disk before what it announces happens. After a crash
// the last line may be torn; then what it announced has not happened.
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../errors.js';

/** A transaction that is about to be sent: these bytes and no others, until it can be included no more. */
export interface BegunTransaction {
  /** 0x hex. */
  readonly id: string;
  readonly bytes: string;
  /** Last height that may include it. */
  readonly expiry: number;
}

/** A line. `step`: of the plan; `part`: which of its transactions. */
export type JournalEntry =
  | ({ readonly kind: 'begun'; readonly step: string; readonly part: string } & BegunTransaction)
  | { readonly kind: 'failed'; readonly step: string; readonly part: string; readonly id: string }
  | {
      readonly kind: 'done';
      readonly step: string;
      /** Of everything that decides what the step does. */
      readonly fingerprint: string;
      /** Of the contract, where the step makes one. */
      readonly address?: string;
      readonly codeHash?: string;
      /** Of the transaction that did it; absent: it was there already. */
      readonly id?: string;
    };

export type DoneStep = Extract<JournalEntry, { kind: 'done' }>;

export interface Journal {
  readonly path: string;
  /** The last time a step was done. */
  done(step: string): DoneStep | undefined;
  /** A transaction begun and, as far as is known, not failed. */
  begun(step: string, part: string): BegunTransaction | undefined;
  /** Resolves when the line is on disk. */
  write(entry: JournalEntry): Promise<void>;
}

/** The journal of a path, which need not exist. @throws CLI_JOURNAL */
export async function openJournal(path: string): Promise<Journal> {
  const entries = await readEntries(path);
  const latest = (kind: JournalEntry['kind'], step: string, part?: string): JournalEntry | undefined =>
    entries.findLast(
      (one) => one.kind === kind && one.step === step && (!('part' in one) || one.part === part),
    );
  return {
    path,
    done: (step) => latest('done', step) as DoneStep | undefined,
    begun(step, part) {
      const begun = latest('begun', step, part);
      const failed = latest('failed', step, part);
      if (begun?.kind !== 'begun' || (failed?.kind === 'failed' && failed.id === begun.id)) return undefined;
      return begun;
    },
    async write(entry) {
      await appendDurably(path, `${JSON.stringify(entry)}\n`);
      entries.push(entry);
    },
  };
}

async function readEntries(path: string): Promise<JournalEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CliError('CLI_FILE', { place: path }, cause);
  }
  const lines = text.split('\n');
  // What stands behind the last line break is a torn line, or nothing.
  return lines.slice(0, -1).map((line, index) => {
    try {
      return JSON.parse(line) as JournalEntry;
    } catch (cause) {
      throw new CliError('CLI_JOURNAL', { place: `${path}:${index + 1}` }, cause);
    }
  });
}

async function appendDurably(path: string, line: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      await cutTornLine(file);
      await file.appendFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new CliError('CLI_FILE', { place: path }, cause);
  }
}

/** A line that a crash left half written must not be made whole by the next one. */
async function cutTornLine(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const bytes = await file.readFile();
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) await file.truncate(end);
}
