// Reserve (SPEC §4 step 1): decodes the block's transactions, refuses those that may not run, consumes the others'
// nonces and sets their fees aside. In block order over the parent state; the same function for every executor.

import { ByteImage } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import { CodecError } from '../../base/codec-error.js';
import { sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import { type Hash32, SCHEME } from '../../types/address.js';
import { coversSignatures } from '../../types/authorisation.js';
import { signaturesChecked } from '../../types/authorisation-codec.js';
import { intrinsicGas } from '../../types/gas-schedule.js';
import type { BlockInput } from '../../types/outcome.js';
import type { ReceiptStatus } from '../../types/receipt.js';
import { decodeAccountRecord, expiringNonceKey } from '../../types/system.js';
import type { Authorisation, SignedTransaction } from '../../types/transaction.js';
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
  /** gasLimit × gasPrice, taken from the payer. */
  readonly fee: bigint;
  /** Numbers in the block's state: of the sender's account record, and of the payer's balance. */
  readonly sender: number;
  readonly balance: number;
  /** Intrinsic gas, at most the gas limit. */
  readonly intrinsic: number;
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
  const strict: SignatureRule = input.rule === 'process' ? 'strict' : 'zip215';
  const rule = coversSignatures(input.signaturesFound?.[index], transaction) ? 'known' : strict;
  return reserveDecoded(transaction, index, block, rule);
}

/** Reserves the next transaction of a block, whatever bytes the block's input holds. */
export function reserveDecoded(
  transaction: SignedTransaction,
  index: number,
  block: ReserveBlock,
  rule: SignatureRule,
): Reservation {
  const { input, settings, state, accounts } = block;
  const { bytes, payer } = transaction;
  const refuse = (status: ReceiptStatus): Refused => ({ kind: 'refused', id: transaction.id, status });

  if (!bytesEqual(transaction.genesisHash, input.genesisHash)) return refuse('INVALID_CHAIN');
  const sender = accounts.numberOf(transaction.sender);
  const payingAccount = payer === undefined ? sender : accounts.numberOf(payer);
  if (!hasSignatures(transaction, rule, block, sender, payingAccount)) return refuse('INVALID_SIGNATURE');
  if (transaction.expiry < input.height) return refuse('INVALID_EXPIRED');
  const spent = spentNonce(transaction, sender, block);
  if (spent === undefined) return refuse('INVALID_NONCE');
  const intrinsic = intrinsicGas(bytes.length, signaturesChecked(transaction), transaction.calls.length);
  if (transaction.gasLimit > settings.parameters.blockGasMax || intrinsic > transaction.gasLimit) {
    return refuse('INVALID_LIMIT');
  }
  const fee = BigInt(transaction.gasLimit) * transaction.gasPrice;
  const balance = accounts.balanceOf(payingAccount, payer ?? transaction.sender);
  if (state.cellAt(balance) < fee) return refuse('INVALID_FUNDS');

  if (spent.next === undefined) state.writeAt(spent.number, markerValue());
  else state.writeCellAt(spent.number, spent.next);
  state.addToCell(balance, -fee);
  return { kind: 'reserved', index, transaction, fee, sender, balance, intrinsic };
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
  rule: SignatureRule,
  block: ReserveBlock,
  sender: number,
  payingAccount: number,
): boolean {
  const { payer, senderAuthorisation, payerAuthorisation } = transaction;
  if (!isHeard(transaction.sender, sender, senderAuthorisation, transaction, rule, block)) return false;
  if (payer === undefined) return true;
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
  const isEd25519 = authorisation.scheme === SCHEME.ED25519;
  if (isEd25519 && rule === 'known' && accounts.isSpeaker(account, authorisation.bytes)) return true;
  const stored = state.parentAt(account);
  const record = stored === undefined ? undefined : decodeAccountRecord(stored);
  const signingBytes = () => transaction.signingBytes;
  const holds = isAuthorised(authorisation, { address, record, signingBytes, rule, dev, addresses });
  if (holds && isEd25519) accounts.addSpeaker(account, authorisation.bytes);
  return holds;
}

/**
 * The key that a nonce consumes, by number, and the next sequence of a lane (undefined: the key becomes a marker);
 * undefined where the nonce is spent, out of order or out of its window.
 */
function spentNonce(
  { sender, nonce }: SignedTransaction,
  account: number,
  { input: { height }, state, accounts }: ReserveBlock,
): { readonly number: number; readonly next: bigint | undefined } | undefined {
  if (nonce.kind === 'lane') {
    const number = accounts.nonceOf(account, sender, nonce.lane);
    const next = state.cellAt(number);
    if (nonce.sequence !== next || next === SEQUENCE_MAX) return undefined;
    return { number, next: next + 1n };
  }
  if (nonce.expiry < height || nonce.expiry > height + LIMITS.nonceExpiryBlocks) return undefined;
  const number = state.numberOf(IMAGE.of(expiringNonceKey(sender, nonce.expiry, nonce.bytes)));
  return state.currentAt(number) === undefined ? { number, next: undefined } : undefined;
}
