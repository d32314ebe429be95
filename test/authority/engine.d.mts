// Types of the example engine.
import type { ConsensusEngine } from '@weft/runtime/ports/consensus';

export interface AuthorityNetwork {
  broadcast(message: Uint8Array): void;
  /** `run` resolves once the message has had its effect. Returns an unsubscribe. */
  onMessage(run: (message: Uint8Array, reply: (message: Uint8Array) => void) => Promise<void>): () => void;
}
export interface AuthorityOptions {
  /** Milliseconds between two ticks; default 1,000. */
  readonly blockMs?: number;
  /** Blocks by height: what the engine keeps on disk. Default: in memory. */
  readonly log?: Map<number, Uint8Array>;
  /** Default: alone. */
  readonly network?: AuthorityNetwork;
}
export function createEngine(options?: AuthorityOptions): ConsensusEngine;
