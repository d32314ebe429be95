// Where resolution puts what it finds: an access set with whole keys (oracle, explanations, simulation), or a record of
// the block's table.
import type { ByteImage } from '../base/byte-table.js';
import type { AccessMode } from '../types/access.js';
import type { Address } from '../types/address.js';

/** Words of an amount: the widest cell's. */
export const AMOUNT_WORDS = 8;

/** An unsigned number of up to 32 bytes: `AMOUNT_WORDS` words, least significant first; undefined: the default. */
export type DeclaredAmount = Uint32Array | undefined;

/** Must: join modes, sum adds and count expansions as SPEC §3 says. Keys and amounts are good until the call returns. */
export interface AccessSink {
  /** A key in any mode but add. @throws ACCESS_LIMIT */
  key(key: ByteImage, mode: Exclude<AccessMode, 'add'>, extra: boolean): void;
  /** @throws ACCESS_KEY for plain bytes, ACCESS_LIMIT */
  add(
    key: ByteImage,
    direction: 'up' | 'down',
    amount: DeclaredAmount,
    bound: DeclaredAmount,
    extra: boolean,
  ): void;
  /** A lock of a field (8 bytes), or of a whole contract. @throws ACCESS_LIMIT */
  lock(contract: Address, field: Uint8Array | undefined, mode: 'read' | 'write', extra: boolean): void;
  /** A contract the calls reach, with the code they run. */
  reach(address: Address, codeHash: Uint8Array): void;
  reaches(address: Uint8Array): boolean;
  /** An upload of so many bytes of arguments. */
  deploy(bytes: number): void;
}
