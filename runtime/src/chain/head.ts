// The newest block as the next one sees it.
import type { Hash32 } from '../types/address.js';
import type { Header } from '../types/block.js';

/** A header with its hash. Height 0: the genesis header. */
export interface Head {
  readonly header: Header;
  readonly hash: Hash32;
}
