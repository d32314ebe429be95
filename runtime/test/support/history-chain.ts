// Blocks made up for tests of history: real transactions of few accounts, in an effective order of their own, refused ones
// and ones that did not run among them, and events of few contracts.
import { utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { StoreBase } from '@weft/runtime/ports/store';
import { asAddress, asHash32 } from '@weft/runtime/types/address';
import type { Block, BlockRecord, Header } from '@weft/runtime/types/block';
import { headerHash } from '@weft/runtime/types/header-codec';
import type { ContractEvent, Receipt } from '@weft/runtime/types/receipt';
import { encodeTransaction, transactionId } from '@weft/runtime/types/transaction-codec';
import { transferCall } from './transfers.js';

export const HISTORY_BASE: StoreBase = {
  height: 0,
  genesis: utf8('history'),
  genesisRoot: new Uint8Array(32),
  header: undefined,
};

const hash = (text: string) => asHash32(sha256(utf8(text)));
export const accountOf = (index: number) => asAddress(sha256(utf8(`account ${index}`)));
export const contractOf = (index: number) => asAddress(sha256(utf8(`contract ${index}`)));
export const eventOf = (index: number) => sha256(utf8(`event ${index}`)).slice(0, 8);

/** Blocks 1 to `count`; the same random numbers give the same. `fork` makes others of the same heights. */
export function historyRecords(count: number, random: (below: number) => number, fork = ''): BlockRecord[] {
  let parent = asHash32(new Uint8Array(32));
  return Array.from({ length: count }, (_, index) => {
    const block = historyBlock(index + 1, parent, random, fork);
    parent = block.hash;
    return { block, changes: block.transactions.map(() => []), stateDiff: [], seal: new Uint8Array(0) };
  });
}

function historyBlock(
  height: number,
  parent: Header['parent'],
  random: (below: number) => number,
  fork: string,
): Block {
  const bodies = Array.from({ length: random(6) }, (_, index) => transactionOf(height, index, random));
  const order = shuffled(bodies.length, random);
  const receipts = bodies.map(({ id }, index) => receiptOf(id, order[index] as number, random));
  const events = Array.from({ length: random(8) }, () => eventOfBlock(bodies.length, random));
  const header: Header = {
    protocolVersion: 0,
    genesisHash: hash('genesis'),
    height,
    time: height,
    parent,
    transactionRoot: hash(`${fork}${height}`),
    receiptRoot: hash(''),
    eventRoot: hash(''),
    stateRoot: hash(''),
    parametersHash: hash(''),
    validatorsHash: hash(''),
    proposer: accountOf(0),
    gasUsed: 0,
    criticalPathGas: 0,
    tailGas: 0,
    accessRoot: hash(''),
    hintsRoot: hash(''),
  };
  const transactions = bodies.map(({ bytes }) => bytes);
  return { header, hash: asHash32(headerHash(header)), transactions, receipts, events, hooks: [] };
}

function transactionOf(height: number, index: number, random: (below: number) => number) {
  const body = {
    version: 1,
    genesisHash: hash('genesis'),
    sender: accountOf(random(4)),
    payer: random(3) === 0 ? accountOf(random(4)) : undefined,
    nonce: { kind: 'lane', lane: 0, sequence: BigInt(1000 * height + index) } as const,
    gasLimit: 300_000,
    gasPrice: 1n,
    expiry: 1000,
    calls: [transferCall(accountOf(0), 1n)],
    extraAccess: [],
  };
  const authorisation = { scheme: 0, bytes: new Uint8Array(96) };
  const payerAuthorisation = body.payer === undefined ? undefined : authorisation;
  const bytes = encodeTransaction({ ...body, senderAuthorisation: authorisation, payerAuthorisation });
  return { id: transactionId(body), bytes };
}

function receiptOf(
  transaction: Receipt['transaction'],
  order: number,
  random: (below: number) => number,
): Receipt {
  const status =
    (['OK', 'OK', 'REVERT', 'ACCESS_TAIL_FULL', 'INVALID_SIGNATURE'] as const)[random(5)] ?? 'OK';
  const ran = status === 'OK' || status === 'REVERT';
  return {
    transaction,
    status,
    phase: ran ? 'ordered' : 'none',
    order: ran ? order : undefined,
    attemptGas: 0,
    gasUsed: 0,
    paid: 0n,
    firstEvent: 0,
    eventCount: 0,
    failure: undefined,
    results: [],
  };
}

function eventOfBlock(transactions: number, random: (below: number) => number): ContractEvent {
  return {
    contract: contractOf(random(3)),
    event: eventOf(random(2)),
    topics: Array.from({ length: random(3) }, () => Uint8Array.of(random(3))),
    data: Uint8Array.of(random(256)),
    transaction: transactions === 0 || random(5) === 0 ? undefined : random(transactions),
  };
}

function shuffled(count: number, random: (below: number) => number): number[] {
  const list = [...Array(count).keys()];
  for (let at = count - 1; at > 0; at--) {
    const other = random(at + 1);
    [list[at], list[other]] = [list[other] as number, list[at] as number];
  }
  return list;
}
