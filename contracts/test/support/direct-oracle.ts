// The oracle on the calling thread: nothing is handed over key by key, so thousands of small blocks take seconds. Ready
// contracts do not recurse, so the caller's stack is enough; everything else goes through executors with their own.
import { CodeStore } from '@weft/runtime/execute/code-store';
import { executeOracle, type OracleThread } from '@weft/runtime/execute/sequential/oracle';
import { runSimulation } from '@weft/runtime/execute/sequential/simulate';
import { runView } from '@weft/runtime/execute/sequential/view';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';

export function createDirectOracle(): BlockExecutor {
  const thread: OracleThread = { codes: new CodeStore(), pool: new InstancePool(HOST_IMPORTS) };
  return {
    workers: 1,
    execute: async (input, read) => executeOracle(input, read, thread),
    view: async (request, read) => runView(request, read, thread),
    simulate: async (request, read) => runSimulation(request, read, thread),
    explain: async (input, read) => executeOracle({ ...input, notes: true }, read, thread),
    close: async () => {},
  };
}
