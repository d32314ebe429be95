// Names of keys, fields and contracts become small integers once per block, so that planning indexes arrays.
// First step of planSchedule; everything after it works on these numbers.
import { ByteImage, ByteTable } from '../base/byte-table.js';
import { concatBytes } from '../base/bytes.js';
import type { AccessSet, KeyAccess } from '../types/access.js';

/** One declared key: the numbers of the key, its field and its contract. */
export interface KeyUse {
  readonly key: number;
  readonly field: number;
  readonly contract: number;
}

/** One lock; `field` is -1 for a whole contract. */
export interface LockUse {
  readonly field: number;
  readonly contract: number;
  readonly write: boolean;
}

/** A(t) in numbers; `keys` runs beside `access.keys`, `locks` beside `access.locks`. */
export interface ResourceUse {
  readonly access: AccessSet;
  readonly keys: readonly KeyUse[];
  readonly locks: readonly LockUse[];
}

/** A block's accesses in numbers; undefined where a transaction has no A. */
export interface Resources {
  readonly uses: readonly (ResourceUse | undefined)[];
  readonly keyCount: number;
  readonly fieldCount: number;
  readonly contractCount: number;
}

// A key is kind(1) ‖ contract(32) ‖ field(8) ‖ components.
const CONTRACT_START = 1;
const CONTRACT_BYTES = 32;
const FIELD_BYTES = 40;

/** Numbers every resource of the accesses, in order of first appearance. Linear in the declared keys. */
export function numberResources(accesses: readonly (AccessSet | undefined)[], seed = 0): Resources {
  const image = new ByteImage();
  const keys = new ByteTable(seed);
  const fields = new ByteTable(seed);
  const contracts = new ByteTable(seed);
  /** By key number: found when a key is met first. */
  const known: KeyUse[] = [];
  const useOf = ({ key }: KeyAccess): KeyUse => {
    const number = keys.intern(image.of(key));
    let use = known[number];
    if (use === undefined) {
      const name = key.subarray(CONTRACT_START, CONTRACT_START + FIELD_BYTES);
      const field = fields.intern(image.of(name));
      use = { key: number, field, contract: contracts.intern(image.of(name.subarray(0, CONTRACT_BYTES))) };
      known.push(use);
    }
    return use;
  };
  const uses = accesses.map((access): ResourceUse | undefined => {
    if (access === undefined) return undefined;
    return {
      access,
      keys: access.keys.map(useOf),
      locks: access.locks.map((lock) => ({
        field:
          lock.field === undefined ? -1 : fields.intern(image.of(concatBytes(lock.contract, lock.field))),
        contract: contracts.intern(image.of(lock.contract)),
        write: lock.mode === 'write',
      })),
    };
  });
  return { uses, keyCount: keys.size, fieldCount: fields.size, contractCount: contracts.size };
}
