// What every consensus engine owes the chain, over a factory: the Must list of ports/consensus.ts.
import { utf8 } from '@weft/runtime/base/bytes';
import type { ConsensusEngine } from '@weft/runtime/ports/consensus';
import { describe, expect, it } from 'vitest';
import { type FakeEnvironment, FakeExecutor, fakeEnvironment } from '../support/engine-fakes.js';

export interface EngineUnderTest {
  readonly name: string;
  create(): ConsensusEngine;
  /** Lets the engine decide `count` blocks, however it does. */
  decide(engine: ConsensusEngine, environment: FakeEnvironment, count: number): Promise<void>;
  /** Codes of: a second start; submit after stop. */
  readonly codes: { readonly startedTwice: string; readonly stopped: string };
}

/** Registers the suite for one engine. */
export function describeEngine({ name, create, decide, codes }: EngineUnderTest): void {
  const setUp = async () => {
    const executor = new FakeExecutor();
    const environment = fakeEnvironment(executor);
    const engine = create();
    await engine.start(executor, environment);
    return { executor, environment, engine };
  };

  describe(`consensus engine ${name}`, () => {
    it('runs prepare, process, finalize and commit one at a time, at ascending heights', async () => {
      const { executor, environment, engine } = await setUp();
      await engine.submit(utf8('first'));
      await decide(engine, environment, 3);
      await engine.stop();
      expect(executor.breaches).toEqual([]);
      expect(executor.blocks.length).toBeGreaterThanOrEqual(3);
      expect(executor.blocks.flatMap(({ transactions }) => transactions)).toContainEqual(utf8('first'));
    });

    it('announces each block once, after its commit, in order', async () => {
      const { executor, environment, engine } = await setUp();
      await decide(engine, environment, 3);
      await engine.stop();
      expect(environment.blocks.map(({ header }) => header.height)).toEqual(
        executor.blocks.map((_, index) => index + 1),
      );
    });

    it('never goes back in time when the clock does', async () => {
      const { executor, environment, engine } = await setUp();
      await decide(engine, environment, 1);
      environment.clock.time -= 500_000;
      await decide(engine, environment, 1);
      await engine.stop();
      expect(executor.breaches).toEqual([]);
    });

    it('keeps silent after stop', async () => {
      const { executor, environment, engine } = await setUp();
      await decide(engine, environment, 1);
      await engine.stop();
      const { calls } = executor;
      environment.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
      expect(executor.calls).toBe(calls);
      expect(engine.status().producing).toBe(false);
      await expect(engine.submit(utf8('late'))).rejects.toMatchObject({ code: codes.stopped });
    });

    it('finishes the block under way before stop resolves', async () => {
      const { executor, environment, engine } = await setUp();
      let open = () => {};
      executor.gate = new Promise((resolve) => {
        open = resolve;
      });
      const deciding = decide(engine, environment, 1).catch(() => undefined);
      while (executor.calls < 3) await new Promise((resolve) => setImmediate(resolve));
      const stopped = engine.stop();
      open();
      await stopped;
      expect(executor.blocks).toHaveLength(1);
      await deciding;
      expect(executor.breaches).toEqual([]);
    });

    it('refuses a second start', async () => {
      const { executor, environment, engine } = await setUp();
      await expect(engine.start(executor, environment)).rejects.toMatchObject({ code: codes.startedTwice });
      await engine.stop();
      await expect(engine.start(executor, environment)).rejects.toMatchObject({ code: codes.startedTwice });
    });

    it('reports a failing executor once and calls it no more', async () => {
      const { executor, environment, engine } = await setUp();
      executor.failAt = 2;
      await decide(engine, environment, 1);
      await decide(engine, environment, 1).catch(() => undefined);
      while (environment.failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const { calls } = executor;
      environment.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
      expect(executor.calls).toBe(calls);
      expect(environment.failures).toHaveLength(1);
      expect(engine.status().producing).toBe(false);
      await engine.stop();
    });
  });
}
