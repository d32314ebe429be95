// Migrations, hooks and the tail of a parallel block: one worker runs them in order with the same functions the oracle uses, and
// leaves only the single outcomes in the arena. Main repeats the bookkeeping with them and so arrives at the same state.
import { bytesText } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { LIMITS } from '../../base/limits.js';
import type { Address } from '../../types/address.js';
import type { Hook, Parameters } from '../../types/genesis.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import { readHooks, writeHooks } from '../../types/parameters.js';
import type { Call } from '../../types/transaction.js';
import { readMigration, writeMigration } from '../../types/upgrade.js';
import type { BlockEnvironment } from '../../vm/run.js';
import { readOutcome, writeOutcome } from '../outcome-codec.js';
import { runHooks } from '../phases/hooks.js';
import type { BlockState } from '../phases/state.js';
import { runTail, type TailEntry } from '../phases/tail.js';
import type { MigrationRun } from '../phases/upgrades.js';
import { runHook, runMigration, runTailEntry } from '../runs.js';
import { type Arena, HEADER, Heap, heapCopy } from './arena.js';

/** What one worker is to run alone. */
export type SerialJob =
  | { readonly kind: 'migration'; readonly migration: MigrationRun }
  | {
      readonly kind: 'hooks';
      readonly hooks: readonly Hook[];
      readonly at: Hook['at'];
      readonly price: bigint;
    }
  | {
      readonly kind: 'tail';
      readonly entries: readonly TailEntry[];
      /** Hashes of the codes that access sets of the block reach. */
      readonly reached: readonly Uint8Array[];
      readonly parameters: Pick<Parameters, 'tailGasMax' | 'tailGasFactor'>;
    };

export function encodeSerialJob(job: SerialJob): Uint8Array {
  const writer = new Writer();
  if (job.kind === 'hooks') {
    writeHooks(
      writer
        .u8(0)
        .bool(job.at === 'end')
        .u128(job.price),
      job.hooks,
    );
    return writer.finish();
  }
  if (job.kind === 'migration') {
    const { contract, ...call } = job.migration;
    writeMigration(writer.u8(2).fixed(contract, 32), call);
    return writer.finish();
  }
  writer.u8(1).number64(job.parameters.tailGasMax).number64(job.parameters.tailGasFactor);
  writer.list(job.reached, (codeHash) => writer.fixed(codeHash, 32));
  writer.list(job.entries, ({ index, attemptGas, transaction }) => {
    writer.u32(index).number64(attemptGas).number64(transaction.gasLimit).fixed(transaction.sender, 32);
    writer.list(transaction.calls, (call) => {
      writer.fixed(call.contract, 32).u32(call.selector).bytes(call.args).u128(call.value);
    });
  });
  return writer.finish();
}

function decodeSerialJob(reader: Reader): SerialJob {
  const tag = reader.tag(3, 'a serial job');
  if (tag === 2) {
    const contract = reader.fixed(32) as Address;
    return { kind: 'migration', migration: { contract, ...readMigration(reader) } };
  }
  if (tag === 0) {
    const at = reader.bool() ? 'end' : 'begin';
    const price = reader.u128();
    return { kind: 'hooks', at, price, hooks: readHooks(reader) };
  }
  const parameters = { tailGasMax: reader.number64(), tailGasFactor: reader.number64() };
  const reached = reader.list(() => reader.fixed(32), LIMITS.recordBytes);
  const entries = reader.list((): TailEntry => {
    const index = reader.u32();
    const attemptGas = reader.number64();
    const gasLimit = reader.number64();
    const sender = reader.fixed(32) as Address;
    const calls = reader.list((): Call => {
      const contract = reader.fixed(32) as Address;
      const selector = reader.u32();
      const args = reader.bytes(LIMITS.transactionBytes);
      return { contract, selector, args, value: reader.u128() };
    }, LIMITS.calls);
    return { index, attemptGas, transaction: { sender, calls, gasLimit } };
  }, LIMITS.blockTransactions);
  return { kind: 'tail', entries, reached, parameters };
}

/** Main: an arena that holds one serial job and room for its outcomes. */
export function writeSerialJob(arena: Arena, context: Uint8Array, job: Uint8Array): void {
  const { words, bytes } = arena;
  words.fill(0, 0, HEADER.size);
  words[HEADER.heapCursor] = 4 * HEADER.size;
  words[HEADER.heapEnd] = bytes.length;
  const heap = new Heap(arena);
  words[HEADER.contextAt] = heap.put(context);
  words[HEADER.contextLength] = context.length;
  words[HEADER.serialAt] = heap.put(job);
  words[HEADER.serialLength] = job.length;
}

/** Worker: runs the job over a state of its own and leaves the outcomes where the job stood. @throws ARENA_FULL */
export function runSerialJob(arena: Arena, state: BlockState, environment: BlockEnvironment): void {
  const { words } = arena;
  const bytes = heapCopy(arena, words[HEADER.serialAt]!, words[HEADER.serialLength]!);
  const outcomes: TransactionOutcome[] = [];
  const keep = (outcome: TransactionOutcome): TransactionOutcome => {
    outcomes.push(outcome);
    return outcome;
  };
  const job = decodeSerialJob(new Reader(bytes ?? new Uint8Array(0), 'serial job'));
  if (job.kind === 'migration') {
    keep(runMigration(job.migration, environment));
  } else if (job.kind === 'hooks') {
    runHooks(job.hooks, job.at, job.price, state, (hook) => keep(runHook(hook, environment)));
  } else {
    const reached = new Set(job.reached.map(bytesText));
    runTail(job.entries, job.parameters, (entry, gas) => {
      const outcome = keep(runTailEntry(entry, gas, { ...environment, reached }));
      state.writeAll(outcome.writes.values());
      return outcome;
    });
  }
  const writer = new Writer();
  writer.list(outcomes, (outcome) => writeOutcome(writer, outcome));
  const result = writer.finish();
  // Plain stores: main reads them after this worker has left the job, an atomic add it waits for.
  words[HEADER.serialAt] = new Heap(arena).put(result);
  words[HEADER.serialLength] = result.length;
}

/** Main, after the job: the outcomes in the order they were run. */
export function readSerialOutcomes(arena: Arena): TransactionOutcome[] {
  const { words } = arena;
  const bytes = heapCopy(arena, words[HEADER.serialAt]!, words[HEADER.serialLength]!);
  const reader = new Reader(bytes ?? new Uint8Array(0), 'serial outcomes');
  return reader.list(() => readOutcome(reader), LIMITS.blockTransactions);
}
