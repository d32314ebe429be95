// One contract on the real machine, without a node: a state in memory, blocks by a real executor, values by the ABI.
import { bytesText, utf8 } from '@weft/runtime/base/bytes';
import { sha256Domain } from '@weft/runtime/base/hash';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { AbiMethod } from '@weft/runtime/types/abi';
import {
  type Address,
  contractAddress,
  encodeAddress,
  type Hash32,
  SCHEME,
} from '@weft/runtime/types/address';
import { encodeGenesisInfo } from '@weft/runtime/types/genesis-codec';
import { keyText } from '@weft/runtime/types/key';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS, encodeParameters } from '@weft/runtime/types/parameters';
import type { ContractEvent, Receipt } from '@weft/runtime/types/receipt';
import { genesisKey, nonceKey, parametersKey } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeCell } from '@weft/runtime/types/value';
import {
  type Decoded,
  decodeError,
  decodeEvent,
  decodeResult,
  encodeArguments,
  initParameters,
  methodOf,
  type NamedValues,
} from '@weft/sdk/client/contract-codec';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Value } from '@weft/sdk/client/values';
import type { Artifact } from '@weft/sdk/compiler/compile';

const GENESIS_HASH = sha256Domain('weft/test/1', utf8('genesis')) as Hash32;
const SALT = new Uint8Array(32);
/** Gas limit of every call but uploads. */
export const GAS_LIMIT = 50_000_000;

/** A development account: an address nobody needs a key for. */
export function account(name: string): Address {
  return sha256Domain('weft/test/1', utf8(name)) as Address;
}

/** One call of a block. */
export interface Sent {
  readonly method: string;
  readonly args: NamedValues;
  /** Default: an account of its own for each place in the block, so that senders order nothing. */
  readonly sender?: Address;
}

/** What became of one call. */
export interface Done {
  readonly receipt: Receipt;
  readonly result: Value;
  readonly events: readonly Decoded[];
  readonly error: Decoded | undefined;
}

/** A deployed contract over an executor; what ran is applied, block after block. */
export class ContractChain {
  readonly state = new Map<string, Uint8Array>();
  /** The contract's address as text. */
  readonly contract: string;
  /** What the keys of the contract have behind their first character. */
  readonly prefix: string;
  readonly #address: Address;
  #height = 0;

