// What the chain floor refuses: genesis documents, transactions at admission, blocks, queries, replays.
import { defineErrors } from '../base/errors.js';

/** A genesis that describes no chain. `place` is the path in the JSON document. */
export class GenesisError extends defineErrors('GenesisError', {
  GENESIS_JSON: { what: 'the genesis is not JSON' },
  GENESIS_FIELD: {
    what: 'a field of the genesis is missing, unknown or not of its type',
    fix: 'See runtime/docs/spec/genesis.md.',
  },
  GENESIS_DUPLICATE: { what: 'the genesis names an account or a validator twice' },
  GENESIS_SUPPLY: { what: 'the balances of a genesis sum to more than a u128 holds' },
  GENESIS_VALIDATORS: { what: 'a genesis needs a validator', fix: 'Add one with an Ed25519 public key.' },
  GENESIS_PROTOCOL: {
    what: 'this build does not run the protocol version of the genesis',
    fix: 'Use the release that made the genesis.',
  },
}) {}

/** A transaction refused before it enters the pool; nothing has changed. */
export class AdmitError extends defineErrors('AdmitError', {
  ADMIT_SIZE: { what: 'the transaction is larger than any block takes' },
  ADMIT_FORM: {
    what: 'the bytes are not a transaction',
    fix: 'Encode it as runtime/docs/spec/transaction.md says.',
  },
  ADMIT_CHAIN: {
    what: 'the transaction is for another chain',
    fix: 'Sign it for the genesis hash that weft_status names.',
  },
  ADMIT_SIGNATURE: {
    what: 'a signature or its key does not fit the address',
    fix: 'Sign the signing bytes with the key of the sender (and of the payer).',
  },
  ADMIT_EXPIRED: {
    what: 'the last height that may include it has passed',
    fix: 'Sign it again with a later expiry.',
  },
  ADMIT_NONCE: {
    what: 'the nonce is used or not the next one',
    fix: 'Use the next sequence of the lane, pending transactions included.',
  },
  ADMIT_LIMIT: { what: 'the gas limit is out of range' },
  ADMIT_PRICE: { what: 'the gas price is below the chain minimum' },
  ADMIT_FUNDS: {
    what: 'the payer cannot cover gas limit times gas price',
    fix: 'Lower the gas limit or fund the account; pending transactions count as spent.',
  },
  ADMIT_METHOD: {
    what: 'the contract has no such method',
    fix: 'See the ABI that weft_getContract returns.',
  },
  ADMIT_ARGUMENTS: { what: 'the arguments do not have the layout of the method' },
}) {}

export class ChainError extends defineErrors('ChainError', {
  CHAIN_TREE_THREADS: { what: 'the state tree is not cut into so many parts' },
  CHAIN_NO_GENESIS: { what: 'the store holds no chain yet', fix: 'Initialise it with a genesis.' },
  CHAIN_GENESIS: {
    what: 'the store holds the chain of another genesis',
    fix: 'Use another data folder, or the genesis this one was made with.',
  },
  CHAIN_HEIGHT: { what: 'a block is not for the next height' },
  CHAIN_TIME: { what: 'the time of a block is before its parent or no whole number' },
  CHAIN_BLOCK_SIZE: { what: 'a block has more transactions or bytes than the format takes' },
  CHAIN_NO_CANDIDATE: { what: 'commit came without finalize' },
  CHAIN_HEAD_MISMATCH: {
    what: 'the newest record does not belong to this genesis',
    fix: 'The data folder is damaged: restore it from a backup or a snapshot.',
  },
}) {}

export class QueryError extends defineErrors('QueryError', {
  QUERY_UNKNOWN_HEIGHT: { what: 'no block has this height yet' },
  QUERY_UNKNOWN_PATH: { what: 'no query has this path' },
  QUERY_HEIGHT: {
    what: 'the state of this height cannot be read any more, or not yet',
    fix: 'Leave the height out, or ask for a recent one.',
  },
  QUERY_RANGE: {
    what: 'the heights asked for are in no order, or begin with blocks whose records are gone',
    fix: 'Begin at the oldest height named, or ask a node that keeps the whole history (an archive).',
  },
  QUERY_GAS: { what: 'the gas limit of a call is out of range' },
  QUERY_BUSY: { what: 'too many wait for their turn', fix: 'Send it again later.' },
}) {}

/** A snapshot that is damaged, of another chain, or not proven. */
export class SnapshotError extends defineErrors('SnapshotError', {
  SNAPSHOT_VERSION: {
    what: 'the snapshot has a format this version does not read',
    fix: 'Use the version of Weft that wrote it.',
  },
  SNAPSHOT_CORRUPT: {
    what: 'a file of the snapshot is damaged',
    fix: 'Copy it again from where it was made.',
  },
  SNAPSHOT_ROOT: {
    what: 'keys of the snapshot are not those its header commits to',
    fix: 'Do not use it: it was damaged or tampered with.',
  },
  SNAPSHOT_UNTRUSTED: {
    what: 'the snapshot is not of the block that is trusted, or nobody sealed it',
    fix: 'Compare its header hash with one from a source you trust.',
  },
  SNAPSHOT_MISSING: { what: 'a file of the snapshot is not there', fix: 'Copy the whole folder.' },
  SNAPSHOT_EXISTS: { what: 'the folder holds a snapshot already', fix: 'Name a new folder.' },
}) {}

export class ReplayError extends defineErrors('ReplayError', {
  REPLAY_NO_GENESIS: {
    what: 'the store holds no chain',
    fix: 'Name the data folder of a node that has run.',
  },
  REPLAY_HEADER_MISMATCH: {
    what: 'executing a recorded block again gave another header',
    fix: 'Either the record is damaged or an executor is wrong: report it with the data folder.',
  },
  REPLAY_RECORD_MISMATCH: {
    what: 'executing a recorded block again gave other receipts, events or values',
    fix: 'Either the record is damaged or an executor is wrong: report it with the data folder.',
  },
  REPLAY_RANGE: { what: 'the heights to replay are not all there' },
  REPLAY_SEAL: { what: 'the seal of a block is not a signature of a validator' },
}) {}
