// Admission: whether a transaction may wait for a block. Cheap questions first, signatures last; what is pending counts
// as spent. Nothing is changed: the caller puts what is returned into the pool.
import { bytesEqual, toHex } from '../base/bytes.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { PendingView } from '../ports/mempool.js';
import {
  coversSignatures,
  type SignaturesFound,
  speaksFor,
  verifyAuthorisation,
} from '../types/authorisation.js';
import { intrinsicGas } from '../types/gas-schedule.js';
import type { Genesis, Parameters } from '../types/genesis.js';
import { keyOfImage } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import {
  accountImage,
  balanceImage,
  decodeAccountRecord,
  expiringNonceKey,
  nonceImage,
} from '../types/system.js';
import type { Authorisation, SignedTransaction } from '../types/transaction.js';
import { decodeTransaction, soleSignature } from '../types/transaction-codec.js';
import { decodeCell } from '../types/value.js';
import type { CallChecks } from './check-calls.js';
import { AdmitError } from './errors.js';

const NOTHING = new Uint8Array(0);

/** What a transaction is judged against: the newest state, the height it could be in, what is pending. */
export interface AdmissionState {
  readonly genesis: Pick<Genesis, 'dev'>;
  readonly genesisHash: Uint8Array;
  readonly parameters: Parameters;
  /** The next block's. */
  readonly height: number;
  readonly read: ReadState;
  readonly pending: PendingView;
  readonly checkCalls: CallChecks;
}

/** `rechecked`: nothing about its signatures is asked again. Found: they hold, but whose keys they are is not known. */
export type KnownSignatures = 'rechecked' | SignaturesFound | undefined;

/**
 * The decoded transaction, if the next block could include it. About 120 us, of which 110 are the signature.
 * @throws ADMIT_*, and what the pool would refuse without looking at signatures
 */
export function checkTransaction(
  bytes: Uint8Array,
  state: AdmissionState,
  signatures: KnownSignatures,
): SignedTransaction {
  const transaction = decode(bytes);
  checkChain(transaction, state);
  checkGas(transaction, state);
  checkNonce(transaction, state);
  checkFunds(transaction, state);
  state.checkCalls(transaction, state.read);
  state.pending.assertWelcome(transaction);
  if (signatures !== 'rechecked') {
    const known = coversSignatures(signatures, transaction);
    checkSignatures(transaction, state.genesis.dev, state.read, known);
  }
  return transaction;
}

/** Strict rule, sender and payer; `known`: only whose keys they are. @throws ADMIT_SIGNATURE */
export function checkSignatures(
  transaction: SignedTransaction,
  dev: boolean,
  read: ReadState,
  known = false,
): void {
  const signingBytes = known ? NOTHING : passingSigningBytes(transaction);
  const check = (address: Uint8Array, authorisation: Authorisation | undefined, place: string): void => {
    const stored = read(keyOfImage(accountImage(address)));
    const record = stored === undefined ? undefined : decodeAccountRecord(stored);
    const request = { address, record, signingBytes, rule: 'strict', dev } as const;
    if (authorisation !== undefined) {
      if (known ? speaksFor(authorisation, request) : verifyAuthorisation(authorisation, request)) return;
    }
    throw new AdmitError('ADMIT_SIGNATURE', {
      expected: `a signature for ${toHex(address)}`,
      got: `scheme ${authorisation?.scheme ?? 'none'}`,
      place,
    });
  };
  check(transaction.sender, transaction.senderAuthorisation, 'sender');
  if (transaction.payer !== undefined) check(transaction.payer, transaction.payerAuthorisation, 'payer');
}

/** The signing bytes for the time of the check: those of most transactions stand in a room kept for them. */
function passingSigningBytes(transaction: SignedTransaction): Uint8Array {
  const sole = coversSignatures('sole', transaction) ? soleSignature(transaction.bytes) : undefined;
  return sole?.message ?? transaction.signingBytes;
}

