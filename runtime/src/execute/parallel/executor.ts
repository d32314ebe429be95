// The parallel executor: the same block as the oracle's, its ordered part run by as many threads as there are, out of
// one arena in shared memory. This file is the main thread's way through a block.

import { assert } from '../../base/assert.js';
import { ByteTable } from '../../base/byte-table.js';
import type { BlockExecutor } from '../../ports/execution.js';
import type { InitialCell } from '../../schedule/intervals.js';
import { type Plan, type PlannedTransactions, planTable } from '../../schedule/plan.js';
import type { AccessTable } from '../../types/access-table.js';
import type { Hook } from '../../types/genesis.js';
import type { StateKey } from '../../types/key.js';
import type {
  BlockInput,
  BlockOutcome,
  PlacedRun,
  ReadState,
  TransactionOutcome,
} from '../../types/outcome.js';
import { type CodeOnChain, CodeStore, type Compile } from '../code-store.js';
import { ExecuteError } from '../errors.js';
import { assembleOutcome, type ExecutedList } from '../phases/assemble.js';
import { AddressMemo } from '../phases/authorise.js';
import { tailExecuted } from '../phases/executed.js';
import { type HookRun, runHooks } from '../phases/hooks.js';
import { assertBlockLimits, assertUsedLimits } from '../phases/limits.js';
import { type Reserved, reserve, reservedOf } from '../phases/reserve.js';
import { readSettings, type Settings } from '../phases/settings.js';
import { closeBlock, paymentsOf, refund } from '../phases/settle.js';
import { BlockState, changesOf } from '../phases/state.js';
import { runTail, type TailEntry, type TailRun } from '../phases/tail.js';
import { joinRuns, runUpgrades } from '../phases/upgrades.js';
import { ViewLane, ViewLanes } from '../sequential/view-lane.js';
import { StageClock } from '../stage-clock.js';
import type { AnswerRequest, Crew } from '../threads/crew.js';
import { expectDone, Lane } from '../threads/lane.js';
import { JOB, REQUEST, valueAnswer } from '../threads/requests.js';
import { ARENA_FULL, arenaOver, HEADER } from './arena.js';
import { encodeSeenBlock } from './block-context.js';
import { collectOrdered, type OrderedResult } from './collect.js';
import { CrewMemory } from './crew-memory.js';
import { encodedReceipts } from './encoded.js';
import { layOrderedPart, type OrderedPart } from './layout.js';
import { resolveTable } from './resolve-table.js';
import { receiveRunTimes } from './run-times.js';
import { encodeSerialJob, readSerialOutcomes, type SerialJob, writeSerialJob } from './serial-job.js';

const WORKER_FILE = new URL('./worker.js', import.meta.url);
const SERIAL_BYTES = 4 * 1024 * 1024;
/** Threads that answer views: one slow question must not hold up the next. */
const VIEWERS = 2;

export interface ParallelOptions {
  /** Threads that run contracts, at least 1. */
  readonly workers: number;
  /**
   * Gas of a block that is worth another thread's part in it: starting and waking threads takes longer than running a few
   * transactions. Changes speed, never a result. Default 0: all of them run every block, as tests want it.
   */
  readonly gasPerThread?: number;
  /** Default: `compileCode`; one with a cache behind it gives the same. */
  readonly compile?: Compile;
  /**
   * 32 bits that nobody outside knows: contracts choose the keys that are hashed under it. Changes speed, never a result.
   * Default 0, for tests.
   */
  readonly hashSeed?: number;
}

/** A parallel executor, and for tests of lost threads a way to end one. */
export interface ParallelExecutor extends BlockExecutor {
  kill(worker: number): Promise<void>;
}

/** Threads start with the first block; `close` it to end them. @throws EXECUTE_WORKERS */
export function createParallelExecutor({
  workers,
  gasPerThread = 0,
  compile,
  hashSeed = 0,
}: ParallelOptions): ParallelExecutor {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new ExecuteError('EXECUTE_WORKERS', { expected: 'at least 1', got: workers });
  }
  const lane = new Lane(WORKER_FILE, workers);
  const views = new ViewLanes(VIEWERS);
  const explanations = new ViewLane();
  const kept = {
    codes: new CodeStore(compile),
    addresses: new AddressMemo(hashSeed),
    keys: new ByteTable(hashSeed),
    hashSeed,
    gasPerThread,
  };
  const memories = new WeakMap<Crew, CrewMemory>();
  const memoryOf = (crew: Crew): CrewMemory => {
    const memory = memories.get(crew) ?? new CrewMemory(crew);
    memories.set(crew, memory);
    return memory;
  };
  return {
    workers,
    viewers: views.count,
    execute: (input, read) =>
      lane.run((crew) => new BlockRun(input, read, crew, memoryOf(crew), kept).execute()),
    view: (request, read) => views.run(request, read),
    simulate: (request, read) => views.simulate(request, read),
    explain: (input, read) => explanations.explain(input, read),
    kill: (worker) => lane.kill(worker),
    async close() {
      await Promise.all([lane.close(), views.close(), explanations.close()]);
    },
  };
}

