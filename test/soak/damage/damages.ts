// Ways in which a disk loses or changes what was written. Each damages one file of a folder, or says it cannot.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './folders.js';

type Random = (below: number) => number;

/** What was done, for the report of a failure; undefined: nothing to do here. */
export type Damage = (folder: string, file: string, random: Random) => string | undefined;

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'bit flipped': change((bytes, random) => {
    const offset = random(bytes.length);
    const mask = 1 << random(8);
    bytes[offset]! ^= mask;
    return `byte ${offset} xor ${mask}`;
  }),
  'bytes exchanged': change((bytes, random) => {
    const offset = random(bytes.length);
    const length = 1 + random(Math.min(64, bytes.length - offset));
    for (let at = offset; at < offset + length; at++) bytes[at] = random(256);
    return `${length} bytes from ${offset}`;
  }),
  'range zeroed': change((bytes, random) => {
    const offset = random(bytes.length);
    const length = 1 + random(bytes.length - offset);
    bytes.fill(0, offset, offset + length);
    return `${length} bytes from ${offset}`;
  }),
  'sector zeroed': change((bytes, random) => {
    const offset = 512 * random(Math.ceil(bytes.length / 512));
    bytes.fill(0, offset, Math.min(bytes.length, offset + 512));
    return `512 bytes from ${offset}`;
  }),
  truncated(folder, file, random) {
    const { length } = readFileSync(join(folder, file));
    if (length === 0) return undefined;
    const to = random(length);
    truncateSync(join(folder, file), to);
    return `${length} bytes to ${to}`;
  },
  extended(folder, file, random) {
    const bytes = readFileSync(join(folder, file));
    const more = Uint8Array.from({ length: 1 + random(600) }, () => random(256));
    writeFileSync(join(folder, file), Buffer.concat([bytes, more]));
    return `${more.length} bytes more`;
  },
  removed(folder, file) {
    rmSync(join(folder, file));
    return 'gone';
  },
  'replaced by another file'(folder, file, random) {
    const files = filesOf(folder).filter((other) => other !== file);
    const other = files[random(files.length)];
    if (other === undefined) return undefined;
    writeFileSync(join(folder, file), readFileSync(join(folder, other)));
    return `by ${other}`;
  },
  'batch lost, checksums valid'(folder, file, random) {
    if (!file.endsWith('.log')) return undefined;
    const bytes = readFileSync(join(folder, file));
    const batches = wholeBatches(bytes);
    const lost = batches[random(batches.length)];
    if (lost === undefined) return undefined;
    // Only within the first block of the log, where records may move without a break.
    if (bytes.length > LOG_BLOCK_BYTES) return undefined;
    writeFileSync(join(folder, file), Buffer.concat([bytes.subarray(0, lost.from), bytes.subarray(lost.to)]));
    return `bytes ${lost.from} to ${lost.to} of ${bytes.length}`;
  },
};

/** LevelDB doc/log_format.md: blocks of 32 KiB; a record is crc (4), length (2), type (1), data; type 1 is whole. */
const LOG_BLOCK_BYTES = 32_768;

function wholeBatches(bytes: Uint8Array): { readonly from: number; readonly to: number }[] {
  const batches: { from: number; to: number }[] = [];
  for (let from = 0; from + 7 <= Math.min(bytes.length, LOG_BLOCK_BYTES); ) {
    const to = from + 7 + bytes[from + 4]! + 256 * bytes[from + 5]!;
    if (bytes[from + 6] !== 1 || to > bytes.length) break;
    batches.push({ from, to });
    from = to;
  }
  return batches;
}

function change(edit: (bytes: Uint8Array, random: Random) => string): Damage {
  return (folder, file, random) => {
    const bytes = readFileSync(join(folder, file));
    if (bytes.length === 0) return undefined;
    const what = edit(bytes, random);
    writeFileSync(join(folder, file), bytes);
    return what;
  };
}
