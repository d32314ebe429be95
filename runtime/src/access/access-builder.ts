// Collects the declared keys of one transaction and joins their modes: the last step of resolveAccess.
// SPEC: runtime/docs/spec/access.md, "Modes join", "Adds".
import type { ByteImage } from '../base/byte-table.js';
import { bytesEqual, bytesText, compareBytes } from '../base/bytes.js';
import { bigintOf } from '../base/words.js';
import type { AccessMode, AccessSet, KeyAccess, LockAccess } from '../types/access.js';
import type { Address } from '../types/address.js';
import { cellBits, cellMax, compareKeys, keyKind, keyText, type StateKey } from '../types/key.js';
import { type AccessSink, AMOUNT_WORDS, type DeclaredAmount } from './access-sink.js';
import { AccessError } from './errors.js';
import { ACCESS_LIMITS, countExpansions } from './limits.js';

/** An add as declared, its expressions evaluated; absent parts take their defaults. */
export interface DeclaredAdd {
  readonly direction: 'up' | 'down';
  readonly amount?: bigint | undefined;
  readonly bound?: bigint | undefined;
}

interface KeyEntry {
  readonly key: StateKey;
  reads: boolean;
  writes: boolean;
  adds: boolean;
  up: bigint;
  down: bigint;
  floor: bigint;
  ceiling: bigint;
  extra: boolean;
}

/** Up to so many keys looking through them beats a Map of texts. */
const FEW_KEYS = 8;

/** The access set under construction; every method counts against the key limit. @throws ACCESS_LIMIT */
export class AccessBuilder {
  readonly #keys: KeyEntry[] = [];
  /** By `keyText`, once there are many. */
  #keysByText: Map<string, KeyEntry> | undefined;
  readonly #locks = new Map<string, LockAccess>();
  readonly #past: StateKey[] = [];
  readonly #contracts: { readonly address: Address; readonly codeHash: Uint8Array }[] = [];
  #keyCount = 0;
  #deployBytes = 0;

  /** A key in any mode but add. */
  key(key: StateKey, mode: Exclude<AccessMode, 'add'>, extra = false): void {
    this.#count(1);
    if (mode === 'past') {
      this.#past.push(key);
      return;
    }
    const entry = this.#entry(key);
    if (mode === 'read') entry.reads = true;
    else entry.writes = true;
    entry.extra ||= extra;
  }

  /** An add: amounts are summed per direction, saturating; the tightest bounds hold. @throws ACCESS_KEY */
  add(key: StateKey, add: DeclaredAdd, extra = false): void {
    this.#count(1);
    const kind = keyKind(key);
    if (kind === 0) throw new AccessError('ACCESS_KEY', { expected: 'a cell', got: 'plain bytes' });
    const max = cellMax(kind);
    const amount = add.amount ?? 1n << BigInt(cellBits(kind) - 32);
    const entry = this.#entry(key);
    entry.adds = true;
    entry.extra ||= extra;
    if (add.direction === 'up') {
      entry.up = smaller(entry.up + amount, max);
      entry.ceiling = smaller(entry.ceiling, add.bound ?? max);
    } else {
      entry.down = smaller(entry.down + amount, max);
      const floor = smaller(add.bound ?? 0n, max);
      if (floor > entry.floor) entry.floor = floor;
    }
  }

