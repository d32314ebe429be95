// What resolution may know: the state at the start of the block (S0), never later.
import type { AccessSection } from '../types/access.js';
import type { Address } from '../types/address.js';
import type { StateKey } from '../types/key.js';

/** What a code declares. */
export interface CodeAccess {
  readonly section: AccessSection;
  /** Length of the section's payload. */
  readonly bytes: number;
}

/** Must: answer from S0 alone, and the same for the whole block. Should: keep decoded sections by code hash. */
export interface AccessLookup {
  /** Code hash of a contract; undefined where none stands. Never asked for the system contract. */
  contractCode(contract: Address): Uint8Array | undefined;
  /** The decoded `weft.access` section of code on chain, and its bytes; undefined for unknown code. */
  codeAccess(codeHash: Uint8Array): CodeAccess | undefined;
  /** A stored value, header byte included; undefined: absent. */
  read(key: StateKey): Uint8Array | undefined;
  /** Code hash of a module's bytes as uploaded; undefined for bytes that are no module. */
  moduleHash(code: Uint8Array): Uint8Array | undefined;
}
