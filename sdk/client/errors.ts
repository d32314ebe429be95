// What the client refuses or reports: a coded error with the chain's own code beneath it where there is one.
import { defineErrors } from '@weft/runtime/base/errors';

export class ClientError extends defineErrors('ClientError', {
  CLIENT_MNEMONIC: {
    what: 'the mnemonic is not valid BIP-39 English',
    fix: 'Check the words and their order.',
  },
  CLIENT_ARGUMENT: { what: 'an argument does not fit its type', fix: 'Pass the type the ABI names.' },
  CLIENT_ARGUMENTS: {
    what: 'the arguments do not match the method',
    fix: 'Pass exactly the arguments the ABI lists.',
  },
  CLIENT_METHOD: { what: 'the contract has no such method', fix: 'Pick one of the methods listed.' },
  CLIENT_ABI: { what: 'the ABI is not one this client understands' },
  CLIENT_TRANSPORT: {
    what: 'the node did not answer',
    fix: 'Is a node running at this address? Start one with `weft node`.',
  },
  CLIENT_RPC: { what: 'the node refused the request' },
  CLIENT_RECEIPT_TIMEOUT: {
    what: 'no block included the transaction in time',
    fix: 'Check the node still seals blocks; the transaction stays valid until its expiry.',
  },
  CLIENT_FAILED: { what: 'the contract refused' },
  CLIENT_NO_ABI: {
    what: 'the contract carries no ABI',
    fix: 'Name an ABI file, or deploy a module built by `weft build`.',
  },
}) {}
