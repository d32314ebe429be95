// `weft keys`: accounts of one's own, encrypted on this machine.
import { decodeAddress } from '@weft/runtime/types/address';
import { createMnemonic, seedFromMnemonic } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { assertName, createKeystore, type Secret } from '../keys/keystore.js';
import { addPolicy, listPolicies } from '../keys/policies.js';
import { readImport, readNewPassword, readPassword } from '../keys/secrets.js';
import { addCommand, addGroup, parseIndex, shared } from '../options.js';
import { addRotate } from './keys-rotate.js';

export function addKeys(program: Command): void {
  const keys = addGroup(program, 'keys', ABOUT.keys);
  addNew(keys);
  addImport(keys);
  addList(keys);
  addShow(keys);
  addRemove(keys);
  addPassword(keys);
  addThreshold(keys);
  addRotate(keys);
}

function addNew(keys: Command): void {
  addCommand(keys, 'new <name>', 'make a mnemonic and keep its account')
    .option('--words <count>', '12 or 24', parseWords, 12)
    .action(async (name: string, options: { words: 12 | 24 }, command: Command) => {
      const { output } = shared(command);
      const store = createKeystore();
      await assertFree(name);
      const mnemonic = createMnemonic(options.words);
      const key = await store.add(name, { kind: 'mnemonic', mnemonic, index: 0 }, await readNewPassword());
      // Shown once, to people only: under --json it would end up in a log.
      if (output.json) output.note(`\`weft keys show ${name} --reveal\` shows the words to write down`);
      else output.note(`Write these words down; they are the account:\n\n  ${mnemonic}\n`);
      output.result(key, `${key.name} is ${key.address}`);
    });
}

function addImport(keys: Command): void {
  addCommand(keys, 'import <name>', 'keep the account of a mnemonic (asked for, or from standard input)')
    .option('--seed', 'a 32-byte ed25519 seed in hexadecimal instead of words')
    .option('--index <n>', 'which account of the mnemonic', parseIndex, 0)
    .action(async (name: string, options: { seed?: boolean; index: number }, command: Command) => {
      const { output } = shared(command);
      await assertFree(name);
      const text = await readImport(options.seed ? 'Seed: ' : 'Mnemonic: ');
      const secret = options.seed ? seedSecret(text) : wordsSecret(text, options.index);
      const key = await createKeystore().add(name, secret, await readNewPassword());
      output.result(key, `${key.name} is ${key.address}`);
    });
}

function addList(keys: Command): void {
  addCommand(keys, 'list', 'names and addresses').action(async (_options: unknown, command: Command) => {
    const { output } = shared(command);
    const store = createKeystore();
    const list = [...(await store.list()), ...(await listPolicies())];
    const width = Math.max(0, ...list.map(({ name }) => name.length));
    if (list.length === 0) output.note(`no keys in ${store.folder}; \`weft keys new NAME\` makes one`);
    output.result(list, list.map(({ name, address }) => `${name.padEnd(width)}  ${address}`).join('\n'));
  });
}

function addShow(keys: Command): void {
  addCommand(keys, 'show <name>', "one account's address")
    .option('--reveal', 'its secret too, for its password')
    .action(async (name: string, options: { reveal?: boolean }, command: Command) => {
      const { output } = shared(command);
      const store = createKeystore();
      const key = await store.show(name);
      if (!options.reveal)
        return output.result(key, `${key.name}  ${key.address}\npublic key ${key.publicKey}`);
      const secret = await store.open(name, await readPassword(`Password of ${name}: `));
      const { publicKey } = key;
      const words = secret.kind === 'mnemonic' ? secret.mnemonic : secret.seed;
      output.result(
        { ...key, secret },
        [`${key.name}  ${key.address}`, `public key ${publicKey}`, `${secret.kind} ${words}`].join('\n'),
      );
    });
}

function addRemove(keys: Command): void {
  addCommand(keys, 'remove <name>', 'forget an account; only its words or seed bring it back')
    .option('--yes', 'without asking')
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const { output } = shared(command);
      const store = createKeystore();
      const key = await store.show(name);
      if (!options.yes) throw new CliError('CLI_USAGE', { expected: '--yes', place: `removal of ${name}` });
      await store.remove(name);
      output.result(key, `${name} is forgotten`);
    });
}

function addPassword(keys: Command): void {
  addCommand(keys, 'password <name>', 'keep a key under another password').action(
    async (name: string, _options: unknown, command: Command) => {
      const { output } = shared(command);
      const store = createKeystore();
      await store.show(name);
      const password = await readPassword(`Password of ${name}: `);
      await store.open(name, password);
      await store.changePassword(name, password, await readNewPassword('WEFT_NEW_PASSWORD_FILE'));
      output.result({ name }, `${name} has a new password`);
    },
  );
}

function addThreshold(keys: Command): void {
  addCommand(keys, 'threshold <name> <keys...>', 'name an account that several keys sign for')
    .requiredOption('--threshold <n>', 'how many of them must sign', parseIndex)
    .option(
      '--address <address>',
      "an account that was, or will be, rotated to them (default: the policy's own)",
    )
    .addHelpText('after', '\nKeys are names of the keystore, or public keys (0x and 64 digits).')
    .action(
      async (
        name: string,
        words: string[],
        options: { threshold: number; address?: string },
        command: Command,
      ) => {
        const { output } = shared(command);
        await assertFree(name);
        const store = createKeystore();
        const publicKeys = await Promise.all(
          words.map(async (word) =>
            /^0x[0-9a-f]{64}$/.test(word) ? word : (await store.show(word)).publicKey,
          ),
        );
        if (options.address !== undefined) decodeAddress(options.address);
        const policy = await addPolicy(name, options.threshold, publicKeys, options.address);
        output.result(
          policy,
          `${name} is ${policy.address}: ${policy.threshold} of ${policy.keys.length} keys`,
        );
      },
    );
}

/** Refused before anybody types a secret. @throws CLI_KEY_NAME, CLI_KEY_EXISTS */
async function assertFree(name: string): Promise<void> {
  assertName(name);
  const known = [...(await createKeystore().list()), ...(await listPolicies())];
  if (known.some((key) => key.name === name)) throw new CliError('CLI_KEY_EXISTS', { got: name });
}

function wordsSecret(text: string, index: number): Secret {
  const mnemonic = text.split(/\s+/).join(' ');
  seedFromMnemonic(mnemonic);
  return { kind: 'mnemonic', mnemonic, index };
}

function seedSecret(text: string): Secret {
  const digits = text.replace(/^0x/, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new CliError('CLI_SECRET', { expected: '64 hexadecimal digits' });
  return { kind: 'seed', seed: digits };
}

function parseWords(text: string): 12 | 24 {
  if (text === '12' || text === '24') return Number(text) as 12 | 24;
  throw new CliError('CLI_USAGE', { expected: '12 or 24', got: text });
}
