// Compiling with a cache behind it: the instrumented module, which takes the time, is kept under a name that holds all
// it was made from. An entry proves what it is, or it is made again (adr/0033).
import { assert } from '../base/assert.js';
import { bytesEqual, concatBytes, toHex, utf8 } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256, sha256Domain } from '../base/hash.js';
import type { CodeCache } from '../ports/code-cache.js';
import type { Hash32 } from '../types/address.js';
import { GAS_SCHEDULE, type GasSchedule } from '../types/gas-schedule.js';
import { loadCode, type PreparedCode, prepareCode } from '../vm/compiled-code.js';
import { INSTRUMENTER_VERSION } from '../wasm/instrument-module.js';
import type { Compile } from './code-store.js';

const DOMAIN = 'weft/instrumented-code/1';
const CHECKSUM_BYTES = 32;
/** Above what any accepted module becomes, and its tables. */
const PART_BYTES_MAX = 16_777_216;

/** What instrumented code depends on beside the bytes uploaded. */
export interface CodeOrigin {
  /** Names the engine, its flags and this build: other ones, other entries. */
  readonly engine: string;
  /** Default: the prices of protocol version 0. */
  readonly schedule?: GasSchedule;
  /** Default: this instrumenter's. */
  readonly instrumenter?: number;
}

/** The name of code in a cache, 32 bytes: everything the entry depends on, hashed. */
export function cacheKey(bytes: Uint8Array, origin: CodeOrigin): Uint8Array {
  const writer = new Writer().u32(origin.instrumenter ?? INSTRUMENTER_VERSION);
  writer.bytes(utf8(JSON.stringify(origin.schedule ?? GAS_SCHEDULE)));
  writer.bytes(utf8(origin.engine));
  // Of all bytes, not the code hash: that leaves out custom sections, which move every offset.
  return sha256Domain(DOMAIN, concatBytes(writer.finish(), sha256(bytes)));
}

/** `compileCode` through a cache; what comes out is the same whatever the cache holds. */
export function compileThrough(cache: CodeCache, origin: CodeOrigin): Compile {
  return (bytes) => {
    const key = cacheKey(bytes, origin);
    const name = toHex(key);
    const kept = cache.read(name);
    const known = kept === undefined ? undefined : decodeEntry(kept, key);
    if (known !== undefined) return loadCode(known);
    const prepared = prepareCode(bytes, origin.schedule ?? GAS_SCHEDULE);
    cache.write(name, encodeEntry(key, prepared));
    return loadCode(prepared);
  };
}

/** The entry's bytes: its key, the code, and a checksum over both. */
export function encodeEntry(key: Uint8Array, code: PreparedCode): Uint8Array {
  const writer = new Writer().fixed(key, 32).fixed(code.codeHash, 32).u32(code.codeBytes);
  writer.u32(code.initialPages).bytes(code.access).bytes(code.instrumented);
  writer.bytes(wordBytes(code.offsets.instrumented)).bytes(wordBytes(code.offsets.original));
  const content = writer.finish();
  return concatBytes(content, sha256(content));
}

/** The code, or undefined unless the entry is whole and of this key. */
export function decodeEntry(entry: Uint8Array, key: Uint8Array): PreparedCode | undefined {
  const end = entry.length - CHECKSUM_BYTES;
  if (end < 0 || !bytesEqual(sha256(entry.subarray(0, end)), entry.subarray(end))) return undefined;
  try {
    const found = decodeExact(entry.subarray(0, end), 'cached code', readEntry);
    return bytesEqual(found.key, key) ? found.code : undefined;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function readEntry(reader: Reader): { readonly key: Uint8Array; readonly code: PreparedCode } {
  const part = (): Uint8Array => reader.bytes(PART_BYTES_MAX);
  const key = reader.fixed(32);
  const codeHash = reader.fixed(32) as Hash32;
  const codeBytes = reader.u32();
  const initialPages = reader.u32();
  const [access, instrumented] = [part(), part()];
  const offsets = { instrumented: wordsOf(part()), original: wordsOf(part()) };
  return { key, code: { codeHash, codeBytes, initialPages, access, instrumented, offsets } };
}

/** In the machine's own order, which the engine's name stands for. */
function wordBytes(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  assert(bytes.length % 4 === 0, 'a checked entry holds whole words');
  const words = new Uint32Array(bytes.length / 4);
  // Byte by byte: `bytes` may lie anywhere, and a Buffer's slice is no copy.
  new Uint8Array(words.buffer).set(bytes);
  return words;
}
