// Blocks on which plausible readings of the access rules part: each is small, was once a difference between an oracle
// and a parallel executor, and must give the stated result on both, whatever the workers.
import { concatBytes } from '@weft/runtime/base/bytes';
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { Address } from '@weft/runtime/types/address';
import { encodeStateKey, keyText } from '@weft/runtime/types/key';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { listOf } from '@weft/runtime/types/record-codec';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import {
  buildScriptContract,
  type Declared,
  FIELD_C,
  OP,
  type ScriptMethod,
  scriptArguments,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, blockOf, transactionOf, World } from '../fixtures/world.js';

const MAX = 2n ** 64n - 1n;
const oracle = createSequentialExecutor();
const parallels: ParallelExecutor[] = [1, 2, 4].map((workers) => createParallelExecutor({ workers }));
let code: Uint8Array;

beforeAll(async () => {
  code = await buildScriptContract();
});
afterAll(async () => {
  await Promise.all([oracle, ...parallels].map((executor) => executor.close()));
});

/** One transaction: a sender of its own unless named. */
interface Line {
  readonly method?: ScriptMethod;
  readonly script: readonly Uint8Array[];
  readonly declared?: Declared;
  readonly sender?: string;
  /** How often the call is made; default once. */
  readonly calls?: number;
}

/** Runs the lines over cell c[0] = `start` on every executor; all must agree. */
async function runLines(
  start: bigint,
  lines: readonly Line[],
): Promise<{ outcome: BlockOutcome; cell: bigint; results: string[] }> {
  const world = new World({ tailGasMax: 40_000_000 });
  const contract = world.contract(world.code(code), 'k0');
  const key = encodeStateKey(1, contract, FIELD_C, [Uint8Array.of(0)]);
  world.set(key, encodeCell(1, start));
  const transactions = lines.map((line, index) => wireOf(contract, line, index));
  const block = blockOf(transactions);
  const outcome = await oracle.execute(block, world.read);
  for (const parallel of parallels) {
    for (let round = 0; round < 3; round++) {
      const got = await parallel.execute(block, world.read);
      expectSameOutcome(got, outcome);
    }
  }
  world.apply(outcome);
  const cell = decodeCell(1, world.state.get(keyText(key)));
  return { outcome, cell, results: outcome.receipts.map((receipt) => `${receipt.status}/${receipt.phase}`) };
}

function wireOf(contract: Address, line: Line, index: number): Uint8Array {
  const args = scriptArguments(concatBytes(...line.script), line.declared ?? {});
  return transactionOf({
    sender: addressOf(line.sender ?? `sender ${index}`),
    nonce: { kind: 'lane', lane: line.sender === undefined ? 0 : index, sequence: 0n },
    gasLimit: 2_000_000,
    calls: Array.from({ length: line.calls ?? 1 }, () => ({
      contract,
      selector: scriptSelector(line.method ?? 'run'),
      args,
    })),
  });
}

const up = (amount: bigint, bound = MAX): Declared => ({ adds: [{ key: 0, amount, bound }] });
const down = (amount: bigint, bound = 0n): Declared => ({ subs: [{ key: 0, amount, bound }] });
const add = (amount: bigint, ceiling?: bigint) => OP.add(0, amount, ceiling, true);
const sub = (amount: bigint, floor?: bigint) => OP.sub(0, amount, floor, true);

test('intervals: are cut to the type, not to the bounds of an adder that may fail', async () => {
  const { cell, results } = await runLines(4n, [
    { script: [sub(2n, 6n)], declared: down(2n, 6n) },
    { script: [sub(5n, 0n)], declared: down(5n) },
  ]);
  expect(results).toEqual(['REVERT/ordered', 'REVERT/ordered']);
  expect(cell).toBe(4n);
});

test('intervals: two templates of one transaction, the looser one used', async () => {
  const { cell } = await runLines(12n, [
    {
      script: [OP.sub(0, 10n, 0n, false)],
      declared: {
        subs: [
          { key: 0, amount: 5n, bound: 10n },
          { key: 0, amount: 10n, bound: 0n },
        ],
      },
    },
    { script: [sub(5n)], declared: down(5n) },
  ]);
  expect(cell).toBe(2n);
});

