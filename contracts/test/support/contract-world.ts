// Contracts on the real machine, without a node: a state in memory, blocks by a real executor, values by the ABIs.
import { bytesText, utf8 } from '@weft/runtime/base/bytes';
import { sha256Domain } from '@weft/runtime/base/hash';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { abiLayout } from '@weft/runtime/types/abi';
import {
  type Address,
  contractAddress,
  encodeAddress,
  type Hash32,
  SCHEME,
} from '@weft/runtime/types/address';
import { encodeGenesisInfo } from '@weft/runtime/types/genesis-codec';
import { encodeStateKey, fieldId, type KeyKind, keyText, type StateKey } from '@weft/runtime/types/key';
import { decodeValues, encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import type { BlockInput, BlockOutcome, ReadState } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS, encodeParameters } from '@weft/runtime/types/parameters';
import type { Receipt } from '@weft/runtime/types/receipt';
import { balanceKey, genesisKey, nonceKey, parametersKey } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeBytesValue, decodeCell, encodeCell } from '@weft/runtime/types/value';
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
import { fromLayoutValue, toLayoutValue, type Value } from '@weft/sdk/client/values';
import type { Artifact } from '@weft/sdk/compiler/compile';

const GENESIS_HASH = sha256Domain('weft/test/1', utf8('genesis')) as Hash32;
/** Gas limit of every call but uploads. */
export const GAS_LIMIT = 50_000_000;
/** Time of a world's first block, ms. */
export const FIRST_TIME = 1_700_000_000_000;

/** A development account: an address nobody needs a key for. */
export function account(name: string): Address {
  return sha256Domain('weft/test/1', utf8(name)) as Address;
}

/** The address of a development account as text. */
export const text = (name: string): string => encodeAddress(account(name));

/** A contract that is there. */
export class Placed {
  /** The address as text. */
  readonly text: string;
  constructor(
    readonly artifact: Artifact,
    readonly address: Address,
  ) {
    this.text = encodeAddress(address);
  }
  /** How fast-check shows it in a counterexample. */
  [Symbol.for('fast-check/toStringMethod')](): string {
    return this.artifact.name;
  }
}

/** One call of a block. */
export interface WorldCall {
  readonly to: Placed;
  readonly method: string;
  readonly args: NamedValues;
  /** Default: an account of its own for each place in the block, so that senders order nothing. */
  readonly sender?: Address;
  /** Native amount that goes with it. */
  readonly value?: bigint;
  /** Default `GAS_LIMIT`. */
  readonly gasLimit?: number;
}

/** What became of one call. */
export interface Done {
  readonly receipt: Receipt;
  readonly result: Value;
  /** Events of the contract called, and of those it called, by their ABIs. */
  readonly events: readonly Decoded[];
  readonly error: Decoded | undefined;
}

export interface WorldBlock {
  readonly outcome: BlockOutcome;
  readonly done: readonly Done[];
}

/** Contracts over an executor; what ran is applied, block after block. */
export class ContractWorld {
  readonly placed: Placed[] = [];
  #state = initialState();
  #height = 0;
  /** Time of the next block, ms. */
  time = FIRST_TIME;

  constructor(readonly executor: BlockExecutor) {}

  get state(): ReadonlyMap<string, Uint8Array> {
    return this.#state;
  }

  /** The same world again: what runs in one changes nothing in the other. */
  fork(executor: BlockExecutor = this.executor): ContractWorld {
    const fork = new ContractWorld(executor);
    fork.placed.push(...this.placed);
    fork.#state = new Map(this.#state);
    fork.#height = this.#height;
    fork.time = this.time;
    return fork;
  }

