// Runs one script command by command. Every command counts once: passed, failed, or skipped where only a parser of
// text could judge it.
import { isConstant, passed } from './constants.js';
import { type Bytes, type Engine, spectest, unsupportedFeature } from './engines.js';
import type { Action, Script, ScriptCommand } from './script.js';

/** Counts of one script, as in the baseline. */
export interface Tally {
  pass: number;
  fail: number;
  skip: number;
  /** `line type: what came instead` of each failure. */
  readonly fails: string[];
  /** A feature that left the script out of the comparison. */
  unsupported?: string;
}

/** Runs a script; `load` reads a module file. */
export function runScript(script: Script, engine: Engine, load: (file: string) => Bytes): Tally {
  const run = new ScriptRun(engine, load);
  for (const command of script.commands) run.command(command);
  return run.tally;
}

class ScriptRun {
  readonly tally: Tally = { pass: 0, fail: 0, skip: 0, fails: [] };
  #current: WebAssembly.Exports | undefined;
  readonly #named = new Map<string, WebAssembly.Exports>();
  readonly #imports: WebAssembly.Imports = { spectest: spectest() };
  /** Any may be entered through imports and tables. */
  readonly #instances: WebAssembly.Exports[] = [];

  constructor(
    readonly engine: Engine,
    readonly load: (file: string) => Bytes,
  ) {}

  command(command: ScriptCommand): void {
    if ('module_type' in command && command.module_type === 'text') {
      this.tally.skip++;
      return;
    }
    const problem = this.#problem(command);
    if (problem === undefined) {
      this.tally.pass++;
      return;
    }
    this.tally.fail++;
    this.tally.fails.push(`${command.line} ${command.type}: ${problem}`);
  }

  /** What is wrong with the outcome, or undefined. */
  #problem(command: ScriptCommand): string | undefined {
    switch (command.type) {
      case 'module':
        return attempt(() => this.#module(command.filename, command.name));
      case 'register':
        return attempt(() => {
          this.#imports[command.as] = this.#instance(command.name) as WebAssembly.ModuleImports;
        });
      case 'action':
        return attempt(() => this.#act(command.action));
      case 'assert_return':
        return this.#returned(command.action, command.expected);
      case 'assert_trap':
        return this.#trapped(command.action);
      case 'assert_exhaustion':
        return this.#exhausted(command.action);
      case 'assert_malformed':
      case 'assert_invalid':
        return this.#refused(command.filename);
      case 'assert_unlinkable':
        return this.#failsToStart(command.filename, (error) => isLinkError(error));
      case 'assert_uninstantiable':
        return this.#failsToStart(command.filename, (error) => this.#isTrap(error));
    }
  }

  #module(file: string, name: string | undefined): void {
    // A module that fails leaves no other in its place.
    this.#current = undefined;
    this.#current = this.#instantiate(file);
    if (name !== undefined) this.#named.set(name, this.#current);
  }

  #instantiate(file: string): WebAssembly.Exports {
    const bytes = this.load(file);
    let prepared: Bytes;
    try {
      prepared = this.engine.prepare(bytes);
    } catch (error) {
      const feature = WebAssembly.validate(bytes) ? unsupportedFeature(error) : undefined;
      if (feature !== undefined) this.tally.unsupported = feature;
      throw error;
    }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(prepared), this.#imports);
    this.#instances.push(exports);
    return exports;
  }

  #instance(name: string | undefined): WebAssembly.Exports {
    const found = name === undefined ? this.#current : this.#named.get(name);
    if (found === undefined) throw new Error(`no module ${name ?? ''}`);
    return found;
  }

  #act({ type, module, field, args = [] }: Action): unknown[] {
    const target = this.#instance(module)[field];
    if (type === 'get') return [(target as WebAssembly.Global).value];
    this.engine.refill(this.#instances);
    const result = (target as (...all: unknown[]) => unknown)(...args.map(passed));
    return result === undefined ? [] : Array.isArray(result) ? result : [result];
  }

  #returned(action: Action, expected: readonly Parameters<typeof isConstant>[1][]): string | undefined {
    let results: unknown[] = [];
    const problem = attempt(() => {
      results = this.#act(action);
    });
    if (problem !== undefined) return problem;
    const same =
      results.length === expected.length && expected.every((one, at) => isConstant(results[at], one));
    return same ? undefined : `returned ${results.map(String).join()}`;
  }

  #trapped(action: Action): string | undefined {
    return this.#fails(action, (error) => this.#isTrap(error));
  }

  #exhausted(action: Action): string | undefined {
    return this.#fails(
      action,
      (error) =>
        error instanceof RangeError || (isTrap(error) && this.engine.haltOf(this.#instances) === 'depth'),
    );
  }

  #fails(action: Action, expected: (error: unknown) => boolean): string | undefined {
    try {
      return `returned ${this.#act(action).map(String).join()}`;
    } catch (error) {
      return expected(error) ? undefined : String(error);
    }
  }

  /** A trap of the module's own; not one of ours, that gas, memory or depth ended. */
  #isTrap(error: unknown): boolean {
    return isTrap(error) && this.engine.haltOf(this.#instances) !== 'other';
  }

  #refused(file: string): string | undefined {
    try {
      this.engine.prepare(this.load(file));
      return 'accepted';
    } catch (error) {
      return this.engine.isRefusal(error) ? undefined : String(error);
    }
  }

  #failsToStart(file: string, expected: (error: unknown) => boolean): string | undefined {
    try {
      this.#instantiate(file);
      return 'instantiated';
    } catch (error) {
      return expected(error) ? undefined : String(error);
    }
  }
}

function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}

/** An import of the wrong kind or type, or (a TypeError) of a module that is not there. */
function isLinkError(error: unknown): boolean {
  return error instanceof WebAssembly.LinkError || error instanceof TypeError;
}
