// Every help page, as written down: what a command is called and takes is a promise. `npx vitest run cli/test/help.test.ts --update`
// writes it anew.
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../dist/main.js';
import { FIRST_ACCOUNT } from '../dist/session.js';

/** The pages of a command and of everything under it, at a width no terminal changes. */
function pagesOf(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`.trim();
  command.configureHelp({ ...command.configureHelp(), helpWidth: 100 });
  let page = '';
  command.configureOutput({
    writeOut: (text) => {
      page += text;
    },
  });
  command.outputHelp();
  return [`$ ${name} --help\n${page}`, ...command.commands.flatMap((one) => pagesOf(one, name))];
}

test('weft --help and every sub-command', async () => {
  const pages = pagesOf(await createProgram('all'), '').join('\n');
  await expect(pages).toMatchFileSnapshot('./help.golden.txt');
});

test('one command loads alone; help lists all of them without loading any', async () => {
  expect((await createProgram('call')).commands.map((one) => one.name())).toEqual(['call']);
  const [whole, listed] = [await createProgram('all'), await createProgram()];
  const [first, second] = [pagesOf(whole, '')[0], pagesOf(listed, '')[0]];
  expect(second).toBe(first);
  expect(listed.commands.every((one) => one.options.length === 0)).toBe(true);
  expect(whole.commands.filter((one) => one.options.length > 0).length).toBeGreaterThan(10);
});

test('the first development account is the one that is written down', () => {
  expect(accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1)[0]?.text).toBe(FIRST_ACCOUNT);
});
