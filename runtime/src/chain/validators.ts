// The validators in the chain's state, and how a block changed them.
import { assert } from '../base/assert.js';
import { bytesEqual, toHex } from '../base/bytes.js';
import type { ValidatorPower } from '../ports/consensus.js';
import type { ValueChange } from '../types/block.js';
import type { ReadState } from '../types/outcome.js';
import { decodeValidators } from '../types/parameters.js';
import { validatorsKey } from '../types/system.js';

/** By key ascending. */
export function readValidators(read: ReadState): readonly ValidatorPower[] {
  const stored = read(validatorsKey());
  assert(stored !== undefined, 'a chain state holds its validators');
  return decodeValidators(stored);
}

/** What a block's effect on state makes of the validators, by key ascending; power 0 for those that are gone. */
export function validatorUpdates(stateDiff: readonly ValueChange[]): readonly ValidatorPower[] {
  const key = validatorsKey();
  const change = stateDiff.find((one) => bytesEqual(one.key, key));
  if (change?.before === undefined || change.after === undefined) return [];
  const before = powers(decodeValidators(change.before));
  const after = powers(decodeValidators(change.after));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const was = before.get(name);
    const is = after.get(name);
    if (was?.power === is?.power) return [];
    return is ?? { publicKey: (was as ValidatorPower).publicKey, power: 0n };
  });
}

function powers(validators: readonly ValidatorPower[]): Map<string, ValidatorPower> {
  return new Map(validators.map((one) => [toHex(one.publicKey), one]));
}
