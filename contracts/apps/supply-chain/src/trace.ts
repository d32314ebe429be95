// A good's way back to where it came from, and a lot's way to everything made of it. Plain functions over entries.

import { canonicalLink } from '@weft/contracts/trace-ledger/client/digital-link';
import { toHex } from '@weft/runtime/base/bytes';
import { SupplyChainError } from './errors.js';
import type { Entry, Head, ProvenLedger } from './proven-ledger.js';

const AGGREGATION = 1;
const TRANSFORMATION = 3;
const ADD = 0;
const DELETE = 2;

/** Events, and which good leads from an earlier to a later one. Ids are hex. */
export interface TraceGraph {
  readonly events: ReadonlyMap<string, Entry>;
  readonly hops: readonly Hop[];
}
export interface Hop {
  readonly from: string;
  readonly to: string;
  readonly epc: string;
}

/** An identifier as the ledger knows it. */
export const goodOf = (epc: string): string => canonicalLink(epc.trim()) ?? epc.trim();

/** Every event a good, what it was made of, and what carried it went through. @throws SUPPLY_GOOD_UNKNOWN */
export async function traceOrigin(ledger: ProvenLedger, epc: string): Promise<TraceGraph> {
  const walk = new Walk(ledger);
  const good = goodOf(epc);
  const head = await ledger.head(good);
  if (head === undefined) throw new SupplyChainError('SUPPLY_GOOD_UNKNOWN', { got: good });
  await walk.from(good, head);
  return { events: walk.events, hops: [...walk.hops.values()] };
}

class Walk {
  readonly events = new Map<string, Entry>();
  readonly hops = new Map<string, Hop>();
  readonly #seen = new Set<string>();

  constructor(private readonly ledger: ProvenLedger) {}

  /** A good from where it stands; what it is inside of carried it until now. */
  async from(good: string, head: Head): Promise<void> {
    await this.#back(good, head.last, undefined);
    for (let at = { child: good, head }; at.head.container !== ''; ) {
      const { container } = at.head;
      const outer = await this.ledger.head(container);
      if (outer === undefined) return;
      await this.#back(container, outer.last, at.child);
      at = { child: container, head: outer };
    }
  }

  /** The chain of a good before an event; of a container, as far as the child's packing into it. */
  async #back(good: string, id: Uint8Array, child: string | undefined): Promise<void> {
    for (let at = id; at.some((byte) => byte !== 0); ) {
      const name = toHex(at);
      const mark = `${name} ${good} ${child ?? ''}`;
      if (this.#seen.has(mark)) return;
      this.#seen.add(mark);
      const entry = await this.ledger.entry(at);
      if (entry === undefined) throw new SupplyChainError('SUPPLY_EVENT_UNKNOWN', { got: name });
      this.events.set(name, entry);
      const before = previousOf(entry);
      const { kind, action, goods, outputs, parents } = entry.trace;
      const packed = kind === AGGREGATION && goods.some(({ epc }) => epc === child);
      if (child !== undefined && packed && action === ADD) return;
      if (outputs.some(({ epc }) => epc === good))
        for (const { epc } of entry.trace.inputs) await this.#hop(name, epc, before.get(epc), undefined);
      if (kind === AGGREGATION && action === DELETE && goods.some(({ epc }) => epc === good))
        for (const parent of parents) await this.#hop(name, parent, before.get(parent), good);
      const next = before.get(good);
      this.#note(name, good, next);
      if (next === undefined) return;
      at = next;
    }
  }

  async #hop(to: string, epc: string, id: Uint8Array | undefined, child: string | undefined): Promise<void> {
    this.#note(to, epc, id);
    if (id !== undefined) await this.#back(epc, id, child);
  }

  #note(to: string, epc: string, id: Uint8Array | undefined): void {
    if (id === undefined || id.every((byte) => byte === 0)) return;
    const from = toHex(id);
    this.hops.set(`${from} ${to} ${epc}`, { from, to, epc });
  }
}

/** The event before, by good; the first place counts where a good is named twice. */
function previousOf({ trace, previous }: Entry): Map<string, Uint8Array> {
  const { parents, goods, inputs, outputs } = trace;
  const names = [...parents, ...[...goods, ...inputs, ...outputs].map(({ epc }) => epc)];
  const found = new Map<string, Uint8Array>();
  names.forEach((name, index) => {
    const id = previous[index];
    if (id !== undefined && !found.has(name)) found.set(name, id);
  });
  return found;
}

/** A good that a recalled one is in, with where it stands and what happened to it last. */
export interface Affected {
  readonly epc: string;
  readonly head: Head;
  readonly last: Entry;
}

/** The good and everything made of it, by any number of transformations. @throws SUPPLY_GOOD_UNKNOWN, SUPPLY_EVENTS_MISSING */
export async function recall(ledger: ProvenLedger, epc: string): Promise<Affected[]> {
  const affected = new Set([goodOf(epc)]);
  const entries = await ledger.entries();
  // An event may be recorded before those it builds on, so it takes as many rounds as there is to find.
  for (let size = 0; size !== affected.size; ) {
    size = affected.size;
    for (const { trace } of entries) {
      if (trace.kind !== TRANSFORMATION || !trace.inputs.some((good) => affected.has(good.epc))) continue;
      for (const good of trace.outputs) affected.add(good.epc);
    }
  }
  const found: Affected[] = [];
  for (const good of affected) {
    const head = await ledger.head(good);
    const last = head && (await ledger.entry(head.last));
    if (!head || !last) throw new SupplyChainError('SUPPLY_GOOD_UNKNOWN', { got: good });
    found.push({ epc: good, head, last });
  }
  return found;
}