  /** A lock of a field, or of a whole contract. */
  lock(contract: Address, field: Uint8Array | undefined, mode: 'read' | 'write', extra = false): void {
    this.#count(ACCESS_LIMITS.lockKeys);
    const name = lockText(contract, field);
    const known = this.#locks.get(name);
    this.#locks.set(name, {
      contract,
      field,
      mode: known?.mode === 'write' ? 'write' : mode,
      extra: extra || known?.extra === true,
    });
  }

  /** A contract the calls reach, with the code they run. */
  reach(address: Address, codeHash: Uint8Array): void {
    if (!this.reaches(address)) this.#contracts.push({ address, codeHash });
  }

  reaches(address: Uint8Array): boolean {
    return this.#contracts.some((one) => bytesEqual(one.address, address));
  }

  /** An upload of so many bytes of arguments. */
  deploy(bytes: number): void {
    this.#deployBytes += bytes;
  }

  /** The joined set, sorted. */
  finish(): AccessSet {
    return {
      keys: this.#keys.sort((a, b) => compareKeys(a.key, b.key)).map((entry) => this.#join(entry)),
      locks: sorted(this.#locks).map(([, lock]) => lock),
      past: distinct(this.#past.sort(compareKeys)),
      contracts: this.#contracts.sort((a, b) => compareBytes(a.address, b.address)),
      keyCount: this.#keyCount,
      deployBytes: this.#deployBytes,
    };
  }

  #join(entry: KeyEntry): KeyAccess {
    const { key, extra } = entry;
    const mode = this.#modeOf(entry);
    if (mode === 'add') {
      const { up, down, floor, ceiling } = entry;
      return { key, mode, up, down, floor, ceiling, extra };
    }
    return { key, mode, up: 0n, down: 0n, floor: 0n, ceiling: cellMax(keyKind(key)), extra };
  }

  /** read+read = read, add+add = add, all else = write; a lock is a mode on every key under it. */
  #modeOf(entry: KeyEntry): 'read' | 'write' | 'add' {
    const text = this.#locks.size === 0 ? '' : keyText(entry.key);
    const field = this.#locks.get(text.slice(1, 41))?.mode;
    const contract = this.#locks.get(text.slice(1, 33))?.mode;
    const reads = entry.reads || field === 'read' || contract === 'read';
    const writes = entry.writes || field === 'write' || contract === 'write';
    if (writes || (reads && entry.adds)) return 'write';
    return reads ? 'read' : 'add';
  }

  #entry(key: StateKey): KeyEntry {
    let entry = this.#find(key);
    if (entry === undefined) {
      const ceiling = cellMax(keyKind(key));
      entry = {
        key,
        reads: false,
        writes: false,
        adds: false,
        up: 0n,
        down: 0n,
        floor: 0n,
        ceiling,
        extra: false,
      };
      this.#keys.push(entry);
      this.#keysByText?.set(keyText(key), entry);
    }
    return entry;
  }

  #find(key: StateKey): KeyEntry | undefined {
    if (this.#keys.length <= FEW_KEYS) return this.#keys.find((entry) => bytesEqual(entry.key, key));
    this.#keysByText ??= new Map(this.#keys.map((entry) => [keyText(entry.key), entry]));
    return this.#keysByText.get(keyText(key));
  }

  #count(keys: number): void {
    this.#keyCount = countExpansions(this.#keyCount, keys);
  }
}

/** A builder as resolution fills it. */
export function sinkOf(builder: AccessBuilder): AccessSink {
  const copy = (key: ByteImage): StateKey => key.bytes.slice(0, key.length) as StateKey;
  const number = (amount: DeclaredAmount): bigint | undefined => amount && bigintOf(amount, 0, AMOUNT_WORDS);
  return {
    key: (key, mode, extra) => builder.key(copy(key), mode, extra),
    add: (key, direction, amount, bound, extra) =>
      builder.add(copy(key), { direction, amount: number(amount), bound: number(bound) }, extra),
    lock: (contract, field, mode, extra) => builder.lock(contract, field, mode, extra),
    reach: (address, codeHash) => builder.reach(address, codeHash),
    reaches: (address) => builder.reaches(address),
    deploy: (bytes) => builder.deploy(bytes),
  };
}

/** The Map key of a lock: contract(32) ‖ field(8), or the contract alone; a slice of the text of any key under it. */
export function lockText(contract: Uint8Array, field: Uint8Array | undefined): string {
  return field === undefined ? bytesText(contract) : bytesText(contract) + bytesText(field);
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  // One character a byte, so the order of texts is the order of bytes.
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Neighbours of a sorted list that are equal become one. */
function distinct(sorted: readonly StateKey[]): StateKey[] {
  return sorted.filter((key, index) => index === 0 || !bytesEqual(key, sorted[index - 1]!));
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