  /** Uploads and creates a contract, its init method run by `creator`. */
  async deploy(artifact: Artifact, init: NamedValues, creator = account('creator')): Promise<Placed> {
    const uploaded = await this.#execute(
      this.#input([this.#transaction(creator, uploadCall(artifact.wasm), 1e9)]),
    );
    const [codeHash] = uploaded.receipts[0]?.results ?? [];
    if (!codeHash) throw new RangeError(`upload: ${uploaded.receipts[0]?.status}`);
    const salt = new Uint8Array(32).fill(this.placed.length);
    const args = encodeArguments(artifact.abi, initParameters(artifact.abi), init);
    const call = createContractCall(codeHash, salt, args);
    const created = await this.#execute(this.#input([this.#transaction(creator, call, GAS_LIMIT)]));
    const [receipt] = created.receipts;
    if (receipt?.status !== 'OK') {
      const error = receipt?.failure && decodeError(artifact.abi, receipt.failure.data);
      throw new RangeError(`create: ${receipt?.status} ${error?.name}`);
    }
    const placed = new Placed(artifact, contractAddress(creator, salt, codeHash));
    this.placed.push(placed);
    return placed;
  }

  /** Gives an account native units out of nothing. */
  fund(who: Address, amount: bigint): void {
    this.#put(balanceKey(who), encodeCell(2, this.balanceOf(who) + amount));
  }

  /** Native units of an account or contract. */
  balanceOf(who: Uint8Array): bigint {
    return decodeCell(2, this.#state.get(keyText(balanceKey(who as Address))));
  }

  /** A cell of a contract, read from the state. */
  cell(of: Placed, field: string, ...keys: readonly Value[]): bigint {
    const { key, kind } = this.#key(of, field, keys);
    return decodeCell(kind, this.#state.get(keyText(key)));
  }

  /** A plain value of a contract, read from the state; undefined where there is none. */
  value(of: Placed, field: string, ...keys: readonly Value[]): Value {
    const { key, type } = this.#key(of, field, keys);
    const stored = this.#state.get(keyText(key));
    if (stored === undefined) return undefined;
    const layout = abiLayout(of.artifact.abi, type);
    const [value] = decodeValues([layout], decodeBytesValue(stored));
    return fromLayoutValue(layout, value as LayoutValue);
  }

  #key(of: Placed, name: string, keys: readonly Value[]) {
    const { abi } = of.artifact;
    const field = abi.fields.find((one) => one.name === name);
    if (field === undefined) throw new RangeError(`no field ${name}`);
    const components = field.keys.map((type, index) => {
      const layout = abiLayout(abi, type);
      return encodeValues([layout], [toLayoutValue(layout, keys[index] as Value, name)]);
    });
    const kind = field.kind as KeyKind;
    return { key: encodeStateKey(kind, of.address, fieldId(name), components), kind, type: field.type };
  }

  /** What the state holds now. */
  get read(): ReadState {
    return (key) => this.#state.get(keyText(key));
  }

  /** The next block of these calls, not run. */
  prepare(calls: readonly WorldCall[]): BlockInput {
    const before = new Map<string, bigint>();
    const transactions = calls.map(({ to, method, args, sender: given, value = 0n, gasLimit }, index) => {
      const known = methodOf(to.artifact.abi, method);
      const encoded = encodeArguments(to.artifact.abi, known.args, args);
      const call = { contract: to.address, selector: known.selector, args: encoded, value };
      const sender = given ?? account(`sender ${index}`);
      const name = bytesText(sender);
      const earlier = before.get(name) ?? 0n;
      before.set(name, earlier + 1n);
      return this.#transaction(sender, call, gasLimit ?? GAS_LIMIT, earlier);
    });
    return this.#input(transactions);
  }

  /** Runs one block of calls and keeps its result. */
  async run(calls: readonly WorldCall[]): Promise<BlockOutcome> {
    return this.#execute(this.prepare(calls));
  }

  /** The same, decoded. */
  async block(calls: readonly WorldCall[]): Promise<WorldBlock> {
    const outcome = await this.run(calls);
    const events = new Map<number, Decoded[]>();
    for (const event of outcome.events) {
      const index = event.transaction ?? -1;
      const from = this.placed.find(({ address }) => bytesText(address) === bytesText(event.contract));
      const decoded = from && decodeEvent(from.artifact.abi, event);
      if (!decoded) continue;
      const list = events.get(index) ?? [];
      events.set(index, list);
      list.push(decoded);
    }
    const done = outcome.receipts.map((receipt, index) => {
      const { to, method } = calls[index]!;
      const { abi } = to.artifact;
      const [result] = receipt.results;
      return {
        receipt,
        result: result && decodeResult(abi, methodOf(abi, method), result),
        events: events.get(index) ?? [],
        error: this.#error(receipt),
      };
    });
    return { outcome, done };
  }

  /** One call in a block of its own. */
  async call(
    to: Placed,
    method: string,
    args: NamedValues = {},
    sender: Address = account('creator'),
    value = 0n,
  ): Promise<Done> {
    const { done } = await this.block([{ to, method, args, sender, value }]);
    return done[0]!;
  }

  /** A view over the state as it is; a revert's error as the second. */
  async view(
    to: Placed,
    method: string,
    args: NamedValues = {},
  ): Promise<{ result: Value; error: Decoded | undefined }> {
    const { abi } = to.artifact;
    const known = methodOf(abi, method);
    const request = {
      contract: to.address,
      selector: known.selector,
      args: encodeArguments(abi, known.args, args),
      sender: account('viewer'),
      value: 0n,
      gasLimit: GAS_LIMIT,
      height: this.#height,
      time: this.time,
      grandparentHash: new Uint8Array(32),
    };
    const { status, result, failure } = await this.executor.view(request, this.read);
    if (status === 'OK') return { result: decodeResult(abi, known, result), error: undefined };
    return { result: undefined, error: failure && decodeError(abi, failure.data) };
  }

  /** The error by the ABI of whoever knows it: a callee's passes through its caller. */
  #error(receipt: Receipt): Decoded | undefined {
    const data = receipt.failure?.data;
    if (data === undefined) return undefined;
    for (const { artifact } of this.placed) {
      const decoded = decodeError(artifact.abi, data);
      if (decoded) return decoded;
    }
    return undefined;
  }

  #put(key: StateKey, value: Uint8Array | undefined): void {
    if (value === undefined) this.#state.delete(keyText(key));
    else this.#state.set(keyText(key), value);
  }

  #input(transactions: readonly Uint8Array[]): BlockInput {
    return {
      height: this.#height + 1,
      time: this.time,
      grandparentHash: new Uint8Array(32),
      proposer: account('proposer'),
      genesisHash: GENESIS_HASH,
      expiring: [],
      transactions,
      rule: 'finalize',
    };
  }

  async #execute(input: BlockInput): Promise<BlockOutcome> {
    const outcome = await this.executor.execute(input, this.read);
    this.#height = input.height;
    this.time = input.time + 1;
    for (const { key, after } of outcome.stateDiff) this.#put(key as StateKey, after);
    return outcome;
  }

  /** Wire bytes; `earlier`: transactions of the sender before it in the block. */
  #transaction(sender: Address, call: Call, gasLimit: number, earlier = 0n): Uint8Array {
    const sequence = decodeCell(1, this.#state.get(keyText(nonceKey(sender, 0)))) + earlier;
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
}

function initialState(): Map<string, Uint8Array> {
  const parameters = { ...DEFAULT_PARAMETERS, gasPriceMin: 0n };
  return new Map([
    [keyText(genesisKey()), encodeGenesisInfo({ chainName: 'test', protocolVersion: 0, dev: true })],
    [keyText(parametersKey()), encodeParameters(parameters)],
  ]);
}
