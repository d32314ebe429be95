// The entries of a pool by id, by sender and nonce, by payer and by the height they end at. A line is one lane of one
// sender in the order of its sequences; an expiring nonce is a line of its own. Most senders have one transaction pending,
// so what an entry takes beside it is kept small: collecting it would cost more than all the rest of admission.
import { bytesEqual, bytesText } from '../base/bytes.js';
import type { Touched } from '../ports/mempool.js';
import { ED25519_SIGNATURE_BYTES } from '../types/authorisation-codec.js';
import type { Nonce, SignedTransaction } from '../types/transaction.js';

/** One pending transaction. */
export interface Entry {
  readonly transaction: SignedTransaction;
  readonly id: string;
  readonly payer: string;
  /** Of its lane; 0 for an expiring nonce. */
  readonly sequence: bigint;
  /** The last height it may be in. */
  readonly expiry: number;
  /** Rises with every arrival. */
  readonly arrival: number;
  readonly line: Line;
}

/** Of one sender and lane, ascending sequences; between blocks without gaps. */
export interface Line {
  readonly sender: Sender;
  /** The number of the lane, or the bytes of the expiring nonce. */
  readonly name: number | string;
  entries: Entry[];
}

interface Sender {
  /** The address. */
  readonly name: string;
  /** Of all its lines. */
  count: number;
  /** By lane number. */
  lanes: (Line | undefined)[];
  /** Lines of expiring nonces. */
  expiring: Map<string, Line> | undefined;
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
  /** The address asked about last, and its text. */
  #asked: Uint8Array | undefined;
  #askedName = '';

  /** By wire bytes; undefined also where another one has its mark. */
  find(bytes: Uint8Array): Entry | undefined {
    const entry = this.#marks.get(markOf(bytes));
    const held = entry?.transaction.bytes;
    return held === bytes || (held !== undefined && bytesEqual(held, bytes)) ? entry : undefined;
  }

