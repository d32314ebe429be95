// What every consensus engine owes the chain, as a list of named checks for any test runner: the Must lists of
// ports/consensus.ts, over a real chain. `await check.run()` resolves or throws CONFORMANCE_BREACH.
import { bytesEqual, toHex } from '../../base/bytes.js';
import { createSequentialExecutor } from '../../execute/sequential/executor.js';
import type { ConsensusEngine } from '../../ports/consensus.js';
import type { BlockExecutor } from '../../ports/execution.js';
import { codeOf, eventually, expectThat } from './errors.js';
import { Trial } from './trial.js';
import { CRASH_POINTS, type CrashPoint, type DecidedBlock } from './watched-executor.js';

export interface EngineUnderTest {
  readonly name: string;
  /** A new engine of one validator, the environment's signer. `home` is what the engine keeps on disk: after a crash it comes again. */
  create(home: Map<string, unknown>): ConsensusEngine | Promise<ConsensusEngine>;
  /** Makes the engine decide `count` more blocks and resolves when they are announced, or when it failed. */
  decide(engine: ConsensusEngine, trial: Trial, count: number): Promise<void>;
  /** Codes of: a second start; submit after stop. */
  readonly codes: { readonly startedTwice: string; readonly stopped: string };
}

export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

interface Running {
  readonly trial: Trial;
  readonly engine: ConsensusEngine;
  readonly home: Map<string, unknown>;
  decide(count: number): Promise<void>;
}

/** The suite for one engine. */
export function engineChecks(under: EngineUnderTest): readonly Check[] {
  const check = (name: string, body: (running: Running, runner: BlockExecutor) => Promise<void>): Check => ({
    name,
    async run() {
      const runner = createSequentialExecutor();
      try {
        const running = await begin(under, await Trial.open(runner), new Map());
        try {
          await body(running, runner);
        } finally {
          await running.engine.stop();
        }
      } finally {
        await runner.close();
      }
    },
  });
  return [
    check('opens the chain, and calls one at a time at ascending heights', keepsGrammar),
    check('announces each block once, after its commit, in order', announces),
    check('never goes back in time when the clock does', keepsTime),
    check('keeps silent after stop', keepsSilent(under.codes.stopped)),
    check('finishes the block under way before stop resolves', finishes),
    check('refuses a second start', startsOnce(under.codes.startedTwice)),
    check('reports a failing executor once and calls it no more', reportsFailure),
    check('gives blocks the header hashes a bare chain gives them', givesSameHashes),
    check('follows changes of the validators', followsValidators),
    ...CRASH_POINTS.map((point) =>
      check(`goes on after a crash ${point}: no block lost, none decided twice`, survives(under, point)),
    ),
  ];
}

async function begin(under: EngineUnderTest, trial: Trial, home: Map<string, unknown>): Promise<Running> {
  const engine = await under.create(home);
  await engine.start(trial.executor, trial.environment);
  return { trial, engine, home, decide: (count) => under.decide(engine, trial, count) };
}

async function keepsGrammar({ trial, engine, decide }: Running): Promise<void> {
  await decide(1);
  const first = trial.transfer();
  await engine.submit(first);
  await decide(2);
  await engine.stop();
  const { blocks } = trial.executor;
  noBreaches(trial);
  expectThat(blocks.length >= 3, 'three blocks', blocks.length);
  expectThat(holds(blocks, first), 'the submitted transaction in a block');
}

async function announces({ trial, engine, decide }: Running): Promise<void> {
  await decide(3);
  await engine.stop();
  const heights = trial.environment.blocks.map(({ header }) => `${header.height}`);
  const committed = trial.executor.blocks.map(({ context }) => `${context.height}`);
  expectThat(heights.join() === committed.join(), committed.join(' '), heights.join(' '));
}

async function keepsTime({ trial, engine, decide }: Running): Promise<void> {
  await decide(1);
  trial.environment.clock.time -= 500_000;
  await decide(1);
  await engine.stop();
  noBreaches(trial);
}

