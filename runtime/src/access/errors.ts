// Why a transaction has no access set. None of these fails a transaction: it runs unrestricted in the tail instead.
import { CodecError } from '../base/codec-error.js';
import { defineErrors } from '../base/errors.js';

export class AccessError extends defineErrors('AccessError', {
  ACCESS_CONTRACT: {
    what: 'no contract stands at this address at the start of the block',
    fix: 'Wait for the block that creates it, or check the address.',
  },
  ACCESS_METHOD: { what: 'the contract has no callable method with this selector' },
  ACCESS_ARGUMENTS: { what: 'the arguments are not exactly what the method takes' },
  ACCESS_EXPRESSION: { what: 'a template expression does not yield what its place needs' },
  ACCESS_POINTER: { what: 'a stored value does not have the shape its pointer declares' },
  ACCESS_KEY: { what: 'a declared key is no state key, or not of the kind its mode needs' },
  ACCESS_UNREACHED: {
    what: 'extra access names a contract that no call of the transaction reaches',
    fix: 'Remove it from the extra access.',
  },
  ACCESS_LIMIT: { what: 'the declared access is past a limit' },
  ACCESS_GAS: {
    what: 'resolving the access costs more than the gas limit leaves',
    fix: 'Raise the gas limit; simulation tells what is needed.',
  },
}) {}

/** Runs a decoding step; bytes that do not decode become an AccessError with this code. */
export function decoding<T>(
  code: ConstructorParameters<typeof AccessError>[0],
  place: string,
  step: () => T,
): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof CodecError) throw new AccessError(code, { place }, error);
    throw error;
  }
}
