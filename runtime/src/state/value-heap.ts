// Where the values of leaves live: pages of bytes cut into granules of 16, so that a million values are no million
// objects. A place is the number of its first granule; a freed place is used again for a value of its size class.
import { assert } from '../base/assert.js';
import { copyToWords } from '../base/words.js';

const GRANULE_BITS = 4;
const PAGE_BITS = 20;
const PAGE_BYTES = 1 << PAGE_BITS;
const PAGE_GRANULE_BITS = PAGE_BITS - GRANULE_BITS;
/** Values up to this many granules have a size class each; above, a class ends at a multiple of it. */
const FINE_GRANULES = 64;
/** Up to here a loop over bytes is faster than the engine's copy, which wants a view: cells and account records. */
const LOOP_BYTES = 64;

/** Not thread-safe for writers; a reader may have the pages in another thread. */
export class ValueHeap {
  readonly pages: Uint8Array[] = [];
  /** The same pages, of the writer. */
  readonly #words: Int32Array[] = [];
  readonly #onPage: (page: Uint8Array) => void;
  /** By size class in granules. */
  readonly #free = new Map<number, number[]>();
  #next = 0;
  #end = 0;

  constructor(onPage: (page: Uint8Array) => void = () => undefined) {
    this.#onPage = onPage;
  }

  /** Copies a value in: bytes [from, from + length) of memory, at most 1 MiB of them. Its place. */
  write(memory: DataView, from: number, length: number): number {
    const granules = sizeClass(length);
    const place = this.#free.get(granules)?.pop() ?? this.#allocate(granules);
    const at = (place << (GRANULE_BITS - 2)) & (PAGE_BYTES / 4 - 1);
    copyToWords(this.#words[place >>> PAGE_GRANULE_BITS]!, at, memory, from, length);
    return place;
  }

  /** A view, good until the place is freed. */
  view(place: number, length: number): Uint8Array {
    const at = (place << GRANULE_BITS) & (PAGE_BYTES - 1);
    return this.pages[place >>> PAGE_GRANULE_BITS]!.subarray(at, at + length);
  }

  /** A copy with a buffer of its own. */
  read(place: number, length: number): Uint8Array {
    const at = (place << GRANULE_BITS) & (PAGE_BYTES - 1);
    const page = this.pages[place >>> PAGE_GRANULE_BITS]!;
    const copy = new Uint8Array(length);
    if (length > LOOP_BYTES) copy.set(page.subarray(at, at + length));
    else for (let index = 0; index < length; index++) copy[index] = page[at + index]!;
    return copy;
  }

  free(place: number, length: number): void {
    const granules = sizeClass(length);
    const list = this.#free.get(granules);
    if (list) list.push(place);
    else this.#free.set(granules, [place]);
  }

  #allocate(granules: number): number {
    assert(granules <= 1 << PAGE_GRANULE_BITS, 'a value fits a page');
    if (this.#next + granules > this.#end) {
      const page = new Uint8Array(new SharedArrayBuffer(PAGE_BYTES));
      this.#next = this.pages.length << PAGE_GRANULE_BITS;
      this.#end = this.#next + (1 << PAGE_GRANULE_BITS);
      assert(this.#end > 0, 'values fit 32 GiB');
      this.pages.push(page);
      this.#words.push(new Int32Array(page.buffer));
      this.#onPage(page);
    }
    const place = this.#next;
    this.#next += granules;
    return place;
  }
}

function sizeClass(length: number): number {
  const granules = Math.max(1, (length + 15) >>> GRANULE_BITS);
  return granules <= FINE_GRANULES ? granules : Math.ceil(granules / FINE_GRANULES) * FINE_GRANULES;
}