/** What an executor keeps from block to block. */
interface Kept {
  readonly codes: CodeStore;
  readonly addresses: AddressMemo;
  /** Numbers of a block's keys: the room of the last block's. */
  readonly keys: ByteTable;
  readonly hashSeed: number;
  readonly gasPerThread: number;
}

/** One block on one crew, from its start. */
class BlockRun {
  readonly #state: BlockState;
  readonly #context: Uint8Array;
  readonly #clock = new StageClock();
  #placed: readonly PlacedRun[] | undefined;
  /** Code in the state as last marked. */
  #code: CodeOnChain;

  constructor(
    private readonly input: BlockInput,
    read: ReadState,
    private readonly crew: Crew,
    private readonly memory: CrewMemory,
    private readonly kept: Kept,
  ) {
    this.#state = new BlockState(read, kept.keys);
    this.#context = encodeSeenBlock(input);
    this.#code = this.#mark();
  }

  async execute(): Promise<BlockOutcome> {
    const started = performance.now();
    const { input } = this;
    const state = this.#state;
    const settings = readSettings(state);
    const reservations = reserve(input, settings, state, this.kept.addresses);
    const reserved = reservedOf(reservations);
    this.#clock.mark('reserve');
    const upgraded = await this.#upgrades();
    this.#code = this.#mark();
    const begin = joinRuns(upgraded, await this.#hooks(settings, 'begin'));
    this.#code = this.#mark();
    this.#clock.mark('hooks');
    const count = input.transactions.length;
    const resolved = resolveTable(reserved, count, state, this.#code, this.kept.hashSeed);
    const { table } = resolved;
    this.#clock.mark('resolve');
    const plan = this.#plan(table, reserved, settings);
    const { criticalPathGas } = plan;
    this.#clock.mark('plan');
    const orderedStart = performance.now();
    const { executed, tail } = await this.#ordered({
      ...resolved,
      reserved,
      plan,
      state,
      code: this.#code,
      context: this.#context,
    });
    const orderedMs = performance.now() - orderedStart;
    const ordered = countRun(executed);
    this.#clock.mark('merge');
    const tailRun = await this.#tail(tail, table, settings, executed);
    this.#clock.mark('tail');
    const paid = paymentsOf(reserved, executed);
    refund(reserved, executed, state);
    this.#clock.mark('settle');
    const end = await this.#hooks(settings, 'end');
    this.#clock.mark('hooks');
    closeBlock(
      input,
      reserved,
      paid.reduce((sum, fee) => sum + fee, begin.paid + end.paid),
      state,
    );
    const ran = tailRun.results.filter((result) => result.outcome !== undefined).length;
    const stats = { workers: this.crew.workers, ordered, tail: ran, wallMs: 0, orderedMs };
    const stateDiff = state.diff();
    const parts = {
      reservations,
      executed,
      begin,
      end,
      stateDiff,
      criticalPathGas,
      tailGas: tailRun.gasUsed,
      stats,
    };
    const outcome = assembleOutcome(parts, paid, encodedReceipts);
    if (input.rule === 'process') assertUsedLimits(outcome, settings.parameters);
    this.#clock.mark('settle');
    const { times: stages } = this.#clock;
    const placed = this.#placed && { placed: this.#placed };
    return { ...outcome, stats: { ...stats, wallMs: performance.now() - started, stages, ...placed } };
  }

  /** @throws EXECUTE_INVALID_BLOCK for a block past its limits under rule `process` */
  #plan(table: AccessTable, reserved: readonly Reserved[], { parameters }: Settings): Plan {
    const state = this.#state;
    const planned = plannedOf(this.input.transactions.length, reserved);
    const cell: InitialCell = (key, to, at) => state.pastCellAt(key, to, at);
    const plan = planTable(table, planned, cell);
    if (this.input.rule === 'process') {
      const valueBytes = (key: number): number => state.pastAt(key)?.length ?? 0;
      assertBlockLimits({ ...plan, table, reserved, valueBytes, code: this.#code }, parameters);
    }
    return plan;
  }

  #mark(): CodeOnChain {
    this.#state.mark();
    return this.#codeAtMark();
  }

  #codeAtMark(): CodeOnChain {
    return this.kept.codes.view((key) => this.#state.past(key));
  }

