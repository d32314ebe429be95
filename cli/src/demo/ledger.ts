// What the demo's blocks held, kept per workload as the node commits them.
import { toHex } from '@weft/runtime/base/bytes';
import type { FinalizedBlock } from '@weft/runtime/ports/consensus';
import type { BlockOutcome } from '@weft/runtime/types/outcome';

/** One workload's blocks and their sums. */
export interface WorkloadBlocks {
  readonly name: string;
  readonly blocks: readonly { readonly height: number; readonly stateRoot: string }[];
  readonly transactions: number;
  readonly succeeded: number;
  readonly gas: number;
  readonly gasLimits: number;
  readonly criticalPathGas: number;
  readonly wallMs: number;
}

export interface Ledger {
  /** The node's commit hook. */
  readonly onBlock: (block: FinalizedBlock, outcome: BlockOutcome) => void;
  /** Runs a workload: blocks committed meanwhile are its blocks. `send` answers the gas limits it signed, summed. */
  workload(name: string, send: () => Promise<number>): Promise<void>;
  workloads(): readonly WorkloadBlocks[];
}

interface Open {
  name: string;
  blocks: { height: number; stateRoot: string }[];
  transactions: number;
  succeeded: number;
  gas: number;
  gasLimits: number;
  criticalPathGas: number;
  wallMs: number;
}

/** An empty ledger. */
export function createLedger(): Ledger {
  const done: Open[] = [];
  let open: Open | undefined;
  return {
    onBlock({ header }, outcome) {
      if (open === undefined) return;
      open.blocks.push({ height: header.height, stateRoot: toHex(header.stateRoot) });
      open.transactions += outcome.receipts.length;
      open.succeeded += outcome.receipts.filter(({ status }) => status === 'OK').length;
      open.gas += outcome.gasUsed;
      open.criticalPathGas += outcome.criticalPathGas;
      open.wallMs += outcome.stats.wallMs;
    },
    async workload(name, send) {
      open = {
        name,
        blocks: [],
        transactions: 0,
        succeeded: 0,
        gas: 0,
        gasLimits: 0,
        criticalPathGas: 0,
        wallMs: 0,
      };
      open.gasLimits = await send();
      done.push(open);
      open = undefined;
    },
    workloads: () => done,
  };
}
