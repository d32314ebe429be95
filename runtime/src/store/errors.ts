// What a store refuses and what damage it names. Damage is never a shorter chain: each kind has its code.
import { defineErrors } from '../base/errors.js';

const RESTORE =
  'Run `weft doctor --data` on the folder: it names the damage and repairs what the records allow.';

/** Thrown by every implementation of the Store port. */
export class StoreError extends defineErrors('StoreError', {
  STORE_LOCKED: {
    what: 'the data folder is in use',
    fix: 'Stop the node or tool that has it open, or work on a copy of the folder made while it was stopped.',
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
  STORE_PRUNED: {
    what: 'the record of this height was pruned, or is before the snapshot the chain began from',
    fix: 'Ask a node that keeps the whole history (an archive).',
  },
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
  STORE_CORRUPT_GENESIS: { what: 'the base file, which holds the genesis, is damaged', fix: RESTORE },
  STORE_CORRUPT_MARKER: { what: 'the marker of the flushed height is damaged', fix: RESTORE },
  STORE_CORRUPT_INDEX: { what: 'the transaction index is damaged', fix: RESTORE },
  STORE_CORRUPT_DATABASE: { what: 'the database under the store cannot be read', fix: RESTORE },
  STORE_MISSING_FILE: { what: 'a file of the data folder is gone', fix: RESTORE },
  STORE_OPEN_FAILED: {
    what: 'the data folder cannot be opened',
    fix: 'See the cause: rights, disk space or the path.',
  },
  STORE_THREAD: {
    what: 'the storage thread ended or failed by itself',
    fix: 'See the cause, then start again.',
  },
  STORE_DISK_FULL: {
    what: 'the disk is full',
    fix: 'Make room: nothing is lost, and block production goes on by itself.',
  },
  STORE_RANGE: { what: 'a height is outside what the store can do this to' },
  STORE_WRITE_FAILED: {
    what: 'writing failed, so the store takes no more until it is opened again',
    fix: 'See the cause, then start again: acknowledged blocks are safe.',
  },
}) {}
