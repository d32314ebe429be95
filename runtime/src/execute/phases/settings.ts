// What a block is judged by: parameters, hooks and whether this is a development chain, from the parent state.
import { WeftError } from '../../base/errors.js';
import type { Hook, Parameters } from '../../types/genesis.js';
import { decodeGenesisInfo } from '../../types/genesis-codec.js';
import type { StateKey } from '../../types/key.js';
import { decodeHooks, decodeParameters } from '../../types/parameters.js';
import { genesisKey, hooksKey, parametersKey } from '../../types/system.js';
import { ExecuteError } from '../errors.js';
import type { BlockState } from './state.js';

export interface Settings {
  readonly parameters: Parameters;
  /** In registry order. */
  readonly hooks: readonly Hook[];
  /** Scheme 255 is open. */
  readonly dev: boolean;
}

/** Reads them. @throws EXECUTE_STATE */
export function readSettings(state: BlockState): Settings {
  return {
    parameters: readRecord(state, parametersKey(), 'parameters', decodeParameters),
    hooks: state.parent(hooksKey()) === undefined ? [] : readRecord(state, hooksKey(), 'hooks', decodeHooks),
    dev: readRecord(state, genesisKey(), 'genesis', decodeGenesisInfo).dev,
  };
}

function readRecord<T>(
  state: BlockState,
  key: StateKey,
  place: string,
  decode: (stored: Uint8Array) => T,
): T {
  const stored = state.parent(key);
  if (stored === undefined) throw new ExecuteError('EXECUTE_STATE', { got: 'nothing', place });
  return decodeStored(place, decode, stored);
}

/** A record of the chain's own, decoded. @throws EXECUTE_STATE */
export function decodeStored<T>(place: string, decode: (stored: Uint8Array) => T, stored: Uint8Array): T {
  try {
    return decode(stored);
  } catch (cause) {
    if (cause instanceof WeftError)
      throw new ExecuteError('EXECUTE_STATE', { got: cause.code, place }, cause);
    throw cause;
  }
}
