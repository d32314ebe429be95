// Instrumented code as files of one folder, the ones used longest ago removed. What a file says is checked by whoever
// reads it; here a failing disk only means that nothing is kept.
import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeCache } from '../../ports/code-cache.js';

const ENDING = '.code';
const ENTRY = /^[0-9a-f]{64}\.code$/;
const UNFINISHED = /^[0-9a-f]{64}\.tmp$/;

export interface CodeFilesOptions {
  /** Most bytes of all files; default 256 MiB. */
  readonly bytesMax?: number;
  /** Most bytes that wait to be written; more are not kept. Default 32 MiB. */
  readonly waitingMax?: number;
}

/** A cache in `folder`, made if missing. Without a usable folder it keeps nothing. */
export function openCodeFiles(folder: string, options: CodeFilesOptions = {}): CodeCache {
  return new CodeFiles(folder, options.bytesMax ?? 268_435_456, options.waitingMax ?? 33_554_432);
}

class CodeFiles implements CodeCache {
  /** Bytes by name, the one used longest ago first. */
  readonly #sizes = new Map<string, number>();
  /** What is written, so that it can be read before it is a file. */
  readonly #waiting = new Map<string, Uint8Array>();
  #bytes = 0;
  #waitingBytes = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly bytesMax: number,
    private readonly waitingMax: number,
  ) {
    for (const { name, size } of scan(folder)) this.#count(name, size);
    this.#shrink(0);
  }

  read(name: string): Uint8Array | undefined {
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) return waiting;
    const size = this.#sizes.get(name);
    if (size === undefined) return undefined;
    try {
      const content = readFileSync(this.#path(name));
      this.#count(name, size);
      return content;
    } catch {
      this.#forget(name);
      return undefined;
    }
  }

  write(name: string, content: Uint8Array): void {
    if (content.length > this.bytesMax || this.#waiting.has(name)) return;
    if (this.#waitingBytes + content.length > this.waitingMax) return;
    this.#waiting.set(name, content);
    this.#waitingBytes += content.length;
    this.#last = this.#last.then(() => this.#keep(name, content));
  }

  close(): Promise<void> {
    return this.#last;
  }

  async #keep(name: string, content: Uint8Array): Promise<void> {
    const unfinished = join(this.folder, `${name}.tmp`);
    try {
      this.#forget(name);
      this.#shrink(content.length);
      // A crash leaves the old file, the new one, or an unfinished one that the next start removes.
      await writeFile(unfinished, content);
      await rename(unfinished, this.#path(name));
      this.#count(name, content.length);
    } catch {
      await unlink(unfinished).catch(() => undefined);
    } finally {
      this.#waiting.delete(name);
      this.#waitingBytes -= content.length;
    }
  }

  /** Removes files until `room` more bytes fit. */
  #shrink(room: number): void {
    for (const name of this.#sizes.keys()) {
      if (this.#bytes + room <= this.bytesMax) return;
      this.#forget(name);
      removeFile(this.#path(name));
    }
  }

  /** Counts a file, as the one used last. */
  #count(name: string, size: number): void {
    this.#forget(name);
    this.#sizes.set(name, size);
    this.#bytes += size;
  }

  #forget(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }

  #path(name: string): string {
    return join(this.folder, name + ENDING);
  }
}

/** The files of an earlier run, oldest first; unfinished ones are removed. */
function scan(folder: string): { readonly name: string; readonly size: number }[] {
  try {
    mkdirSync(folder, { recursive: true });
    const files = readdirSync(folder);
    for (const file of files.filter((file) => UNFINISHED.test(file))) removeFile(join(folder, file));
    return files
      .filter((file) => ENTRY.test(file))
      .map((file) => {
        const { size, mtimeMs } = statSync(join(folder, file));
        return { name: file.slice(0, -ENDING.length), size, mtimeMs };
      })
      .sort((a, b) => a.mtimeMs - b.mtimeMs);
  } catch {
    return [];
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, or not ours to remove: it is not counted any more either way.
  }
}
