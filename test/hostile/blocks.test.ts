// Attacks on a whole block: more to deploy or more code than a block may hold (16), threads that die while a hostile
// contract runs (30), access that costs much to resolve (31). On the oracle and on 1, 2, 4 and 8 workers.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { Address } from '@weft/runtime/types/address';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import type { Parameters } from '@weft/runtime/types/genesis';
import type { BlockInput } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS } from '@weft/runtime/types/parameters';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { afterAll, describe, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import { addressOf, blockOf, transactionOf, World } from '../fixtures/world.js';
import { buildContract, customSection, selectorIn } from './contracts.js';

const oracle = createSequentialExecutor();
/** By workers. */
const executors = new Map<number, ParallelExecutor>();
afterAll(async () => {
  await Promise.all([oracle, ...executors.values()].map((one) => one.close()));
});
function parallelOf(workers: number): ParallelExecutor {
  const executor = executors.get(workers) ?? createParallelExecutor({ workers });
  executors.set(workers, executor);
  return executor;
}
const everyParallel = () => [1, 2, 4, 8].map(parallelOf);

const METHODS = {
  nothing: { body: '' },
  spin: { body: '(loop $l (br $l))' },
  /** Uploads its argument's code: declared as a call of the system contract. */
  upload: {
    body: `(call $input (i32.const 1024))
      (drop (call $call (i32.const 64) (i32.const ${SYSTEM_METHODS.upload.selector | 0}) (i32.const 1024)
        (local.get $length) (i32.const 0) (i64.const 0)))`,
    args: [{ kind: 'bytes' }],
    templates: [
      {
        kind: 'call',
        contract: { kind: 'const', bytes: SYSTEM_ADDRESS },
        selector: SYSTEM_METHODS.upload.selector,
        args: [{ kind: 'args', path: [0] }],
      },
    ],
  },
} as const;
const address = [...SYSTEM_ADDRESS].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
const CONTRACT = buildContract(METHODS, `(data (i32.const 64) "${address}")`, 2);

/** Code of `bytes` bytes, another one for each number. */
function codeOf(number: number, bytes: number): Uint8Array {
  const module = buildContract({ nothing: { body: `(drop (i32.const ${number}))` } });
  const padding = bytes - module.length - 8;
  return concatBytes(module, customSection('padding', new Uint8Array(padding - 4).fill(1)));
}
const uploadArgs = (code: Uint8Array): Uint8Array => new Writer().bytes(code).finish();

let senders = 0;
function wireOf(contract: Address, selector: number, args: Uint8Array, gasLimit: number): Uint8Array {
  return transactionOf({
    sender: addressOf(`sender ${senders++}`),
    nonce: { kind: 'lane', lane: 0, sequence: 0n },
    gasLimit,
    calls: [{ contract, selector, args }],
  });
}

async function expectRefused(
  parameters: Partial<Parameters>,
  make: (world: World) => BlockInput,
  place: string,
  got: number,
): Promise<void> {
  const world = new World(parameters);
  const block = make(world);
  for (const one of [oracle, ...everyParallel()]) {
    await expect(one.execute({ ...block, rule: 'process' }, world.read)).rejects.toMatchObject({
      code: 'EXECUTE_INVALID_BLOCK',
      context: { place, got },
    });
  }
  // A decided block runs whatever its limits, the same everywhere.
  const expected = await oracle.execute(block, world.read);
  for (const one of everyParallel()) expectSameOutcome(await one.execute(block, world.read), expected);
  expect(new Set(expected.receipts.map(({ status }) => status))).toEqual(new Set(['OK']));
}

describe('blocks: what may be deployed and touched', () => {
  test('16 a thousand deploys of distinct code are more than a block may hold', async () => {
    const codes = Array.from({ length: 1_000 }, (_, index) => uploadArgs(codeOf(index, 1_500)));
    const bytes = codes.reduce((sum, code) => sum + code.length, 0);
    const block = () =>
      blockOf(codes.map((args) => wireOf(SYSTEM_ADDRESS, SYSTEM_METHODS.upload.selector, args, 4_000_000)));
    await expectRefused({ blockDeployBytesMax: bytes - 1 }, block, 'blockDeployBytesMax', bytes);
  });

  test('16 deploys through contracts count like those of transactions', async () => {
    const codes = [1, 2, 3].map((index) => uploadArgs(codeOf(index, 1_500)));
    const bytes = codes.reduce((sum, code) => sum + code.length, 0);
    const block = (world: World) => {
      const hash = world.code(CONTRACT);
      return blockOf(
        codes.map((args, index) =>
          wireOf(world.contract(hash, `deployer ${index}`), selectorIn(METHODS, 'upload'), args, 8_000_000),
        ),
      );
    };
    await expectRefused({ blockDeployBytesMax: bytes - 1 }, block, 'blockDeployBytesMax', bytes);
    const world = new World({ blockDeployBytesMax: bytes });
    const fitting = { ...block(world), rule: 'process' } as const;
    const { receipts } = await oracle.execute(fitting, world.read);
    expect(receipts.map(({ status, phase }) => `${status} ${phase}`)).toEqual(Array(3).fill('OK ordered'));
  });

  test('16 distinct code of a block is bounded, cached or not, and once a block', async () => {
    const sizes = [0, 1, 2].map((number) => codeOf(number, 2_000));
    const bytes = sizes.reduce((sum, code) => sum + code.length, 0);
    const block = (world: World) =>
      blockOf(
        sizes.flatMap((code, number) => {
          const hash = world.code(code);
          return ['a', 'b'].map((name) =>
            wireOf(world.contract(hash, `${name} ${number}`), 1, new Uint8Array(0), 1_000_000),
          );
        }),
      );
    await expectRefused({ blockCodeBytesMax: bytes - 1 }, block, 'blockCodeBytesMax', bytes);
    // Everything is compiled and kept by now in both executors: the limit is the same.
    await expectRefused({ blockCodeBytesMax: bytes - 1 }, block, 'blockCodeBytesMax', bytes);
    const world = new World({ blockCodeBytesMax: bytes });
    const fitting = { ...block(world), rule: 'process' } as const;
    expect((await oracle.execute(fitting, world.read)).receipts).toHaveLength(6);
  });

  test('16 in the tail code is paid for before it is compiled, whatever the call is', async () => {
    const world = new World();
    const contract = world.contract(world.code(codeOf(7, 60_000)), 'large');
    const limit = 20_000_000;
    const unknown = wireOf(contract, 999, utf8('x'), limit);
    const known = wireOf(contract, 1, utf8('x'), limit);
    const expected = await oracle.execute(blockOf([unknown, known]), world.read);
    const [a, b] = expected.receipts;
    expect([a?.status, a?.phase]).toEqual(['REVERT', 'tail']);
    expect([b?.status, b?.phase]).toEqual(['OK', 'tail']);
    const bytes = GAS_SCHEDULE.code.touchByte * 60_000 * DEFAULT_PARAMETERS.tailGasFactor;
    for (const receipt of [a, b]) {
      expect(receipt!.gasUsed - receipt!.attemptGas).toBeGreaterThanOrEqual(bytes);
    }
    for (const one of everyParallel()) {
      expectSameOutcome(await one.execute(blockOf([unknown, known]), world.read), expected);
    }
    // Where an access set of the block reaches the code it is bounded, and costs nobody anything.
    const honest = wireOf(contract, 1, new Uint8Array(0), limit);
    const shared = await oracle.execute(blockOf([unknown, honest, known]), world.read);
    expect(shared.receipts.map(({ phase }) => phase)).toEqual(['tail', 'ordered', 'tail']);
    for (const { gasUsed, attemptGas } of shared.receipts) expect(gasUsed - attemptGas).toBeLessThan(bytes);
    for (const one of everyParallel()) {
      expectSameOutcome(await one.execute(blockOf([unknown, honest, known]), world.read), shared);
    }
    // Too little gas for its bytes: out of gas, the code untouched.
    const poor = wireOf(contract, 999, utf8('x'), 300_000);
    const { receipts } = await oracle.execute(blockOf([poor]), world.read);
    expect([receipts[0]?.status, receipts[0]?.gasUsed]).toEqual(['OUT_OF_GAS', 300_000]);
  });
});

describe('blocks: access that costs much to resolve', () => {
  const KEYS = 400;
  const LISTS = {
    /** A key for each element, and then an argument that is not there: no access set comes of it. */
    refused: {
      body: '',
      args: [{ kind: 'list', item: { kind: 'u32' } }],
      templates: [
        {
          kind: 'key',
          mode: 'write',
          key: {
            space: 'storage',
            kind: 0,
            field: utf8('elements'),
            components: [{ kind: 'each', list: { kind: 'args', path: [0] } }],
          },
        },
        { kind: 'key', mode: 'read', key: { space: 'balance', address: { kind: 'args', path: [1] } } },
      ],
    },
  } as const;
  const elements = new Writer();
  elements.list(
    Array.from({ length: KEYS }, (_, index) => index),
    (index) => elements.u32(index),
  );

  test('31 a thousand transactions pay for what was resolved, whether or not an access set came of it', async () => {
    const world = new World();
    const contract = world.contract(world.code(buildContract(LISTS)), 'lists');
    const selector = selectorIn(LISTS, 'refused');
    const args = elements.finish();
    // Every other one cannot pay for all of it.
    const limits = Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? 6_000_000 : 1_000_000));
    const block = blockOf(limits.map((gasLimit) => wireOf(contract, selector, args, gasLimit)));
    const expected = await oracle.execute(block, world.read);
    expected.receipts.forEach(({ phase, status, attemptGas, gasUsed }, index) => {
      expect(phase).toBe('tail');
      if (index % 2 === 1) expect([status, attemptGas, gasUsed]).toEqual(['OUT_OF_GAS', 1e6, 1e6]);
      else {
        expect(status).toBe('OK');
        expect(attemptGas).toBeGreaterThan(KEYS * GAS_SCHEDULE.access.key);
        expect(gasUsed).toBeGreaterThanOrEqual(attemptGas);
      }
    });
    for (const one of everyParallel()) expectSameOutcome(await one.execute(block, world.read), expected);
  });
});

describe('blocks: threads that die', () => {
  test('30 a thread killed while a hostile contract runs changes nothing', async () => {
    const world = new World();
    const hash = world.code(CONTRACT);
    const block = blockOf(
      Array.from({ length: 12 }, (_, index) =>
        wireOf(
          world.contract(hash, `spin ${index}`),
          selectorIn(METHODS, 'spin'),
          new Uint8Array(0),
          40_000_000,
        ),
      ),
    );
    const expected = await oracle.execute(block, world.read);
    expect(new Set(expected.receipts.map(({ status }) => status))).toEqual(new Set(['OUT_OF_GAS']));
    for (const executor of everyParallel()) {
      await executor.execute(blockOf([]), world.read);
      for (const victim of new Set([0, executor.workers - 1])) {
        const running = executor.execute(block, world.read);
        await executor.kill(victim);
        expectSameOutcome(await running, expected);
      }
    }
  });
});