function keepsSilent(stopped: string) {
  return async ({ trial, engine, decide }: Running): Promise<void> => {
    await decide(1);
    await engine.stop();
    const { calls } = trial.executor;
    trial.environment.clock.advance(60_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expectThat(trial.executor.calls === calls, 'no call after stop', trial.executor.calls - calls);
    expectThat(!engine.status().producing, 'not producing');
    const code = await codeOf(engine.submit(trial.transfer()));
    expectThat(code === stopped, stopped, code ?? 'no refusal');
  };
}

async function finishes({ trial, engine, decide }: Running): Promise<void> {
  let open = () => {};
  trial.executor.gate = new Promise((resolve) => {
    open = resolve;
  });
  const deciding = decide(1).catch(() => undefined);
  await eventually('a block under way', () => trial.executor.calls >= 4);
  const stopped = engine.stop();
  open();
  await stopped;
  expectThat(trial.executor.blocks.length === 1, 'one block', trial.executor.blocks.length);
  await deciding;
  noBreaches(trial);
}

function startsOnce(startedTwice: string) {
  return async ({ trial, engine }: Running): Promise<void> => {
    for (let turn = 0; turn < 2; turn++) {
      const code = await codeOf(engine.start(trial.executor, trial.environment));
      expectThat(code === startedTwice, startedTwice, code ?? 'no refusal');
      await engine.stop();
    }
  };
}

async function reportsFailure({ trial, engine, decide }: Running): Promise<void> {
  const { executor, environment } = trial;
  executor.failAt = 2;
  await decide(1);
  await decide(1).catch(() => undefined);
  await eventually('a failure reported', () => environment.failures.length > 0);
  const { calls } = executor;
  environment.clock.advance(60_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expectThat(executor.calls === calls, 'no call after a failure', executor.calls - calls);
  expectThat(environment.failures.length === 1, 'one report', environment.failures.length);
  expectThat(!engine.status().producing, 'not producing');
}

async function givesSameHashes({ trial, engine, decide }: Running, runner: BlockExecutor): Promise<void> {
  await decide(1);
  for (let turn = 0; turn < 3; turn++) {
    await engine.submit(trial.transfer());
    await engine.submit(trial.transfer());
    await decide(1);
  }
  await engine.stop();
  await assertReplays(trial.executor.blocks, runner);
}

async function followsValidators({ trial, engine, decide }: Running): Promise<void> {
  const [own] = trial.genesis.validators;
  expectThat(own !== undefined, 'a validator in the genesis');
  trial.executor.updates.set(1, [{ publicKey: own.publicKey, power: own.power + 4n }]);
  await decide(4);
  const { validators } = engine.status();
  const found = validators.find(({ publicKey }) => bytesEqual(publicKey, own.publicKey));
  expectThat(found?.power === own.power + 4n, `power ${own.power + 4n}`, `${found?.power}`);
  noBreaches(trial);
}

function survives(under: EngineUnderTest, point: CrashPoint) {
  return async ({ trial, engine, home, decide }: Running, runner: BlockExecutor): Promise<void> => {
    await decide(1);
    trial.executor.crash = { height: 2, point };
    const sent = trial.transfer();
    await engine.submit(sent);
    await decide(1).catch(() => undefined);
    await eventually('the crash', () => trial.executor.dead);
    await engine.stop();
    const again = await begin(under, await trial.restart(), home);
    try {
      await again.decide(2);
    } finally {
      await again.engine.stop();
    }
    noBreaches(again.trial);
    const blocks = [...trial.executor.blocks, ...again.trial.executor.blocks];
    // A crash after commit is of a block that is durable though nobody heard of it.
    const heights = blocks.map(({ context }) => context.height);
    const wanted = heights.map((_, index) => index + 1);
    expectThat(heights.join() === wanted.join(), wanted.join(' '), heights.join(' '));
    expectThat(holds(blocks, sent), 'the transaction in flight in a block');
    await assertReplays(blocks, runner);
  };
}

/** The blocks on a bare chain: their hashes have to be the same. */
async function assertReplays(blocks: readonly DecidedBlock[], runner: BlockExecutor): Promise<void> {
  const { chain, genesis } = await Trial.open(runner);
  await chain.initChain(genesis);
  for (const { context, transactions, hash } of blocks) {
    const block = await chain.finalize(context, transactions);
    expectThat(bytesEqual(block.hash, hash), `${toHex(block.hash)} at ${context.height}`, toHex(hash));
    await chain.commit(new Uint8Array(0));
  }
}

function noBreaches({ executor }: Trial): void {
  expectThat(executor.breaches.length === 0, 'the grammar of the executor', executor.breaches);
}

function holds(blocks: readonly DecidedBlock[], transaction: Uint8Array): boolean {
  return blocks.some(({ transactions }) => transactions.some((bytes) => bytesEqual(bytes, transaction)));
}
