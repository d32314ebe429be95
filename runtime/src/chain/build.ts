// From a block's outcome to its header: the roots over what went in and came out. Chain and replay build alike.

import { assert } from '../base/assert.js';
import { HASH_OF_NOTHING, sha256 } from '../base/hash.js';
import type { BlockContext } from '../ports/consensus.js';
import type { Address, Hash32 } from '../types/address.js';
import type { Block, Header } from '../types/block.js';
import { headerHash } from '../types/header-codec.js';
import type { StateKey } from '../types/key.js';
import type { BlockInput, BlockOutcome, ReadState } from '../types/outcome.js';
import { eventRoot, receiptRoot, transactionRoot } from '../types/receipt-codec.js';
import { parametersKey, validatorsKey } from '../types/system.js';
import type { Head } from './head.js';

/** What an executor is told about block `parent + 1`. `expiring`: nonce keys of the state whose expiry is this height. */
export function buildInput(
  parent: Head,
  context: BlockContext,
  transactions: readonly Uint8Array[],
  expiring: readonly StateKey[],
  rule: BlockInput['rule'],
): BlockInput {
  return {
    height: context.height,
    time: context.time,
    grandparentHash: parent.header.parent,
    proposer: context.proposer,
    genesisHash: parent.header.genesisHash,
    expiring,
    transactions,
    rule,
  };
}

/** The fields of a header that commit to state as it stood before the block: its parameters and validators. */
export interface Commitments {
  readonly parametersHash: Hash32;
  readonly validatorsHash: Hash32;
}

/** Reads them from the parent state. */
export function readCommitments(read: ReadState): Commitments {
  return { parametersHash: hashOf(read, parametersKey()), validatorsHash: hashOf(read, validatorsKey()) };
}

/** The block after `parent`. About 6 hashes a transaction and 3 an event. */
export function buildBlock(
  parent: Head,
  context: BlockContext,
  transactions: readonly Uint8Array[],
  outcome: BlockOutcome,
  stateRoot: Uint8Array,
  commitments: Commitments,
): Block {
  const header: Header = {
    protocolVersion: parent.header.protocolVersion,
    genesisHash: parent.header.genesisHash,
    height: context.height,
    time: context.time,
    parent: parent.hash,
    transactionRoot: transactionRoot(transactions),
    receiptRoot: receiptRoot(outcome.receipts),
    eventRoot: eventRoot(outcome.events),
    stateRoot: stateRoot as Hash32,
    ...commitments,
    proposer: context.proposer as Address,
    gasUsed: outcome.gasUsed,
    criticalPathGas: outcome.criticalPathGas,
    tailGas: outcome.tailGas,
    accessRoot: HASH_OF_NOTHING as Hash32,
    hintsRoot: HASH_OF_NOTHING as Hash32,
  };
  const { receipts, events, hooks } = outcome;
  return { header, hash: headerHash(header), transactions, receipts, events, hooks };
}

function hashOf(read: ReadState, key: StateKey): Hash32 {
  const stored = read(key);
  assert(stored !== undefined, 'a chain state holds parameters and validators');
  return sha256(stored) as Hash32;
}
