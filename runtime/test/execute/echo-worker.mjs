// A worker of the thread tests: each job number is something a thread can do to its crew.
import { ABORT, raiseAbort } from '@weft/runtime/execute/threads/control';
import { GIVEN_UP, serveJobs } from '@weft/runtime/execute/threads/worker';
import { VmError } from '@weft/runtime/vm/errors';

export function work(task) {
  serveJobs(task, (job, main) => {
    if (job === 1) {
      // Asks 300 questions and reports their sum.
      let sum = 0;
      for (let index = 0; index < 300; index++) sum += main.ask(7, Uint8Array.of(index & 255)).bytes[0];
      main.post({ sum });
    } else if (job === 2) throw new VmError('VM_NODE_FAULT', { place: 'test' });
    else if (job === 3) throw new TypeError('unexpected');
    else if (job === 4 && task.index === 0) process.exit(1);
    else if (job === 6 && task.index === 0) {
      // Hangs; the others leave.
      for (;;);
    } else if (job === 7) {
      // Slow, but gives a sign of life between.
      for (let turn = 0; turn < 3; turn++) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
        main.ask(7, Uint8Array.of(0));
      }
    } else if (job === 5 && task.index === 0) {
      raiseAbort(task.words, ABORT.arenaFull);
      throw GIVEN_UP;
    }
  });
}