test('amounts: are summed over a transaction, not compared one by one', async () => {
  const { cell, results } = await runLines(6n, [
    { script: [sub(3n), sub(3n)], declared: down(3n) },
    { script: [sub(3n)], declared: down(3n) },
  ]);
  // The second add of the first is a violation; it runs in the tail, after the other took 3.
  expect(results).toEqual(['REVERT/tail', 'OK/ordered']);
  expect(cell).toBe(3n);
});

test('amounts: every expansion counts, the same template in two calls too', async () => {
  const { cell, results } = await runLines(6n, [
    { script: [sub(3n)], declared: down(3n), calls: 2 },
    { script: [sub(3n)], declared: down(3n) },
  ]);
  expect(results).toEqual(['OK/ordered', 'REVERT/ordered']);
  expect(cell).toBe(0n);
});

test('bounds: the highest floor of several templates holds, whichever comes first', async () => {
  const floors = [0n, 5n].map((bound) => ({ key: 0, amount: 1n, bound }));
  for (const subs of [floors, floors.toReversed()]) {
    const { cell, results } = await runLines(6n, [
      { script: [sub(1n, 0n), sub(1n, 5n)], declared: { subs } },
      { script: [sub(2n, 0n)], declared: down(2n) },
    ]);
    // The first decrease leaves 5, the second would go below its floor; the transaction leaves nothing.
    expect(results).toEqual(['REVERT/ordered', 'OK/ordered']);
    expect(cell).toBe(4n);
  }
});

test('bounds: tighter in the code than declared is a violation', async () => {
  const { cell, results } = await runLines(6n, [{ script: [sub(3n, 5n)], declared: down(3n, 0n) }]);
  expect(results).toEqual(['REVERT/tail']);
  expect(cell).toBe(6n);
});

test('amounts: an increase does not pay for an undeclared decrease', async () => {
  const { cell, results } = await runLines(0n, [
    { script: [add(2n), OP.sub(0, 2n, 1n), OP.emit()], declared: up(2n) },
  ]);
  expect(results).toEqual(['OK/tail']);
  expect(cell).toBe(2n);
});

for (const method of ['writeField', 'writeAll'] as const) {
  test(`locks: ${method} makes the interval of a cell not yet met the whole range`, async () => {
    const { cell, results } = await runLines(9n, [
      { method, script: [OP.set(0, 1n)] },
      { script: [sub(3n)], declared: down(3n) },
    ]);
    expect(results).toEqual(['OK/ordered', 'REVERT/ordered']);
    expect(cell).toBe(1n);
  });
}

test('writes: a declared write makes the interval the whole range', async () => {
  const { cell, results } = await runLines(9n, [
    { script: [OP.set(0, 1n)], declared: { writesC: [0] } },
    { script: [sub(3n)], declared: down(3n) },
  ]);
  expect(results).toEqual(['OK/ordered', 'REVERT/ordered']);
  expect(cell).toBe(1n);
});

test("modes: join over the transaction's own locks", async () => {
  const { outcome, cell } = await runLines(3n, [
    { script: [add(2n)], declared: up(2n) },
    { method: 'readField', script: [add(2n), OP.get(0), OP.emit()], declared: up(2n) },
  ]);
  expect(outcome.receipts.map((receipt) => receipt.phase)).toEqual(['ordered', 'ordered']);
  expect(cell).toBe(7n);
});

test('enforcement: goes by what is declared, not by what is planned', async () => {
  const { results } = await runLines(1n, [{ script: [OP.get(0)], declared: down(3n) }]);
  expect(results).toEqual(['OK/tail']);
});

test('locks: a read lock between adders sees what those before it added', async () => {
  const { outcome, cell } = await runLines(3n, [
    { script: [add(2n)], declared: up(2n) },
    { method: 'readField', script: [OP.get(0), OP.emit()] },
    { script: [add(2n)], declared: up(2n) },
  ]);
  expect(cell).toBe(7n);
  // The accumulator starts at 7 and mixes v in as 3a + v + 1.
  expect(outcome.events[0]!.data[0]).toBe(7 * 3 + 5 + 1);
});

test('tail: bounds hold there too', async () => {
  const { cell, results } = await runLines(6n, [
    { script: [OP.read(0), sub(5n, 5n)], declared: down(5n, 5n) },
  ]);
  expect(results).toEqual(['REVERT/tail']);
  expect(cell).toBe(6n);
});

