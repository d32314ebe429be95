import type { StoreBase } from '@weft/runtime/ports/store';
import type { BlockRecord } from '@weft/runtime/types/block';
import { type StateKey } from '@weft/runtime/types/key';
import type { Receipt } from '@weft/runtime/types/receipt';
export interface SampleChain {
  readonly base: StoreBase;
  readonly genesisState: readonly {
    readonly key: StateKey;
    readonly value: Uint8Array;
  }[];
  /** Index = height - 1. */
  readonly records: readonly BlockRecord[];
  /** State after each height, by `keyText`; index = height. */
  readonly states: readonly ReadonlyMap<string, Uint8Array>[];
}
export interface SampleOptions {
  readonly seed: number;
  readonly blocks: number;
  /** Transactions a block; each changes one key. */
  readonly transactions: number;
  /** Keys the changes are among. */
  readonly keys: number;
  readonly valueBytes?: number;
}
/** The same options give the same chain. */
export declare function createSampleChain(options: SampleOptions): SampleChain;
/** The receipt of an included transaction. */
export declare function sampleReceipt(id: Uint8Array, order: number): Receipt;
/** The n-th key samples change. */
export declare function sampleKey(index: number): StateKey;
/** A generator of integers below a bound (xorshift32): the same for the same seed. */
export declare function randomFrom(seed: number): (below: number) => number;
//# sourceMappingURL=sample-chain.d.ts.map
