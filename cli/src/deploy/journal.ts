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
  /** Of everything that decides what it does. */
  readonly fingerprint: string;
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
  /** A transaction begun for exactly this and, as far as is known, not failed. */
  begun(step: string, part: string, fingerprint: string): BegunTransaction | undefined;
  /** The last one begun for something else, where neither it failed nor the step was done since. */
  other(step: string, part: string, fingerprint: string): BegunTransaction | undefined;
  /** Resolves when the line is on disk. */
  write(entry: JournalEntry): Promise<void>;
}

/** The journal of a path, which need not exist. @throws CLI_JOURNAL */
export async function openJournal(path: string): Promise<Journal> {
  const entries = await readEntries(path);
  const begunAt = (step: string, part: string, isMeant: (one: BegunTransaction) => boolean): number =>
    entries.findLastIndex(
      (one) => one.kind === 'begun' && one.step === step && one.part === part && isMeant(one),
    );
  /** The begun one at an index, unless a later entry says that it failed, or with `isOver` more than that. */
  const alive = (at: number, isOver: (one: JournalEntry) => boolean): BegunTransaction | undefined => {
    const begun = entries[at];
    if (begun?.kind !== 'begun') return undefined;
    const later = entries.slice(at + 1);
    const isEnded = later.some((one) => (one.kind === 'failed' && one.id === begun.id) || isOver(one));
    return isEnded ? undefined : begun;
  };
  return {
    path,
    done: (step) =>
      entries.findLast((one) => one.kind === 'done' && one.step === step) as DoneStep | undefined,
    begun: (step, part, fingerprint) =>
      alive(
        begunAt(step, part, (one) => one.fingerprint === fingerprint),
        () => false,
      ),
    other: (step, part, fingerprint) =>
      alive(
        begunAt(step, part, (one) => one.fingerprint !== fingerprint),
        (one) => one.kind === 'done' && one.step === step,
      ),
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
