// A part of a larger byte string as numbers: half of what a view of it takes, which there may be tens of thousands of in a
// block and nobody asks for.

/** Bytes [start, end) of a whole that nobody changes. */
export class BytesPart {
  constructor(
    readonly whole: Uint8Array,
    readonly start: number,
    readonly end: number,
  ) {}

  /** Bytes. */
  get length(): number {
    return this.end - this.start;
  }

  /** The part, a view. */
  get encoded(): Uint8Array {
    return this.whole.subarray(this.start, this.end);
  }
}
