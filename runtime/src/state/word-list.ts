// A list of 32-bit words that grows, used batch after batch.

const WORDS_LEAST = 64;
/** Words a list keeps memory for when it is emptied. */
const WORDS_KEPT = 1 << 22;

/** `words` beyond `length` mean nothing. Shared memory: a list is handed to other threads as it stands. */
export class WordList {
  words = sharedWords(WORDS_LEAST);
  length = 0;

  /** Where `count` more words go; `words` may be another array afterwards. */
  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.words.length) {
      const larger = sharedWords(Math.max(2 * this.words.length, this.length));
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
    if (this.words.length > WORDS_KEPT) this.words = sharedWords(WORDS_LEAST);
  }

  /** Its first `count` words, whatever they hold: room for a batch, kept for the next unless it is much. */
  renew(count: number): Int32Array {
    this.clear();
    if (this.words.length < count) this.words = sharedWords(Math.max(WORDS_LEAST, Math.ceil(1.25 * count)));
    this.length = count;
    return this.words;
  }

  /** A copy of its own. */
  copy(): Int32Array {
    return this.words.slice(0, this.length);
  }

  /** Gives its words away and goes on in `spare`, memory nobody reads any more; a copy where they fill little of theirs. */
  handOver(spare: Int32Array | undefined): Int32Array {
    const filled = this.words.subarray(0, this.length);
    this.length = 0;
    if (4 * filled.length < this.words.length) {
      const copy = sharedWords(filled.length);
      copy.set(filled);
      return copy;
    }
    // The next batch is as large as this one, more often than not.
    this.words =
      spare === undefined
        ? sharedWords(Math.max(WORDS_LEAST, Math.ceil(1.25 * filled.length)))
        : new Int32Array(spare.buffer);
    return filled;
  }
}

function sharedWords(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * count));
}
