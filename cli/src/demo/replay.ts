// Runs the replay process over a data folder and collects what it says.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.js';
import type { ReplayLine } from './replay-process.js';

/** What an independent replay found. */
export interface Replayed {
  /** By height: executor milliseconds and state root (hex). */
  readonly blocks: ReadonlyMap<number, { readonly wallMs: number; readonly stateRoot: string }>;
  readonly height: number;
  readonly stateRoot: string;
}

/** Replays a closed data folder in a process of its own. `onBlock` hears of progress. @throws CLI_REPLAY */
export async function replayFolder(folder: string, onBlock: (height: number) => void): Promise<Replayed> {
  const script = fileURLToPath(new URL('./replay-process.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const blocks = new Map<number, { wallMs: number; stateRoot: string }>();
  let end: Extract<ReplayLine, { kind: 'end' }> | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as ReplayLine;
    if (line.kind === 'refused')
      throw new CliError('CLI_REPLAY', { reason: line.error.message, got: line.error.code });
    if (line.kind === 'end') end = line;
    if (line.kind === 'block') {
      blocks.set(line.height, line);
      onBlock(line.height);
    }
  }
  const code = await closed;
  if (end === undefined) throw new CliError('CLI_REPLAY', { got: `exit code ${code}`, place: folder });
  return { blocks, height: end.height, stateRoot: end.stateRoot };
}
