// Explores every interleaving of a few workers over shared words. A worker is a synchronous program whose operations
// on shared words go through a parameter; it is run again from its last restart point with the results it got so far
// until it asks for one operation more, and the scheduler decides who gets his next. States met before are not
// explored twice: a state is the words, each worker's results since its restart point, and who waits; workers are
// alike, so states that differ only in who is who are one.
import { createHash } from 'node:crypto';
import type { AtomicOperations } from '@weft/runtime/execute/parallel/kernel';

/** One operation on a shared word. `plain…`: an access the program claims nobody races with. */
export interface Operation {
  readonly kind:
    | 'load'
    | 'store'
    | 'add'
    | 'sub'
    | 'compareExchange'
    | 'wait'
    | 'notify'
    | 'plainLoad'
    | 'plainStore';
  readonly at: number;
  /** Operand; of `notify` how many. */
  readonly value: number;
  /** Of `compareExchange`. */
  readonly expected: number;
}

/** How a program reaches shared words. */
export interface SharedWords {
  readonly atomics: AtomicOperations;
  load(at: number): number;
  store(at: number, value: number): void;
}

/** What is explored. */
export interface System {
  readonly words: Int32Array;
  readonly workers: number;
  /** The same for every worker; may keep nothing but what `shared` gives. */
  readonly program: (shared: SharedWords) => void;
  /** How many results the program still knows when it asks for this operation; undefined: all. */
  readonly known: (operation: Operation) => number | undefined;
  /** A result as it matters from here on: equal states must be met as equal. */
  readonly meaning: (result: number, place: number, words: Int32Array) => number;
  /** The words as they matter; the same. */
  readonly essence: (words: Int32Array) => Int32Array;
  /**
   * Whether plain accesses are steps of their own: then two of them side by side are a race. Otherwise each belongs to
   * the atomic operation before it, and accesses nothing orders show as a wrong result, for both orders are met.
   */
  readonly fine: boolean;
  /** A load the program may repeat until the word changes: as long as it would, the worker is not run. */
  readonly mayRepeat: (operation: Operation) => boolean;
  /** What is wrong with a state on the way; undefined: nothing. `awake`: what each worker that is neither asleep nor ended asks. */
  readonly faulty: (words: Int32Array, awake: readonly Operation[], asleep: number) => string | undefined;
  /** What is wrong with the words when every worker has ended; undefined: nothing. */
  readonly wrong: (words: Int32Array) => string | undefined;
}

/** What an exploration met. */
export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** The first failure: `deadlock`, `race`, what `faulty` says, `wrong: …` or `broken: …`; undefined: none in any interleaving. */
  readonly failure: string | undefined;
}

interface State {
  readonly words: Int32Array;
  /** Results of each worker since its restart point. */
  readonly results: readonly (readonly number[])[];
  /** What each asks for next; undefined: ended. */
  readonly next: readonly (Operation | undefined)[];
  /** Workers asleep, first come first. */
  readonly asleep: readonly number[];
}

const RESULTS_MAX = 400;
const PAUSE: unique symbol = Symbol('pause');

/** Explores all interleavings, up to the first failure. Throws RangeError past `statesMax`. */
export function explore(system: System, statesMax = 3_000_000): Exploration {
  const seen = new Set<string>();
  let transitions = 0;
  const finish = (failure?: string): Exploration => ({ states: seen.size, transitions, failure });
  try {
    const first = system.words.slice();
    const results = Array.from({ length: system.workers }, (): number[] => []);
    const next = results.map((list) => advance(system, list, first));
    const stack: State[] = [{ words: first, results, next, asleep: [] }];
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      const name = nameOf(system, state);
      if (seen.has(name)) continue;
      seen.add(name);
      if (seen.size > statesMax) throw new RangeError(`more than ${statesMax} states`);
      if (state.next.every((operation) => operation === undefined)) {
        const wrong = system.wrong(state.words);
        if (wrong !== undefined) return finish(`wrong: ${wrong}`);
        continue;
      }
      if (isRace(state)) return finish('race');
      const fault = faultOf(system, state);
      if (fault !== undefined) return finish(fault);
      const able = ableWorkers(system, state);
      if (able.length === 0) return finish('deadlock');
      for (const worker of able) {
        transitions += 1;
        stack.push(step(system, state, worker));
      }
    }
    return finish();
  } catch (error) {
    if (error instanceof ProgramError) return finish(`broken: ${error.message}`);
    throw error;
  }
}

class ProgramError extends RangeError {}

function ableWorkers(system: System, { next, asleep, words, results }: State): number[] {
  const able: number[] = [];
  next.forEach((operation, worker) => {
    if (operation === undefined || asleep.includes(worker)) return;
    if (system.mayRepeat(operation)) {
      const again = ask(system, [...results[worker]!, words[operation.at]!]);
      if (again?.kind === operation.kind && again.at === operation.at) return;
    }
    able.push(worker);
  });
  return able;
}

