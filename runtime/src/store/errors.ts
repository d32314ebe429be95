// What a store refuses and what damage it names. Damage is never a shorter chain: each kind has its code.
import { defineErrors } from '../base/errors.js';

const RESTORE =
  'The data folder is damaged: restore it from a backup or a snapshot, or synchronise a new one.';

/** Thrown by every implementation of the Store port. */
export class StoreError extends defineErrors('StoreError', {
  STORE_LOCKED: {
    what: 'the data folder is in use',
    fix: 'Stop the node (or tool) that has it open, then try again.',
  },
  STORE_CLOSED: { what: 'the store is closed' },
  STORE_UNINITIALISED: { what: 'the store holds no chain yet', fix: 'Initialise it with a genesis first.' },
  STORE_INITIALISED: {
    what: 'the store holds a chain already',
    fix: 'Use an empty data folder for a new chain.',
  },
  STORE_HEIGHT_GAP: { what: 'a record does not follow the newest one' },
  STORE_UNKNOWN_HEIGHT: { what: 'no block has this height' },
  STORE_FLUSH_RANGE: { what: 'a flush does not end between the flushed height and the head' },
  STORE_VERSION: {
    what: 'the data folder has a format this version does not read',
    fix: 'Open it with the version of Weft that wrote it.',
  },
  STORE_MISSING_RECORD: {
    what: 'a block record is not there though later ones or the head say it was',
    fix: RESTORE,
  },
  STORE_CORRUPT_RECORD: { what: 'a block record is damaged', fix: RESTORE },
  STORE_CORRUPT_HEAD: { what: 'the head file is damaged, or is not of this chain', fix: RESTORE },
  STORE_CORRUPT_GENESIS: { what: 'the genesis, or its state, is damaged', fix: RESTORE },
  STORE_CORRUPT_MARKER: { what: 'the marker of the flushed height is damaged', fix: RESTORE },
  STORE_CORRUPT_INDEX: { what: 'the transaction index is damaged', fix: RESTORE },
  STORE_CORRUPT_DATABASE: { what: 'the database under the store cannot be read', fix: RESTORE },
  STORE_MISSING_FILE: { what: 'a file of the data folder is gone', fix: RESTORE },
  STORE_OPEN_FAILED: {
    what: 'the data folder cannot be opened',
    fix: 'See the cause: rights, disk space or the path.',
  },
  STORE_WRITE_FAILED: {
    what: 'writing failed, so the store takes no more until it is opened again',
    fix: 'See the cause (often a full disk), then start again: acknowledged blocks are safe.',
  },
}) {}
