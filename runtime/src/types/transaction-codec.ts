// Canonical bytes of transactions, and their two hashes: id over the domain-separated signing bytes, wire hash over
// all bytes. First stage of the data's way: bytes in, SignedTransaction out. SPEC: runtime/docs/spec/transaction.md.
import { concatBytes, utf8 } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import { readExtraAccess, writeExtraAccess } from './access-codec.js';
import type { Address, Hash32 } from './address.js';
import { authoriseEd25519, readAuthorisation, writeAuthorisation } from './authorisation.js';
import type { Call, Nonce, SignedTransaction, Transaction, TransactionBody } from './transaction.js';

/** The envelope version this build reads and writes. */
export const TRANSACTION_VERSION = 1;
const SIGNING_DOMAIN = utf8('weft/transaction/1');

/** What is signed: the domain, then the body. @throws CodecError for a body that has no encoding */
export function signingBytes(body: TransactionBody): Uint8Array {
  const writer = new Writer().fixed(SIGNING_DOMAIN);
  writeBody(writer, body);
  return writer.finish();
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
  return decodeExact(bytes, 'transaction', (reader) => {
    const body = readBody(reader);
    const signed = concatBytes(SIGNING_DOMAIN, bytes.subarray(0, reader.offset));
    const senderAuthorisation = readAuthorisation(reader);
    const payerAuthorisation = body.payer === undefined ? undefined : readAuthorisation(reader);
    // Named one by one: a spread costs more than all the rest.
    return {
      version: body.version,
      genesisHash: body.genesisHash,
      sender: body.sender,
      payer: body.payer,
      nonce: body.nonce,
      gasLimit: body.gasLimit,
      gasPrice: body.gasPrice,
      expiry: body.expiry,
      calls: body.calls,
      extraAccess: body.extraAccess,
      senderAuthorisation,
      payerAuthorisation,
      id: sha256(signed) as Hash32,
      wireHash: sha256(bytes) as Hash32,
      signingBytes: signed,
      bytes,
    };
  });
}

/** Wire bytes of a body signed by Ed25519 seeds (32 bytes each); `payerSeed` exactly when the body has a payer. */
export function signTransaction(body: TransactionBody, seed: Uint8Array, payerSeed?: Uint8Array): Uint8Array {
  const signed = signingBytes(body);
  return encodeTransaction({
    ...body,
    senderAuthorisation: authoriseEd25519(seed, signed),
    payerAuthorisation: payerSeed && authoriseEd25519(payerSeed, signed),
  });
}

function assertSize(length: number): void {
  if (length > LIMITS.transactionBytes) {
    const expected = `at most ${LIMITS.transactionBytes}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: length, unit: 'bytes', place: 'transaction' });
  }
}

function writeBody(writer: Writer, body: TransactionBody): void {
  assertBody(body);
  writer.u8(body.version).fixed(body.genesisHash, 32).fixed(body.sender, 32);
  writer.option(body.payer, (payer) => writer.fixed(payer, 32));
  writeNonce(writer, body.nonce);
  writer.number64(body.gasLimit).u64(body.gasPrice).number64(body.expiry);
  writer.list(body.calls, (call) => writeCall(writer, call));
  writer.list(body.extraAccess, (extra) => writeExtraAccess(writer, extra));
  writer.u32(0);
}

function readBody(reader: Reader): TransactionBody {
  const version = reader.u8();
  assertVersion(version);
  const genesisHash = reader.fixed(32) as Hash32;
  const sender = reader.fixed(32) as Address;
  const payer = reader.option(() => reader.fixed(32) as Address);
  const nonce = readNonce(reader);
  const gasLimit = reader.number64();
  const gasPrice = reader.u64();
  const expiry = reader.number64();
  const calls = reader.list(() => readCall(reader), LIMITS.calls);
  const extraAccess = reader.list(() => readExtraAccess(reader), LIMITS.extraAccess);
  const extensions = reader.u32();
  if (extensions !== 0) {
    throw new CodecError('CODEC_VERSION', {
      expected: 0,
      got: extensions,
      unit: 'extensions',
      place: 'transaction',
    });
  }
  const body = { version, genesisHash, sender, payer, nonce, gasLimit, gasPrice, expiry, calls, extraAccess };
  assertBody(body);
  return body;
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

function assertBody(body: TransactionBody): void {
  assertVersion(body.version);
  if (body.gasLimit < 1)
    throw new CodecError('CODEC_RANGE', { expected: '1..2^53-1', got: body.gasLimit, place: 'gas limit' });
  if (body.calls.length < 1 || body.calls.length > LIMITS.calls) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `1..${LIMITS.calls}`,
      got: body.calls.length,
      place: 'calls',
    });
  }
  if (body.extraAccess.length > LIMITS.extraAccess) {
    const expected = `at most ${LIMITS.extraAccess}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: body.extraAccess.length, place: 'extra access' });
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
    return { kind: 'expiring', bytes: reader.fixed(32), expiry: reader.number64() };
  return { kind: 'lane', lane: reader.tag(LIMITS.nonceLanes, 'a nonce lane'), sequence: reader.u64() };
}

function writeCall(writer: Writer, call: Call): void {
  writer.fixed(call.contract, 32).u32(call.selector).bytes(call.args).u128(call.value);
}

function readCall(reader: Reader): Call {
  const contract = reader.fixed(32) as Address;
  const selector = reader.u32();
  const args = reader.bytes(LIMITS.transactionBytes);
  return { contract, selector, args, value: reader.u128() };
}
