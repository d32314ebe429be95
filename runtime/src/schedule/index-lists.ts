// Lists of small integers in two flat arrays: what the executor copies into shared memory as it stands.
import { IntList } from '../base/int-list.js';

/** `items` of list i are `items[offsets[i]]` up to, not including, `items[offsets[i + 1]]`. */
export interface IndexLists {
  /** One more entry than there are lists. */
  readonly offsets: Int32Array;
  readonly items: Int32Array;
}

/** Pairs (list, item), one after the other. */
export class ItemPairs {
  readonly #lists = new IntList();
  readonly #items = new IntList();

  add(list: number, item: number): void {
    this.#lists.push(list);
    this.#items.push(item);
  }

  /** How often each of `count` numbers stands as an item. */
  itemCounts(count: number): Int32Array {
    const counts = new Int32Array(count);
    const { items, length } = this.#items;
    for (let index = 0; index < length; index++) counts[items[index]!]!++;
    return counts;
  }

  /** The pairs as `count` lists, in the order they were added. */
  pack(count: number): IndexLists {
    const { items: lists, length } = this.#lists;
    const from = this.#items.items;
    const offsets = new Int32Array(count + 1);
    for (let index = 0; index < length; index++) offsets[lists[index]! + 1]!++;
    for (let list = 0; list < count; list++) offsets[list + 1]! += offsets[list]!;
    const next = offsets.slice(0, count);
    const items = new Int32Array(length);
    for (let index = 0; index < length; index++) items[next[lists[index]!]!++] = from[index]!;
    return { offsets, items };
  }
}

/** List i as a view. */
export function listAt(lists: IndexLists, i: number): Int32Array {
  return lists.items.subarray(lists.offsets[i] as number, lists.offsets[i + 1] as number);
}
