// The machine failing twice under a block halts the node with a code. Nothing is decided about the block or about any of
// its transactions: the same ones go through once the machine is well.
import { createSealEngine } from '@weft/runtime/consensus/seal/engine';
import { ExecuteError } from '@weft/runtime/execute/errors';
import type { EngineEnvironment } from '@weft/runtime/ports/consensus';
import { VmError } from '@weft/runtime/vm/errors';
import { afterAll, expect, it } from 'vitest';
import { countingExecutor, startChain } from '../support/test-chain.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
afterAll(() => executor.close());

/** What a lane says after its second try. */
function ailing(): { ill: boolean } & typeof executor {
  const wrapped = {
    ...executor,
    ill: false,
    execute(...args: Parameters<typeof executor.execute>) {
      if (!wrapped.ill) return executor.execute(...args);
      const cause = new VmError('VM_NODE_FAULT', { place: 'memory.grow' });
      return Promise.reject(new ExecuteError('EXECUTE_NODE_FAULT', {}, cause));
    },
  };
  return wrapped;
}

it('chain: a node fault is no refusal of a transaction or block, and leaves nothing', async () => {
  const machine = ailing();
  const { chain, next } = await startChain(genesis, machine);
  const pool = [transfer(genesis)];
  const root = chain.opened?.state.root();
  machine.ill = true;
  const fault = { code: 'EXECUTE_NODE_FAULT' };
  await expect(chain.prepare(next(), pool, 1 << 20)).rejects.toMatchObject(fault);
  await expect(chain.process(next(), pool)).rejects.toMatchObject(fault);
  await expect(chain.finalize(next(), pool)).rejects.toMatchObject(fault);
  await expect(chain.commit(new Uint8Array(64))).rejects.toMatchObject({ code: 'CHAIN_NO_CANDIDATE' });
  expect(chain.info().height).toBe(0);
  expect(chain.opened?.state.root()).toEqual(root);
  machine.ill = false;
  const chosen = await chain.prepare(next(), pool, 1 << 20);
  expect(chosen).toEqual(pool);
  const { receipts } = await chain.finalize(next(), chosen);
  expect(receipts.map(({ status }) => status)).toEqual(['OK']);
});

it('seal: a node fault halts block production and says which code', async () => {
  const machine = ailing();
  const { chain } = await startChain(genesis, machine);
  const failures: unknown[] = [];
  const pool = [transfer(genesis)];
  const environment: EngineEnvironment = {
    genesis,
    isPending: () => true,
    clock: { now: () => genesis.time + 1, after: () => () => undefined },
    entropy: { bytes: (length) => new Uint8Array(length) },
    signer: { publicKey: new Uint8Array(32).fill(7), sign: async () => new Uint8Array(64) },
    pool: () => pool,
    admit: async (bytes) => bytes,
    onTransaction: () => () => undefined,
    onBlock: () => undefined,
    onFailure: (error) => failures.push(error),
  };
  const engine = createSealEngine({ trigger: { kind: 'manual' } });
  await engine.start(chain, environment);
  machine.ill = true;
  await expect(engine.seal()).rejects.toMatchObject({ code: 'EXECUTE_NODE_FAULT' });
  expect(failures).toMatchObject([{ code: 'EXECUTE_NODE_FAULT', cause: { code: 'VM_NODE_FAULT' } }]);
  expect(engine.status().producing).toBe(false);
  machine.ill = false;
  await expect(engine.seal()).rejects.toMatchObject({ code: 'SEAL_HALTED' });
  expect(chain.info().height).toBe(0);
  await engine.stop();
});
