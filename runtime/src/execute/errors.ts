// What executing a block can refuse or give up on. A contract's failure is never one of these: it is a receipt.
import { defineErrors } from '../base/errors.js';

/** Errors of the executors. */
export class ExecuteError extends defineErrors('ExecuteError', {
  EXECUTE_INVALID_BLOCK: {
    what: 'the block breaks a rule and is refused',
    fix: 'Leave out the transaction named by `place`, or propose a smaller block.',
  },
  EXECUTE_STATE: {
    what: 'a record every block needs is missing from state or unreadable',
    fix: 'The state is not that of an initialised chain: check which data folder is open.',
  },
  EXECUTE_BUSY: {
    what: 'the executor is running a block already',
    fix: 'Await one block before the next; one executor runs one block at a time.',
  },
  EXECUTE_DEADLINE: {
    what: 'a view took more time than a node gives one',
    fix: 'Ask for less at once, or run the call on a node of your own.',
  },
  EXECUTE_CLOSED: { what: 'the executor is closed', fix: 'Create a new executor.' },
  EXECUTE_WORKERS: { what: 'the number of workers is out of range', fix: 'Ask for at least one worker.' },
  EXECUTE_WORKER_LOST: {
    what: 'worker threads ended in mid-block, again after the block was started over',
    fix: 'Give the process more memory, or fewer workers.',
  },
  EXECUTE_SILENT: {
    what: 'no worker thread gave a sign of life in the middle of a block',
    fix: 'The block is started over on new threads; if it happens again, the machine is starved or stopped.',
  },
  EXECUTE_NODE_FAULT: {
    what: 'the machine failed under a transaction twice, which decides nothing about the transaction',
    fix: 'Give the process more memory and start the node again; the block was not decided.',
  },
  EXECUTE_THREAD: {
    what: 'a worker thread stopped on an error that has no code',
    fix: 'This is a fault of Weft: report it with the steps that lead here.',
  },
  EXECUTE_ARENA_LIMIT: {
    what: 'a block needs more shared memory than one arena can have',
    fix: 'Lower the block limits in the parameters.',
  },
}) {}
