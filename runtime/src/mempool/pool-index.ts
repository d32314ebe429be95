// The entries of a pool by id, by sender and nonce, and by payer. A line is one lane of one sender in the order of its
// sequences, without gaps; an expiring nonce is a line of its own.
import { bytesText } from '../base/bytes.js';
import type { Nonce, SignedTransaction } from '../types/transaction.js';

/** One pending transaction. */
export interface Entry {
  readonly transaction: SignedTransaction;
  readonly id: string;
  readonly payer: string;
  /** Rises with every arrival. */
  readonly arrival: number;
  readonly line: Line;
}

export interface Line {
  readonly sender: string;
  readonly name: string;
  readonly entries: Entry[];
}

interface Sender {
  /** By `lineName`. */
  readonly lines: Map<string, Line>;
  /** By `nonceText`. */
  readonly nonces: Map<string, Entry>;
}

/** The mutable index of a pool; bounds are its owner's. */
export class PoolIndex {
  /** By id. */
  readonly entries = new Map<string, Entry>();
  /** Fees set aside, by payer; none at 0. */
  readonly reserved = new Map<string, bigint>();
  bytes = 0;
  /** Of gas limits. */
  gas = 0;
  readonly #senders = new Map<string, Sender>();

  *lines(): Iterable<Line> {
    for (const { lines } of this.#senders.values()) yield* lines.values();
  }

  linesOf(sender: Uint8Array): Line[] {
    return [...(this.#senders.get(bytesText(sender))?.lines.values() ?? [])];
  }

  lineOf(sender: Uint8Array, nonce: Nonce): Line | undefined {
    return this.#senders.get(bytesText(sender))?.lines.get(lineName(nonce));
  }

  countOf(sender: Uint8Array): number {
    return this.#senders.get(bytesText(sender))?.nonces.size ?? 0;
  }

  withNonce(sender: Uint8Array, nonce: Nonce): Entry | undefined {
    return this.#senders.get(bytesText(sender))?.nonces.get(nonceText(nonce));
  }

  nextSequence(sender: Uint8Array, lane: number): bigint | undefined {
    const line = this.#senders.get(bytesText(sender))?.lines.get(`lane ${lane}`);
    const last = line?.entries.at(-1)?.transaction.nonce;
    return last?.kind === 'lane' ? last.sequence + 1n : undefined;
  }

  /** Puts a transaction at the end of its line. */
  append(transaction: SignedTransaction, arrival: number): Entry {
    const sender = this.#sender(bytesText(transaction.sender));
    const name = lineName(transaction.nonce);
    let line = sender.lines.get(name);
    if (line === undefined) {
      line = { sender: bytesText(transaction.sender), name, entries: [] };
      sender.lines.set(name, line);
    }
    const entry = this.#enter(transaction, arrival, line, sender);
    line.entries.push(entry);
    return entry;
  }

  /** Puts a transaction in the place of one with its nonce. */
  replace(old: Entry, transaction: SignedTransaction, arrival: number): Entry {
    this.#leave(old);
    const sender = this.#sender(old.line.sender);
    const entry = this.#enter(transaction, arrival, old.line, sender);
    old.line.entries[old.line.entries.lastIndexOf(old)] = entry;
    return entry;
  }

  /** Takes the last entry of a line away; the new last one, if the line goes on. */
  removeTail(entry: Entry): Entry | undefined {
    const { line } = entry;
    line.entries.pop();
    this.#leave(entry);
    const sender = this.#sender(line.sender);
    sender.nonces.delete(nonceText(entry.transaction.nonce));
    if (line.entries.length === 0) sender.lines.delete(line.name);
    if (sender.nonces.size === 0) this.#senders.delete(line.sender);
    return line.entries.at(-1);
  }

  #enter(transaction: SignedTransaction, arrival: number, line: Line, sender: Sender): Entry {
    const payer = bytesText(transaction.payer ?? transaction.sender);
    const entry: Entry = { transaction, id: bytesText(transaction.id), payer, arrival, line };
    this.entries.set(entry.id, entry);
    sender.nonces.set(nonceText(transaction.nonce), entry);
    this.bytes += transaction.bytes.length;
    this.gas += transaction.gasLimit;
    this.reserved.set(payer, (this.reserved.get(payer) ?? 0n) + feeOf(transaction));
    return entry;
  }

  #leave(entry: Entry): void {
    this.entries.delete(entry.id);
    this.bytes -= entry.transaction.bytes.length;
    this.gas -= entry.transaction.gasLimit;
    const left = (this.reserved.get(entry.payer) ?? 0n) - feeOf(entry.transaction);
    if (left === 0n) this.reserved.delete(entry.payer);
    else this.reserved.set(entry.payer, left);
  }

  #sender(name: string): Sender {
    let sender = this.#senders.get(name);
    if (sender === undefined) {
      sender = { lines: new Map(), nonces: new Map() };
      this.#senders.set(name, sender);
    }
    return sender;
  }
}

/** What its payer sets aside for it. */
export function feeOf({ gasLimit, gasPrice }: SignedTransaction): bigint {
  return BigInt(gasLimit) * gasPrice;
}

/** The name of a nonce among its sender's. */
function nonceText(nonce: Nonce): string {
  return nonce.kind === 'lane'
    ? `lane ${nonce.lane} sequence ${nonce.sequence}`
    : `expiring ${bytesText(nonce.bytes)} at height ${nonce.expiry}`;
}

function lineName(nonce: Nonce): string {
  return nonce.kind === 'lane' ? `lane ${nonce.lane}` : nonceText(nonce);
}
