// The executors as the chain uses them: blocks that need more memory, threads that are lost in mid-block, views,
// refusal in `process`. Through real WebAssembly.
import { concatBytes } from '@weft/runtime/base/bytes';
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { ViewRequest } from '@weft/runtime/ports/execution';
import type { Address } from '@weft/runtime/types/address';
import type { Parameters as ChainParameters } from '@weft/runtime/types/genesis';
import { encodeStateKey, keyText, type StateKey } from '@weft/runtime/types/key';
import type { BlockInput, ReadState } from '@weft/runtime/types/outcome';
import { encodeHooks } from '@weft/runtime/types/parameters';
import { encodeEvent } from '@weft/runtime/types/receipt-codec';
import { listOf } from '@weft/runtime/types/record-codec';
import { hooksKey } from '@weft/runtime/types/system';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import {
  buildScriptContract,
  type Declared,
  FIELD_P,
  OP,
  type ScriptMethod,
  scriptArguments,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, blockOf, transactionOf, World } from '../fixtures/world.js';

const oracle = createSequentialExecutor();
const open: ParallelExecutor[] = [];
const world = new World();
const contracts: Address[] = [];

function parallelOf(workers: number): ParallelExecutor {
  const executor = createParallelExecutor({ workers });
  open.push(executor);
  return executor;
}

beforeAll(async () => {
  const codeHash = world.code(await buildScriptContract());
  for (let index = 0; index < 24; index++) contracts.push(world.contract(codeHash, `k${index}`));
});
afterAll(async () => {
  await Promise.all([oracle, ...open].map((executor) => executor.close()));
});

function wireOf(
  index: number,
  contract: Address,
  method: ScriptMethod,
  script: readonly Uint8Array[],
  declared: Declared = {},
) {
  return transactionOf({
    sender: addressOf(`sender ${index}`),
    nonce: { kind: 'lane', lane: 0, sequence: 0n },
    gasLimit: 20_000_000,
    calls: [
      { contract, selector: scriptSelector(method), args: scriptArguments(concatBytes(...script), declared) },
    ],
  });
}

/** Blocks of adds on one cell, each with some work. */
function addingBlock(count: number): BlockInput {
  const declared: Declared = { adds: [{ key: 0, amount: 1n, bound: 2n ** 64n - 1n }] };
  const script = [OP.burn(3000), OP.add(0, 1n), OP.emit()];
  return blockOf(
    Array.from({ length: count }, (_, index) => wireOf(index, contracts[0]!, 'run', script, declared)),
  );
}

async function expectSame(executor: ParallelExecutor, block: BlockInput): Promise<void> {
  const expected = await oracle.execute(block, world.read);
  const got = await executor.execute(block, world.read);
  expectSameOutcome(got, expected);
}

test('parallel: a block whose locks reach more keys than the arena has room for runs again in a larger one', async () => {
  // 24 × 255 keys that nobody declared, each asked of main under a contract lock.
  const keys = Array.from({ length: 255 }, (_, key) => OP.write(key, 1));
  const transactions = contracts.map((contract, index) => wireOf(index, contract, 'writeAll', keys));
  const block = blockOf(transactions);
  const executor = parallelOf(2);
  await expectSame(executor, block);
  // And small again in the arena that is there now.
  await expectSame(executor, addingBlock(3));
});

test('parallel: a thread lost in mid-block changes nothing', async () => {
  const executor = parallelOf(3);
  await expectSame(executor, addingBlock(20));
  const block = addingBlock(400);
  const expected = await oracle.execute(block, world.read);
  const running = executor.execute(block, world.read);
  await executor.kill(1);
  expectSameOutcome(await running, expected);
  // Lost while idle.
  await executor.kill(0);
  await expectSame(executor, block);
});

/** Resolves once a worker of the running block asks main for something: it is in the middle of the ordered part. */
function whenRunning(read: ReadState): { readonly read: ReadState; readonly running: Promise<void> } {
  let begin: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const watched: ReadState = (key) => {
    // Nobody declares it, so only a worker under its lock asks for it.
    if (keyText(key) === keyText(mark)) begin();
    return read(key);
  };
  return { read: watched, running };
}

const MARK_KEY = 200;
let mark: StateKey;

test('parallel: threads killed inside the ordered part, twice in one block: the same block, from S0', async () => {
  mark = encodeStateKey(0, contracts[3]!, FIELD_P, [Uint8Array.of(MARK_KEY)]);
  const adds: Declared = { adds: [{ key: 0, amount: 1n, bound: 2n ** 64n - 1n }] };
  const many = Array.from({ length: 300 }, (_, index) =>
    wireOf(index + 1, contracts[0]!, 'run', [OP.burn(20_000), OP.add(0, 1n), OP.emit()], adds),
  );
  const marker = wireOf(0, contracts[3]!, 'writeAll', [OP.write(MARK_KEY, 1)]);
  const block = blockOf([marker, ...many]);
  const expected = await oracle.execute(block, world.read);
  const executor = parallelOf(3);
  const first = whenRunning(world.read);
  let second: ReturnType<typeof whenRunning> | undefined;
  let kills = 0;
  const read: ReadState = (key) => (second ?? first).read(key);
  const running = executor.execute(block, read);
  await first.running;
  second = whenRunning(world.read);
  kills++;
  await executor.kill(1);
  await second.running;
  kills++;
  await executor.kill(2);
  expectSameOutcome(await running, expected);
  expect(kills).toBe(2);
  await expectSame(executor, block);
}, 60_000);

