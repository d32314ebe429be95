// The real command line as a process, and a node of it that runs until it is stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './source-tree.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

export interface WeftOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

const BIN = join(ROOT, 'cli/bin/weft.js');

/** Starts a command; nothing of the test runner's environment reaches it. */
export function spawnWeft(args: readonly string[], { cwd, env = {} }: WeftOptions): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|WEFT)/.test(name));
  return spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
  });
}

/** Runs a command to its end. */
export async function weft(args: readonly string[], options: WeftOptions): Promise<Ended> {
  const child = spawnWeft(args, options);
  const [out, log]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  child.stdin?.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: out.join(''), log: log.join('') };
}

export interface RunningNode {
  readonly url: string;
  /** Everything it said so far. */
  log(): string;
  stop(): Promise<number | null>;
}

/** `weft node` on a free port; resolves when it serves. */
export async function startWeftNode(args: readonly string[], options: WeftOptions): Promise<RunningNode> {
  const child = spawnWeft(['node', '--port', '0', '--json', ...args], options);
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const first = new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
  });
  const answer = await Promise.race([first, closed.then((code) => `{"error":"ended with ${code}: ${log}"}`)]);
  const { url, error } = JSON.parse(answer) as { readonly url?: string; readonly error?: unknown };
  if (url === undefined) return Promise.reject(new Error(JSON.stringify(error)));
  return {
    url,
    log: () => log,
    stop() {
      child.kill('SIGINT');
      return closed;
    },
  };
}
