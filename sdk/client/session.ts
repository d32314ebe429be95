// An account at work on one chain: gives nonces, signs, submits, waits for receipts. Any number of sends may be under
// way at once.
import { assert } from '@weft/runtime/base/assert';
import type { Abi } from '@weft/runtime/types/abi';
import type { ExtraAccess } from '@weft/runtime/types/access';
import { asHash32, contractAddress, encodeAddress, type Hash32 } from '@weft/runtime/types/address';
import type { Call, Nonce } from '@weft/runtime/types/transaction';
import type { NodeRefusal } from './errors.js';
import { simulationFailure, transactionFailure } from './failure.js';
import { fromNodeHex, type Located, type NodeClient, type Submission } from './node-client.js';
import { createNonceLanes, type NonceLanes } from './nonce-lanes.js';
import { type Preflight, type PreflightOptions, preflight } from './preflight.js';
import { createContractCall, uploadCall } from './system-abi.js';
import { buildTransaction } from './transaction.js';
import type { Account } from './wallet.js';

export interface SendOptions {
  /** Default 10,000,000. */
  readonly gasLimit?: number;
  /** Native units a gas; default 1. */
  readonly gasPrice?: bigint;
  /** Blocks it stays valid; default 1,000, and at most 128 with an expiring nonce. */
  readonly expiryBlocks?: number;
  /** Nonce lane, 0 to 15; default 0. A lane's transactions are included in order, lanes do not wait for each other. */
  readonly lane?: number;
  /** True: 32 random bytes in place of a lane. Such transactions wait for none, and none for them. Default false. */
  readonly expiring?: boolean;
  /** Pays the fee in the sender's place, and signs too. */
  readonly payer?: Account;
  /** Keys the contract's templates cannot know. */
  readonly extraAccess?: readonly ExtraAccess[];
  /**
   * True: simulates each transaction first. It then carries the extra access its templates miss, and unless `gasLimit` is
   * given the gas it needs; one that would fail is not sent. Default false; what is pending is not part of what the
   * simulation sees.
   */
  readonly preflight?: boolean;
  /** How long to wait for the receipt, ms; default the node client's. */
  readonly timeoutMs?: number;
}

export interface DeployOptions extends SendOptions {
  /** 32 bytes that tell it from others of the same creator and code; default zeros. */
  readonly salt?: Uint8Array;
  /** Native units for the new contract; its init method must be payable. Default 0. */
  readonly value?: bigint;
  /** Names the errors of the init method. */
  readonly abi?: Abi;
}

/** A contract made by `deploy`. */
export interface Deployed {
  /** bech32m text. */
  readonly address: string;
  readonly codeHash: Uint8Array;
  readonly created: Located;
}

/** What became of one transaction of a batch. */
export type BatchOutcome = { readonly located: Located } | { readonly error: NodeRefusal };

export interface Session {
  readonly account: Account;
  readonly node: NodeClient;
  /** What the calls would do now, and what a transaction of them needs. @throws CLIENT_RPC */
  preflight(calls: readonly Call[], options?: PreflightOptions): Promise<Preflight>;
  /** Signs and submits one transaction of calls that succeed or fail together; its id. @throws CLIENT_RPC, CLIENT_SIMULATION_FAILED */
  submit(calls: readonly Call[], options?: SendOptions): Promise<string>;
  /** Signs, submits, waits. The receipt may be of a failure: look at its status. @throws CLIENT_RPC, CLIENT_RECEIPT_TIMEOUT */
  send(calls: readonly Call[], options?: SendOptions): Promise<Located>;
  /**
   * One transaction an element, signed for consecutive nonces and submitted together; waits for those accepted. In a
   * lane, a refusal refuses those after it too. @throws CLIENT_RECEIPT_TIMEOUT
   */
  sendBatch(batch: readonly (readonly Call[])[], options?: SendOptions): Promise<readonly BatchOutcome[]>;
  /**
   * Uploads code and creates a contract of it a block later. `init`: Borsh arguments of its init method.
   * @throws CLIENT_FAILED with the status of what did not succeed
   */
  deploy(wasm: Uint8Array, init: Uint8Array, options?: DeployOptions): Promise<Deployed>;
  /** Asks the node for nonces again: for development chains that were reverted. */
  forgetNonces(): void;
}

/** What one transaction of a batch carries. */
interface Prepared {
  readonly calls: readonly Call[];
  readonly gasLimit: number;
  readonly extraAccess: readonly ExtraAccess[];
}

const GAS_LIMIT = 10_000_000;
const EXPIRY_BLOCKS = 1_000;
/** An expiring nonce reaches at most this far past the next block. */
const EXPIRING_BLOCKS = 128;
/** Intrinsic gas and the upload's price a byte, with room: what deploying reserves. */
const UPLOAD_GAS = { base: 2_000_000, byte: 1_200 };
const CREATE_GAS = 50_000_000;

