// From a receipt or a view that is not OK to the error tree: what failed, and beneath it why.

import { CodecError } from '@weft/runtime/base/codec-error';
import type { WeftError } from '@weft/runtime/base/errors';
import type { Abi } from '@weft/runtime/types/abi';
import { type Decoded, decodeError } from './contract-codec.js';
import { ClientError, ContractRevert, HostFailure, placeOf, type SourcePlace } from './errors.js';
import { hostFailure, statusFailure } from './host-failures.js';
import {
  type FailureJson,
  fromNodeHex,
  type Located,
  type SimulationJson,
  type TraceFrameJson,
  type ViewJson,
} from './node-client.js';
import type { SourceMaps } from './source-map.js';
import { valueToJson } from './values.js';

/** CLIENT_FAILED: an included transaction that did not succeed. Its cause is a ContractRevert or a HostFailure. */
export class TransactionFailed extends ClientError {
  /** `located`: the receipt, and where it is. `place`: what was called. */
  constructor(
    readonly located: Located,
    place: string,
    cause: ClientError,
  ) {
    const { height, receipt } = located;
    const { status, transaction, gasUsed } = receipt;
    super('CLIENT_FAILED', { got: status, transaction, height, gasUsed, place }, cause);
  }

  override get shortMessage(): string {
    return `${this.context.place}: ${(this.cause as ClientError).shortMessage}`;
  }
}

/** CLIENT_VIEW_FAILED: a read that did not succeed. Its cause is a ContractRevert or a HostFailure. */
export class ViewFailed extends ClientError {
  /** `place`: what was called. */
  constructor(
    readonly view: ViewJson,
    place: string,
    cause: ClientError,
  ) {
    super('CLIENT_VIEW_FAILED', { got: view.status, gasUsed: view.gasUsed, place }, cause);
  }

  override get shortMessage(): string {
    return `${this.context.place}: ${(this.cause as ClientError).shortMessage}`;
  }
}

/** CLIENT_SIMULATION_FAILED: preflight shows that a transaction would fail. Its cause is as of TransactionFailed. */
export class SimulationFailed extends ClientError {
  /** `place`: what was called. */
  constructor(
    readonly simulation: SimulationJson,
    place: string,
    cause: ClientError,
  ) {
    super('CLIENT_SIMULATION_FAILED', { got: simulation.status, gasUsed: simulation.gasUsed, place }, cause);
  }

  override get shortMessage(): string {
    return `${this.context.place}: ${(this.cause as ClientError).shortMessage}`;
  }
}

/** What helps to explain a failure: the ABI of a contract, and source maps. */
export interface FailureKnowledge {
  /** Of the contract called. */
  readonly abi?: Abi | undefined;
  /** ABIs of contracts further down, by address. */
  readonly abis?: ReadonlyMap<string, Abi>;
  readonly sourceMaps?: SourceMaps | undefined;
  /** bech32m text of the contract called: `abi` is its own. Absent: `abi` names errors of any contract. */
  readonly contract?: string;
}

/** The receipt's transaction as an error; `traced`: what a trace of it says, where there is one. */
export function transactionFailure(
  located: Located,
  place: string,
  knowledge: FailureKnowledge = {},
  traced?: Traced,
): TransactionFailed {
  const { status, failure } = located.receipt;
  return new TransactionFailed(located, place, failureCause(status, failure, knowledge, traced));
}

/** The view as an error. */
export function viewFailure(view: ViewJson, place: string, knowledge: FailureKnowledge = {}): ViewFailed {
  const { status, failure, trace, abort } = view;
  return new ViewFailed(view, place, failureCause(status, failure, knowledge, { trace, abort }));
}

/** The simulation as an error, with the line where its source maps are known. */
export function simulationFailure(
  simulation: SimulationJson,
  place: string,
  knowledge: FailureKnowledge = {},
): SimulationFailed {
  const { status, failure, trace, abort } = simulation;
  return new SimulationFailed(simulation, place, failureCause(status, failure, knowledge, { trace, abort }));
}

/** What a simulation or a trace adds to a failure. */
export interface Traced {
  readonly trace: readonly TraceFrameJson[] | null;
  readonly abort: SimulationJson['abort'];
}
const UNTRACED: Traced = { trace: null, abort: null };

function failureCause(
  status: string,
  failure: FailureJson | null,
  knowledge: FailureKnowledge,
  { trace, abort }: Traced = UNTRACED,
): ClientError {
  const innermost = trace?.[0]?.contract;
  const at = knowledge.sourceMaps?.place(
    trace,
    innermost === undefined ? undefined : abiOf(knowledge, innermost),
  );
  if (failure === null) {
    const { name, what, fix } = statusFailure(status);
    return new HostFailure(undefined, name, what, fix, at);
  }
  const { contract } = failure;
  if (failure.code !== CONTRACT_ERROR) {
    const { name, what, fix } = hostFailure(failure.code);
    if (abort === null) return new HostFailure(contract, name, what, fix, at);
    const said = readAbort(abort);
    return new HostFailure(contract, name, `${what}: ${said.message}`, undefined, said.at ?? at);
  }
  const abi = abiOf(knowledge, contract);
  const data = fromNodeHex(failure.data);
  const known = abi && tryDecode(abi, data);
  const said = known
    ? { error: known.name, fields: JSON.stringify(valueToJson(known.fields)) }
    : { data: failure.data.slice(0, DATA_SHOWN) };
  const selector = trace?.[0]?.contract === contract ? trace[0].selector : undefined;
  const method = abi?.methods.find((one) => one.selector === selector)?.name;
  const facts = { contract, method, data, errorName: known?.name, fields: known?.fields, at };
  return new ContractRevert(facts, { ...said, method, place: placeOf(contract, at) });
}

/** The compiler puts the place of a `throw` into its call of abort. */
function readAbort({ message, line, column }: NonNullable<SimulationJson['abort']>): {
  readonly message: string;
  readonly at: SourcePlace | undefined;
} {
  const [, text, file] = /^(.*) in ([^~\s]\S*)$/s.exec(message) ?? [];
  if (text === undefined || file === undefined) return { message, at: undefined };
  return { message: text, at: { file, line, column } };
}

function abiOf(knowledge: FailureKnowledge, contract: string): Abi | undefined {
  if (knowledge.contract === undefined || knowledge.contract === contract) return knowledge.abi;
  return knowledge.abis?.get(contract);
}

const CONTRACT_ERROR = 0;
/** Characters of an unknown error's data that a message shows. */
const DATA_SHOWN = 74;

/** Data of a contract called further down may be anything: what does not decode stays bytes. */
function tryDecode(abi: Abi, data: Uint8Array): Decoded | undefined {
  try {
    return decodeError(abi, data);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** The contract's own error beneath an error of the client's, or undefined. */
export function revertIn(error: unknown): ContractRevert | undefined {
  return error instanceof ClientError ? error.walk(isRevert) : undefined;
}

const isRevert = (error: Error | WeftError): error is ContractRevert => error instanceof ContractRevert;
