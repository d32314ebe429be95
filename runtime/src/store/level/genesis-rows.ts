// Genesis on disk: its bytes in a frame of height 0, which also fixes the genesis state (count and digest of its
// rows), since every replay starts from it.
import { createHash } from 'node:crypto';
import { assert } from '../../base/assert.js';
import { bytesEqual, compareBytes } from '../../base/bytes.js';
import { decodeExact, Writer } from '../../base/codec.js';
import { LIMITS } from '../../base/limits.js';
import type { StateEntry } from '../../ports/store.js';
import type { StateKey } from '../../types/key.js';
import { StoreError } from '../errors.js';
import type { Database, RowChange } from './database.js';
import { decodeFrame, encodeFrame } from './frame.js';
import {
  ALL_GENESIS_STATE,
  encodeMarker,
  flatRow,
  GENESIS_ROW,
  genesisStateRow,
  keyOfRow,
  MARKER_ROW,
} from './rows.js';

export interface StoredGenesis {
  readonly bytes: Uint8Array;
  /** Of its frame: what the record of height 1 names as previous. */
  readonly checksum: Uint8Array;
  /** Rows of the genesis state, and the hash over them. */
  readonly count: number;
  readonly digest: Uint8Array;
}

/** The rows of a new chain: genesis, its state twice (for replay and as flat state), the marker. */
export function genesisRows(
  genesis: Uint8Array,
  state: readonly StateEntry[],
): { readonly rows: readonly RowChange[]; readonly stored: StoredGenesis } {
  const entries = [...state].sort((a, b) => compareBytes(a.key, b.key));
  const digest = stateDigest();
  const rows: RowChange[] = [];
  for (const { key, value } of entries) {
    assert(value !== undefined, 'genesis state deletes nothing');
    digest.add(key, value);
    rows.push({ row: genesisStateRow(key), value }, { row: flatRow(key), value });
  }
  const stored = { bytes: genesis.slice(), count: entries.length, digest: digest.end() };
  const payload = new Writer().number64(stored.count).fixed(stored.digest, 32).bytes(genesis).finish();
  const frame = encodeFrame({ height: 0, transactions: 0, previous: new Uint8Array(32), payload });
  rows.push({ row: GENESIS_ROW, value: frame.bytes }, { row: MARKER_ROW, value: encodeMarker(0) });
  return { rows, stored: { ...stored, checksum: frame.checksum } };
}

/** The genesis of a store, verified; undefined if no row has it. @throws STORE_CORRUPT_GENESIS */
export async function readGenesis(database: Database): Promise<StoredGenesis | undefined> {
  const bytes = await database.get(GENESIS_ROW);
  if (bytes === undefined) return undefined;
  try {
    const { payload, checksum } = decodeFrame(bytes, 0);
    return decodeExact(payload, 'genesis', (reader) => {
      const count = reader.number64();
      const digest = reader.fixed(32);
      return { count, digest, checksum, bytes: reader.bytes(LIMITS.genesisBytes) };
    });
  } catch (cause) {
    throw new StoreError('STORE_CORRUPT_GENESIS', { place: 'genesis' }, cause);
  }
}

/** The genesis state, ascending; its end throws if any of it was not as written. @throws STORE_CORRUPT_GENESIS */
export async function* readGenesisState(
  database: Database,
  genesis: StoredGenesis,
): AsyncGenerator<StateEntry> {
  const digest = stateDigest();
  let count = 0;
  for await (const [row, value] of database.rows(ALL_GENESIS_STATE)) {
    const key = keyOfRow(row);
    digest.add(key, value);
    count++;
    yield { key: key as StateKey, value };
  }
  if (count !== genesis.count || !bytesEqual(digest.end(), genesis.digest)) {
    throw new StoreError('STORE_CORRUPT_GENESIS', {
      expected: genesis.count,
      got: count,
      place: 'genesis state',
    });
  }
}

/** SHA-256 over (length, key, length, value) of rows in order. */
function stateDigest(): { add(key: Uint8Array, value: Uint8Array): void; end(): Uint8Array } {
  const hash = createHash('sha256');
  return {
    add(key, value) {
      hash.update(new Writer().u32(key.length).u32(value.length).finish()).update(key).update(value);
    },
    end: () => new Uint8Array(hash.digest()),
  };
}
