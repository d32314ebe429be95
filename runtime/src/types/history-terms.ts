// The terms under which a block's events and transactions are found again: what the history index stores and what a
// question is turned into. A term is a short hash: a hit is looked at before it is answered, so two that collide cost
// time only.
import { bytesEqual } from '../base/bytes.js';
import { sha256Domain } from '../base/hash.js';
import type { Block } from './block.js';
import type { EventFilter } from './event-filter.js';
import type { ContractEvent, Receipt } from './receipt.js';
import type { SignedTransaction } from './transaction.js';
import { partiesOf } from './transaction-codec.js';

/** 16 bytes. */
export type Term = Uint8Array & { readonly __brand: 'Term' };

export const TERM_BYTES = 16;

/** How an account takes part in a transaction. */
export type AccountRole = 'sender' | 'payer';

/** Under which a contract's events are found: all, or those of one event (8 bytes). */
export function contractTerm(contract: Uint8Array, event?: Uint8Array): Term {
  return event === undefined
    ? term('weft/history/contract/1', contract)
    : term('weft/history/event/1', contract, event);
}

/** Under which a contract's events with a value in an indexed place are found. */
export function topicTerm(contract: Uint8Array, place: number, value: Uint8Array): Term {
  return term('weft/history/topic/1', contract, Uint8Array.of(place), value);
}

/** Under which the transactions an account sent or paid for are found. */
export function accountTerm(account: Uint8Array): Term {
  return term('weft/history/account/1', account);
}

/** One of these terms has every event that matches; undefined: no term narrows it down, for want of a contract. */
export function filterTerms({ contract, event, topics = [] }: EventFilter): readonly Term[] | undefined {
  if (contract === undefined) return undefined;
  let narrowest: readonly Term[] | undefined;
  topics.forEach((values, place) => {
    if (values.length === 0 || (narrowest !== undefined && narrowest.length <= values.length)) return;
    narrowest = values.map((value) => topicTerm(contract, place, value));
  });
  return narrowest ?? [contractTerm(contract, event)];
}

/** All terms of an event. */
export function eventTerms({ contract, event, topics }: ContractEvent): readonly Term[] {
  return [
    contractTerm(contract),
    contractTerm(contract, event),
    ...topics.map((value, place) => topicTerm(contract, place, value)),
  ];
}

/**
 * Indexes of a block's included transactions in effective order; those that did not run (`ACCESS_TAIL_FULL`) come last,
 * in block order. What Reserve refused is nobody's: its sender never signed it, perhaps.
 */
export function effectiveOrder(receipts: readonly Receipt[]): readonly number[] {
  const last = Number.POSITIVE_INFINITY;
  const orderOf = (index: number): number => receipts[index]?.order ?? last;
  return [...receipts.keys()]
    .filter((index) => receipts[index]?.status.startsWith('INVALID_') === false)
    .sort((a, b) => (orderOf(a) === orderOf(b) ? a - b : orderOf(a) - orderOf(b)));
}

/** What an account is in a transaction; none where it has no part in it. */
export function rolesOf(
  account: Uint8Array,
  { sender, payer }: Pick<SignedTransaction, 'sender' | 'payer'>,
): AccountRole[] {
  const roles: AccountRole[] = [];
  if (bytesEqual(account, sender)) roles.push('sender');
  if (bytesEqual(account, payer ?? sender)) roles.push('payer');
  return roles;
}

/** Every term of a block with its places: indexes of events, or places in `effectiveOrder`. Told in ascending order. */
export function visitTerms(block: Block, visit: (term: Term, place: number) => void): void {
  block.events.forEach((event, place) => {
    for (const one of eventTerms(event)) visit(one, place);
  });
  effectiveOrder(block.receipts).forEach((index, place) => {
    const { sender, payer } = partiesOf(block.transactions[index] as Uint8Array);
    visit(accountTerm(sender), place);
    if (payer !== undefined) visit(accountTerm(payer), place);
  });
}

function term(domain: string, ...parts: readonly Uint8Array[]): Term {
  return sha256Domain(domain, ...parts).slice(0, TERM_BYTES) as Term;
}
