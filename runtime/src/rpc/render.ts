// The JSON forms of what the chain holds: bytes as 0x hex, addresses as bech32m text, amounts as decimal strings,
// heights, gas and indexes as numbers. Documented in runtime/docs/spec/rpc.md.

import { visibleText } from '../base/text.js';
import type { ViewOutcome } from '../ports/execution.js';
import type { AtHeight, TransactionLocation } from '../ports/query.js';
import type { ExtraAccess } from '../types/access.js';
import { encodeAddress } from '../types/address.js';
import type { Block, Header } from '../types/block.js';
import type { ContractEvent, HookReceipt, Receipt } from '../types/receipt.js';
import type { ObservedAccess, RunNotes, Trace } from '../types/run-notes.js';
import { hexJson } from './hex.js';

export { hexJson };

/** `weft1…` */
export function addressJson(address: Uint8Array): string {
  return encodeAddress(address);
}

export function headerJson(header: Header) {
  return {
    protocolVersion: header.protocolVersion,
    genesisHash: hexJson(header.genesisHash),
    height: header.height,
    time: header.time,
    parent: hexJson(header.parent),
    transactionRoot: hexJson(header.transactionRoot),
    receiptRoot: hexJson(header.receiptRoot),
    eventRoot: hexJson(header.eventRoot),
    stateRoot: hexJson(header.stateRoot),
    parametersHash: hexJson(header.parametersHash),
    validatorsHash: hexJson(header.validatorsHash),
    proposer: addressJson(header.proposer),
    gasUsed: header.gasUsed,
    criticalPathGas: header.criticalPathGas,
    tailGas: header.tailGas,
    accessRoot: hexJson(header.accessRoot),
    hintsRoot: hexJson(header.hintsRoot),
  };
}

/** A block without what is in it. */
export function headJson({ hash, header, transactions }: Block) {
  return { hash: hexJson(hash), header: headerJson(header), transactionCount: transactions.length };
}

/** `ids`: transactions as their ids. `full`: wire bytes, receipts and events as well. */
export function blockJson(block: Block, detail: 'ids' | 'full') {
  const common = {
    hash: hexJson(block.hash),
    header: headerJson(block.header),
    transactionCount: block.transactions.length,
    transactions: block.receipts.map((receipt) => hexJson(receipt.transaction)),
    hooks: block.hooks.map(hookJson),
  };
  if (detail === 'ids') return common;
  return {
    ...common,
    bytes: block.transactions.map(hexJson),
    receipts: block.receipts.map(receiptJson),
    events: block.events.map(eventJson),
  };
}

export function receiptJson(receipt: Receipt) {
  return {
    transaction: hexJson(receipt.transaction),
    status: receipt.status,
    phase: receipt.phase,
    order: receipt.order ?? null,
    attemptGas: receipt.attemptGas,
    gasUsed: receipt.gasUsed,
    paid: receipt.paid.toString(),
    firstEvent: receipt.firstEvent,
    eventCount: receipt.eventCount,
    failure: failureJson(receipt.failure),
    results: receipt.results.map(hexJson),
  };
}

export function locationJson(location: TransactionLocation) {
  return {
    height: location.height,
    index: location.index,
    receipt: receiptJson(location.receipt),
    events: location.events.map(eventJson),
  };
}

export function eventJson(event: ContractEvent) {
  return {
    contract: addressJson(event.contract),
    event: hexJson(event.event),
    topics: event.topics.map(hexJson),
    data: hexJson(event.data),
    transaction: event.transaction ?? null,
  };
}

export function viewJson(outcome: AtHeight<ViewOutcome>) {
  return {
    height: outcome.stateHeight,
    status: outcome.status,
    gasUsed: outcome.gasUsed,
    result: hexJson(outcome.result),
    failure: failureJson(outcome.failure),
    logs: outcome.logs.map(visibleText),
    trace: outcome.trace === undefined ? null : traceJson(outcome.trace),
    abort: abortJson(outcome.abort),
    observed: outcome.observed.map(observedJson),
  };
}

function hookJson(hook: HookReceipt) {
  return {
    contract: addressJson(hook.contract),
    selector: hook.selector,
    at: hook.at,
    status: hook.status,
    gasUsed: hook.gasUsed,
    paid: hook.paid.toString(),
    failure: failureJson(hook.failure),
  };
}

export function failureJson(failure: ViewOutcome['failure']) {
  if (failure === undefined) return null;
  return { contract: addressJson(failure.contract), code: failure.code, data: hexJson(failure.data) };
}

/** Contracts that were running, innermost first. */
export function traceJson(trace: Trace) {
  return trace.map(({ contract, selector, offsets }) => ({
    contract: addressJson(contract),
    selector,
    offsets,
  }));
}

/** What a contract said as it gave up; its text is the contract's. */
export function abortJson(abort: RunNotes['abort']) {
  return abort === undefined ? null : { ...abort, message: visibleText(abort.message) };
}

/** A key and everything a run did to it. */
export function observedJson({ key, reads, writes, adds, past }: ObservedAccess) {
  const modes = [reads && 'read', writes && 'write', adds && 'add', past && 'past'].filter(Boolean);
  return { key: hexJson(key), modes };
}

/** Absent parts are left out. */
export function extraAccessJson(extra: ExtraAccess) {
  const { kind, mode } = extra;
  if (kind === 'contract') return { kind, mode, contract: addressJson(extra.contract) };
  if (kind === 'field')
    return { kind, mode, contract: addressJson(extra.contract), field: hexJson(extra.field) };
  const { key, direction, amount, bound } = extra;
  return {
    kind,
    mode,
    key: hexJson(key),
    ...(direction === undefined ? {} : { direction }),
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(bound === undefined ? {} : { bound: bound.toString() }),
  };
}