  private constructor(
    readonly artifact: Artifact,
    readonly executor: BlockExecutor,
    codeHash: Uint8Array,
  ) {
    this.#address = contractAddress(account('creator'), SALT as Hash32, codeHash as Hash32);
    this.contract = encodeAddress(this.#address);
    this.prefix = bytesText(this.#address);
  }

  /** Uploads and creates the contract, its init method run by the account `creator`. */
  static async deploy(
    artifact: Artifact,
    executor: BlockExecutor,
    init: NamedValues,
  ): Promise<ContractChain> {
    const state = initialState();
    const creator = account('creator');
    const uploaded = await run(executor, state, 1, [
      transaction(state, creator, uploadCall(artifact.wasm), 1e9),
    ]);
    const [codeHash] = uploaded.receipts[0]?.results ?? [];
    if (!codeHash) throw new RangeError(`upload: ${uploaded.receipts[0]?.status}`);
    const args = encodeArguments(artifact.abi, initParameters(artifact.abi), init);
    const call = createContractCall(codeHash, SALT, args);
    const created = await run(executor, state, 2, [transaction(state, creator, call, GAS_LIMIT)]);
    if (created.receipts[0]?.status !== 'OK') throw new RangeError(`create: ${created.receipts[0]?.status}`);
    const chain = new ContractChain(artifact, executor, codeHash);
    for (const [key, value] of state) chain.state.set(key, value);
    chain.#height = 2;
    return chain;
  }

  /** Runs one block of calls and keeps its result. */
  async block(
    calls: readonly Sent[],
  ): Promise<{ readonly outcome: BlockOutcome; readonly done: readonly Done[] }> {
    const before = new Map<string, bigint>();
    const transactions = calls.map(({ method, args, sender: given }, index) => {
      const known = methodOf(this.artifact.abi, method);
      const encoded = encodeArguments(this.artifact.abi, known.args, args);
      const call = { contract: this.#address, selector: known.selector, args: encoded, value: 0n };
      const sender = given ?? account(`sender ${index}`);
      const name = bytesText(sender);
      const earlier = before.get(name) ?? 0n;
      before.set(name, earlier + 1n);
      return transaction(this.state, sender, call, GAS_LIMIT, earlier);
    });
    this.#height++;
    const outcome = await run(this.executor, this.state, this.#height, transactions);
    const done = outcome.receipts.map((receipt, index) => {
      const method = methodOf(this.artifact.abi, calls[index]?.method ?? '');
      const events = outcome.events.filter((event) => event.transaction === index);
      return this.#decode(method, receipt, events);
    });
    return { outcome, done };
  }

  /** One call in a block of its own. */
  async call(method: string, args: NamedValues, sender: Address = account('creator')): Promise<Done> {
    const { done } = await this.block([{ method, args, sender }]);
    return done[0] as Done;
  }

  /** A view over the state as it is; a revert's error as the second. */
  async view(method: string, args: NamedValues = {}): Promise<{ result: Value; error: Decoded | undefined }> {
    const { abi } = this.artifact;
    const known = methodOf(abi, method);
    const request = {
      contract: this.#address,
      selector: known.selector,
      args: encodeArguments(abi, known.args, args),
      sender: account('viewer'),
      value: 0n,
      gasLimit: GAS_LIMIT,
      height: this.#height,
      time: 0,
      grandparentHash: new Uint8Array(32),
    };
    const { status, result, failure } = await this.executor.view(request, (key) =>
      this.state.get(keyText(key)),
    );
    if (status === 'OK') return { result: decodeResult(abi, known, result), error: undefined };
    return { result: undefined, error: failure && decodeError(abi, failure.data) };
  }

  #decode(method: AbiMethod, receipt: Receipt, events: readonly ContractEvent[]): Done {
    const { abi } = this.artifact;
    const [result] = receipt.results;
    return {
      receipt,
      result: result && decodeResult(abi, method, result),
      events: events.map((event) => decodeEvent(abi, event)).filter((event) => event !== undefined),
      error: receipt.failure && decodeError(abi, receipt.failure.data),
    };
  }
}

function initialState(): Map<string, Uint8Array> {
  const parameters = { ...DEFAULT_PARAMETERS, gasPriceMin: 0n };
  return new Map([
    [keyText(genesisKey()), encodeGenesisInfo({ chainName: 'test', protocolVersion: 0, dev: true })],
    [keyText(parametersKey()), encodeParameters(parameters)],
  ]);
}

async function run(
  executor: BlockExecutor,
  state: Map<string, Uint8Array>,
  height: number,
  transactions: readonly Uint8Array[],
): Promise<BlockOutcome> {
  const input = {
    height,
    time: 1_700_000_000_000 + height,
    grandparentHash: new Uint8Array(32),
    proposer: account('proposer'),
    genesisHash: GENESIS_HASH,
    expiring: [],
    transactions,
    rule: 'finalize' as const,
  };
  const outcome = await executor.execute(input, (key) => state.get(keyText(key)));
  for (const { key, after } of outcome.stateDiff) {
    if (after === undefined) state.delete(keyText(key));
    else state.set(keyText(key), after);
  }
  return outcome;
}

/** Wire bytes; `earlier`: transactions of the sender before it in the block. */
function transaction(
  state: Map<string, Uint8Array>,
  sender: Address,
  call: Call,
  gasLimit: number,
  earlier = 0n,
): Uint8Array {
  const sequence = decodeCell(1, state.get(keyText(nonceKey(sender, 0)))) + earlier;
  return encodeTransaction({
    version: 1,
    genesisHash: GENESIS_HASH,
    sender,
    payer: undefined,
    nonce: { kind: 'lane', lane: 0, sequence },
    gasLimit,
    gasPrice: 0n,
    expiry: 1_000_000,
    calls: [call],
    extraAccess: [],
    senderAuthorisation: { scheme: SCHEME.DEVELOPMENT, bytes: new Uint8Array(0) },
    payerAuthorisation: undefined,
  });
}
