// Which container each good is in, as far as the documents at hand tell. A container emptied by an event that names no
// goods changes no good's head on the ledger; a later event about such a good names the container it came from.
import type { EpcisEvent } from './epcis.js';

/** Follows events in the order they are sent. */
export class Containment {
  readonly #parents = new Map<string, { readonly parent: string; emptied: boolean }>();
  readonly #children = new Map<string, Set<string>>();

  /** Notes one event. Containers its goods were packed in and that were emptied since; none for most events. */
  follow(event: EpcisEvent): string[] {
    if (event.type !== 'AggregationEvent' || event.parent === undefined || event.correction) return [];
    if (event.action === 'DELETE' && event.goods.length === 0) {
      for (const child of this.#children.get(event.parent) ?? []) {
        const inside = this.#parents.get(child);
        if (inside?.parent === event.parent) inside.emptied = true;
      }
      return [];
    }
    const former = new Set<string>();
    for (const { epc, lot } of event.goods) {
      if (lot) continue;
      const inside = this.#parents.get(epc);
      if (inside?.emptied && inside.parent !== event.parent) former.add(inside.parent);
      if (event.action === 'ADD') this.#pack(epc, event.parent);
      else if (event.action === 'DELETE' && inside?.parent === event.parent) this.#parents.delete(epc);
    }
    return [...former].sort();
  }

  #pack(child: string, parent: string): void {
    const before = this.#parents.get(child);
    if (before) this.#children.get(before.parent)?.delete(child);
    this.#parents.set(child, { parent, emptied: false });
    const children = this.#children.get(parent);
    if (children) children.add(child);
    else this.#children.set(parent, new Set([child]));
  }
}
