// What the methods stand on: the node behind them.
import type { DevelopmentChain } from '../ports/development.js';
import type { ChainQuery } from '../ports/query.js';
import type { Subscriptions } from './subscriptions.js';

/** Each access may throw a coded error (a paused node does). */
export interface RpcBackend {
  query(): ChainQuery;
  /** Accepts a transaction; its id. @throws the coded refusal */
  submit(bytes: Uint8Array): Promise<Uint8Array>;
  /** Checks signatures of transactions that are submitted next, all at once. Refuses nothing. */
  checkSignatures(transactions: readonly Uint8Array[]): Promise<void>;
  /** What `dev_*` methods stand on; called on development chains only. Absent: there are none. */
  readonly development?: () => DevelopmentChain;
  /** Absent: nothing can be subscribed to. */
  readonly subscriptions?: Subscriptions | undefined;
  /** What the engine is called and whether it makes blocks. */
  engine(): { readonly engine: string; readonly producing: boolean };
}
