// Canonical bytes of transactions, and their two hashes: id over the domain-separated signing bytes, wire hash over
// all bytes. First stage of the data's way: bytes in, SignedTransaction out. SPEC: runtime/docs/spec/transaction.md.
import { concatBytes, utf8 } from '../base/bytes.js';
import { decodeExact, Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import { RecentBytes } from '../base/recent-bytes.js';
import { readExtraAccess, writeExtraAccess } from './access-codec.js';
import { type Address, type Hash32, SCHEME } from './address.js';
import {
  ED25519_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
  readAuthorisation,
  skipAuthorisation,
  writeAuthorisation,
} from './authorisation-codec.js';
import type {
  Authorisation,
  Call,
  Nonce,
  SignedTransaction,
  Transaction,
  TransactionBody,
} from './transaction.js';

/** The envelope version this build reads and writes. */
export const TRANSACTION_VERSION = 1;
/** Stands before the body in what is signed. */
export const SIGNING_DOMAIN: Uint8Array = utf8('weft/transaction/1');

/** What is signed: the domain, then the body. @throws CodecError for a body that has no encoding */
export function signingBytes(body: TransactionBody): Uint8Array {
  const writer = new Writer().fixed(SIGNING_DOMAIN);
  writeBody(writer, body);
  return writer.finish();
}

/** A body by itself: what stands before the authorisations. @throws CodecError for a body that has no encoding */
export function encodeBody(body: TransactionBody): Uint8Array {
  const writer = new Writer();
  writeBody(writer, body);
  return writer.finish();
}

/** Inverse of `encodeBody`. @throws CodecError */
export function decodeBody(bytes: Uint8Array): TransactionBody {
  return plainBody(decodeExact(bytes, 'transaction body', (reader) => new DecodedBody(bytes, reader)));
}

/** A body whose parts are properties of its own, as an object literal has them. */
export function plainBody(body: TransactionBody): TransactionBody {
  const { version, genesisHash, sender, payer, nonce, gasLimit, gasPrice, expiry, calls, extraAccess } = body;
  return { version, genesisHash, sender, payer, nonce, gasLimit, gasPrice, expiry, calls, extraAccess };
}

/** SHA-256 of the signing bytes. */
export function transactionId(body: TransactionBody): Hash32 {
  return sha256(signingBytes(body)) as Hash32;
}

/** Wire bytes. @throws CodecError for a transaction that has no encoding, CODEC_LIMIT past the size limit */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  const writer = new Writer();
  writeBody(writer, transaction);
  writeAuthorisation(writer, transaction.senderAuthorisation);
  if ((transaction.payer === undefined) !== (transaction.payerAuthorisation === undefined)) {
    throw new CodecError('CODEC_TAG', {
      expected: 'a payer authorisation exactly with a payer',
      place: 'transaction',
    });
  }
  if (transaction.payerAuthorisation) writeAuthorisation(writer, transaction.payerAuthorisation);
  assertSize(writer.length);
  return writer.finish();
}

/**
 * The transaction of wire bytes with its hashes. Form only: chain, signatures, nonce and funds are checked later.
 * @throws CodecError with the byte offset
 */
export function decodeTransaction(bytes: Uint8Array): SignedTransaction {
  assertSize(bytes.length);
  const reader = READER.moveTo(bytes, 0);
  const transaction = new DecodedTransaction(bytes, reader);
  reader.done();
  return transaction;
}

/** Accounts, contracts and chains that transactions name. */
const RECENT = new RecentBytes(32);
/** Reads transactions, and what is asked of those decoded before; one at a time. */
const READER = new Reader(new Uint8Array(0), 'transaction');
/** Most have none. */
const NO_EXTRA_ACCESS: TransactionBody['extraAccess'] = [];
/** Where the option of a payer stands. */
const PAYER_AT = 65;

/**
 * Found well-formed when it is made; byte strings and lists are read off the bytes when they are asked for, anew each time.
 * A block holds tens of thousands of these, and what they held besides would live as long.
 */
class DecodedBody implements TransactionBody {
  readonly bytes: Uint8Array;
  readonly genesisHash: Hash32;
  readonly sender: Address;
  readonly payer: Address | undefined;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  readonly expiry: number;
  readonly callCount: number;
  readonly bodyBytes: number;
  readonly #callsAt: number;
  readonly #extraAccessAt: number;

