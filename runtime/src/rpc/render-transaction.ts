// The JSON form of a decoded transaction.
import type { Authorisation, SignedTransaction } from '../types/transaction.js';
import { addressJson, extraAccessJson, hexJson } from './render.js';

export function transactionJson(transaction: SignedTransaction) {
  const { nonce, calls, payerAuthorisation } = transaction;
  return {
    id: hexJson(transaction.id),
    wireHash: hexJson(transaction.wireHash),
    bytes: hexJson(transaction.bytes),
    sender: addressJson(transaction.sender),
    payer: transaction.payer === undefined ? null : addressJson(transaction.payer),
    nonce:
      nonce.kind === 'lane'
        ? { lane: nonce.lane, sequence: nonce.sequence.toString() }
        : { expiring: hexJson(nonce.bytes), expiry: nonce.expiry },
    gasLimit: transaction.gasLimit,
    gasPrice: transaction.gasPrice.toString(),
    expiry: transaction.expiry,
    calls: calls.map(({ contract, selector, args, value }) => ({
      contract: addressJson(contract),
      selector,
      args: hexJson(args),
      value: value.toString(),
    })),
    extraAccess: transaction.extraAccess.map(extraAccessJson),
    senderAuthorisation: authorisationJson(transaction.senderAuthorisation),
    payerAuthorisation: payerAuthorisation === undefined ? null : authorisationJson(payerAuthorisation),
  };
}

function authorisationJson({ scheme, bytes }: Authorisation) {
  return { scheme, bytes: hexJson(bytes) };
}