function faultOf(system: System, { next, asleep, words }: State): string | undefined {
  const awake = next.filter((operation, worker) => operation !== undefined && !asleep.includes(worker));
  return system.faulty(words, awake as Operation[], asleep.length);
}

/** Two workers about to touch one word, one of them to write, not both atomically. */
function isRace({ next }: State): boolean {
  const about = next.filter((operation) => operation !== undefined);
  return about.some((one, i) =>
    about.slice(i + 1).some((other) => {
      if (one.at !== other.at) return false;
      const plain = one.kind.startsWith('plain') || other.kind.startsWith('plain');
      return plain && !(isRead(one) && isRead(other));
    }),
  );
}

function isRead(operation: Operation): boolean {
  return operation.kind === 'load' || operation.kind === 'plainLoad';
}

function step(system: System, state: State, worker: number): State {
  const operation = state.next[worker]!;
  const words = state.words.slice();
  const results = [...state.results];
  const next = [...state.next];
  const resume = (who: number, result: number): void => {
    const known = [...results[who]!, result];
    next[who] = advance(system, known, words);
    results[who] = known;
  };
  if (operation.kind === 'wait' && words[operation.at] === operation.value) {
    return { words, results, next, asleep: [...state.asleep, worker] };
  }
  if (operation.kind !== 'notify') {
    resume(worker, perform(operation, words));
    return { words, results, next, asleep: state.asleep };
  }
  const woken = state.asleep.slice(0, operation.value);
  for (const who of woken) resume(who, 0);
  resume(worker, woken.length);
  return { words, results, next, asleep: state.asleep.slice(woken.length) };
}

/** What a worker asks for next; takes what it has forgotten off `results`. */
function advance(system: System, results: number[], words: Int32Array): Operation | undefined {
  for (;;) {
    if (results.length > RESULTS_MAX) throw new ProgramError('a worker never comes to a restart point');
    const operation = ask(system, results);
    if (operation === undefined) return undefined;
    if (!system.fine && operation.kind.startsWith('plain')) {
      results.push(perform(operation, words));
      continue;
    }
    results.length = system.known(operation) ?? results.length;
    return operation;
  }
}

function perform({ kind, at, value, expected }: Operation, words: Int32Array): number {
  const before = words[at];
  if (before === undefined) throw new ProgramError(`word ${at} does not exist`);
  if (kind === 'store' || kind === 'plainStore') words[at] = value;
  else if (kind === 'add') words[at] = before + value;
  else if (kind === 'sub') words[at] = before - value;
  else if (kind === 'compareExchange' && before === expected) words[at] = value;
  return before;
}

/** The operation a program asks for once it has these results; undefined when it ends. */
function ask(system: System, results: readonly number[]): Operation | undefined {
  let used = 0;
  let asked: Operation | undefined;
  const request = (kind: Operation['kind'], at: number, value = 0, expected = 0): number => {
    const result = results[used];
    if (result === undefined) {
      asked = { kind, at, value, expected };
      throw PAUSE;
    }
    used += 1;
    return result;
  };
  try {
    system.program(sharedWords(request));
    return undefined;
  } catch (error) {
    if (error !== PAUSE) throw new ProgramError(String(error));
    return asked;
  }
}

function sharedWords(
  request: (kind: Operation['kind'], at: number, value?: number, expected?: number) => number,
): SharedWords {
  const atomics = {
    load: (_: unknown, at: number) => request('load', at),
    store: (_: unknown, at: number, value: number) => request('store', at, value),
    add: (_: unknown, at: number, value: number) => request('add', at, value),
    sub: (_: unknown, at: number, value: number) => request('sub', at, value),
    compareExchange: (_: unknown, at: number, expected: number, value: number) =>
      request('compareExchange', at, value, expected),
    wait: (_: unknown, at: number, value: number) => request('wait', at, value) === 0 && 'ok',
    notify: (_: unknown, at: number, count = 1_000) => request('notify', at, count),
  } as unknown as AtomicOperations;
  return {
    atomics,
    load: (at) => request('plainLoad', at),
    store: (at, value) => {
      request('plainStore', at, value);
    },
  };
}

function nameOf(system: System, { words, results, next, asleep }: State): string {
  const workers = results.map((list, worker) => {
    const meanings = list.map((result, place) => system.meaning(result, place, words));
    return `${next[worker] === undefined ? 'ended' : asleep.indexOf(worker)}:${meanings.join()}`;
  });
  return createHash('sha1')
    .update(new Uint8Array(system.essence(words).buffer))
    .update(workers.sort().join(' '))
    .digest('base64');
}