  constructor(bytes: Uint8Array, reader: Reader) {
    this.bytes = bytes;
    assertVersion(reader.u8());
    this.genesisHash = reader.recent(RECENT) as Hash32;
    this.sender = reader.recent(RECENT) as Address;
    this.payer = readPayer(reader);
    skipNonce(reader);
    this.gasLimit = reader.number64();
    this.gasPrice = reader.u64();
    this.expiry = reader.number64();
    this.#callsAt = reader.offset;
    this.callCount = reader.repeat(skipCall, LIMITS.calls);
    this.#extraAccessAt = reader.offset;
    const extraAccesses = reader.repeat(readExtraAccess, LIMITS.extraAccess);
    assertNoExtensions(reader.u32());
    assertCounts(this.gasLimit, this.callCount, extraAccesses);
    this.bodyBytes = reader.offset;
  }

  get version(): number {
    return TRANSACTION_VERSION;
  }

  get nonce(): Nonce {
    return readNonce(this.readerAt(this.payer === undefined ? PAYER_AT + 1 : PAYER_AT + 33));
  }

  get calls(): readonly Call[] {
    return this.readerAt(this.#callsAt).list(readCall, LIMITS.calls);
  }

  get extraAccess(): TransactionBody['extraAccess'] {
    // Two counts of 0: of these and of extensions.
    if (this.bodyBytes - this.#extraAccessAt === 8) return NO_EXTRA_ACCESS;
    return this.readerAt(this.#extraAccessAt).list(readExtraAccess, LIMITS.extraAccess);
  }

  protected readerAt(at: number): Reader {
    return READER.moveTo(this.bytes, at);
  }
}

/** Room for the signing bytes of one transaction, to hash them. */
const SIGNED = new Uint8Array(SIGNING_DOMAIN.length + LIMITS.transactionBytes);
SIGNED.set(SIGNING_DOMAIN);

/** Hashes are made when they are asked for: a block's way needs none of them. */
class DecodedTransaction extends DecodedBody implements SignedTransaction {
  readonly senderScheme: number;
  readonly signatureCount: number;
  #id: Hash32 | undefined;
  #wireHash: Hash32 | undefined;

  constructor(bytes: Uint8Array, reader: Reader) {
    super(bytes, reader);
    this.senderScheme = bytes[this.bodyBytes] ?? -1;
    const own = skipAuthorisation(reader);
    this.signatureCount = this.payer === undefined ? own : own + skipAuthorisation(reader);
  }

  get senderAuthorisation(): Authorisation {
    return readAuthorisation(this.readerAt(this.bodyBytes));
  }

  get payerAuthorisation(): Authorisation | undefined {
    if (this.payer === undefined) return undefined;
    const reader = this.readerAt(this.bodyBytes);
    readAuthorisation(reader);
    return readAuthorisation(reader);
  }

  get signingBytes(): Uint8Array {
    return concatBytes(SIGNING_DOMAIN, this.bytes.subarray(0, this.bodyBytes));
  }

  get id(): Hash32 {
    if (this.#id === undefined) {
      SIGNED.set(this.bytes.subarray(0, this.bodyBytes), SIGNING_DOMAIN.length);
      this.#id = sha256(SIGNED.subarray(0, SIGNING_DOMAIN.length + this.bodyBytes)) as Hash32;
    }
    return this.#id;
  }

  get wireHash(): Hash32 {
    this.#wireHash ??= sha256(this.bytes) as Hash32;
    return this.#wireHash;
  }
}

/** An Ed25519 authorisation: scheme, length, key, signature. */
const SOLE_BYTES = 1 + 4 + ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES;

/** An Ed25519 signature with what it is of. */
export interface SoleSignature {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  /** Good until the next call. */
  readonly message: Uint8Array;
}

/**
 * The signature of wire bytes that end as those of an Ed25519 sender without payer do; undefined: they do not. Nothing is
 * decoded: whether they are such a transaction, decoding says (`coversSignatures`). 0.2 us.
 */
export function soleSignature(bytes: Uint8Array): SoleSignature | undefined {
  const end = bytes.length - SOLE_BYTES;
  if (end <= PAYER_AT || bytes.length > LIMITS.transactionBytes || bytes[PAYER_AT] !== 0) return undefined;
  const length = bytes[end + 1]! | (bytes[end + 2]! << 8) | (bytes[end + 3]! << 16) | (bytes[end + 4]! << 24);
  if (bytes[end] !== SCHEME.ED25519 || length !== ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES)
    return undefined;
  SIGNED.set(bytes.subarray(0, end), SIGNING_DOMAIN.length);
  const keyAt = end + 5;
  return {
    key: bytes.subarray(keyAt, keyAt + ED25519_KEY_BYTES),
    signature: bytes.subarray(keyAt + ED25519_KEY_BYTES),
    message: SIGNED.subarray(0, SIGNING_DOMAIN.length + end),
  };
}

function assertSize(length: number): void {
  if (length > LIMITS.transactionBytes) {
    const expected = `at most ${LIMITS.transactionBytes}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: length, unit: 'bytes', place: 'transaction' });
  }
}

function writeBody(writer: Writer, body: TransactionBody): void {
  assertVersion(body.version);
  assertCounts(body.gasLimit, body.calls.length, body.extraAccess.length);
  writer.u8(body.version).fixed(body.genesisHash, 32).fixed(body.sender, 32);
  writer.option(body.payer, (payer) => writer.fixed(payer, 32));
  writeNonce(writer, body.nonce);
  writer.number64(body.gasLimit).u64(body.gasPrice).number64(body.expiry);
  writer.list(body.calls, (call) => writeCall(writer, call));
  writer.list(body.extraAccess, (extra) => writeExtraAccess(writer, extra));
  writer.u32(0);
}

/** Who is in wire bytes that were decoded before; no more is read. @throws CodecError */
export function partiesOf(bytes: Uint8Array): Pick<TransactionBody, 'sender' | 'payer'> {
  const reader = new Reader(bytes, 'transaction');
  assertVersion(reader.u8());
  reader.skip(32);
  return { sender: reader.recent(RECENT) as Address, payer: readPayer(reader) };
}

function readPayer(reader: Reader): Address | undefined {
  return reader.tag(2, 'an option') === 1 ? (reader.recent(RECENT) as Address) : undefined;
}

function assertNoExtensions(count: number): void {
  if (count === 0) return;
  throw new CodecError('CODEC_VERSION', {
    expected: 0,
    got: count,
    unit: 'extensions',
    place: 'transaction',
  });
}

function assertVersion(version: number): void {
  if (version !== TRANSACTION_VERSION) {
    throw new CodecError('CODEC_VERSION', {
      expected: TRANSACTION_VERSION,
      got: version,
      place: 'transaction',
    });
  }
}

function assertCounts(gasLimit: number, calls: number, extraAccesses: number): void {
  if (gasLimit < 1)
    throw new CodecError('CODEC_RANGE', { expected: '1..2^53-1', got: gasLimit, place: 'gas limit' });
  if (calls < 1 || calls > LIMITS.calls)
    throw new CodecError('CODEC_LIMIT', { expected: `1..${LIMITS.calls}`, got: calls, place: 'calls' });
  if (extraAccesses > LIMITS.extraAccess) {
    const expected = `at most ${LIMITS.extraAccess}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: extraAccesses, place: 'extra access' });
  }
}

function writeNonce(writer: Writer, nonce: Nonce): void {
  if (nonce.kind === 'expiring') {
    writer.u8(1).fixed(nonce.bytes, 32).number64(nonce.expiry);
    return;
  }
  if (nonce.lane >= LIMITS.nonceLanes) {
    throw new CodecError('CODEC_RANGE', {
      expected: `0..${LIMITS.nonceLanes - 1}`,
      got: nonce.lane,
      place: 'nonce lane',
    });
  }
  writer.u8(0).u8(nonce.lane).u64(nonce.sequence);
}

function readNonce(reader: Reader): Nonce {
  if (reader.tag(2, 'a nonce') === 1)
    return { kind: 'expiring', bytes: reader.view(32), expiry: reader.number64() };
  return { kind: 'lane', lane: reader.tag(LIMITS.nonceLanes, 'a nonce lane'), sequence: reader.u64() };
}

function skipNonce(reader: Reader): void {
  if (reader.tag(2, 'a nonce') === 1) {
    reader.skip(32);
    reader.number64();
  } else {
    reader.tag(LIMITS.nonceLanes, 'a nonce lane');
    reader.skip(8);
  }
}

function writeCall(writer: Writer, call: Call): void {
  writer.fixed(call.contract, 32).u32(call.selector).bytes(call.args).u128(call.value);
}

function readCall(reader: Reader): Call {
  const contract = reader.recent(RECENT) as Address;
  const selector = reader.u32();
  const args = reader.bytesView(LIMITS.transactionBytes);
  return { contract, selector, args, value: reader.u128() };
}

function skipCall(reader: Reader): void {
  reader.skip(32 + 4);
  reader.skipBytes(LIMITS.transactionBytes);
  reader.skip(16);
}
