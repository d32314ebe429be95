// The upper part of the state tree over the subtrees of equally long prefixes: enough of it for the root and for the path
// of each of them. Path compression makes a subtree that is alone below a node stand in its place.
import { hashPair } from '../../base/hash.js';
import { EMPTY_STATE_ROOT } from '../../base/state-tree.js';
import type { ProofStep } from '../../types/proof.js';

export class PrefixRoots {
  /** By length of the prefix, then by prefix: hashes of the subtrees that hold a key. */
  readonly #levels: ReadonlyMap<number, Uint8Array>[];
  readonly #bits: number;

  /** `roots`: of the subtrees that hold a key, by their prefixes of `bits` bits. */
  constructor(bits: number, roots: ReadonlyMap<number, Uint8Array>) {
    this.#bits = bits;
    this.#levels = [roots];
    for (let length = bits; length > 0; length--) this.#levels.unshift(levelAbove(this.#levels[0]!));
  }

  /** The state root, 32 bytes. */
  get root(): Uint8Array {
    return this.#levels[0]!.get(0) ?? EMPTY_STATE_ROOT;
  }

  /** From the subtree under a prefix up to the root. */
  path(prefix: number): ProofStep[] {
    const steps: ProofStep[] = [];
    for (let length = this.#bits, own = prefix; length > 0; length--, own >>= 1) {
      const sibling = this.#levels[length]!.get(own ^ 1);
      if (sibling) steps.push({ siblingIsLeft: (own & 1) === 1, sibling });
    }
    return steps;
  }
}

function levelAbove(roots: ReadonlyMap<number, Uint8Array>): Map<number, Uint8Array> {
  const above = new Map<number, Uint8Array>();
  for (const [prefix, root] of roots) {
    const sibling = roots.get(prefix ^ 1);
    if (sibling === undefined) above.set(prefix >> 1, root);
    else if ((prefix & 1) === 0) above.set(prefix >> 1, hashPair(root, sibling));
  }
  return above;
}
