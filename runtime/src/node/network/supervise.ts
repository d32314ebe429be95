// Node processes of a network on this machine, kept running: one that ends starts again, later each time it ends soon.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeError } from '../errors.js';
import type { Network } from './init.js';

const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** One that ran so long ended for a new reason. */
const STEADY_MS = 30_000;
/** A stopped node ends by itself within this, or is killed. */
const STOP_MS = 30_000;

/** @throws NODE_HOME */
export async function readNetwork(folder: string): Promise<Network> {
  try {
    return JSON.parse(await readFile(join(folder, 'network.json'), 'utf8')) as Network;
  } catch (cause) {
    throw new NodeError('NODE_HOME', { place: join(folder, 'network.json') }, cause);
  }
}

/** One node's process and whoever follows it. */
export class SupervisedNode {
  #child: ChildProcess | undefined;
  #wanted = false;
  #backoff = BACKOFF_MS;
  #timer: NodeJS.Timeout | undefined;
  /** Times it ended unasked. */
  exits = 0;

  constructor(
    readonly home: string,
    readonly command: readonly string[],
    private readonly onExit: (home: string, how: string) => void = () => undefined,
  ) {}

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Ends it and keeps it down. */
  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(late);
  }

  #spawn(): void {
    const [program, ...words] = this.command as readonly [string, ...string[]];
    const log = openSync(join(this.home, 'node.log'), 'a');
    const started = performance.now();
    const child = spawn(program, [...words, 'node', '--home', this.home], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    child.once('error', (error) => this.#ended(error.message, 0));
    child.once('exit', (code, signal) => this.#ended(signal ?? `code ${code}`, performance.now() - started));
  }

  #ended(how: string, ranMs: number): void {
    if (this.#child === undefined) return;
    this.#child = undefined;
    if (!this.#wanted) return;
    this.exits++;
    this.onExit(this.home, how);
    if (ranMs > STEADY_MS) this.#backoff = BACKOFF_MS;
    this.#timer = setTimeout(() => this.#spawn(), this.#backoff);
    this.#backoff = Math.min(BACKOFF_MAX_MS, 2 * this.#backoff);
  }
}

/** The nodes of a network folder, not started. `command` runs `weft`. @throws NODE_HOME */
export async function superviseNetwork(
  folder: string,
  command: readonly string[],
  onExit?: (home: string, how: string) => void,
): Promise<{ readonly network: Network; readonly nodes: readonly SupervisedNode[] }> {
  const network = await readNetwork(folder);
  const nodes = network.nodes.map(({ home }) => new SupervisedNode(join(folder, home), command, onExit));
  return { network, nodes };
}
