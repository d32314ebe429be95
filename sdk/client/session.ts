// An account at work on one chain: asks for its next nonce, signs, submits, waits for the receipt.
import { asHash32, contractAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import { ClientError } from './errors.js';
import { fromNodeHex, type Located, type NodeClient } from './node-client.js';
import { createContractCall, uploadCall } from './system-abi.js';
import { buildTransaction } from './transaction.js';
import type { Account } from './wallet.js';

export interface SendOptions {
  /** Default 10,000,000. */
  readonly gasLimit?: number;
  /** Native units a gas; default 1. */
  readonly gasPrice?: bigint;
  /** Blocks it stays valid; default 1,000. */
  readonly expiryBlocks?: number;
  /** Nonce lane; default 0. */
  readonly lane?: number;
  /** How long to wait for the receipt, ms; default 30 s. */
  readonly timeoutMs?: number;
}

/** A contract made by `deploy`. */
export interface Deployed {
  /** bech32m text. */
  readonly address: string;
  readonly codeHash: Uint8Array;
  readonly created: Located;
}

export interface Session {
  readonly account: Account;
  /** Signs, submits, waits. The receipt may be of a failure: look at its status. @throws CLIENT_RPC, CLIENT_RECEIPT_TIMEOUT */
  send(calls: readonly Call[], options?: SendOptions): Promise<Located>;
  /**
   * Uploads code and creates a contract of it a block later. `init`: Borsh arguments of its init method.
   * @throws CLIENT_FAILED with the status of what did not succeed
   */
  deploy(
    wasm: Uint8Array,
    init: Uint8Array,
    options?: SendOptions & { readonly salt?: Uint8Array },
  ): Promise<Deployed>;
}

const GAS_LIMIT = 10_000_000;
/** Intrinsic gas and the upload's price a byte, with room: what deploying reserves. */
const UPLOAD_GAS = { base: 2_000_000, byte: 1_200 };
const CREATE_GAS = 50_000_000;

/** A session of one account over a node. */
export function createSession(node: NodeClient, account: Account): Session {
  const session: Session = {
    account,
    async send(calls, options = {}) {
      const lane = options.lane ?? 0;
      const [status, sequence] = await Promise.all([node.status(), node.nextSequence(account.text, lane)]);
      const transaction = buildTransaction(account, calls, {
        genesisHash: asHash32(fromNodeHex(status.genesisHash)),
        nonce: { kind: 'lane', lane, sequence },
        gasLimit: options.gasLimit ?? GAS_LIMIT,
        gasPrice: options.gasPrice ?? 1n,
        expiry: status.height + (options.expiryBlocks ?? 1000),
      });
      return node.waitForReceipt(await node.sendTransaction(transaction), options.timeoutMs);
    },
    async deploy(wasm, init, options = {}) {
      const uploadGas = UPLOAD_GAS.base + UPLOAD_GAS.byte * wasm.length;
      const uploaded = await session.send([uploadCall(wasm)], { ...options, gasLimit: uploadGas });
      const codeHash = resultOf(uploaded, 'upload').subarray(0, 32);
      const salt = options.salt ?? new Uint8Array(32);
      const created = await session.send([createContractCall(codeHash, salt, init)], {
        gasLimit: CREATE_GAS,
        ...options,
      });
      resultOf(created, 'create');
      return { address: encodeAddress(contractAddress(account.address, salt, codeHash)), codeHash, created };
    },
  };
  return session;
}

/** What the first call returned. @throws CLIENT_FAILED */
function resultOf(located: Located, place: string): Uint8Array {
  const { status, failure, results, transaction } = located.receipt;
  const [result] = results;
  if (status !== 'OK' || result === undefined) {
    throw new ClientError('CLIENT_FAILED', {
      got: status,
      failureCode: failure?.code,
      failureData: failure?.data,
      transaction,
      place,
    });
  }
  return fromNodeHex(result);
}
