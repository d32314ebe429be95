// Pending transactions on disk, so that a restart loses none that was acknowledged. An append-only file beside the
// chain: a head, then a frame a transaction (length, CRC-32, wire bytes); rewritten when most of it is out of date. What
// comes alone is written at once; what comes within 10 milliseconds of a write, or while one is under way, is one write: a
// crash of the process loses as much. A write for each would cost as much as all of admission but the signature. Whoever
// reads the file back admits each transaction again: it proves nothing.
import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { bytesEqual, utf8 } from '../base/bytes.js';
import { LIMITS } from '../base/limits.js';
import type { Mempool } from '../ports/mempool.js';
import { MempoolError } from './errors.js';

const HEAD = utf8('weft pool 1\n');
const NO_HEAD = new Uint8Array(0);
const FRAME_BYTES = 8;
/** Between two writes; a block is hardly made faster. Handing a write over takes 100 us. */
const GATHER_MS = 10;
/** Bytes out of date before the file is written anew. */
const SLACK_BYTES = 4 << 20;

/** The journal of one pool. */
export interface PoolJournal {
  /** Wire bytes in the order they were written, and what is wrong with the rest of the file, if anything. */
  read(): Promise<{ readonly transactions: readonly Uint8Array[]; readonly damage?: MempoolError }>;
  /** Writes what the pool holds, and from now on what it takes. Errors of the disk go to `onError`. */
  follow(pool: Mempool, onError: (error: unknown) => void): Promise<void>;
  /** After a block: writes the file anew when most of it is out of date. */
  settle(): void;
  /** Waits for what is under way; nothing is written afterwards. */
  close(): Promise<void>;
}

/** The journal in a file, which need not exist. */
export function createPoolJournal(path: string): PoolJournal {
  return new FileJournal(path);
}

/** No journal: what is pending ends with the process. */
export const NO_JOURNAL: PoolJournal = {
  read: async () => ({ transactions: [] }),
  follow: async () => undefined,
  settle: () => undefined,
  close: async () => undefined,
};

class FileJournal implements PoolJournal {
  #pool: Mempool | undefined;
  #leave: () => void = () => undefined;
  /** Wire bytes not written yet. */
  #waiting: Uint8Array[] = [];
  /** A write of what waits is asked for and has not begun. */
  #asked = false;
  /** When the last write begins, or began. */
  #askedAt = -GATHER_MS;
  /** Kept open: opening the file costs more than writing to it. */
  #file: FileHandle | undefined;
  /** Bytes of the file and of what waits for it. */
  #bytes = 0;
  /** The write under way; writes follow each other. */
  #writing: Promise<void> = Promise.resolve();
  #onError: (error: unknown) => void = () => undefined;

  constructor(private readonly path: string) {}

  async read(): ReturnType<PoolJournal['read']> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.path);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return { transactions: [] };
      throw error;
    }
    return readFrames(bytes, this.path);
  }

  async follow(pool: Mempool, onError: (error: unknown) => void): Promise<void> {
    this.#pool = pool;
    this.#onError = onError;
    await mkdir(dirname(this.path), { recursive: true });
    this.#rewrite();
    this.#leave = pool.onAdd(({ bytes }) => this.#append(bytes));
    await this.#writing;
  }

  settle(): void {
    if (this.#pool !== undefined && this.#bytes > 2 * this.#pool.bytes + SLACK_BYTES) this.#rewrite();
  }

  async close(): Promise<void> {
    this.#leave();
    if (this.#pool !== undefined) this.#rewrite();
    this.#pool = undefined;
    await this.#writing;
    await this.#closeFile();
  }

  #append(bytes: Uint8Array): void {
    this.#bytes += FRAME_BYTES + bytes.length;
    this.#waiting.push(bytes);
    if (this.#asked) return;
    this.#asked = true;
    const now = performance.now();
    this.#askedAt = Math.max(now, this.#askedAt + GATHER_MS);
    setTimeout(() => {
      this.#asked = false;
      this.#enqueue(async () => {
        const waiting = this.#waiting;
        this.#waiting = [];
        if (waiting.length === 0) return;
        this.#file ??= await open(this.path, 'a');
        await writeAll(this.#file, framesOf(waiting));
      });
    }, this.#askedAt - now);
  }

  #rewrite(): void {
    const pool = this.#pool;
    if (pool === undefined) return;
    this.#enqueue(async () => {
      // What waits is in the pool, and so in the file that is written now.
      this.#waiting = [];
      const content = framesOf([...pool.inOrder()], HEAD);
      this.#bytes = content.length;
      const temporary = `${this.path}.new`;
      await this.#closeFile();
      await writeFile(temporary, content);
      await rename(temporary, this.path);
    });
  }

  async #closeFile(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #enqueue(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch((error: unknown) => this.#onError(error));
  }
}

/** A head, then a frame for each. */
function framesOf(transactions: readonly Uint8Array[], head: Uint8Array = NO_HEAD): Uint8Array<ArrayBuffer> {
  let length = head.length;
  for (const bytes of transactions) length += FRAME_BYTES + bytes.length;
  const content = new Uint8Array(length);
  const view = new DataView(content.buffer);
  content.set(head);
  let at = head.length;
  for (const bytes of transactions) {
    view.setUint32(at, bytes.length, true);
    view.setUint32(at + 4, crc32(bytes), true);
    content.set(bytes, at + FRAME_BYTES);
    at += FRAME_BYTES + bytes.length;
  }
  return content;
}

/** `appendFile` does the same for several promises more. */
async function writeAll(file: FileHandle, content: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < content.length; ) at += (await file.write(content, at)).bytesWritten;
}

function readFrames(
  bytes: Uint8Array,
  path: string,
): { readonly transactions: readonly Uint8Array[]; readonly damage?: MempoolError } {
  const transactions: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = HEAD.length;
  const damaged = () => {
    const got = `${bytes.length - Math.min(at, bytes.length)} bytes that are no transactions`;
    return { transactions, damage: new MempoolError('MEMPOOL_JOURNAL', { got, place: path }) };
  };
  if (!bytesEqual(bytes.subarray(0, HEAD.length), HEAD)) {
    at = 0;
    return damaged();
  }
  while (at < bytes.length) {
    if (at + FRAME_BYTES > bytes.length) return damaged();
    const length = view.getUint32(at, true);
    const end = at + FRAME_BYTES + length;
    if (length > LIMITS.transactionBytes || end > bytes.length) return damaged();
    const content = new Uint8Array(bytes.subarray(at + FRAME_BYTES, end));
    if (crc32(content) !== view.getUint32(at + 4, true)) return damaged();
    transactions.push(content);
    at = end;
  }
  return { transactions };
}
