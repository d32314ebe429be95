// `<folder>/base`: what the records begin after, in a frame of that height. Written once; its checksum is what the first
// record names as previous. SPEC: runtime/docs/spec/store.md.
import { decodeExact, Writer } from '../../base/codec.js';
import { LIMITS } from '../../base/limits.js';
import type { StoreBase } from '../../ports/store.js';
import { StoreError } from '../errors.js';
import { decodeFrame, encodeFrame, frameHeight } from './frame.js';

/** A base with the checksum of its frame, 32 bytes. */
export interface StoredBase extends StoreBase {
  readonly checksum: Uint8Array;
}

const HEADER_BYTES_MAX = 4096;

/** The bytes of the file. */
export function encodeBase(base: StoreBase): { readonly bytes: Uint8Array; readonly checksum: Uint8Array } {
  const writer = new Writer().bytes(base.genesis).fixed(base.genesisRoot, 32);
  const payload = writer.option(base.header, (header) => writer.bytes(header)).finish();
  return encodeFrame({ height: base.height, transactions: 0, previous: new Uint8Array(32), payload });
}

/** @throws STORE_CORRUPT_GENESIS, STORE_VERSION */
export function decodeBase(bytes: Uint8Array): StoredBase {
  try {
    const height = frameHeight(bytes);
    const { payload, checksum } = decodeFrame(bytes, height);
    return decodeExact(payload, 'base', (reader) => ({
      height,
      checksum,
      genesis: reader.bytes(LIMITS.genesisBytes),
      genesisRoot: reader.fixed(32),
      header: reader.option(() => reader.bytes(HEADER_BYTES_MAX)),
    }));
  } catch (cause) {
    if (cause instanceof StoreError && cause.code === 'STORE_VERSION') throw cause;
    throw new StoreError('STORE_CORRUPT_GENESIS', { place: 'base file' }, cause);
  }
}
