// One timed way of running the transfers.

/** What a runtime's process answers. */
export interface PeerAnswer {
  readonly version: string;
  /** What a transfer is there. */
  readonly workload: string;
  readonly rows: readonly PeerRow[];
}

export interface PeerRow {
  readonly row: string;
  /** Signatures are checked inside the clock. */
  readonly signed: boolean;
  /** Its public way, which ratios are of; the others stand beside. */
  readonly asItComes: boolean;
  /** Microseconds a transfer, batch by batch, those that warm up included. */
  readonly us: readonly number[];
}

/**
 * Batches that warm up, the same for all: a node runs block after block, so the steady state is compared. Who is compiled
 * while it runs needs tens of thousands of transfers until then.
 */
export const WARM_BATCHES = 10;
