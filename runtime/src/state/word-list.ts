// A list of 32-bit words that grows, used batch after batch.

/** Words a list keeps memory for when it is emptied. */
const WORDS_KEPT = 1 << 22;

/** `words` beyond `length` mean nothing. */
export class WordList {
  words = new Int32Array(64);
  length = 0;

  /** Where `count` more words go; `words` may be another array afterwards. */
  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.words.length) {
      const larger = new Int32Array(Math.max(2 * this.words.length, this.length));
      larger.set(this.words);
      this.words = larger;
    }
    return at;
  }

  /** Adds a word; its index. */
  push(word: number): number {
    const at = this.reserve(1);
    this.words[at] = word;
    return at;
  }

  /** Empties it; the memory is kept for the next use unless it is much. */
  clear(): void {
    this.length = 0;
    if (this.words.length > WORDS_KEPT) this.words = new Int32Array(64);
  }

  /** A copy of its own. */
  copy(): Int32Array {
    return this.words.slice(0, this.length);
  }

  /** A copy in shared memory. */
  finish(): Int32Array {
    const copy = new Int32Array(new SharedArrayBuffer(4 * this.length));
    copy.set(this.words.subarray(0, this.length));
    return copy;
  }
}
