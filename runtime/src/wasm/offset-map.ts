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
  readonly #instrumented: number[] = [];
  readonly #original: number[] = [];
  #first = 0;

  startBody(): void {
    this.#first = this.#instrumented.length;
  }

  /** A row at `position` of the body being written. */
  add(position: number, original: number): void {
    this.#instrumented.push(position);
    this.#original.push(original);
  }

  /** The body's rows now count from the code's first body; `start` is where this one begins there. */
  endBody(start: number): void {
    for (let row = this.#first; row < this.#instrumented.length; row++) this.#instrumented[row]! += start;
  }

  /** The table, given where the first body's size stands in the output. */
  finish(codeStart: number): OffsetMap {
    return {
      instrumented: Uint32Array.from(this.#instrumented, (position) => position + codeStart),
      original: Uint32Array.from(this.#original),
    };
  }
}
