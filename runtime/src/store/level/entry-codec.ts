// State entries between threads: one flat buffer a message, handed over instead of copied.
import type { StateEntry } from '../../ports/store.js';
import type { StateKey } from '../../types/key.js';

/** Bytes of entries in one message. */
export const CHUNK_BYTES = 1 << 20;

/** Entries with their values: u32 key length, u32 value length, key, value. */
export function packEntries(entries: readonly StateEntry[]): Uint8Array {
  let length = 0;
  for (const { key, value } of entries) length += 8 + key.length + (value?.length ?? 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { key, value = new Uint8Array(0) } of entries) {
    view.setUint32(at, key.length, true);
    view.setUint32(at + 4, value.length, true);
    bytes.set(key, at + 8);
    bytes.set(value, at + 8 + key.length);
    at += 8 + key.length + value.length;
  }
  return bytes;
}

/** Inverse of `packEntries`; copies. */
export function* unpackEntries(bytes: Uint8Array): Generator<{ key: StateKey; value: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const key = at + 8;
    const value = key + view.getUint32(at, true);
    const end = value + view.getUint32(at + 4, true);
    yield { key: bytes.slice(key, value) as StateKey, value: bytes.slice(value, end) };
    at = end;
  }
}

/** Groups entries into chunks of about `CHUNK_BYTES`. */
export async function* inChunks(
  entries: Iterable<StateEntry> | AsyncIterable<StateEntry>,
): AsyncGenerator<StateEntry[]> {
  let chunk: StateEntry[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    chunk.push(entry);
    bytes += 8 + entry.key.length + (entry.value?.length ?? 0);
    if (bytes < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    bytes = 0;
  }
  if (chunk.length > 0) yield chunk;
}