/** A session of one account over a node. One a process and account: two would give out the same nonces. */
export function createSession(node: NodeClient, account: Account): Session {
  const lanes = createNonceLanes(node, account.text);
  const submitAll = async (batch: readonly (readonly Call[])[], options: SendOptions) => {
    const prepared = await Promise.all(batch.map((calls) => prepare(node, account, calls, options)));
    return submitBatch(node, account, lanes, prepared, options);
  };
  const session: Session = {
    account,
    node,
    preflight: (calls, options = {}) => preflight(node, account.text, calls, options),
    async submit(calls, options = {}) {
      const [answer] = await submitAll([calls], options);
      assert(answer !== undefined, 'one answer a transaction');
      if ('error' in answer) throw answer.error;
      return answer.id;
    },
    async send(calls, options = {}) {
      return node.waitForReceipt(await session.submit(calls, options), options.timeoutMs);
    },
    async sendBatch(batch, options = {}) {
      const answers = await submitAll(batch, options);
      const accepted = answers.flatMap((answer) => ('id' in answer ? [answer.id] : []));
      const receipts = await node.waitForReceipts(accepted, options.timeoutMs);
      const byId = new Map(accepted.map((id, index) => [id, receipts[index] as Located]));
      return answers.map((answer) => ('id' in answer ? { located: byId.get(answer.id) as Located } : answer));
    },
    forgetNonces: () => lanes.forget(),
    async deploy(wasm, init, options = {}) {
      const uploadGas = UPLOAD_GAS.base + UPLOAD_GAS.byte * wasm.length;
      const uploaded = await session.send([uploadCall(wasm)], { ...options, gasLimit: uploadGas });
      const codeHash = resultOf(uploaded, 'upload').subarray(0, 32);
      const salt = options.salt ?? new Uint8Array(32);
      const create = createContractCall(codeHash, salt, init, options.value);
      const created = await session.send([create], { gasLimit: CREATE_GAS, ...options });
      resultOf(created, 'create', options.abi);
      return { address: encodeAddress(contractAddress(account.address, salt, codeHash)), codeHash, created };
    },
  };
  return session;
}

async function prepare(
  node: NodeClient,
  account: Account,
  calls: readonly Call[],
  options: SendOptions,
): Promise<Prepared> {
  const { gasLimit, extraAccess = [] } = options;
  if (!options.preflight) return { calls, gasLimit: gasLimit ?? GAS_LIMIT, extraAccess };
  const checked = await preflight(node, account.text, calls, { extraAccess });
  if (checked.simulation.status !== 'OK') throw simulationFailure(checked.simulation, 'transaction');
  return { calls, gasLimit: gasLimit ?? checked.gasLimit, extraAccess: checked.extraAccess };
}

async function submitBatch(
  node: NodeClient,
  account: Account,
  lanes: NonceLanes,
  batch: readonly Prepared[],
  options: SendOptions,
): Promise<readonly Submission[]> {
  const { height, genesisHash } = await node.status();
  const chain = asHash32(fromNodeHex(genesisHash));
  const blocks = options.expiryBlocks ?? EXPIRY_BLOCKS;
  if (options.expiring) {
    const expiry = height + Math.min(blocks, EXPIRING_BLOCKS);
    const sign = (one: Prepared) =>
      signCalls(account, one, chain, { kind: 'expiring', bytes: randomBytes(32), expiry }, expiry, options);
    return node.sendTransactions(batch.map(sign));
  }
  const lane = options.lane ?? 0;
  const expiry = height + blocks;
  return lanes.submit(lane, height, async (first) => {
    const signed = batch.map((one, index) => {
      const nonce = { kind: 'lane', lane, sequence: first + BigInt(index) } as const;
      return signCalls(account, one, chain, nonce, expiry, options);
    });
    const value = await node.sendTransactions(signed);
    return { value, next: nextSequence(first, value), expiry };
  });
}

/** The lane's next sequence after a submission; undefined where only the node knows. */
function nextSequence(first: bigint, answers: readonly Submission[]): bigint | undefined {
  const accepted = answers.findIndex((answer) => 'error' in answer);
  const refused = answers[accepted];
  if (refused === undefined || !('error' in refused)) return first + BigInt(answers.length);
  if (accepted > 0 || refused.error.nodeCode !== 'ADMIT_NONCE') return first + BigInt(accepted);
  // Someone else sends for this account: the node says what it expects, its pending transactions counted.
  const expected = String(refused.error.nodeContext['expected']);
  return /^\d{1,20}$/.test(expected) ? BigInt(expected) : undefined;
}

function signCalls(
  account: Account,
  { calls, gasLimit, extraAccess }: Prepared,
  genesisHash: Hash32,
  nonce: Nonce,
  expiry: number,
  options: SendOptions,
): Uint8Array {
  return buildTransaction(account, calls, {
    genesisHash,
    nonce,
    expiry,
    gasLimit,
    extraAccess,
    gasPrice: options.gasPrice ?? 1n,
    ...(options.payer ? { payer: options.payer } : {}),
  });
}

/** What the first call returned. @throws CLIENT_FAILED */
function resultOf(located: Located, place: string, abi?: Abi): Uint8Array {
  const [result] = located.receipt.results;
  if (located.receipt.status !== 'OK' || result === undefined)
    throw transactionFailure(located, place, { abi });
  return fromNodeHex(result);
}

function randomBytes(length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
