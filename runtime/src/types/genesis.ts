// Genesis: the chain's first state as data, and the parameters a block is judged by. SPEC: runtime/docs/spec/header.md §genesis.
import type { Address } from './address.js';

/** Chain parameters, kept in state; a block's parameters are those of the state before it. */
export interface Parameters {
  readonly blockGasMax: number;
  /** At least the longest path plus tailGasMax. */
  readonly criticalGasMax: number;
  readonly tailGasMax: number;
  /** Price factor of the tail; at least 1. */
  readonly tailGasFactor: number;
  readonly blockKeysMax: number;
  readonly blockReadBytesMax: number;
  readonly blockWriteBytesMax: number;
  readonly blockEventBytesMax: number;
  /** Bytes of distinct code a block touches, cached or not. */
  readonly blockCodeBytesMax: number;
  readonly blockDeployBytesMax: number;
  /** Native units a gas; the admission floor. */
  readonly gasPriceMin: bigint;
}

export interface Hook {
  readonly contract: Address;
  readonly selector: number;
  readonly at: 'begin' | 'end';
  readonly gasLimit: number;
}

export interface Genesis {
  readonly chainName: string;
  readonly protocolVersion: number;
  /** Development chain: scheme 255 and the dev system calls exist. */
  readonly dev: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly parameters: Parameters;
  readonly accounts: readonly { readonly address: Address; readonly balance: bigint }[];
  /** Ed25519 keys of the validators with their power. One with the default engine. */
  readonly validators: readonly { readonly publicKey: Uint8Array; readonly power: bigint }[];
  readonly hooks: readonly Hook[];
}
