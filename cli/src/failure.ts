// Why a call failed, for a person: the contract's own error by name, or the host's code by name.
import type { ErrorContext } from '@weft/runtime/base/errors';
import type { Abi } from '@weft/runtime/types/abi';
import { failureName } from '@weft/runtime/vm/failure';
import { decodeError } from '@weft/sdk/client/contract-codec';
import { type FailureJson, fromNodeHex } from '@weft/sdk/client/node-client';
import { valueToJson } from '@weft/sdk/client/values';

/** The facts of a failure as an error context. */
export function failureContext(abi: Abi, status: string, failure: FailureJson | null): ErrorContext {
  if (failure === null) return { status };
  const decoded = failure.code === 0 ? decodeError(abi, fromNodeHex(failure.data)) : undefined;
  if (decoded)
    return {
      status,
      error: decoded.name,
      fields: JSON.stringify(valueToJson(decoded.fields)),
      contract: failure.contract,
    };
  return {
    status,
    error: failureName(failure.code) ?? failure.code,
    contract: failure.contract,
    data: failure.data,
  };
}