test('parallel: a block that loses its threads every time is given up by code, and the next one runs', async () => {
  const executor = parallelOf(2);
  const block = blockOf([wireOf(0, contracts[3]!, 'writeAll', [OP.write(MARK_KEY, 1), OP.burn(200_000)])]);
  const reads = { count: 0 };
  const read: ReadState = (key) => {
    if (keyText(key) === keyText(mark) && reads.count++ < 9) void executor.kill(0);
    return world.read(key);
  };
  await expect(executor.execute(block, read)).rejects.toMatchObject({ code: 'EXECUTE_WORKER_LOST' });
  await expectSame(executor, block);
}, 60_000);

test('parallel: an empty block, and one of refused transactions only', async () => {
  const executor = parallelOf(2);
  await expectSame(executor, blockOf([]));
  await expectSame(executor, blockOf([Uint8Array.of(1, 2, 3)]));
});

test('executors: a state without a chain is a coded error, and the next block runs', async () => {
  const executor = parallelOf(1);
  for (const one of [oracle, executor]) {
    const refused = one.execute(addingBlock(1), () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'EXECUTE_STATE' });
    expect((await one.execute(addingBlock(1), world.read)).receipts[0]?.status).toBe('OK');
  }
});

test('executors: process refuses a block past a static limit, finalize runs it', async () => {
  const small = worldWith({ blockKeysMax: 2 });
  const executor = parallelOf(1);
  for (const one of [oracle, executor]) {
    const block = addingBlock(3);
    const refused = one.execute({ ...block, rule: 'process' }, small.read);
    await expect(refused).rejects.toMatchObject({
      code: 'EXECUTE_INVALID_BLOCK',
      context: { place: 'blockKeysMax', expected: 2, got: 3 },
    });
    expect((await one.execute(block, small.read)).receipts).toHaveLength(3);
    expect((await one.execute({ ...block, rule: 'process' }, world.read)).receipts).toHaveLength(3);
  }
});

test.each([['blockWriteBytesMax'], ['blockEventBytesMax']] as const)(
  'executors: process refuses a block past %s, finalize runs it',
  async (place) => {
    const executor = parallelOf(2);
    const block = addingBlock(3);
    const { changes, events } = await oracle.execute(block, world.read);
    const got =
      place === 'blockWriteBytesMax'
        ? changes.flatMap(listOf).reduce((sum, { key, after }) => sum + key.length + (after?.length ?? 0), 0)
        : events.reduce((sum, event) => sum + encodeEvent(event).length, 0);
    expect(got).toBeGreaterThan(100);
    for (const one of [oracle, executor]) {
      const narrow = worldWith({ [place]: got - 1 });
      const refused = one.execute({ ...block, rule: 'process' }, narrow.read);
      const context = { place, expected: got - 1, got, unit: 'bytes' };
      await expect(refused).rejects.toMatchObject({ code: 'EXECUTE_INVALID_BLOCK', context });
      expect((await one.execute(block, narrow.read)).receipts).toHaveLength(3);
      const exact = worldWith({ [place]: got });
      expect((await one.execute({ ...block, rule: 'process' }, exact.read)).receipts).toHaveLength(3);
    }
  },
);

test('executors: what hooks write and emit counts for no block limit', async () => {
  const narrow = worldWith({ blockWriteBytesMax: 0, blockEventBytesMax: 0 });
  const hook = {
    contract: contracts[1]!,
    selector: scriptSelector('run'),
    at: 'end',
    gasLimit: 90_000,
  } as const;
  narrow.set(hooksKey(), encodeHooks([hook]));
  for (const one of [oracle, parallelOf(1)]) {
    const { hooks } = await one.execute(blockOf([], { rule: 'process' }), narrow.read);
    expect(hooks).toMatchObject([{ at: 'end' }]);
  }
});

/** The same state under other parameters. */
function worldWith(parameters: Partial<ChainParameters>): World {
  const other = new World(parameters);
  for (const [text, value] of world.state) if (!other.state.has(text)) other.state.set(text, value);
  return other;
}

test('executors: the error of a failing state comes out as it is', async () => {
  const failure = new Error('disk');
  const broken = (key: Parameters<typeof world.read>[0]) => {
    if (key[0] === 1) throw failure;
    return world.read(key);
  };
  const executor = parallelOf(2);
  for (const one of [oracle, executor]) {
    await expect(one.execute(addingBlock(2), broken)).rejects.toBe(failure);
    expect((await one.execute(addingBlock(2), world.read)).receipts).toHaveLength(2);
  }
});

test('executors: views answer beside a running block and keep nothing', async () => {
  const request: ViewRequest = {
    contract: contracts[0]!,
    selector: scriptSelector('run'),
    args: scriptArguments(concatBytes(OP.get(0), OP.set(0, 9n), OP.get(0)), {}),
    sender: addressOf('viewer'),
    value: 0n,
    gasLimit: 1_000_000,
    height: 5,
    time: 0,
    grandparentHash: new Uint8Array(32),
  };
  for (const one of [oracle, parallelOf(1)]) {
    const block = one.execute(addingBlock(50), world.read);
    const views = await Promise.all([1, 2, 3].map(() => one.view(request, world.read)));
    // 7, then 3a + v + 1 for a cell at 0 and at 9.
    for (const view of views) expect([view.status, view.result[0]]).toEqual(['OK', (7 * 3 + 1) * 3 + 9 + 1]);
    await block;
    const trap = { ...request, args: scriptArguments(concatBytes(OP.abort()), {}) };
    expect(await one.view(trap, world.read)).toMatchObject({
      status: 'REVERT',
      failure: { contract: contracts[0] },
    });
  }
});
