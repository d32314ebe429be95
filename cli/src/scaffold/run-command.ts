// Runs another program to its end.
import { spawn } from 'node:child_process';
import { CliError } from '../errors.js';

/** What it wrote. `inherit`: its output goes to ours instead. @throws CLI_NPM when it fails or is not there */
export async function runCommand(
  command: string,
  args: readonly string[],
  folder: string,
): Promise<{ readonly stdout: string }> {
  const child = spawn(command, [...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(new CliError('CLI_NPM', { place: command }, cause)));
    child.on('close', resolve);
  });
  if (code !== 0) {
    const got = Buffer.concat(err).toString('utf8').trim().slice(-2000);
    throw new CliError('CLI_NPM', { got, place: `${command} ${args[0] ?? ''}` });
  }
  return { stdout: Buffer.concat(out).toString('utf8') };
}
