import type { StateEntry, Store, StoreBase } from '@weft/runtime/ports/store';
import type { BlockRecord } from '@weft/runtime/types/block';
import type { Genesis } from '@weft/runtime/types/genesis';
export interface RealChain {
  readonly genesis: Genesis;
  readonly base: StoreBase;
  readonly genesisState: readonly StateEntry[];
  /** Index = height - 1. */
  readonly records: readonly BlockRecord[];
}
export interface RealOptions {
  readonly seed: number;
  readonly blocks: number;
  /** Transfers a block. */
  readonly transfers: number;
  readonly accounts?: number;
  /** Accounts that only hold a balance: one key each. */
  readonly extraAccounts?: number;
}
/** The same options give the same chain. */
export declare function createRealChain(options: RealOptions): Promise<RealChain>;
/** Initialises a store and appends the first `blocks` records. */
export declare function fillReal(store: Store, chain: RealChain, blocks: number): Promise<void>;
//# sourceMappingURL=real-chain.d.ts.map
