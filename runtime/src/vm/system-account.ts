// The system method over accounts: `setAuthorisation` replaces the key, or keys, that speak for the sender (SPEC §2,
// rotation). Reserve checks authorisations against the state before the block, so it holds from the next block on.
import { bytesEqual } from '../base/bytes.js';
import { LIMITS } from '../base/limits.js';
import { isAuthorisationKey } from '../types/authorisation.js';
import { accountKey, encodeAccountRecord } from '../types/system.js';
import type { Frame } from './frame.js';
import { SYSTEM_KEY } from './host-memory.js';
import { decodeArguments } from './system-arguments.js';

/** Replaces the authorisation of the transaction's sender, who calls this itself. */
export function setAuthorisation(frame: Frame): void {
  const { run, request } = frame;
  const price = run.schedule.system.setAuthorisation;
  frame.charge(price.base + price.byte * request.args.length);
  const record = decodeArguments(frame, (reader) => ({
    scheme: reader.u8(),
    key: reader.bytes(LIMITS.authorisationBytes),
  }));
  frame.assertWritable();
  // Neither a contract for its caller nor, in a hook, for itself: a contract's address has no key.
  const own = bytesEqual(request.caller, run.sender) && run.block.codes.contractAt(run.sender) === undefined;
  if (!own) frame.fail('NOT_ACCOUNT');
  if (!isAuthorisationKey(record.scheme, record.key)) frame.fail('BAD_AUTHORISATION');
  run.state.write(SYSTEM_KEY.of(accountKey(run.sender)), encodeAccountRecord(record));
}
