// A growing list of 32-bit integers: what hot loops collect into instead of an array of numbers.

/** Ends where `length` says; room behind it holds anything. */
export class IntList {
  #items: Int32Array<ArrayBuffer>;
  #length = 0;

  constructor(room = 1024) {
    this.#items = new Int32Array(room);
  }

  get length(): number {
    return this.#length;
  }

  /** The array behind the list, good until the next `push` or `take`. */
  get items(): Int32Array<ArrayBuffer> {
    return this.#items;
  }

  push(item: number): void {
    if (this.#length === this.#items.length) this.#grow(this.#length + 1);
    this.#items[this.#length++] = item;
  }

  /** Room for so many items, which hold anything; the index of the first. */
  take(count: number): number {
    const at = this.#length;
    if (at + count > this.#items.length) this.#grow(at + count);
    this.#length = at + count;
    return at;
  }

  /** Keeps the first `length` items; the room stays. */
  cut(length: number): void {
    this.#length = length;
  }

  /** The items, a view. */
  view(): Int32Array<ArrayBuffer> {
    return this.#items.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const larger = new Int32Array(Math.max(needed, 2 * this.#items.length));
    larger.set(this.#items);
    this.#items = larger;
  }
}
