// From a position in the instrumented module back to the uploaded one: a trap's stack frame names the former, source
// maps know the latter. Plain arrays, so the table can be posted to workers with the compiled module.

/** Rows sorted by `instrumented`: from there on, up to the next row, code stems from `original`. Module offsets. */
export interface OffsetMap {
  readonly instrumented: Uint32Array;
  readonly original: Uint32Array;
}

/** Offset in the uploaded module of the instruction at an offset of the instrumented one; undefined before the code. */
export function originalOffset(map: OffsetMap, instrumented: number): number | undefined {
  let low = 0;
  let high = map.instrumented.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (map.instrumented[middle]! <= instrumented) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : map.original[low - 1];
}

/** Collects rows while bodies are written one by one, each at first relative to itself. */
export class OffsetTable {
  #instrumented = new Uint32Array(1024);
  #original = new Uint32Array(1024);
  #rows = 0;
  #first = 0;

  startBody(): void {
    this.#first = this.#rows;
  }

  /** A row at `position` of the body being written. */
  add(position: number, original: number): void {
    if (this.#rows === this.#original.length) {
      this.#instrumented = doubled(this.#instrumented);
      this.#original = doubled(this.#original);
    }
    this.#instrumented[this.#rows] = position;
    this.#original[this.#rows] = original;
    this.#rows++;
  }

  /** The body's rows now count from the code's first body; `start` is where this one begins there. */
  endBody(start: number): void {
    for (let row = this.#first; row < this.#rows; row++) this.#instrumented[row]! += start;
  }

  /** The table, given where the first body's size stands in the output. */
  finish(codeStart: number): OffsetMap {
    const instrumented = this.#instrumented.slice(0, this.#rows);
    for (let row = 0; row < instrumented.length; row++) instrumented[row]! += codeStart;
    return { instrumented, original: this.#original.slice(0, this.#rows) };
  }
}

function doubled(rows: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(2 * rows.length);
  more.set(rows);
  return more;
}
