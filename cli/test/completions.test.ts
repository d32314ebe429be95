// The completion scripts in the shells they are for, as far as those are installed: what a shell offers for what was typed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/weft.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-completions-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** Written once. */
function scriptOf(shell: string): string {
  const script = join(folder, `weft.${shell}`);
  if (existsSync(script)) return script;
  const made = spawnSync(process.execPath, [BIN, 'completions', shell], { encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
  writeFileSync(script, made.stdout);
  return script;
}

/** Runs a shell program with the script's path as `$1`; its lines. */
function inShell(shell: string, program: string, words: readonly string[]): string[] {
  const path = join(folder, `try.${shell}`);
  writeFileSync(path, program);
  const { stdout, stderr } = spawnSync(shell, [path, scriptOf(shell), ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** How to ask each shell without a terminal: words typed so far, the last one unfinished; an offer a line. */
const SHELLS = {
  bash: `source "$1"; shift
COMP_WORDS=(weft "$@"); COMP_CWORD=$#; _weft; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // zsh's own functions filter by what was typed; here they only show what they are given.
  zsh: `script=$1; shift
_describe() { print -l -- "\${(@P)2}" }
_files() { }
words=(weft "$@"); CURRENT=$(( $# + 1 ))
source "$script"`,
  fish: `source $argv[1]; complete -C "weft $argv[2..]"`,
} as const;

for (const [shell, program] of Object.entries(SHELLS)) {
  const installed = isInstalled(shell);
  describe.runIf(installed)(installed ? shell : `${shell} (not installed here)`, () => {
    const offers = (...words: string[]): string[] =>
      inShell(shell, program, words)
        .map((line) => line.split(/[:\t]/)[0] as string)
        .filter((offer) => offer.startsWith(words.at(-1) as string));

    it('offers commands, their commands, and options', () => {
      expect(offers('ca')).toEqual(['call']);
      expect(offers('keys', 'n')).toEqual(['new']);
      expect(offers('dev', 'sn')).toEqual(['snapshot']);
      expect(offers('call', '--ac')).toEqual(['--account']);
      expect(offers('keys', 'new', '--w')).toEqual(['--words']);
    });
  });
}
