// Reading what LevelDB writes: varints, and byte strings behind their length.

/** A block's place in its file. */
export interface Handle {
  readonly offset: number;
  readonly size: number;
}

/** Reads varints of a range; undefined past its end. */
export class Cursor {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
    readonly end: number,
  ) {}

  varint(): number | undefined {
    let value = 0;
    for (let scale = 1; scale < Number.MAX_SAFE_INTEGER && this.at < this.end; scale *= 128) {
      const byte = this.bytes[this.at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    return undefined;
  }

  handle(): Handle | undefined {
    const offset = this.varint();
    const size = this.varint();
    return offset === undefined || size === undefined ? undefined : { offset, size };
  }

  /** Passes over a byte string; its length, or undefined past the end. */
  skipBytes(): number | undefined {
    const length = this.varint();
    if (length === undefined || this.at + length > this.end) return undefined;
    this.at += length;
    return length;
  }
}
