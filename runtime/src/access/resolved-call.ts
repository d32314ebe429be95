// One call as resolve sees it, and what resolving a call may use: the seam between templates and system methods.
import type { AccessMethod, AccessSection } from '../types/access.js';
import type { Address } from '../types/address.js';
import type { AccessBuilder } from './access-builder.js';
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
  readonly builder: AccessBuilder;
  readonly lookup: AccessLookup;
  /** The section of code on chain. */
  section(codeHash: Uint8Array): AccessSection;
  /** Declares native value moved: two bounded adds; 0 moves nothing. */
  moveValue(from: Address, to: Address, value: bigint): void;
  /** Declares the templates of a method under a call's arguments. */
  method(method: AccessMethod, call: ResolvedCall): void;
}
