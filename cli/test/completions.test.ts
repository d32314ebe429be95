// The completion scripts in the shells they are for, as far as those are installed: what a shell offers for what was typed.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { ABI_SECTION, ABI_VERSION, type AbiMethod, encodeAbi } from '@weft/runtime/types/abi';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/weft.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-completions-'));
  // The scripts run `weft` as a shell finds it.
  mkdirSync(join(folder, 'bin'));
  const weft = join(folder, 'bin', 'weft');
  writeFileSync(weft, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(weft, 0o755);
  deploy(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** A folder from which `vault` was deployed, whose artifact is there, and `gone`, whose artifact is not. */
function deploy(project: string): void {
  const method = (name: string, kind: AbiMethod['kind'], args: AbiMethod['args'] = []): AbiMethod => {
    return { name, kind, selector: name.length, args, payable: false, access: [] };
  };
  const args = [
    { name: 'to', type: 'address' },
    { name: 'amount', type: 'u128' },
  ];
  const methods = [method('init', 'init'), method('balanceOf', 'view'), method('withdraw', 'call', args)];
  const none = { events: [], errors: [], structs: [], fields: [] };
  const abi = { version: ABI_VERSION, name: 'Vault', methods, ...none };
  const section = Buffer.concat([
    Buffer.from([ABI_SECTION.length]),
    Buffer.from(ABI_SECTION),
    encodeAbi(abi),
  ]);
  const size = Buffer.from([(section.length & 0x7f) | 0x80, section.length >> 7]);
  const wasm = Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0]), size, section]);
  mkdirSync(join(project, 'contracts/vault/artifacts'), { recursive: true });
  writeFileSync(join(project, 'contracts/vault/artifacts/vault.wasm'), wasm);
  mkdirSync(join(project, 'deployments'));
  const vault = { address: 'weft1vault', codeHash: `0x${toHex(codeHash(wasm))}` };
  const gone = { address: 'weft1gone', codeHash: `0x${'00'.repeat(32)}` };
  writeFileSync(join(project, 'deployments/0123456789abcdef.json'), JSON.stringify({ vault, gone }));
  writeFileSync(join(project, 'deployments/fedcba9876543210.json'), '{');
}

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
  const PATH = `${join(folder, 'bin')}:${process.env['PATH']}`;
  const { stdout, stderr } = spawnSync(shell, [path, scriptOf(shell), ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, PATH },
  });
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

    it('offers contracts deployed from the folder, and the methods and arguments of those built in it', () => {
      expect(offers('send', 'v')).toEqual(['vault']);
      expect(offers('inspect', 'g')).toEqual(['gone']);
      expect(offers('call', 'vault', 'b')).toEqual(['balanceOf']);
      expect(offers('send', 'vault', 'ba')).toEqual([]);
      expect(offers('send', '--account', 'alice', 'vault', 'w')).toEqual(['withdraw']);
      expect(offers('send', 'vault', 'withdraw', '--to', 'weft1x', '--am')).toEqual(['--amount']);
      expect(offers('send', 'system', 'upl')).toEqual(['upload']);
      expect(offers('call', 'gone', 'x')).toEqual([]);
    });
  });
}
