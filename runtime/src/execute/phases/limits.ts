// The limits of a block (runtime/docs/spec/block-limits.md): those that A(t) and the plan tell before anything runs, and
// what was written and emitted once it has. Checked in `process` only; a decided block runs whatever its limits.

import { bytesEqual } from '../../base/bytes.js';
import { type AccessTable, RECORD } from '../../types/access-table.js';
import type { Parameters } from '../../types/genesis.js';
import type { BlockOutcome } from '../../types/outcome.js';
import { encodedEventBytes } from '../../types/receipt-codec.js';
import { writtenBytes } from '../../types/record-codec.js';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '../../types/system.js';
import type { Call } from '../../types/transaction.js';
import type { CodeOnChain } from '../code-store.js';
import { ExecuteError } from '../errors.js';
import type { Reserved } from './reserve.js';

type LimitRow = readonly [place: string, got: number, expected: number, unit: string];

/** What the static limits count, of a block that is planned. */
export interface StaticUse {
  readonly table: AccessTable;
  /** Every reserved transaction. */
  readonly reserved: readonly Pick<Reserved, 'index' | 'transaction'>[];
  readonly criticalPathGas: number;
  /** Bytes of the value under a declared key in S0, by the key's number. */
  readonly valueBytes: (key: number) => number;
  readonly code: CodeOnChain;
}

/** The static ones. @throws EXECUTE_INVALID_BLOCK naming the first limit that is passed */
export function assertBlockLimits(use: StaticUse, parameters: Parameters): void {
  const { table, criticalPathGas } = use;
  let gas = 0;
  let keys = 0;
  let deployBytes = 0;
  for (const { index, transaction } of use.reserved) {
    const record = table.records[index]!;
    gas += transaction.gasLimit;
    deployBytes +=
      record === 0 ? namedDeployBytes(transaction.calls) : table.words[record + RECORD.deployBytes]!;
    if (record !== 0) keys += table.words[record + RECORD.expansions]!;
  }
  let readBytes = 0;
  for (const key of table.declared) readBytes += use.valueBytes(key);
  let codeBytes = 0;
  for (const codeHash of table.codeHashes()) codeBytes += use.code.record(codeHash)?.size ?? 0;
  assertRows([
    ['blockGasMax', gas, parameters.blockGasMax, 'gas'],
    ['criticalGasMax', criticalPathGas + parameters.tailGasMax, parameters.criticalGasMax, 'gas'],
    ['blockKeysMax', keys, parameters.blockKeysMax, 'keys'],
    ['blockReadBytesMax', readBytes, parameters.blockReadBytesMax, 'bytes'],
    ['blockCodeBytesMax', codeBytes, parameters.blockCodeBytesMax, 'bytes'],
    ['blockDeployBytesMax', deployBytes, parameters.blockDeployBytesMax, 'bytes'],
  ]);
}

/**
 * Bytes its transactions wrote and emitted. Hooks are left out: no choice of transactions makes theirs fewer, and they
 * are bounded by their own gas. @throws EXECUTE_INVALID_BLOCK naming the first limit that is passed
 */
export function assertUsedLimits(
  { changes, events }: Pick<BlockOutcome, 'changes' | 'events'>,
  parameters: Parameters,
): void {
  let written = 0;
  for (const own of changes) written += writtenBytes(own);
  let emitted = 0;
  for (const event of events) if (event.transaction !== undefined) emitted += encodedEventBytes(event);
  assertRows([
    ['blockWriteBytesMax', written, parameters.blockWriteBytesMax, 'bytes'],
    ['blockEventBytesMax', emitted, parameters.blockEventBytesMax, 'bytes'],
  ]);
}

function assertRows(rows: readonly LimitRow[]): void {
  for (const [place, got, expected, unit] of rows) {
    if (got > expected) throw new ExecuteError('EXECUTE_INVALID_BLOCK', { expected, got, unit, place });
  }
}

/** Bytes of the uploads a transaction without access names itself; those of its callees pay the tail's gas. */
function namedDeployBytes(calls: readonly Call[]): number {
  const uploads = calls.filter(
    ({ contract, selector }) =>
      selector === SYSTEM_METHODS.upload.selector && bytesEqual(contract, SYSTEM_ADDRESS),
  );
  return uploads.reduce((sum, { args }) => sum + args.length, 0);
}
