// Secrets from people and scripts: never from the command line. A password comes from the file WEFT_PASSWORD_FILE
// names, or is asked for without being shown; words and seeds come from standard input.
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError } from '../errors.js';

const PASSWORD_LENGTH_MIN = 8;
const PASSWORD_FILE = 'WEFT_PASSWORD_FILE';

/** The password of an existing key. @throws CLI_SECRET, CLI_FILE */
export async function readPassword(prompt: string): Promise<string> {
  return (await passwordFromFile()) ?? askHidden(prompt);
}

/** A new password, from the file the variable names or asked for twice. @throws CLI_SECRET, CLI_FILE */
export async function readNewPassword(variable = PASSWORD_FILE): Promise<string> {
  const given = await passwordFromFile(variable);
  const password = given ?? (await askHidden('New password: '));
  if (password.length < PASSWORD_LENGTH_MIN) {
    throw new CliError('CLI_SECRET', { expected: `at least ${PASSWORD_LENGTH_MIN} characters` });
  }
  if (given === undefined && (await askHidden('Again: ')) !== password) {
    throw new CliError('CLI_SECRET', { expected: 'the same password twice' });
  }
  return password;
}

/** A secret to import: asked for on a terminal, or all of standard input. @throws CLI_SECRET */
export async function readImport(prompt: string): Promise<string> {
  if (process.stdin.isTTY) return (await askHidden(prompt)).trim();
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trim();
}

async function passwordFromFile(variable = PASSWORD_FILE): Promise<string | undefined> {
  const path = process.env[variable];
  if (path === undefined || path === '') return undefined;
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new CliError('CLI_FILE', { place: path }, error);
  }
}

function askHidden(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CliError('CLI_SECRET', { expected: 'a terminal to ask on, or WEFT_PASSWORD_FILE' });
  }
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      lines.close();
      process.stderr.write('\n');
      resolve(line);
    });
    lines.once('SIGINT', () => {
      lines.close();
      process.stderr.write('\n');
      process.exitCode = 130;
      reject(new CliError('CLI_SECRET', { expected: 'an answer', got: 'an interrupt' }));
    });
  });
}
