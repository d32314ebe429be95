// Where the transactions of the blocks are that the database does not hold yet. Built for a block when somebody first
// asks, from its receipts: most blocks are flushed before anybody does.
import { bytesText } from '../../base/bytes.js';
import type { BlockRecord } from '../../types/block.js';
import type { Receipt } from '../../types/receipt.js';
import { betterLocation, isIncluded } from '../rules.js';
import type { Location } from './rows.js';

export interface RecentIndex {
  add(height: number, receipts: readonly Receipt[]): void;
  /** Forgets blocks up to a flushed height. */
  drop(flushed: number): void;
  clear(): void;
  /** Where an id is in the blocks above `flushed` up to `head`; a block not added is read. */
  find(
    id: Uint8Array,
    flushed: number,
    head: number,
    read: (height: number) => Promise<BlockRecord>,
  ): Promise<Location | undefined>;
  /** Of an earlier and a later place, the one that counts. */
  better(earlier: Location | undefined, later: Location | undefined): Location | undefined;
}

interface Block {
  readonly receipts: readonly Receipt[];
  places?: Map<string, Location>;
}

export function createRecentIndex(): RecentIndex {
  const blocks = new Map<number, Block>();
  const better: RecentIndex['better'] = (earlier, later) =>
    later === undefined ? earlier : betterLocation(earlier, later);
  return {
    add(height, receipts) {
      blocks.set(height, { receipts });
    },
    drop(flushed) {
      for (const height of blocks.keys()) if (height <= flushed) blocks.delete(height);
    },
    clear() {
      blocks.clear();
    },
    async find(id, flushed, head, read) {
      const text = bytesText(id);
      let found: Location | undefined;
      for (let height = flushed + 1; height <= head; height++) {
        let block = blocks.get(height);
        if (block === undefined) {
          block = { receipts: (await read(height)).block.receipts };
          blocks.set(height, block);
        }
        block.places ??= placesOf(height, block.receipts);
        found = better(found, block.places.get(text));
      }
      return found;
    },
    better,
  };
}

function placesOf(height: number, receipts: readonly Receipt[]): Map<string, Location> {
  const places = new Map<string, Location>();
  receipts.forEach((receipt, index) => {
    const id = bytesText(receipt.transaction);
    places.set(id, betterLocation(places.get(id), { height, index, included: isIncluded(receipt) }));
  });
  return places;
}
