// Lists of small integers in two flat arrays: what the executor copies into shared memory as it stands.

/** `items` of list i are `items[offsets[i]]` up to, not including, `items[offsets[i + 1]]`. */
export interface IndexLists {
  /** One more entry than there are lists. */
  readonly offsets: Int32Array;
  readonly items: Int32Array;
}

/** Packs lists, keeping their order. */
export function packLists(lists: readonly Iterable<number>[]): IndexLists {
  const offsets = new Int32Array(lists.length + 1);
  const items: number[] = [];
  lists.forEach((list, i) => {
    for (const item of list) items.push(item);
    offsets[i + 1] = items.length;
  });
  return { offsets, items: Int32Array.from(items) };
}

/** Packs edges (from[e] to to[e]) into successor lists of `count` nodes, in the order the edges were made. */
export function packEdges(count: number, from: readonly number[], to: readonly number[]): IndexLists {
  const offsets = new Int32Array(count + 1);
  for (const node of from) offsets[node + 1] = (offsets[node + 1] as number) + 1;
  for (let i = 0; i < count; i++) offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number);
  const next = offsets.slice(0, count);
  const items = new Int32Array(to.length);
  from.forEach((node, e) => {
    const place = next[node] as number;
    items[place] = to[e] as number;
    next[node] = place + 1;
  });
  return { offsets, items };
}

/** List i as a view. */
export function listAt(lists: IndexLists, i: number): Int32Array {
  return lists.items.subarray(lists.offsets[i] as number, lists.offsets[i + 1] as number);
}
