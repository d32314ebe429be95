// The seal engine under each of its triggers.
import { utf8 } from '@weft/runtime/base/bytes';
import { createSealEngine, type SealEngine, type SealTrigger } from '@weft/runtime/consensus/seal/engine';
import type { ConsensusEngine } from '@weft/runtime/ports/consensus';
import { describe, expect, it } from 'vitest';
import { type FakeEnvironment, FakeExecutor, fakeEnvironment } from '../support/engine-fakes.js';
import { describeEngine } from './consensus.js';

const codes = { startedTwice: 'SEAL_STARTED', stopped: 'SEAL_STOPPED' };
let sequence = 0;

function describeTrigger(
  trigger: SealTrigger,
  decideOne: (engine: ConsensusEngine, environment: FakeEnvironment) => Promise<unknown>,
): void {
  describeEngine({
    name: `seal, ${trigger.kind}`,
    create: () => createSealEngine({ trigger }),
    codes,
    async decide(engine, environment, count) {
      for (let index = 0; index < count; index++) {
        const height = engine.status().height + 1;
        await decideOne(engine, environment);
        if (environment.failures.length === 0 && engine.status().producing) {
          await Promise.race([environment.reached(height), failed(environment)]);
        }
      }
    },
  });
}

/** Resolves when the environment has heard of a failure. */
async function failed(environment: FakeEnvironment): Promise<void> {
  while (environment.failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

describeTrigger({ kind: 'manual' }, (engine) => (engine as SealEngine).seal());
describeTrigger({ kind: 'instant' }, (engine) => engine.submit(utf8(`transaction ${sequence++}`)));
describeTrigger({ kind: 'interval', everyMs: 1000 }, async (_engine, environment) =>
  environment.clock.advance(1000),
);

describe('seal engine', () => {
  const start = async (trigger: SealTrigger, timeOf?: (height: number) => number) => {
    const executor = new FakeExecutor();
    const environment = fakeEnvironment(executor);
    const engine = createSealEngine({ trigger, ...(timeOf === undefined ? {} : { timeOf }) });
    await engine.start(executor, environment);
    return { executor, environment, engine };
  };

  it('instant: transactions sent together meet in one block', async () => {
    const { executor, environment, engine } = await start({ kind: 'instant' });
    await Promise.all(['a', 'b', 'c'].map((text) => engine.submit(utf8(text))));
    await environment.reached(1);
    await engine.stop();
    expect(executor.blocks.map(({ transactions }) => transactions.length)).toEqual([3]);
  });

  it('interval: makes no empty block where told so', async () => {
    const { executor, environment, engine } = await start({
      kind: 'interval',
      everyMs: 10,
      emptyBlocks: false,
    });
    environment.clock.advance(100);
    await engine.submit(utf8('a'));
    environment.clock.advance(10);
    await environment.reached(1);
    await engine.stop();
    expect(executor.blocks).toHaveLength(1);
  });

  it('interval: refuses one that no timer keeps', () => {
    for (const everyMs of [0, -1, 0.5, 2 ** 31]) {
      const create = () => createSealEngine({ trigger: { kind: 'interval', everyMs } });
      expect(create).toThrow(expect.objectContaining({ code: 'SEAL_INTERVAL' }));
    }
  });

  it('manual: seals empty blocks on request and refuses a count out of range', async () => {
    const { executor, engine } = await start({ kind: 'manual' });
    expect(await engine.seal(3)).toBe(3);
    await expect(engine.seal(0)).rejects.toMatchObject({ code: 'SEAL_COUNT' });
    await engine.stop();
    expect(executor.blocks).toHaveLength(3);
    await expect(engine.seal()).rejects.toMatchObject({ code: 'SEAL_STOPPED' });
  });

  it('takes the time of a block from height where told so', async () => {
    const { executor, engine } = await start({ kind: 'manual' }, (height) => 5000 + height);
    await engine.seal(2);
    await engine.stop();
    expect(executor.blocks.map(({ context }) => context.time)).toEqual([5001, 5002]);
  });

  it('signs the header hash under its domain', async () => {
    const { executor, engine } = await start({ kind: 'manual' });
    await engine.seal();
    await engine.stop();
    expect(executor.blocks[0]?.seal).toHaveLength(32);
  });

  it('answers SEAL_HALTED after a failure', async () => {
    const { executor, engine } = await start({ kind: 'manual' });
    executor.failAt = 1;
    await expect(engine.seal()).rejects.toThrow();
    await expect(engine.seal()).rejects.toMatchObject({ code: 'SEAL_HALTED' });
    await engine.stop();
  });
});
