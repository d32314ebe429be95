// Between ABCI's messages and ours: times, validators, results, errors.
import type { Timestamp } from 'cosmjs-types/google/protobuf/timestamp';
import { ExecTxResult, type Snapshot, ValidatorUpdate } from 'cosmjs-types/tendermint/abci/types';
import { bytesEqual } from '../../base/bytes.js';
import { WeftError } from '../../base/errors.js';
import { sha256, sha256Domain } from '../../base/hash.js';
import type { ValidatorPower } from '../../ports/consensus.js';
import type { SnapshotOffer } from '../../ports/snapshots.js';
import { type Address, accountAddress } from '../../types/address.js';
import { RECEIPT_STATUS, type Receipt } from '../../types/receipt.js';

/** The defaults of all fields, made once. */
const NO_RESULT = ExecTxResult.fromPartial({});
/** What CometBFT knows a refusal by; the code of ours is in the log. */
const REFUSED = 1;
export const CODESPACE = 'weft';

/** Milliseconds, rounded down: block times of CometBFT never fall, so neither do these. */
export function millisecondsOf({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

/** CometBFT's address of a key: the first 20 bytes of its SHA-256. */
export function cometAddress(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).subarray(0, 20);
}

/**
 * Who earns the block: the account of the validator's key. A proposer the state names no more (its power ends two heights
 * after its record does) has an address nobody holds, the same on every node.
 */
export function proposerOf(address: Uint8Array, validators: readonly ValidatorPower[]): Address {
  const found = validators.find(({ publicKey }) => bytesEqual(cometAddress(publicKey), address));
  if (found !== undefined) return accountAddress(0, found.publicKey);
  return sha256Domain('weft/former-proposer/1', address) as Address;
}

export function validatorUpdate({ publicKey, power }: ValidatorPower): ValidatorUpdate {
  return ValidatorUpdate.fromPartial({ pubKey: { ed25519: publicKey }, power });
}

/**
 * The result CometBFT keeps and hashes of a transaction: status as code, id as data, gas. The receipt itself is in our
 * header.
 */
export function resultOf({ status, transaction, gasUsed }: Receipt): ExecTxResult {
  const code = RECEIPT_STATUS[status];
  const codespace = code === 0 ? '' : CODESPACE;
  return { ...NO_RESULT, code, data: transaction, gasUsed: BigInt(gasUsed), codespace };
}

/** A refusal as ABCI tells it. */
export function refusalOf(error: unknown): { code: number; codespace: string; log: string } {
  if (!(error instanceof WeftError)) throw error;
  return { code: REFUSED, codespace: CODESPACE, log: error.message };
}

export function offerOf({ height, format, chunks, hash, metadata }: Snapshot): SnapshotOffer {
  return { height: Number(height), format, chunks, hash, metadata };
}
