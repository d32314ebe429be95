// Outcomes of single runs as bytes, for the way from a worker's memory to the main thread's. Not a format of the
// chain: both ends are this process.
import type { Reader, Writer } from '../base/codec.js';
import { LIMITS } from '../base/limits.js';
import type { Address } from '../types/address.js';
import { keyText, type StateKey } from '../types/key.js';
import type { PendingWrite, TransactionOutcome } from '../types/outcome.js';
import type { Failure } from '../types/receipt.js';
import { readEvent, writeEvent } from '../types/receipt-codec.js';

/** Numbers of the statuses a run can end with. */
export const STATUSES = ['OK', 'REVERT', 'TRAP', 'OUT_OF_GAS', 'DEPTH', 'VIOLATION'] as const;

/** What a receipt needs of a run; writes travel beside it. */
export type RunReport = Pick<TransactionOutcome, 'status' | 'gas' | 'results' | 'failure' | 'events'>;

export function writeReport(writer: Writer, report: RunReport): void {
  writer.u8(STATUSES.indexOf(report.status)).number64(report.gas);
  writer.list(report.results, (result) => writer.bytes(result));
  writer.option(report.failure, (failure) => writeFailure(writer, failure));
  writer.list(report.events, (event) => writeEvent(writer, event));
}

export function readReport(reader: Reader): RunReport {
  const status = STATUSES[reader.tag(STATUSES.length, 'a status')]!;
  const gas = reader.number64();
  const results = reader.list(() => reader.bytes(), LIMITS.calls);
  const failure = reader.option(() => readFailure(reader));
  return { status, gas, results, failure, events: reader.list(() => readEvent(reader), LIMITS.blockEvents) };
}

export function writeFailure(writer: Writer, { contract, code, data }: Failure): void {
  writer.fixed(contract, 32).u16(code).bytes(data);
}

export function readFailure(reader: Reader): Failure {
  const contract = reader.fixed(32) as Address;
  return { contract, code: reader.u16(), data: reader.bytes() };
}

/** A whole outcome of a run without adders. */
export function writeOutcome(writer: Writer, outcome: TransactionOutcome): void {
  writeReport(writer, outcome);
  writer.list([...outcome.writes.values()], ({ key, value }) => {
    writer.bytes(key);
    writer.option(value, (bytes) => writer.bytes(bytes));
  });
}

/** Inverse of `writeOutcome`; `touched` is not carried. */
export function readOutcome(reader: Reader): TransactionOutcome {
  const report = readReport(reader);
  const writes = new Map<string, PendingWrite>();
  reader.list(() => {
    const key = reader.bytes(LIMITS.keyBytes) as StateKey;
    writes.set(keyText(key), { key, value: reader.option(() => reader.bytes()) });
  }, LIMITS.blockChanges);
  return { ...report, writes, deltas: new Map(), touched: new Set() };
}
