// The explain record of a block, put together after the fact: what the oracle noted while it ran the block again, beside
// what the block's receipts say. Outside what is hashed.
import { conflicts } from '../access/conflicts.js';
import { assert } from '../base/assert.js';
import { bytesEqual, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { encodeAddress } from '../types/address.js';
import type { Block } from '../types/block.js';
import {
  EXPLAIN_VERSION,
  type ExplainedPlan,
  type ExplainedTail,
  type ExplainedTransaction,
  type ExplainRecord,
} from '../types/explain-record.js';
import type { BlockOutcome, PlacedRun } from '../types/outcome.js';
import type { Receipt } from '../types/receipt.js';
import type { TransactionNotes } from '../types/run-notes.js';
import type { SignedTransaction } from '../types/transaction.js';
import { decodeTransaction } from '../types/transaction-codec.js';

/** `outcome`: of the same block, run again with notes. `placed`: of a timed run on several workers. */
export function explainBlock(
  block: Block,
  outcome: BlockOutcome,
  placed: readonly PlacedRun[] = [],
): ExplainRecord {
  const { notes, explained } = outcome;
  assert(notes !== undefined && explained !== undefined, 'the block ran with notes');
  assert(explained.criticalPathGas === block.header.criticalPathGas, 'it explains what was hashed');
  const decoded = block.transactions.map(decodeOrUndefined);
  const tails = new TailReasons();
  const runs = new Map(placed.map((run) => [run.transaction, run]));
  const transactions = block.receipts.map((receipt, index) => {
    const transaction = decoded[index];
    const of = notes[index];
    const tail =
      transaction && of && receipt.phase === 'tail' ? tails.take(index, transaction, of) : undefined;
    return explainOne({
      receipt,
      transaction,
      notes: of,
      tail,
      plan: explained,
      index,
      run: runs.get(index),
    });
  });
  const { criticalPathGas, criticalPath, resources } = explained;
  const { tailGas, height } = block.header;
  const planned = transactions.filter((_, index) => explained.transactions[index] !== undefined);
  const gas = planned.reduce((sum, { gasLimit }) => sum + gasLimit, tailGas);
  const serial = criticalPathGas + tailGas;
  return {
    version: EXPLAIN_VERSION,
    height,
    hash: hex(block.hash),
    resources,
    transactions,
    criticalPath,
    criticalPathGas,
    tailGas,
    gas,
    parallelism: serial === 0 ? 1 : gas / serial,
  };
}

interface One {
  readonly receipt: Receipt;
  readonly transaction: SignedTransaction | undefined;
  readonly notes: TransactionNotes | undefined;
  readonly tail: Omit<ExplainedTail, 'ran'> | undefined;
  readonly plan: ExplainedPlan;
  readonly run: PlacedRun | undefined;
  readonly index: number;
}

function explainOne({ receipt, transaction, notes, tail, plan, index, run }: One): ExplainedTransaction {
  const { uses, waits, chainGas } = plan.transactions[index] ?? { uses: [], waits: [], chainGas: 0 };
  return {
    id: hex(receipt.transaction),
    status: receipt.status,
    phase: receipt.phase,
    sender: transaction === undefined ? '' : encodeAddress(transaction.sender),
    calls: (transaction?.calls ?? []).map(({ contract, selector }) => ({
      contract: encodeAddress(contract),
      selector,
    })),
    gasLimit: transaction?.gasLimit ?? 0,
    gasUsed: receipt.gasUsed,
    chainGas,
    uses,
    waits,
    ...(tail === undefined ? {} : { tail: { ...tail, ran: receipt.order !== undefined } }),
    ...(notes === undefined ? {} : { us: tenths(1000 * notes.ms) }),
    ...(run === undefined
      ? {}
      : { worker: run.worker, startUs: tenths(run.startUs), endUs: tenths(run.endUs) }),
  };
}

/** Why transactions joined the tail, taken in block order (SPEC §4 step 4). */
class TailReasons {
  readonly #joined: {
    readonly index: number;
    readonly sender: Uint8Array;
    readonly access: NonNullable<TransactionNotes['access']>;
  }[] = [];

  take(index: number, { sender }: SignedTransaction, notes: TransactionNotes): Omit<ExplainedTail, 'ran'> {
    const { access, refusal } = notes;
    if (access === undefined)
      return { reason: 'TAIL_NO_ACCESS', ...(refusal === undefined ? {} : { refusal }) };
    const violation = notes.ordered?.violation;
    const after = this.#joined.findLast(
      (one) => bytesEqual(one.sender, sender) && conflicts(one.access, access),
    )?.index;
    this.#joined.push({ index, sender, access });
    if (violation === undefined) {
      return { reason: 'TAIL_SAME_SENDER', ...(after === undefined ? {} : { after }) };
    }
    const { key, mode } = violation;
    const name = mode === 'call' ? encodeAddress(key) : hex(key);
    return { reason: 'TAIL_VIOLATION', touched: { key: name, mode } };
  }
}

function decodeOrUndefined(bytes: Uint8Array): SignedTransaction | undefined {
  try {
    return decodeTransaction(bytes);
  } catch (error) {
    if (error instanceof WeftError) return undefined;
    throw error;
  }
}

const tenths = (us: number): number => Math.round(10 * us) / 10;
const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