  *lines(): Iterable<Line> {
    for (const sender of this.#senders.values()) yield* linesOf(sender);
  }

  linesOf(address: Uint8Array): Line[] {
    const sender = this.#senderOf(address);
    return sender === undefined ? [] : [...linesOf(sender)];
  }

  /** Lines in which something may be stale. */
  linesTouched({ accounts, height }: Touched): Set<Line> {
    const lines = new Set<Line>();
    for (const account of accounts) {
      const name = bytesText(account);
      const sender = this.#senders.get(name);
      if (sender !== undefined) for (const line of linesOf(sender)) lines.add(line);
      for (const { line } of this.#sponsored.get(name) ?? []) lines.add(line);
    }
    for (const [expiry, entries] of this.#expiries)
      if (expiry < height) for (const { line } of entries) lines.add(line);
    return lines;
  }

  lineOf(sender: Uint8Array, nonce: Nonce): Line | undefined {
    const known = this.#senderOf(sender);
    return known && lineAt(known, lineName(nonce));
  }

  countOf(sender: Uint8Array): number {
    return this.#senderOf(sender)?.count ?? 0;
  }

  withNonce(sender: Uint8Array, nonce: Nonce): Entry | undefined {
    const line = this.lineOf(sender, nonce);
    return line && entryAt(line, nonce);
  }

  nextSequence(sender: Uint8Array, lane: number): bigint | undefined {
    const last = this.#senderOf(sender)?.lanes[lane]?.entries.at(-1);
    return last && last.sequence + 1n;
  }

  /** Puts a transaction at the end of its line. */
  append(transaction: SignedTransaction, arrival: number): Entry {
    const address = this.#nameOf(transaction.sender);
    let sender = this.#senders.get(address);
    if (sender === undefined) {
      sender = { name: address, count: 0, lanes: [], expiring: undefined };
      this.#senders.set(address, sender);
    }
    const name = lineName(transaction.nonce);
    const line = lineAt(sender, name) ?? addLine(sender, name);
    const entry = this.#enter(transaction, arrival, line);
    // A first `push` makes room for seventeen.
    if (line.entries.length === 0) line.entries = [entry];
    else line.entries.push(entry);
    return entry;
  }

  /** Puts a transaction in the place of one with its nonce. */
  replace(old: Entry, transaction: SignedTransaction, arrival: number): Entry {
    this.#leave(old);
    const entry = this.#enter(transaction, arrival, old.line);
    old.line.entries[old.line.entries.lastIndexOf(old)] = entry;
    return entry;
  }

  /** Takes the last entry of a line away; the new last one, if the line goes on. */
  removeTail(entry: Entry): Entry | undefined {
    const { line } = entry;
    line.entries.pop();
    this.#leave(entry);
    this.#tidy(line);
    return line.entries.at(-1);
  }

  /** Takes entries away, wherever they stand; the new last entries of lines whose end was among them. */
  remove(gone: ReadonlySet<Entry>): Entry[] {
    const lines = new Set<Line>();
    for (const entry of gone) {
      lines.add(entry.line);
      this.#leave(entry);
    }
    const tails: Entry[] = [];
    for (const line of lines) {
      const { entries } = line;
      const last = entries.at(-1);
      let kept = 0;
      for (const entry of entries) if (!gone.has(entry)) entries[kept++] = entry;
      entries.length = kept;
      const tail = entries.at(-1);
      if (tail !== undefined && tail !== last) tails.push(tail);
      this.#tidy(line);
    }
    return tails;
  }

  /** Forgets a line, and its sender, where nothing is left of them. */
  #tidy({ sender, name, entries }: Line): void {
    if (entries.length > 0) return;
    if (typeof name === 'number') sender.lanes[name] = undefined;
    else sender.expiring?.delete(name);
    if (sender.count === 0) this.#senders.delete(sender.name);
  }

  #enter(transaction: SignedTransaction, arrival: number, line: Line): Entry {
    const { sender } = line;
    const { nonce } = transaction;
    const payer = transaction.payer === undefined ? sender.name : bytesText(transaction.payer);
    const entry: Entry = {
      transaction,
      id: bytesText(transaction.id),
      payer,
      expiry: nonce.kind === 'expiring' ? Math.min(transaction.expiry, nonce.expiry) : transaction.expiry,
      sequence: nonce.kind === 'lane' ? nonce.sequence : 0n,
      arrival,
      line,
    };
    this.entries.set(entry.id, entry);
    this.#marks.set(markOf(transaction.bytes), entry);
    if (payer !== sender.name) addTo(this.#sponsored, payer, entry);
    addTo(this.#expiries, entry.expiry, entry);
    sender.count++;
    this.bytes += transaction.bytes.length;
    this.gas += transaction.gasLimit;
    this.reserved.set(payer, (this.reserved.get(payer) ?? 0n) + feeOf(transaction));
    return entry;
  }

  #leave(entry: Entry): void {
    this.entries.delete(entry.id);
    const mark = markOf(entry.transaction.bytes);
    if (this.#marks.get(mark) === entry) this.#marks.delete(mark);
    const { sender } = entry.line;
    sender.count--;
    if (entry.payer !== sender.name) removeFrom(this.#sponsored, entry.payer, entry);
    removeFrom(this.#expiries, entry.expiry, entry);
    this.bytes -= entry.transaction.bytes.length;
    this.gas -= entry.transaction.gasLimit;
    const left = (this.reserved.get(entry.payer) ?? 0n) - feeOf(entry.transaction);
    if (left === 0n) this.reserved.delete(entry.payer);
    else this.reserved.set(entry.payer, left);
  }

  #senderOf(address: Uint8Array): Sender | undefined {
    return this.#senders.get(this.#nameOf(address));
  }

  /** One transaction is asked about many times on its way in. */
  #nameOf(address: Uint8Array): string {
    if (address !== this.#asked) {
      this.#asked = address;
      this.#askedName = bytesText(address);
    }
    return this.#askedName;
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

function lineName(nonce: Nonce): number | string {
  return nonce.kind === 'lane' ? nonce.lane : `${bytesText(nonce.bytes)} ${nonce.expiry}`;
}

function lineAt({ lanes, expiring }: Sender, name: number | string): Line | undefined {
  return typeof name === 'number' ? lanes[name] : expiring?.get(name);
}

function addLine(sender: Sender, name: number | string): Line {
  const line: Line = { sender, name, entries: [] };
  if (name === 0 && sender.lanes.length === 0) sender.lanes = [line];
  else if (typeof name === 'number') sender.lanes[name] = line;
  else {
    sender.expiring ??= new Map();
    sender.expiring.set(name, line);
  }
  return line;
}

function* linesOf({ lanes, expiring }: Sender): Iterable<Line> {
  for (const line of lanes) if (line !== undefined) yield line;
  if (expiring !== undefined) yield* expiring.values();
}

/** The entry of a nonce in its line. */
function entryAt({ entries }: Line, nonce: Nonce): Entry | undefined {
  if (nonce.kind === 'expiring') return entries[0];
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle] as Entry;
    const { sequence } = entry;
    if (sequence === nonce.sequence) return entry;
    if (sequence < nonce.sequence) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
