// The entries of a pool by id, by sender and nonce, by payer and by the height they end at. A line is one lane of one
// sender in the order of its sequences, without gaps; an expiring nonce is a line of its own.
import { bytesEqual, bytesText } from '../base/bytes.js';
import type { Touched } from '../ports/mempool.js';
import { ED25519_SIGNATURE_BYTES } from '../types/authorisation-codec.js';
import type { Nonce, SignedTransaction } from '../types/transaction.js';

/** One pending transaction. */
export interface Entry {
  readonly transaction: SignedTransaction;
  readonly id: string;
  readonly payer: string;
  /** The last height it may be in. */
  readonly expiry: number;
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
  /** By `markOf` of the wire bytes; of several with one mark, one. */
  readonly #marks = new Map<number, Entry>();
  /** By payer, where that is not the sender. */
  readonly #sponsored = new Map<string, Set<Entry>>();
  readonly #expiries = new Map<number, Set<Entry>>();

  /** By wire bytes; undefined also where another one has its mark. */
  find(bytes: Uint8Array): Entry | undefined {
    const entry = this.#marks.get(markOf(bytes));
    const held = entry?.transaction.bytes;
    return held === bytes || (held !== undefined && bytesEqual(held, bytes)) ? entry : undefined;
  }

  *lines(): Iterable<Line> {
    for (const { lines } of this.#senders.values()) yield* lines.values();
  }

  linesOf(sender: Uint8Array): Line[] {
    return [...(this.#senders.get(bytesText(sender))?.lines.values() ?? [])];
  }

  /** Lines in which something may be stale. */
  linesTouched({ accounts, height }: Touched): Set<Line> {
    const lines = new Set<Line>();
    for (const account of accounts) {
      const name = bytesText(account);
      for (const line of this.#senders.get(name)?.lines.values() ?? []) lines.add(line);
      for (const { line } of this.#sponsored.get(name) ?? []) lines.add(line);
    }
    for (const [expiry, entries] of this.#expiries)
      if (expiry < height) for (const { line } of entries) lines.add(line);
    return lines;
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

  /** Takes entries away, wherever they stand; the new last entries of lines whose end was among them. */
  remove(gone: ReadonlySet<Entry>): Entry[] {
    const lines = new Set<Line>();
    for (const entry of gone) {
      lines.add(entry.line);
      this.#leave(entry);
      this.#senders.get(entry.line.sender)?.nonces.delete(nonceText(entry.transaction.nonce));
    }
    const tails: Entry[] = [];
    for (const { entries, name, sender } of lines) {
      const last = entries.at(-1);
      let kept = 0;
      for (const entry of entries) if (!gone.has(entry)) entries[kept++] = entry;
      entries.length = kept;
      const tail = entries.at(-1);
      if (tail !== undefined && tail !== last) tails.push(tail);
      if (tail === undefined) this.#senders.get(sender)?.lines.delete(name);
      if (this.#senders.get(sender)?.nonces.size === 0) this.#senders.delete(sender);
    }
    return tails;
  }

  #enter(transaction: SignedTransaction, arrival: number, line: Line, sender: Sender): Entry {
    const payer = bytesText(transaction.payer ?? transaction.sender);
    const entry: Entry = {
      transaction,
      id: bytesText(transaction.id),
      payer,
      expiry: lastHeightOf(transaction),
      arrival,
      line,
    };
    this.entries.set(entry.id, entry);
    this.#marks.set(markOf(transaction.bytes), entry);
    if (payer !== line.sender) addTo(this.#sponsored, payer, entry);
    addTo(this.#expiries, entry.expiry, entry);
    sender.nonces.set(nonceText(transaction.nonce), entry);
    this.bytes += transaction.bytes.length;
    this.gas += transaction.gasLimit;
    this.reserved.set(payer, (this.reserved.get(payer) ?? 0n) + feeOf(transaction));
    return entry;
  }

  #leave(entry: Entry): void {
    this.entries.delete(entry.id);
    const mark = markOf(entry.transaction.bytes);
    if (this.#marks.get(mark) === entry) this.#marks.delete(mark);
    if (entry.payer !== entry.line.sender) removeFrom(this.#sponsored, entry.payer, entry);
    removeFrom(this.#expiries, entry.expiry, entry);
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

/** 30 bits of wire bytes: out of the place where an Ed25519 signature begins, which differs from any other's. */
function markOf(bytes: Uint8Array): number {
  const at = Math.max(0, bytes.length - ED25519_SIGNATURE_BYTES);
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | ((bytes[at + 3]! & 0x3f) << 24);
}

/** What its payer sets aside for it. */
export function feeOf({ gasLimit, gasPrice }: SignedTransaction): bigint {
  return BigInt(gasLimit) * gasPrice;
}

function lastHeightOf({ expiry, nonce }: SignedTransaction): number {
  return nonce.kind === 'expiring' ? Math.min(expiry, nonce.expiry) : expiry;
}

function addTo<Key>(sets: Map<Key, Set<Entry>>, key: Key, entry: Entry): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([entry]));
  else set.add(entry);
}

function removeFrom<Key>(sets: Map<Key, Set<Entry>>, key: Key, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
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
