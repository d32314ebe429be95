// Which container each good is in, as far as the documents at hand tell: what a packing has to name for the ledger to
// check it. A container emptied by an event that names no goods changes no good's head on the ledger.
import type { EpcisEvent } from './epcis.js';

/** What an event does not say itself. */
export interface Containers {
  /** Containers its goods were packed in before and that were emptied since, without naming them. */
  readonly formerParents: string[];
  /** Of a packing: the container its parent is in, the one that is in, and so on. */
  readonly ancestors: string[];
}

/** Follows events in the order they are sent. */
export class Containment {
  readonly #parents = new Map<string, { readonly parent: string; emptied: boolean }>();
  readonly #children = new Map<string, Set<string>>();
  /** Decommissioned or consumed: in no container any more. */
  readonly #gone = new Set<string>();

  /** Notes one event, and says what it leaves out; nothing for most events. */
  follow(event: EpcisEvent): Containers {
    const nothing: Containers = { formerParents: [], ancestors: [] };
    if (event.correction) return nothing;
    if (event.type !== 'AggregationEvent' || event.parent === undefined) {
      for (const epc of leaving(event)) this.#remove(epc);
      return nothing;
    }
    if (event.action === 'DELETE' && event.goods.length === 0) {
      this.#empty(event.parent);
      return nothing;
    }
    const ancestors = event.action === 'ADD' ? this.#ancestorsOf(event.parent) : [];
    const former = new Set<string>();
    for (const { epc, lot } of event.goods) {
      if (lot) continue;
      const inside = this.#parents.get(epc);
      if (inside?.emptied && inside.parent !== event.parent) former.add(inside.parent);
      const loops = epc === event.parent || ancestors.includes(epc);
      if (event.action === 'ADD' && !loops) this.#pack(epc, event.parent);
      else if (event.action === 'DELETE' && inside?.parent === event.parent) this.#parents.delete(epc);
    }
    return { formerParents: [...former].sort(), ancestors };
  }

  /** Up to the outermost container, or to one that was emptied since. */
  #ancestorsOf(good: string): string[] {
    const found: string[] = [];
    for (let at = this.#parents.get(good); at; at = this.#parents.get(at.parent)) {
      found.push(at.parent);
      if (at.emptied || found.length > this.#parents.size) break;
    }
    return found;
  }

  #empty(container: string): void {
    for (const child of this.#children.get(container) ?? []) {
      const inside = this.#parents.get(child);
      if (inside?.parent === container) inside.emptied = true;
    }
  }

  #remove(good: string): void {
    this.#gone.add(good);
    this.#parents.delete(good);
  }

  #pack(child: string, parent: string): void {
    if (this.#gone.has(child)) return;
    const before = this.#parents.get(child);
    if (before) this.#children.get(before.parent)?.delete(child);
    this.#parents.set(child, { parent, emptied: false });
    const children = this.#children.get(parent);
    if (children) children.add(child);
    else this.#children.set(parent, new Set([child]));
  }
}

/** Goods an event decommissions or consumes. */
function leaving(event: EpcisEvent): string[] {
  const goods = event.type === 'ObjectEvent' && event.action === 'DELETE' ? event.goods : event.inputs;
  return goods.filter(({ lot }) => !lot).map(({ epc }) => epc);
}
