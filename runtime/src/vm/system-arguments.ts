// Arguments of system methods: exactly their bytes, or the call ends.
import { decodeExact, type Reader } from '../base/codec.js';
import { WeftError } from '../base/errors.js';
import type { Frame } from './frame.js';

/** What `read` makes of the frame's arguments; ends the call with BAD_ARGUMENTS for anything else. */
export function decodeArguments<T>(frame: Frame, read: (reader: Reader) => T): T {
  try {
    return decodeExact(frame.request.args, 'arguments', read);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return frame.fail('BAD_ARGUMENTS');
  }
}
