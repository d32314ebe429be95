// All leaves of one version in the order of their hashed keys, some at a time: what a checkpoint is made of while newer
// versions come.
import { KEY_WORDS } from './bits.js';
import type { CheckpointLeaves } from './checkpoint-codec.js';
import { EMPTY } from './node-arena.js';
import { packValues } from './packed-batch.js';
import type { PartRoot } from './tree-part.js';
import type { VersionView } from './version-view.js';

export class TreeWalk {
  readonly #parts: readonly PartRoot[];
  readonly #view: (part: number) => VersionView;
  /** Nodes still to visit: reference, then the half its hash stands in (ROOT: the part's own). Last on top. */
  readonly #stack: number[] = [];
  #part = -1;

  /** `view`: the part as it was in the version, seen through all batches since. */
  constructor(parts: readonly PartRoot[], view: (part: number) => VersionView) {
    this.#parts = parts;
    this.#view = view;
  }

  /** At most `countMax` more leaves, fewer once their values pass `valueBytes`; undefined: there are none. */
  next(countMax: number, valueBytes: number): CheckpointLeaves | undefined {
    const keys = new Int32Array(KEY_WORDS * countMax);
    const hashes = new Int32Array(KEY_WORDS * countMax);
    const hashBytes = new Uint8Array(hashes.buffer);
    const values: Uint8Array[] = [];
    let bytes = 0;
    while (values.length < countMax && bytes < valueBytes && this.#enterPart()) {
      const view = this.#view(this.#part);
      while (values.length < countMax && bytes < valueBytes && this.#stack.length > 0) {
        const half = this.#stack.pop()!;
        const reference = this.#stack.pop()!;
        if (reference >= 0) {
          this.#stack.push(
            view.child(reference, 1),
            2 * reference + 1,
            view.child(reference, 0),
            2 * reference,
          );
          continue;
        }
        const at = KEY_WORDS * values.length;
        const page = view.pages.leafPage(reference);
        const leaf = view.pages.leafAt(reference);
        keys.set(page.subarray(leaf, leaf + KEY_WORDS), at);
        if (half === ROOT) hashes.set(this.#parts[this.#part]!.hash, at);
        else view.writeHash(half >> 1, half & 1, hashBytes, 4 * at);
        const value = view.valueView(reference);
        values.push(value);
        bytes += value.length;
      }
    }
    return values.length === 0
      ? undefined
      : { count: values.length, keys, values: packValues(values), hashes };
  }

  /** Goes to the next part with keys once one is done; false: all are. */
  #enterPart(): boolean {
    while (this.#stack.length === 0) {
      this.#part++;
      const part = this.#parts[this.#part];
      if (part === undefined) return false;
      if (part.top !== EMPTY) this.#stack.push(part.top, ROOT);
    }
    return true;
  }
}

const ROOT = -1;
