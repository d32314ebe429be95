// Reserve (SPEC §4 step 1): decodes the block's transactions, refuses those that may not run, consumes the others'
// nonces and sets their fees aside. In block order over the parent state; the same function for every executor.

import { ByteImage } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import { CodecError } from '../../base/codec-error.js';
import { sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import { type Hash32, SCHEME } from '../../types/address.js';
import { coversSignatures, type SignaturesFound } from '../../types/authorisation.js';
import { intrinsicGas } from '../../types/gas-schedule.js';
import type { BlockInput } from '../../types/outcome.js';
import type { ReceiptStatus } from '../../types/receipt.js';
import { decodeAccountRecord, expiringNonceKey } from '../../types/system.js';
import type { Authorisation, Nonce, SignedTransaction } from '../../types/transaction.js';
import { decodeTransaction } from '../../types/transaction-codec.js';
import { markerValue } from '../../types/value.js';
import { ExecuteError } from '../errors.js';
import { BlockAccounts } from './accounts.js';
import { type AddressMemo, isAuthorised, type SignatureRule } from './authorise.js';
import type { Settings } from './settings.js';
import type { BlockState } from './state.js';

const SEQUENCE_MAX = (1n << 64n) - 1n;
const IMAGE = new ByteImage();

/** A transaction that takes part: its fee is set aside. */
export interface Reserved {
  readonly kind: 'reserved';
  readonly index: number;
  readonly transaction: SignedTransaction;
  /** Numbers in the block's state: of the sender's account record, and of the payer's balance. */
  readonly sender: number;
  readonly balance: number;
  /** Intrinsic gas, at most the gas limit. */
  readonly intrinsic: number;
  /** Number of the key of an expiring nonce that ends with this block, or -1. */
  readonly endingNonce: number;
}
/** A transaction of a decided block that takes no part. */
export interface Refused {
  readonly kind: 'refused';
  /** The transaction's id, or the hash of bytes that are no transaction. */
  readonly id: Hash32;
  readonly status: ReceiptStatus;
}
export type Reservation = Reserved | Refused;

/**
 * Reserves every transaction of the block. `addresses`: kept from block to block, where the caller has one.
 * @throws EXECUTE_INVALID_BLOCK under rule `process`, at the first refusal
 */
export function reserve(
  input: BlockInput,
  settings: Settings,
  state: BlockState,
  addresses?: AddressMemo,
): Reservation[] {
  const block = { input, settings, state, addresses, accounts: new BlockAccounts(state) };
  return input.transactions.map((bytes, index) => {
    const reservation = reserveOne(bytes, index, block);
    if (reservation.kind === 'refused' && input.rule === 'process') {
      throw new ExecuteError('EXECUTE_INVALID_BLOCK', {
        got: reservation.status,
        place: `transaction ${index}`,
      });
    }
    return reservation;
  });
}

/** The transactions that take part, in block order. */
export function reservedOf(reservations: readonly Reservation[]): Reserved[] {
  return reservations.filter((reservation) => reservation.kind === 'reserved');
}

/** What transactions are reserved against. */
export interface ReserveBlock {
  readonly input: BlockInput;
  readonly settings: Settings;
  readonly state: BlockState;
  readonly accounts: BlockAccounts;
  readonly addresses?: AddressMemo | undefined;
}

function reserveOne(bytes: Uint8Array, index: number, block: ReserveBlock): Reservation {
  const { input } = block;
  const transaction = input.decoded?.[index] ?? decodeOrUndefined(bytes);
  if (transaction === undefined)
    return { kind: 'refused', id: sha256(bytes) as Hash32, status: 'INVALID_FORM' };
  return reserveDecoded(transaction, index, block, input.signaturesFound?.[index]);
}

/** Reserves the next transaction of a block, whatever bytes the block's input holds. `found`: of its signatures. */
export function reserveDecoded(
  transaction: SignedTransaction,
  index: number,
  block: ReserveBlock,
  found: SignaturesFound | undefined,
): Reservation {
  const { input, settings, state, accounts } = block;
  const { bytes, payer, gasLimit, nonce } = transaction;
  if (!bytesEqual(transaction.genesisHash, input.genesisHash)) return refused(transaction, 'INVALID_CHAIN');
  const sender = accounts.numberOf(transaction.sender);
  const payingAccount = payer === undefined ? sender : accounts.numberOf(payer);
  if (!hasSignatures(transaction, found, block, sender, payingAccount))
    return refused(transaction, 'INVALID_SIGNATURE');
  if (transaction.expiry < input.height) return refused(transaction, 'INVALID_EXPIRED');
  const spent = spentNonce(nonce, transaction.sender, sender, block);
  if (spent === undefined) return refused(transaction, 'INVALID_NONCE');
  const intrinsic = intrinsicGas(bytes.length, transaction.signatureCount, transaction.callCount);
  if (gasLimit > settings.parameters.blockGasMax || intrinsic > gasLimit)
    return refused(transaction, 'INVALID_LIMIT');
  const fee = BigInt(gasLimit) * transaction.gasPrice;
  const balance = accounts.balanceOf(payingAccount, payer ?? transaction.sender);
  const held = state.cellAt(balance);
  if (held < fee) return refused(transaction, 'INVALID_FUNDS');

  if (nonce.kind === 'lane') state.writeCellAt(spent, nonce.sequence + 1n);
  else state.writeAt(spent, markerValue());
  state.writeCellAt(balance, held - fee);
  const endingNonce = nonce.kind === 'expiring' && nonce.expiry === input.height ? spent : -1;
  return { kind: 'reserved', index, transaction, sender, balance, intrinsic, endingNonce };
}

function refused({ id }: SignedTransaction, status: ReceiptStatus): Refused {
  return { kind: 'refused', id, status };
}

function decodeOrUndefined(bytes: Uint8Array): SignedTransaction | undefined {
  try {
    return decodeTransaction(bytes);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function hasSignatures(
  transaction: SignedTransaction,
  found: SignaturesFound | undefined,
  block: ReserveBlock,
  sender: number,
  payingAccount: number,
): boolean {
  const { payer } = transaction;
  const strict: SignatureRule = block.input.rule === 'process' ? 'strict' : 'zip215';
  const rule = coversSignatures(found, transaction) ? 'known' : strict;
  if (rule === 'known' && payer === undefined && block.accounts.isSpeaker(sender, transaction)) return true;
  if (!isHeard(transaction.sender, sender, transaction.senderAuthorisation, transaction, rule, block))
    return false;
  if (payer === undefined) return true;
  const { payerAuthorisation } = transaction;
  return (
    payerAuthorisation !== undefined &&
    isHeard(payer, payingAccount, payerAuthorisation, transaction, rule, block)
  );
}

/** Whether one of a transaction's authorisations speaks for its address, which is the account with a number. */
function isHeard(
  address: Uint8Array,
  account: number,
  authorisation: Authorisation,
  transaction: SignedTransaction,
  rule: SignatureRule,
  { settings: { dev }, state, accounts, addresses }: ReserveBlock,
): boolean {
  const stored = state.parentAt(account);
  const record = stored === undefined ? undefined : decodeAccountRecord(stored);
  const holds = isAuthorised(authorisation, { address, record, transaction, rule, dev, addresses });
  if (holds && authorisation.scheme === SCHEME.ED25519) accounts.addSpeaker(account, authorisation.bytes);
  return holds;
}

/** The number of the key that a nonce consumes; undefined where it is spent, out of order or out of its window. */
function spentNonce(
  nonce: Nonce,
  sender: Uint8Array,
  account: number,
  { input: { height }, state, accounts }: ReserveBlock,
): number | undefined {
  if (nonce.kind === 'lane') {
    const number = accounts.nonceOf(account, sender, nonce.lane);
    const next = state.cellAt(number);
    return nonce.sequence === next && next !== SEQUENCE_MAX ? number : undefined;
  }
  if (nonce.expiry < height || nonce.expiry > height + LIMITS.nonceExpiryBlocks) return undefined;
  const number = state.numberOf(IMAGE.of(expiringNonceKey(sender, nonce.expiry, nonce.bytes)));
  return state.currentAt(number) === undefined ? number : undefined;
}
