// Where the tree's nodes live: pages of flat typed arrays, so a million keys are a few hundred objects. A reference
// is a 32-bit integer: an inner node (page ‖ slot, 0 or more), a leaf (the complement of its id, negative) or EMPTY.
import { assert } from '../base/assert.js';

/** The reference of no node. */
export const EMPTY = 0x7fff_ffff;
const PAGE_BITS = 12;
const PAGE_SLOTS = 1 << PAGE_BITS;
const SLOT_MASK = PAGE_SLOTS - 1;

interface InnerPage {
  /** 64 bytes a node: hash of the left child ‖ hash of the right child. */
  readonly hashes: Uint8Array;
  /** Two references a node: left, right. */
  readonly children: Int32Array;
  /** Bit of the hashed key at which the children part: 0..255. */
  readonly bits: Uint8Array;
  /** Id of a leaf below: its first `bits` bits are the node's prefix. */
  readonly samples: Int32Array;
}

/** Nodes are written once and never changed; a freed slot is used again. Not thread-safe. */
export class NodeArena {
  readonly #inner: InnerPage[] = [];
  readonly #innerFree: number[] = [];
  #innerNext = 0;
  readonly #leafKeys: Uint8Array[] = [];
  readonly #leafValues: (Uint8Array | undefined)[] = [];
  readonly #leafFree: number[] = [];
  #leafNext = 0;

  /** A new inner node; `hashes` (64 bytes) is copied. Both children exist. */
  createInner(bit: number, left: number, right: number, hashes: Uint8Array): number {
    const node = this.#innerFree.pop() ?? this.#innerNext++;
    if (node >> PAGE_BITS === this.#inner.length) {
      assert(node < EMPTY - PAGE_SLOTS, 'inner nodes fit a 31-bit reference');
      this.#inner.push({
        hashes: new Uint8Array(64 * PAGE_SLOTS),
        children: new Int32Array(2 * PAGE_SLOTS),
        bits: new Uint8Array(PAGE_SLOTS),
        samples: new Int32Array(PAGE_SLOTS),
      });
    }
    const page = this.#page(node);
    const slot = node & SLOT_MASK;
    page.hashes.set(hashes, 64 * slot);
    page.children[2 * slot] = left;
    page.children[2 * slot + 1] = right;
    page.bits[slot] = bit;
    page.samples[slot] = this.sample(left);
    return node;
  }

  /** A new leaf; the 32 bytes of `hashedKeys` at `offset` are copied, the value is kept by reference. */
  createLeaf(hashedKeys: Uint8Array, offset: number, value: Uint8Array): number {
    const leaf = this.#leafFree.pop() ?? this.#leafNext++;
    if (leaf >> PAGE_BITS === this.#leafKeys.length) this.#leafKeys.push(new Uint8Array(32 * PAGE_SLOTS));
    const page = this.#leafKeys[leaf >> PAGE_BITS]!;
    page.set(hashedKeys.subarray(offset, offset + 32), 32 * (leaf & SLOT_MASK));
    this.#leafValues[leaf] = value;
    return ~leaf;
  }

  free(reference: number): void {
    if (reference >= 0) {
      this.#innerFree.push(reference);
      return;
    }
    this.#leafFree.push(~reference);
    this.#leafValues[~reference] = undefined;
  }

  /** The child of an inner node: side 0 left, 1 right. */
  child(node: number, side: number): number {
    return this.#page(node).children[2 * (node & SLOT_MASK) + side]!;
  }

  bit(node: number): number {
    return this.#page(node).bits[node & SLOT_MASK]!;
  }

  /** Both child hashes of an inner node, 64 bytes; a view that lives as long as the node. */
  hashes(node: number): Uint8Array {
    const at = 64 * (node & SLOT_MASK);
    return this.#page(node).hashes.subarray(at, at + 64);
  }

  /** Id of a leaf at or below the reference. */
  sample(reference: number): number {
    return reference < 0 ? ~reference : this.#page(reference).samples[reference & SLOT_MASK]!;
  }

  /** Hashed key of a leaf by its id, 32 bytes; a view that lives as long as the leaf. */
  hashedKey(leaf: number): Uint8Array {
    const at = 32 * (leaf & SLOT_MASK);
    return this.#leafKeys[leaf >> PAGE_BITS]!.subarray(at, at + 32);
  }

  /** Value of a leaf by its id. */
  value(leaf: number): Uint8Array {
    return this.#leafValues[leaf]!;
  }

  /** Nodes in use, for tests of leaks. */
  get used(): { readonly inner: number; readonly leaves: number } {
    return {
      inner: this.#innerNext - this.#innerFree.length,
      leaves: this.#leafNext - this.#leafFree.length,
    };
  }

  #page(node: number): InnerPage {
    return this.#inner[node >> PAGE_BITS]!;
  }
}
