// Changed places of a transaction as they were, newest last: what a rollback puts back.

import { copyWords } from '../../base/words.js';

/** The log of one worker; `width`: words of a place's numbers. */
export class UndoLog {
  readonly #places: number[] = [];
  readonly #flags: number[] = [];
  readonly #values: (Uint8Array | undefined)[] = [];
  #numbers: Uint32Array;

  constructor(private readonly width: number) {
    this.#numbers = new Uint32Array(64 * width);
  }

  /** Entries; a point to come back to. */
  get length(): number {
    return this.#places.length;
  }

  clear(): void {
    if (this.#places.length === 0) return;
    this.#places.length = 0;
    this.#flags.length = 0;
    this.#values.length = 0;
  }

  /** Keeps a place: its flags, its value, its numbers at an index of `numbers`. */
  push(place: number, flags: number, value: Uint8Array | undefined, numbers: Uint32Array, at: number): void {
    const saved = this.#places.length * this.width;
    if (saved + this.width > this.#numbers.length) {
      const larger = new Uint32Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#places.push(place);
    this.#flags.push(flags);
    this.#values.push(value);
    copyWords(this.#numbers, saved, numbers, at, this.width);
  }

  /** Takes the newest entry back: `put` gets what was kept, and the numbers go to `place * width` of `numbers`. */
  pop(
    numbers: Uint32Array,
    put: (place: number, flags: number, value: Uint8Array | undefined) => void,
  ): void {
    const place = this.#places.pop()!;
    copyWords(numbers, place * this.width, this.#numbers, this.#places.length * this.width, this.width);
    put(place, this.#flags.pop()!, this.#values.pop());
  }
}
