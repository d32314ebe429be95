// From a receipt or a view that is not OK to the error tree: what failed, and beneath it why.

import { CodecError } from '@weft/runtime/base/codec-error';
import type { WeftError } from '@weft/runtime/base/errors';
import type { Abi } from '@weft/runtime/types/abi';
import { type Decoded, decodeError } from './contract-codec.js';
import { ClientError, ContractRevert, HostFailure } from './errors.js';
import { hostFailure, statusFailure } from './host-failures.js';
import { type FailureJson, fromNodeHex, type Located, type ViewJson } from './node-client.js';
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

/** The receipt's transaction as an error. `abi`: of the contract called, if there is one; its errors get names. */
export function transactionFailure(located: Located, place: string, abi?: Abi): TransactionFailed {
  const { status, failure } = located.receipt;
  return new TransactionFailed(located, place, failureCause(status, failure, abi));
}

/** The view as an error. */
export function viewFailure(view: ViewJson, place: string, abi?: Abi): ViewFailed {
  return new ViewFailed(view, place, failureCause(view.status, view.failure, abi));
}

function failureCause(status: string, failure: FailureJson | null, abi: Abi | undefined): ClientError {
  if (failure === null) {
    const { name, what, fix } = statusFailure(status);
    return new HostFailure(undefined, name, what, fix);
  }
  if (failure.code !== CONTRACT_ERROR) {
    const { name, what, fix } = hostFailure(failure.code);
    return new HostFailure(failure.contract, name, what, fix);
  }
  const data = fromNodeHex(failure.data);
  const known = abi && tryDecode(abi, data);
  const said = known
    ? { error: known.name, fields: JSON.stringify(valueToJson(known.fields)) }
    : { data: failure.data.slice(0, DATA_SHOWN) };
  const context = { ...said, place: failure.contract };
  return new ContractRevert(failure.contract, data, known?.name, known?.fields, context);
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
