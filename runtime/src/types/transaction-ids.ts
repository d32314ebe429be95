// The ids of a block's transactions, hashed together: each costs a third of what it does alone.
import { createHashBatch, type HashBatch, PLACED_BYTES_MAX } from '../base/hash-batch.js';
import type { SignedTransaction } from './transaction.js';
import { SIGNING_DOMAIN } from './transaction-codec.js';

export const ID_BYTES = 32;
/** Transactions hashed together: their messages stay in the processor's nearest cache. */
const CHUNK = 32;
/** For the domain and all of a transaction: copied whole, as a view of its body would be one more object for each. */
const ROOM = 512;
/** Behind the messages, their hashes. */
const IDS = ROOM * CHUNK;

let batch: HashBatch | undefined;

/** What an id is made of. */
type Signed = Pick<SignedTransaction, 'bytes' | 'bodyBytes' | 'id'>;

/** `id` of each transaction, one behind the other; of undefined, anything. 0.4 us each. */
export function transactionIds(transactions: readonly (Signed | undefined)[]): Uint8Array {
  batch ??= createIdBatch();
  const ids = new Uint8Array(ID_BYTES * transactions.length);
  for (let from = 0; from < transactions.length; from += CHUNK) {
    const count = Math.min(CHUNK, transactions.length - from);
    for (let index = 0; index < count; index++) {
      const transaction = transactions[from + index];
      if (transaction !== undefined) addOne(batch, index, transaction);
    }
    batch.run();
    ids.set(batch.bytes.subarray(IDS, IDS + ID_BYTES * count), ID_BYTES * from);
  }
  return ids;
}

function addOne(hashes: HashBatch, index: number, transaction: Signed): void {
  const { bytes, bodyBytes } = transaction;
  const to = IDS + ID_BYTES * index;
  const length = SIGNING_DOMAIN.length + bodyBytes;
  if (length > PLACED_BYTES_MAX || SIGNING_DOMAIN.length + bytes.length > ROOM) {
    hashes.bytes.set(transaction.id, to);
    return;
  }
  hashes.bytes.set(bytes, ROOM * index + SIGNING_DOMAIN.length);
  hashes.addPlaced(ROOM * index, length, to);
}

function createIdBatch(): HashBatch {
  const created = createHashBatch(IDS + ID_BYTES * CHUNK);
  for (let index = 0; index < CHUNK; index++) created.bytes.set(SIGNING_DOMAIN, ROOM * index);
  return created;
}
