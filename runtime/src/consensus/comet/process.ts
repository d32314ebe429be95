// CometBFT as a child of this process: neither outlives the other. It ends itself when our side of ABCI is gone; one that
// an earlier process left behind is ended here before a new one starts.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CometError } from './errors.js';

/** Milliseconds a process may take to end before it is killed. */
const STOP_MS = 10_000;

export interface CometProcess {
  readonly pid: number;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/** Starts CometBFT in its home; its output is appended to `cometbft.log` there. `onExit`: it ended unasked. @throws COMET_BINARY */
export async function startComet(
  binary: string,
  home: string,
  abci: string,
  onExit: (error: CometError) => void,
): Promise<CometProcess> {
  const pidFile = join(home, 'cometbft.pid');
  await endLeftover(pidFile, home);
  const log = openSync(join(home, 'cometbft.log'), 'a');
  const child = spawn(binary, ['start', '--home', home, '--proxy_app', abci], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new CometError('COMET_BINARY', { got: binary }, cause)));
  });
  const pid = child.pid as number;
  await writeFile(pidFile, `${pid}\n`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let stopping = false;
  child.once('exit', (code, signal) => {
    if (stopping) return;
    const place = join(home, 'cometbft.log');
    onExit(new CometError('COMET_EXITED', { got: signal ?? code ?? 'unknown', place }));
  });
  return {
    pid,
    async stop() {
      stopping = true;
      await end(child, exited);
      await unlink(pidFile).catch(() => undefined);
    },
  };
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  // One that is paused takes no other signal.
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(late);
}

/** Only a process whose command line names this home is ours: numbers are given out again. */
async function endLeftover(pidFile: string, home: string): Promise<void> {
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid < 2 || !(await runsHome(pid, home))) return;
  process.kill(pid, 'SIGKILL');
  while (await runsHome(pid, home)) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function runsHome(pid: number, home: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.split('\0').includes(home);
}