test('past: is the value in S0 in the tail too', async () => {
  const { outcome, results } = await runLines(3n, [
    { script: [add(2n)], declared: up(2n) },
    { script: [OP.get(1), OP.cellPast(0), OP.emit()], declared: { pastC: [0] } },
  ]);
  expect(results).toEqual(['OK/ordered', 'OK/tail']);
  // The accumulator starts at 7 and mixes v in as 3a + v + 1: an absent cell, then 3 and not 5.
  expect(outcome.events[0]!.data[0]).toBe((7 * 3 + 0 + 1) * 3 + 3 + 1);
});

test("nonces: an expiring one is its sender's; another may use the same bytes", async () => {
  const world = new World();
  const contract = world.contract(world.code(code), 'k0');
  const nonce = { kind: 'expiring', bytes: addressOf('nonce'), expiry: 6 } as const;
  const args = scriptArguments(OP.emit(), {});
  const calls = [{ contract, selector: scriptSelector('run'), args }];
  const transactions = ['ada', 'bob', 'ada'].map((name, index) =>
    transactionOf({ sender: addressOf(name), nonce, gasLimit: 2_000_000 + index, calls }),
  );
  for (const executor of [oracle, ...parallels]) {
    const { receipts } = await executor.execute(blockOf(transactions), world.read);
    expect(receipts.map(({ status }) => status)).toEqual(['OK', 'OK', 'INVALID_NONCE']);
  }
});

test('same sender: one violation takes along all later ones that write its key, in block order', async () => {
  const writes: Declared = { readsP: [0], writesP: [0] };
  const { results, outcome } = await runLines(5n, [
    { sender: 'ada', script: [OP.write(0, 1), OP.read(1)], declared: writes },
    ...Array.from({ length: 8 }, (_, index) => ({
      sender: 'ada',
      script: [OP.read(0), OP.write(0, index % 3), OP.emit()],
      declared: writes,
    })),
    { sender: 'bob', script: [OP.read(0), OP.emit()], declared: { readsP: [0] } },
  ]);
  expect(results).toEqual([...Array.from({ length: 9 }, () => 'OK/tail'), 'OK/ordered']);
  const orders = outcome.receipts.map(({ order }) => order);
  expect(orders).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
});

test('same sender: what conflicts with one in the tail follows it, what only adds does not', async () => {
  const writes: Declared = { writesP: [0], readsP: [0] };
  const { results } = await runLines(5n, [
    { sender: 'ada', script: [OP.write(0, 1), OP.read(1)], declared: writes },
    { sender: 'ada', script: [OP.write(0, 2)], declared: writes },
    { sender: 'bob', script: [OP.write(0, 3)], declared: writes },
    { sender: 'ada', script: [add(1n)], declared: up(1n) },
  ]);
  expect(results).toEqual(['OK/tail', 'OK/tail', 'OK/ordered', 'OK/ordered']);
});

test('same sender: one without an access set conflicts with nothing', async () => {
  const declared: Declared = {
    writesP: [0],
    calls: [{ contract: addressOf('nobody'), payload: new Uint8Array(4), value: 0n }],
  };
  const { results } = await runLines(5n, [
    { sender: 'ada', script: [OP.write(0, 1)], declared },
    { sender: 'ada', script: [OP.write(0, 2)], declared: { writesP: [0] } },
  ]);
  expect(results).toEqual(['OK/tail', 'OK/ordered']);
});

test('adders: many credits of a fresh cell have no critical path but their own', async () => {
  const lines = Array.from({ length: 12 }, (): Line => ({ script: [add(1n)], declared: up(1n) }));
  const { outcome, cell } = await runLines(0n, lines);
  expect(cell).toBe(12n);
  expect(outcome.criticalPathGas).toBe(2_000_000);
  expect(outcome.changes.map((changes) => decodeCell(1, listOf(changes)[0]!.after))).toEqual(
    lines.map((_, index) => BigInt(index + 1)),
  );
});

test('critical path: goes by conflicts of pairs, not by the queues around a lock', async () => {
  const { outcome } = await runLines(0n, [
    { method: 'readAll', script: [OP.get(0)] },
    { script: [OP.get(1)], declared: { readsC: [1] } },
  ]);
  expect(outcome.criticalPathGas).toBe(2_000_000);
});
