// The thread of the oracle and of views: one synchronous function per job, the state asked of the main thread key by
// key. Piscina loads this file; its task lasts as long as the thread.
import { bytesText } from '../../base/bytes.js';
import type { StateKey } from '../../types/key.js';
import type { BlockInput, ReadState } from '../../types/outcome.js';
import { HOST_IMPORTS } from '../../vm/host-functions.js';
import { InstancePool } from '../../vm/instance-pool.js';
import { CodeStore } from '../code-store.js';
import { askValue, JOB, REQUEST } from '../threads/requests.js';
import { type MainThread, serveJobs, type WorkerTask } from '../threads/worker.js';
import { executeOracle, type OracleThread } from './oracle.js';
import type { Given } from './seeds.js';
import { runSimulation, type SimulationInput } from './simulate.js';
import { runView, type ViewInput } from './view.js';

/** Piscina's entry. A job's input is a posted message, and so is what comes out. */
export function work(task: WorkerTask): void {
  const thread: OracleThread = { codes: new CodeStore(), pool: new InstancePool(HOST_IMPORTS) };
  serveJobs(task, (job, main) => {
    const input = main.receive();
    const read = readThrough(main);
    if (job === JOB.oracle) {
      const block = input as BlockInput & { readonly given?: Given };
      main.post({ outcome: executeOracle(block, read, thread, block.given) });
    } else if (job === JOB.simulate)
      main.post({ outcome: runSimulation(input as SimulationInput, read, thread) });
    else main.post({ outcome: runView(input as ViewInput, read, thread) });
  });
}

/** Every key is asked once per job: main answers from one state. */
function readThrough(main: MainThread): ReadState {
  const known = new Map<string, Uint8Array | undefined>();
  return (key: StateKey) => {
    const text = bytesText(key);
    if (!known.has(text)) known.set(text, askValue(main, REQUEST.current, key));
    return known.get(text);
  };
}
