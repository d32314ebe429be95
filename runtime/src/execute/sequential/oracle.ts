// SPEC §4 as a synchronous function over a read callback: what a block means. No plan decides anything here and
// nothing is shared or reordered; every faster executor must give the same outcome, byte for byte.
import { conflicts } from '../../access/conflicts.js';
import { createEnforcer } from '../../access/enforce.js';
import { extraAccessRefund } from '../../access/price.js';
import { bytesText } from '../../base/bytes.js';
import { explainPlan } from '../../schedule/explain.js';
import { planSchedule } from '../../schedule/plan-sets.js';
import type { AccessSet } from '../../types/access.js';
import { keyKind, type StateKey } from '../../types/key.js';
import type { BlockInput, BlockOutcome, ReadState } from '../../types/outcome.js';
import { listOf } from '../../types/record-codec.js';
import { decodeCell } from '../../types/value.js';
import type { InstancePool } from '../../vm/instance-pool.js';
import type { BlockEnvironment } from '../../vm/run.js';
import { runTransaction } from '../../vm/run-transaction.js';
import type { CodeStore } from '../code-store.js';
import { assembleOutcome, type Executed } from '../phases/assemble.js';
import { orderedExecuted, tailExecuted } from '../phases/executed.js';
import { type HookRun, runHooks } from '../phases/hooks.js';
import { assertBlockLimits, assertUsedLimits } from '../phases/limits.js';
import { reserve, reservedOf } from '../phases/reserve.js';
import { type Resolved, resolveAll } from '../phases/resolve.js';
import { readSettings, type Settings } from '../phases/settings.js';
import { closeBlock, paymentsOf, refund } from '../phases/settle.js';
import { BlockState, changesOf } from '../phases/state.js';
import { runTail, type TailEntry, type TailRun } from '../phases/tail.js';
import { joinRuns, runUpgrades } from '../phases/upgrades.js';
import { runHook, runMigration, runTailEntry } from '../runs.js';
import { NotesOfBlock } from './notes.js';
import { type Given, givenRun } from './seeds.js';

/** What a thread keeps from block to block. */
export interface OracleThread {
  readonly codes: CodeStore;
  readonly pool: InstancePool;
}

/**
 * Runs one block over the state `read` gives. Transactions that are `given` are not executed: their outcome is taken as
 * it is (replay on several threads).
 * @throws EXECUTE_INVALID_BLOCK under rule `process`, EXECUTE_STATE, VM_NODE_FAULT
 */
export function executeOracle(
  input: BlockInput,
  read: ReadState,
  thread: OracleThread,
  given: Given = [],
): BlockOutcome {
  const state = new BlockState(read);
  const settings = readSettings(state);
  const price = settings.parameters.gasPriceMin;

  // 1. Reserve.
  const reservations = reserve(input, settings, state);
  const reserved = reservedOf(reservations);
  // 2. Upgrades, then begin hooks, whose past is what those left.
  const upgraded = upgradeAll(input, state, thread);
  state.mark();
  const beginEnvironment = environmentOf(input, state, thread);
  const begin = joinRuns(
    upgraded,
    runHooks(settings.hooks, 'begin', price, state, (hook) => runHook(hook, beginEnvironment)),
  );
  // 3. Resolve against S0.
  state.mark();
  const environment = environmentOf(input, state, thread);
  const code = thread.codes.view((key) => state.past(key));
  const resolved = resolveAll(reserved, state, code);
  const { plan, explain } = planOf(input.transactions.length, resolved, state);
  const { criticalPathGas } = plan;
  if (input.rule === 'process') {
    const valueBytes = (key: number): number => state.past(plan.keyAt(key))?.length ?? 0;
    assertBlockLimits({ ...plan, reserved, valueBytes, code }, settings.parameters);
  }
  // 4. Ordered part.
  const executed: (Executed | undefined)[] = new Array(input.transactions.length).fill(undefined);
  const notes = new NotesOfBlock(input);
  notes.access(resolved);
  const tail = runOrderedPart(resolved, state, environment, executed, notes, given);
  // 5. Tail.
  const reached = new Set(plan.table.codeHashes().map(bytesText));
  const part = { state, environment: { ...environment, reached }, executed, notes, given };
  const tailRun = runTailPart(tail, settings.parameters, part);
  // 6. Settle: refunds, end hooks, then fees.
  const paid = paymentsOf(reserved, executed);
  refund(reserved, executed, state);
  const end = runHooks(settings.hooks, 'end', price, state, (hook) => runHook(hook, environment));
  const fees = paid.reduce((sum, fee) => sum + fee, begin.paid + end.paid);
  closeBlock(input, reserved, fees, state);
  const stats = {
    workers: 1,
    ordered: reserved.length - tail.length,
    tail: tailRun.results.filter((result) => result.outcome !== undefined).length,
    wallMs: 0,
    orderedMs: 0,
  };
  const outcome = assembleOutcome(
    {
      reservations,
      executed,
      begin,
      end,
      stateDiff: state.diff(),
      criticalPathGas,
      tailGas: tailRun.gasUsed,
      stats,
    },
    paid,
  );
  if (input.rule === 'process') assertUsedLimits(outcome, settings.parameters);
  return notes.wanted ? { ...outcome, notes: notes.all, explained: explain() } : outcome;
}

