// What the VM throws. A contract's own failure is never here: it is an outcome with a code of failure.ts.
import { defineErrors } from '../base/errors.js';

/** Errors of this floor; all mean that this node, not the transaction, is at fault or asked wrongly. */
export class VmError extends defineErrors('VmError', {
  VM_NODE_FAULT: {
    what: 'the engine could not run a contract for want of memory or stack',
    fix: 'Run contracts on threads with a 64 MB stack and leave the process more memory; the block runs again.',
  },
  VM_CODE_MISSING: {
    what: 'the state names a code that is not in it',
    fix: 'The state is damaged: verify the data folder or restore a snapshot.',
  },
  VM_CODE_INVALID: {
    what: 'the module cannot be a contract',
    fix: 'Build it with `weft build`, or give it the exports, imports and sections a contract needs.',
  },
}) {}
