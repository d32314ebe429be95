// Broken invariants: what no input can cause. Wrong input throws a floor's coded error instead.
import { defineErrors } from './errors.js';

/** Thrown by `assert`: a fault of this program. */
export class InvariantError extends defineErrors('InvariantError', {
  BASE_INVARIANT: {
    what: 'an internal invariant does not hold',
    fix: 'This is a fault of Weft: report it with the steps that lead here.',
  },
}) {}

/** Holds or stops: narrows `condition` for the compiler. @throws BASE_INVARIANT */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError('BASE_INVARIANT', { place: message });
}
