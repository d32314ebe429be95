// The seal engine under each of its triggers.

import { createSealEngine, type SealEngine, type SealTrigger } from '@weft/runtime/consensus/seal/engine';
import { isSealed } from '@weft/runtime/consensus/seal/seal';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { engineChecks } from '@weft/runtime/node/conformance/engine-checks';
import { eventually } from '@weft/runtime/node/conformance/errors';
import { Trial } from '@weft/runtime/node/conformance/trial';
import type { ConsensusEngine } from '@weft/runtime/ports/consensus';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const codes = { startedTwice: 'SEAL_STARTED', stopped: 'SEAL_STOPPED' };

function describeTrigger(
  trigger: SealTrigger,
  decideOne: (engine: ConsensusEngine, trial: Trial) => Promise<unknown>,
): void {
  describe(`consensus engine seal, ${trigger.kind}`, () => {
    const checks = engineChecks({
      name: `seal, ${trigger.kind}`,
      create: () => createSealEngine({ trigger }),
      codes,
      async decide(engine, trial, count) {
        const { blocks, failures } = trial.environment;
        for (let index = 0; index < count; index++) {
          const before = blocks.length;
          await decideOne(engine, trial);
          await eventually('a block or a failure', () => blocks.length > before || failures.length > 0);
        }
      },
    });
    for (const check of checks) it(check.name, () => check.run());
  });
}

describeTrigger({ kind: 'manual' }, (engine) => (engine as SealEngine).seal());
describeTrigger({ kind: 'instant' }, (engine, trial) => engine.submit(trial.transfer()));
describeTrigger({ kind: 'interval', everyMs: 1000 }, async (_engine, { environment }) =>
  environment.clock.advance(1000),
);

describe('seal engine', () => {
  const runner = createSequentialExecutor();
  let trial: Trial;
  let engine: SealEngine;
  beforeEach(async () => {
    trial = await Trial.open(runner);
  });
  afterEach(() => engine.stop());

  const start = async (trigger: SealTrigger, timeOf?: (height: number) => number) => {
    engine = createSealEngine({ trigger, ...(timeOf === undefined ? {} : { timeOf }) });
    await engine.start(trial.executor, trial.environment);
  };
  const sizes = () => trial.executor.blocks.map(({ transactions }) => transactions.length);

  it('instant: transactions sent together meet in one block', async () => {
    await start({ kind: 'instant' });
    for (let index = 0; index < 3; index++) await engine.submit(trial.transfer());
    await eventually('a block', () => trial.environment.blocks.length > 0);
    expect(sizes()).toEqual([3]);
  });

  it('interval: makes no empty block where told so', async () => {
    await start({ kind: 'interval', everyMs: 10, emptyBlocks: false });
    trial.environment.clock.advance(100);
    await engine.submit(trial.transfer());
    trial.environment.clock.advance(10);
    await eventually('a block', () => trial.environment.blocks.length > 0);
    expect(sizes()).toEqual([1]);
  });

  it('interval: refuses one that no timer keeps', async () => {
    await start({ kind: 'manual' });
    for (const everyMs of [0, -1, 0.5, 2 ** 31]) {
      const create = () => createSealEngine({ trigger: { kind: 'interval', everyMs } });
      expect(create).toThrow(expect.objectContaining({ code: 'SEAL_INTERVAL' }));
    }
  });

  it('manual: seals empty blocks on request and refuses a count out of range', async () => {
    await start({ kind: 'manual' });
    expect(await engine.seal(3)).toBe(3);
    await expect(engine.seal(0)).rejects.toMatchObject({ code: 'SEAL_COUNT' });
    await engine.stop();
    expect(sizes()).toEqual([0, 0, 0]);
    await expect(engine.seal()).rejects.toMatchObject({ code: 'SEAL_STOPPED' });
  });

  it('takes the time of a block from height where told so', async () => {
    const { time } = trial.genesis;
    await start({ kind: 'manual' }, (height) => time + 5000 + height);
    await engine.seal(2);
    expect(trial.executor.blocks.map(({ context }) => context.time)).toEqual([time + 5001, time + 5002]);
  });

  it('signs the header hash under its domain', async () => {
    await start({ kind: 'manual' });
    await engine.seal();
    const [block] = trial.executor.blocks;
    expect(isSealed(trial.genesis, block!.hash, block!.seal)).toBe(true);
  });

  it('answers SEAL_HALTED after a failure', async () => {
    await start({ kind: 'manual' });
    trial.executor.failAt = 1;
    await expect(engine.seal()).rejects.toThrow();
    await expect(engine.seal()).rejects.toMatchObject({ code: 'SEAL_HALTED' });
  });

  it('does not start without the key of a validator', async () => {
    engine = createSealEngine({ trigger: { kind: 'manual' } });
    const started = engine.start(trial.executor, { ...trial.environment, signer: undefined });
    await expect(started).rejects.toMatchObject({ code: 'SEAL_SIGNER' });
  });
});
