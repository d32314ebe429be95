// One call as resolve sees it, and what resolving a call may use: the seam between templates and system methods.
import type { AccessMethod, AccessSection } from '../types/access.js';
import type { Address } from '../types/address.js';
import type { StateKey } from '../types/key.js';
import type { AccessLookup } from './lookup.js';

/** A call to resolve: a transaction's own or a callee's. */
export interface ResolvedCall {
  readonly contract: Address;
  readonly selector: number;
  readonly args: Uint8Array;
  readonly value: bigint;
  readonly caller: Address;
  /** 1 for the transaction's own calls. */
  readonly depth: number;
}

/** The transaction under resolution. Every method throws AccessError. */
export interface CallScope {
  readonly lookup: AccessLookup;
  /** Declares a key. */
  key(key: StateKey, mode: 'read' | 'write'): void;
  /** A contract the calls reach, with the code they run. */
  reach(address: Address, codeHash: Uint8Array): void;
  /** An upload of so many bytes of arguments. */
  deploy(bytes: number): void;
  /** The section of code on chain; paid for the first time. */
  section(codeHash: Uint8Array): AccessSection;
  /** Declares native value moved: two bounded adds; 0 moves nothing. */
  moveValue(from: Address, to: Address, value: bigint): void;
  /** Declares the templates of a method under a call's arguments. */
  method(method: AccessMethod, call: ResolvedCall): void;
}
