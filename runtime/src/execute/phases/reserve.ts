// Reserve (SPEC §4 step 1): decodes the block's transactions, refuses those that may not run, consumes the others'
// nonces and sets their fees aside. In block order over the parent state; the same function for every executor.

import { ByteImage } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import { CodecError } from '../../base/codec-error.js';
import { sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import type { Hash32 } from '../../types/address.js';
import { coversSignatures } from '../../types/authorisation.js';
import { signaturesChecked } from '../../types/authorisation-codec.js';
import { intrinsicGas } from '../../types/gas-schedule.js';
import type { BlockInput } from '../../types/outcome.js';
import type { ReceiptStatus } from '../../types/receipt.js';
import {
  accountImage,
  balanceImage,
  decodeAccountRecord,
  expiringNonceKey,
  nonceImage,
} from '../../types/system.js';
import type { Authorisation, Nonce, SignedTransaction } from '../../types/transaction.js';
import { decodeTransaction } from '../../types/transaction-codec.js';
import { markerValue } from '../../types/value.js';
import { ExecuteError } from '../errors.js';
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
  /** Number of the payer's balance in the block's state. */
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
  const block = { input, settings, state, addresses };
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

/** Who pays a transaction's fee. */
export function payerOf(transaction: SignedTransaction): Uint8Array {
  return transaction.payer ?? transaction.sender;
}

/** What transactions are reserved against. */
export interface ReserveBlock {
  readonly input: BlockInput;
  readonly settings: Settings;
  readonly state: BlockState;
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
  const { input, settings, state } = block;
  const { bytes } = transaction;
  const refuse = (status: ReceiptStatus): Refused => ({ kind: 'refused', id: transaction.id, status });

  if (!bytesEqual(transaction.genesisHash, input.genesisHash)) return refuse('INVALID_CHAIN');
  if (!hasSignatures(transaction, rule, block)) return refuse('INVALID_SIGNATURE');
  if (transaction.expiry < input.height) return refuse('INVALID_EXPIRED');
  const spent = spentNonce(transaction.sender, transaction.nonce, input.height, state);
  if (spent === undefined) return refuse('INVALID_NONCE');
  const intrinsic = intrinsicGas(bytes.length, signaturesChecked(transaction), transaction.calls.length);
  if (transaction.gasLimit > settings.parameters.blockGasMax || intrinsic > transaction.gasLimit) {
    return refuse('INVALID_LIMIT');
  }
  const fee = BigInt(transaction.gasLimit) * transaction.gasPrice;
  const balance = state.numberOf(balanceImage(payerOf(transaction)));
  if (state.cellAt(balance) < fee) return refuse('INVALID_FUNDS');

  if (spent.next === undefined) state.writeAt(spent.number, markerValue());
  else state.writeCellAt(spent.number, spent.next);
  state.addToCell(balance, -fee);
  return { kind: 'reserved', index, transaction, fee, balance, intrinsic };
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
  { settings: { dev }, state, addresses }: ReserveBlock,
): boolean {
  const check = (address: Uint8Array, authorisation: Authorisation): boolean => {
    const stored = state.parentAt(state.numberOf(accountImage(address)));
    const record = stored === undefined ? undefined : decodeAccountRecord(stored);
    return isAuthorised(authorisation, {
      address,
      record,
      signingBytes: () => transaction.signingBytes,
      rule,
      dev,
      addresses,
    });
  };
  if (!check(transaction.sender, transaction.senderAuthorisation)) return false;
  if (transaction.payer === undefined) return true;
  return (
    transaction.payerAuthorisation !== undefined && check(transaction.payer, transaction.payerAuthorisation)
  );
}

/**
 * The key that a nonce consumes, by number, and the next sequence of a lane (undefined: the key becomes a marker);
 * undefined where the nonce is spent, out of order or out of its window.
 */
function spentNonce(
  sender: Uint8Array,
  nonce: Nonce,
  height: number,
  state: BlockState,
): { readonly number: number; readonly next: bigint | undefined } | undefined {
  if (nonce.kind === 'lane') {
    const number = state.numberOf(nonceImage(sender, nonce.lane));
    const next = state.cellAt(number);
    if (nonce.sequence !== next || next === SEQUENCE_MAX) return undefined;
    return { number, next: next + 1n };
  }
  if (nonce.expiry < height || nonce.expiry > height + LIMITS.nonceExpiryBlocks) return undefined;
  const number = state.numberOf(IMAGE.of(expiringNonceKey(sender, nonce.expiry, nonce.bytes)));
  return state.currentAt(number) === undefined ? { number, next: undefined } : undefined;
}