  async #ordered(part: OrderedPart): Promise<OrderedResult> {
    if (part.table.declaresNothing) {
      const { reserved, attemptGas } = part;
      const tail = reserved.map(({ index, transaction }) => {
        return { index, transaction, attemptGas: attemptGas[index]! };
      });
      return { executed: new Array(this.input.transactions.length), tail };
    }
    return this.#growing(async (scale) => {
      const laid = layOrderedPart(part, scale, (bytes) => this.memory.memoryFor(bytes));
      const width = this.#width(part);
      laid.arena.words[HEADER.workers] = width;
      this.#clock.mark('lay');
      const end = await this.memory.run(JOB.ordered, this.#answer(laid.slotOf), width);
      this.#clock.mark('run');
      if (this.input.timed) this.#placed = receiveRunTimes(this.crew);
      return expectDone(end) ? collectOrdered(laid, part) : undefined;
    });
  }

  /** Threads the ordered part is worth: for its gas, and for how much of that can run beside its longest path. */
  #width({ reserved, plan }: OrderedPart): number {
    const { gasPerThread } = this.kept;
    if (gasPerThread === 0) return this.crew.workers;
    const gas = reserved.reduce((sum, { transaction }) => sum + transaction.gasLimit, 0);
    const beside = Math.ceil((2 * (gas - plan.criticalPathGas)) / plan.criticalPathGas);
    return Math.max(1, Math.min(this.crew.workers, Math.ceil(gas / gasPerThread), 1 + beside));
  }

  /** The same steps as the oracle's; one worker runs each migration, which is rare enough for a job of its own. */
  async #upgrades(): Promise<HookRun> {
    const steps = runUpgrades(this.#state);
    let step = steps.next();
    while (!step.done) {
      // Marked by the step itself: the code view must see the contract's new record.
      this.#code = this.#codeAtMark();
      step = steps.next(takeNext(await this.#serial({ kind: 'migration', migration: step.value })));
    }
    return step.value;
  }

  async #hooks(settings: Settings, at: Hook['at']): Promise<HookRun> {
    const { hooks } = settings;
    const price = settings.parameters.gasPriceMin;
    const some = hooks.some((hook) => hook.at === at);
    const outcomes = some ? await this.#serial({ kind: 'hooks', hooks, at, price }) : [];
    return runHooks(hooks, at, price, this.#state, () => takeNext(outcomes));
  }

  async #tail(
    tail: readonly TailEntry[],
    table: AccessTable,
    { parameters }: Settings,
    executed: OrderedResult['executed'],
  ): Promise<TailRun> {
    const reached = table.codeHashes();
    const outcomes =
      tail.length > 0 ? await this.#serial({ kind: 'tail', entries: tail, reached, parameters }) : [];
    const state = this.#state;
    const changes = new Map<number, ReturnType<typeof changesOf>>();
    const run = runTail(tail, parameters, ({ index }) => {
      const outcome = takeNext(outcomes);
      changes.set(
        index,
        changesOf(outcome.writes.values(), (key) => state.current(key)),
      );
      state.writeAll(outcome.writes.values());
      return outcome;
    });
    for (const result of run.results) {
      executed[result.entry.index] = tailExecuted(result, changes.get(result.entry.index) ?? []);
    }
    return run;
  }

  /** Has one worker run a migration, hooks or the tail; the state is not touched before its outcomes are all there. */
  async #serial(job: SerialJob): Promise<TransactionOutcome[]> {
    const bytes = encodeSerialJob(job);
    return this.#growing(async (scale) => {
      const size = (SERIAL_BYTES + 2 * bytes.length) * scale;
      const arena = arenaOver(this.memory.memoryFor(size));
      writeSerialJob(arena, this.#context, bytes);
      const end = await this.memory.run(JOB.serial, this.#answer(undefined), 1);
      return expectDone(end) ? readSerialOutcomes(arena) : undefined;
    });
  }

  /** Repeats a step in larger arenas until one is large enough. Steps change the block's state only when done. */
  async #growing<T>(step: (scale: number) => Promise<T | undefined>): Promise<T> {
    for (let scale = 1; ; scale *= 2) {
      try {
        const result = await step(scale);
        if (result !== undefined) return result;
      } catch (error) {
        if (error !== ARENA_FULL) throw error;
      }
    }
  }

  #answer(slotOf: ((key: StateKey) => number) | undefined): AnswerRequest {
    return (worker, kind, request) => {
      const key = request as StateKey;
      switch (kind) {
        case REQUEST.current:
          return valueAnswer(this.#state.current(key));
        case REQUEST.past:
          return valueAnswer(this.#state.past(key));
        case REQUEST.code:
          return { number: this.memory.sendCode(worker, this.#code, request) };
        default:
          assert(kind === REQUEST.slot && slotOf !== undefined, 'slots are asked for in the ordered part');
          return { number: slotOf(key) };
      }
    };
  }
}

function plannedOf(count: number, reserved: readonly Reserved[]): PlannedTransactions {
  const senders = new Int32Array(count);
  const gasLimits = new Float64Array(count);
  reserved.forEach(({ index, transaction, sender }) => {
    senders[index] = sender;
    gasLimits[index] = transaction.gasLimit;
  });
  return { senders, gasLimits };
}

function countRun(executed: ExecutedList): number {
  return executed.reduce((count, one) => (one === undefined ? count : count + 1), 0);
}

function takeNext(outcomes: TransactionOutcome[]): TransactionOutcome {
  const outcome = outcomes.shift();
  assert(outcome !== undefined, 'the worker ran what main repeats');
  return outcome;
}