function decode(bytes: Uint8Array): SignedTransaction {
  if (bytes.length > LIMITS.transactionBytes) {
    const expected = `at most ${LIMITS.transactionBytes}`;
    throw new AdmitError('ADMIT_SIZE', { expected, got: bytes.length, unit: 'bytes' });
  }
  try {
    return decodeTransaction(bytes);
  } catch (cause) {
    if (cause instanceof CodecError) {
      const context = { expected: 'one whole transaction', ...cause.context, codec: cause.code };
      throw new AdmitError('ADMIT_FORM', context, cause);
    }
    throw cause;
  }
}

function checkChain(transaction: SignedTransaction, state: AdmissionState): void {
  if (!bytesEqual(transaction.genesisHash, state.genesisHash)) {
    const expected = toHex(state.genesisHash);
    throw new AdmitError('ADMIT_CHAIN', {
      expected,
      got: toHex(transaction.genesisHash),
      place: 'genesisHash',
    });
  }
  if (transaction.expiry < state.height) {
    const expected = `at least ${state.height}`;
    throw new AdmitError('ADMIT_EXPIRED', {
      expected,
      got: transaction.expiry,
      unit: 'height',
      place: 'expiry',
    });
  }
}

function checkGas(transaction: SignedTransaction, state: AdmissionState): void {
  const { blockGasMax, gasPriceMin } = state.parameters;
  const { bytes, signatureCount, callCount } = transaction;
  const least = intrinsicGas(bytes.length, signatureCount, callCount);
  const { gasLimit, gasPrice } = transaction;
  if (gasLimit > blockGasMax || gasLimit < least) {
    throw new AdmitError('ADMIT_LIMIT', {
      expected: `${least} to ${blockGasMax}`,
      got: gasLimit,
      place: 'gasLimit',
    });
  }
  if (gasPrice < gasPriceMin) {
    throw new AdmitError('ADMIT_PRICE', {
      expected: `at least ${gasPriceMin}`,
      got: gasPrice,
      place: 'gasPrice',
    });
  }
}

function checkNonce({ sender, nonce }: SignedTransaction, state: AdmissionState): void {
  if (nonce.kind === 'lane') {
    const { lane, sequence } = nonce;
    const next =
      state.pending.nextSequence(sender, lane) ??
      decodeCell(1, state.read(keyOfImage(nonceImage(sender, lane))));
    // A pending nonce may be replaced: whether the price is right is the pool's question.
    if (sequence === next || state.pending.holdsNonce(sender, nonce)) return;
    throw new AdmitError('ADMIT_NONCE', { expected: next, got: sequence, place: `lane ${lane}` });
  }
  const last = state.height + LIMITS.nonceExpiryBlocks;
  const place = 'expiring nonce';
  if (nonce.expiry < state.height || nonce.expiry > last) {
    const expected = `${state.height} to ${last}`;
    throw new AdmitError('ADMIT_NONCE', { expected, got: nonce.expiry, unit: 'height', place });
  }
  const spent = state.read(expiringNonceKey(sender, nonce.expiry, nonce.bytes)) !== undefined;
  if (spent) {
    throw new AdmitError('ADMIT_NONCE', {
      expected: 'bytes not used before',
      got: toHex(nonce.bytes),
      place,
    });
  }
}

function checkFunds(transaction: SignedTransaction, state: AdmissionState): void {
  const payer = transaction.payer ?? transaction.sender;
  const balance = decodeCell(2, state.read(keyOfImage(balanceImage(payer))));
  const available = balance - state.pending.reservedBy(payer, transaction);
  const fee = BigInt(transaction.gasLimit) * transaction.gasPrice;
  if (available >= fee) return;
  const got = available < 0n ? 0n : available;
  throw new AdmitError('ADMIT_FUNDS', {
    expected: `at least ${fee}`,
    got,
    place: `balance of ${toHex(payer)}`,
  });
}
