// What an instance costs a call: the token's transfer over a host that does nothing, in a pooled instance that is
// restored as far as it was stored to, in one restored whole, and in a new one; by pages of memory.
import { type CompiledCode, compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import { createInstance, type Instance } from '@weft/runtime/vm/instance';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { buildContract, selectorIn } from '../../hostile/contracts.js';
import { alternate, processorMs, type Spread } from '../../support/measure.js';

const CALLS = 64;
const GAS = 1e9;
const DEPTH = 1_000_000;
/** Host functions that succeed at once: 1 for those with a result. */
const IMPORTS = {
  weft: Object.fromEntries(HOST_TABLE.map(({ name, result }) => [name, () => (result ? 1 : undefined)])),
} as WebAssembly.Imports;

/** Times of 64 calls, ms. */
export interface InstanceTimes {
  readonly name: string;
  /** Restored as far as recorded. */
  readonly tracked: Spread;
  /** Restored whole, as after a call that did not return. */
  readonly whole: Spread;
  readonly fresh: Spread;
}

/** A transfer of the token, whose build and call are given. */
export function measureTokenInstance(
  code: CompiledCode,
  call: { selector: number; args: Uint8Array },
  runs: number,
): Promise<InstanceTimes> {
  return measure('token transfer, host of nothing', code, call.selector | 0, call.args.length, runs);
}

/** A contract that stores a little, as the SDK's do, with so many pages. */
export function measurePages(pages: number, runs: number): Promise<InstanceTimes> {
  const methods = { store: { body: '(i64.store (i32.const 3000) (i64.const 1))' } };
  const code = compileCode(buildContract(methods, '(data (i32.const 1024) "static")', pages));
  return measure(`one store, ${pages} pages`, code, selectorIn(methods, 'store'), 0, runs);
}

async function measure(
  name: string,
  code: CompiledCode,
  selector: number,
  length: number,
  runs: number,
): Promise<InstanceTimes> {
  const pool = new InstancePool(IMPORTS);
  const call = (instance: Instance): void => {
    instance.setGas(GAS);
    instance.setDepth(DEPTH);
    instance.start?.();
    instance.call(selector, length);
  };
  const times = (action: () => void) => () => {
    for (let count = 0; count < CALLS; count++) action();
  };
  const cases = {
    tracked: times(() => {
      const instance = pool.take(code);
      call(instance);
      pool.give(instance);
    }),
    whole: times(() => {
      const instance = pool.take(code);
      call(instance);
      instance.stopped();
      pool.give(instance);
    }),
    fresh: times(() => call(createInstance(code, IMPORTS))),
  };
  for (let round = 0; round < 300; round++) {
    cases.tracked();
    cases.whole();
  }
  const { tracked, whole, fresh } = await alternate(cases, runs, processorMs);
  return { name, tracked: tracked!, whole: whole!, fresh: fresh! };
}