/** Each migration over the state as it was marked for it. */
function upgradeAll(input: BlockInput, state: BlockState, thread: OracleThread): HookRun {
  const steps = runUpgrades(state);
  let step = steps.next();
  while (!step.done) step = steps.next(runMigration(step.value, environmentOf(input, state, thread)));
  return step.value;
}

/** Runs what may run under its access, in order; returns what joined the tail. */
function runOrderedPart(
  resolved: readonly Resolved[],
  state: BlockState,
  environment: BlockEnvironment,
  executed: (Executed | undefined)[],
  notes: NotesOfBlock,
  given: Given,
): TailEntry[] {
  const tail: TailEntry[] = [];
  /** Access sets in the tail, by sender. */
  const tailAccess = new Map<string, AccessSet[]>();
  for (const one of resolved) {
    const { access } = one;
    const { index, transaction } = one;
    const join = (attemptGas: number): void => {
      tail.push({ index, transaction, attemptGas });
      if (access === undefined) return;
      const sender = bytesText(transaction.sender);
      tailAccess.set(sender, [...(tailAccess.get(sender) ?? []), access]);
    };
    const known = given[index];
    if (known?.phase === 'tail') {
      join(known.attemptGas);
      continue;
    }
    if (known !== undefined) {
      applyChanges(known, state);
      executed[index] = known;
      continue;
    }
    const earlier = tailAccess.get(bytesText(transaction.sender)) ?? [];
    if (access === undefined || earlier.some((other) => conflicts(other, access))) {
      join(one.attemptGas);
      continue;
    }
    const { sender, calls, gasLimit } = transaction;
    const enforcer = createEnforcer(access);
    const gas = gasLimit - one.attemptGas;
    const request = { sender, calls, gasLimit: gas, index, enforcer, tail: false, ...notes.of(index) };
    const outcome = notes.run(index, 'ordered', () => runTransaction(request, environment));
    if (outcome.status === 'VIOLATION') {
      join(one.attemptGas + outcome.gas);
      continue;
    }
    const changes = changesOf(outcome.writes.values(), (key) => state.current(key));
    state.writeAll(outcome.writes.values());
    executed[index] = orderedExecuted(
      one.attemptGas,
      outcome,
      extraAccessRefund(access, outcome.touched),
      changes,
    );
  }
  return tail;
}

/** Runs the tail and adds to `executed` what each of it came to. */
function runTailPart(
  tail: readonly TailEntry[],
  parameters: Settings['parameters'],
  { state, environment, executed, notes, given }: TailPart,
): TailRun {
  const changes = new Map<number, Executed['changes']>();
  const run = runTail(tail, parameters, (entry, gas) => {
    const known = given[entry.index];
    if (known !== undefined) {
      changes.set(entry.index, known.changes);
      applyChanges(known, state);
      return givenRun(known, parameters.tailGasFactor);
    }
    const { index } = entry;
    const outcome = notes.run(index, 'tail', () => runTailEntry(entry, gas, environment, notes.of(index)));
    changes.set(
      entry.index,
      changesOf(outcome.writes.values(), (key) => state.current(key)),
    );
    state.writeAll(outcome.writes.values());
    return outcome;
  });
  for (const result of run.results)
    executed[result.entry.index] = tailExecuted(result, changes.get(result.entry.index) ?? []);
  return run;
}

/** What the tail works on. */
interface TailPart {
  readonly state: BlockState;
  readonly environment: BlockEnvironment;
  readonly executed: (Executed | undefined)[];
  readonly notes: NotesOfBlock;
  readonly given: Given;
}

/** The values a given transaction left. */
function applyChanges({ changes }: Executed, state: BlockState): void {
  for (const { key, after } of listOf(changes)) state.write(key as StateKey, after);
}

/** What contracts see of the block and the state, `past` being the state as last marked. */
function environmentOf(input: BlockInput, state: BlockState, thread: OracleThread): BlockEnvironment {
  const { height, time, grandparentHash } = input;
  return {
    state: { read: (key) => state.current(key), past: (key) => state.past(key) },
    codes: thread.codes.view((key) => state.past(key)),
    pool: thread.pool,
    height,
    time,
    grandparentHash,
  };
}

/** The hashed number alone is taken from the plan; whoever asks for notes is told what is behind it. */
function planOf(transactions: number, resolved: readonly Resolved[], state: BlockState) {
  const items = Array.from({ length: transactions }, () => ({
    access: undefined as AccessSet | undefined,
    sender: new Uint8Array(0) as Uint8Array,
    gasLimit: 1,
  }));
  for (const { index, access, transaction } of resolved) {
    const { sender, gasLimit } = transaction;
    items[index] = { access, sender, gasLimit };
  }
  const initial = (key: StateKey) => decodeCell(keyKind(key), state.past(key));
  const plan = planSchedule(items, initial);
  const fits = (t: number, i: number) => (plan.adderRunOf[t]?.[i] ?? -1) >= 0;
  return { plan, explain: () => explainPlan(items, fits, initial) };
}
