// One call from outside or from another contract: who is called, and may it be. The native system contract and
// contracts with code go different ways from here.
import { bytesEqual } from '../base/bytes.js';
import { contractKey, decodeContractRecord, SYSTEM_ADDRESS } from '../types/system.js';
import type { CompiledCode } from './compiled-code.js';
import { attemptCall, enterMethod } from './enter-method.js';
import { VmError } from './errors.js';
import { type CallRequest, Frame } from './frame.js';
import { SYSTEM_KEY } from './host-memory.js';
import type { CallEnd } from './outcome.js';
import type { Run } from './run.js';
import { runSystemMethod } from './system-contract.js';
import { touchCode } from './touch-code.js';

/**
 * Runs one call to its end. Unless it ends OK everything it did is undone.
 * @throws VM_NODE_FAULT when the engine gives up, VM_CODE_MISSING when the state names code it does not have
 */
export function callContract(run: Run, request: CallRequest): CallEnd {
  const body = bytesEqual(request.contract, SYSTEM_ADDRESS) ? runSystemMethod : enterContract;
  return attemptCall(new Frame(run, request), body);
}

function enterContract(frame: Frame): void {
  const { request } = frame;
  const code = findCode(frame);
  if (frame.isReentered()) frame.fail('REENTERED');
  const method = code.methods.get(request.selector);
  if (method === undefined || method.init) frame.fail('UNKNOWN_METHOD');
  enterMethod(frame, code, method);
}

/** The code of the called contract: of S0 without a key, of a contract made in this block by its key. */
function findCode(frame: Frame): CompiledCode {
  const { run, request } = frame;
  const { contract } = request;
  let record = run.block.codes.contractAt(contract);
  if (record === undefined) {
    const stored = run.state.readStored(SYSTEM_KEY.of(contractKey(contract)));
    if (stored === undefined) frame.fail('UNKNOWN_CONTRACT');
    record = decodeContractRecord(stored);
  }
  run.state.assertReached(contract);
  const code = touchCode(frame, record.codeHash);
  if (code === undefined) throw new VmError('VM_CODE_MISSING', { place: 'contract record' });
  return code;
}
