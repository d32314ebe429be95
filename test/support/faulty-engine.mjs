// The CometBFT engine over a runtime with a fault of choice: it dies at a step of a block, or proposes what is invalid. A
// node script and, as a module, the engine it names: `node faulty-engine.mjs STEP node --home HOME`.
import { fileURLToPath } from 'node:url';
import { createEngine as createComet } from '@weft/runtime/consensus/comet/engine';
import { createNetworkNode } from '@weft/runtime/node/network/network-node';

/** Blocks this process commits before its fault. */
const BLOCKS_BEFORE = 2;
const die = () => process.kill(process.pid, 'SIGKILL');

/** Called with the name of the fault's step and its executor; one wrapped method each. */
const FAULTS = {
  prepare: (executor) => ({ prepare: beforeOrAfter(executor, 'prepare', 'before') }),
  process: (executor) => ({ process: beforeOrAfter(executor, 'process', 'after') }),
  'before-finalize': (executor) => ({ finalize: beforeOrAfter(executor, 'finalize', 'before') }),
  'after-finalize': (executor) => ({ finalize: beforeOrAfter(executor, 'finalize', 'after') }),
  'before-commit': (executor) => ({ commit: beforeOrAfter(executor, 'commit', 'before') }),
  'after-commit': (executor) => ({ commit: beforeOrAfter(executor, 'commit', 'after') }),
  // Before CometBFT can save that the state is there.
  'after-restore': (executor) => ({
    snapshots: {
      list: () => executor.snapshots.list(),
      load: (...args) => executor.snapshots.load(...args),
      offer: (...args) => executor.snapshots.offer(...args),
      apply: async (...args) => {
        const verdict = await executor.snapshots.apply(...args);
        if (verdict === 'restored') die();
        return verdict;
      },
    },
  }),
  // Bytes that are no transaction, in every proposal of its own.
  'invalid-proposals': (executor) => ({
    prepare: async (...args) => [...(await executor.prepare(...args)), Uint8Array.of(1, 2, 3)],
  }),
};
let committed = 0;

function beforeOrAfter(executor, method, when) {
  return async (...args) => {
    const due = committed >= BLOCKS_BEFORE;
    if (due && when === 'before') die();
    const result = await executor[method](...args);
    if (due) die();
    if (method === 'commit') committed++;
    return result;
  };
}

export function createEngine(options) {
  const comet = createComet(options);
  const start = comet.start.bind(comet);
  comet.start = (executor, environment) => {
    const wrapped = FAULTS[process.argv[2]](executor);
    if (!('commit' in wrapped)) {
      wrapped.commit = async (seal) => {
        const retain = await executor.commit(seal);
        committed++;
        return retain;
      };
    }
    return start(
      new Proxy(executor, {
        get(target, name) {
          if (Object.hasOwn(wrapped, name)) return wrapped[name];
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
      environment,
    );
  };
  return comet;
}

async function runNode(home) {
  const fail = (error) => {
    console.error(error);
    process.exit(1);
  };
  const engineModule = fileURLToPath(import.meta.url);
  const node = await createNetworkNode(home, { engineModule, onFault: fail });
  process.once('SIGTERM', () => node.stop().finally(() => process.exit(0)));
  await node.start().catch(fail);
}

// Not awaited: the node imports this module as its engine, which has to be whole by then.
if (process.argv[1] === fileURLToPath(import.meta.url)) void runNode(process.argv.at(-1));
