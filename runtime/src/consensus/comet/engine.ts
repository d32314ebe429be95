// CometBFT as the consensus engine: Byzantine fault tolerance between machines. It runs as a process of its own and drives
// the chain over ABCI 2.0; the app hash it agrees on is our header hash.
import type { ConsensusEngine, EngineEnvironment, EngineStatus, Executor } from '../../ports/consensus.js';
import { Application } from './application.js';
import { CometError } from './errors.js';
import { createHandOn, type HandOn } from './hand-on.js';
import { type CometOptions, readOptions } from './options.js';
import { type CometProcess, startComet } from './process.js';
import { type AbciServer, startAbciServer } from './server.js';

/** Milliseconds `stop` waits for the commit of a finalized block from a CometBFT it does not run. */
const COMMIT_WAIT_MS = 5000;
const COMMIT_LOOK_MS = 5;

/** The engine, not started. @throws COMET_OPTIONS */
export function createEngine(options: unknown): ConsensusEngine {
  return new CometEngine(readOptions(options));
}

class CometEngine implements ConsensusEngine {
  #state: 'new' | 'running' | 'halted' | 'stopped' = 'new';
  #executor: Executor | undefined;
  #environment: EngineEnvironment | undefined;
  #application: Application | undefined;
  #server: AbciServer | undefined;
  #process: CometProcess | undefined;
  #handOn: HandOn | undefined;
  #ending: Promise<void> | undefined;

  constructor(private readonly options: CometOptions) {}

  async start(executor: Executor, environment: EngineEnvironment): Promise<void> {
    if (this.#state !== 'new') throw new CometError('COMET_STARTED');
    this.#state = 'running';
    this.#executor = executor;
    this.#environment = environment;
    const { abci, rpc, home, binary = 'cometbft', onRefusal } = this.options;
    const application = new Application(executor, environment, onRefusal);
    this.#application = application;
    const halt = (error: unknown) => this.#halt(error);
    this.#server = await startAbciServer(abci, application, halt);
    try {
      if (home !== undefined) this.#process = await startComet(binary, home, abci, halt);
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (rpc === undefined) return;
    this.#handOn = createHandOn(rpc, environment.clock, environment.isPending);
    // What was pending when the process ended: the others may not have heard of it.
    for (const bytes of environment.pool()) this.#handOn.add(bytes);
  }

  async stop(): Promise<void> {
    if (this.#state !== 'halted') this.#state = 'stopped';
    this.#ending ??= this.#end();
    await this.#ending;
  }

  async submit(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#state === 'halted') throw new CometError('COMET_HALTED');
    if (this.#state !== 'running' || this.#environment === undefined) throw new CometError('COMET_STOPPED');
    const id = await this.#environment.admit(bytes);
    this.#handOn?.add(bytes);
    return id;
  }

  status(): EngineStatus {
    const info = this.#executor?.initialised ? this.#executor.info() : undefined;
    return {
      engine: 'comet',
      height: info?.height ?? 0,
      producing: this.#state === 'running',
      validators: info?.validators ?? [],
    };
  }

  async #end(): Promise<void> {
    await this.#handOn?.stop();
    // First CometBFT, while it still has answers; then the server.
    if (this.#process !== undefined) await this.#process.stop();
    else if (this.#state === 'stopped') await this.#awaitCommit();
    await this.#server?.close();
  }

  async #awaitCommit(): Promise<void> {
    const until = performance.now() + COMMIT_WAIT_MS;
    while (this.#application?.isBusy && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, COMMIT_LOOK_MS));
  }

  /** Ends both sides, once. */
  #halt(error: unknown): void {
    if (this.#state !== 'running') return;
    this.#state = 'halted';
    this.#environment?.onFailure(error);
    this.#ending ??= this.#end();
  }
}
