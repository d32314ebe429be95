// Key files: what they keep, what they refuse, what they never show.
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { accountFromSeed, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  accountOf,
  createKeystore,
  keystoreFolder,
  type Secret,
  storedAccount,
} from '../../dist/keys/keystore.js';
import { addPolicy, findPolicy, listPolicies } from '../../dist/keys/policies.js';

const PASSWORD = 'correct horse battery staple';
const words: Secret = { kind: 'mnemonic', mnemonic: DEVELOPMENT_MNEMONIC, index: 3 };
const seed: Secret = { kind: 'seed', seed: '5a'.repeat(32) };
let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'weft-keys-')), 'keys');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

const fileOf = (name: string): string => path.join(folder, `${name}.json`);

async function change(name: string, edit: (file: Record<string, unknown>) => void): Promise<void> {
  const file = JSON.parse(await readFile(fileOf(name), 'utf8')) as Record<string, unknown>;
  edit(file);
  await writeFile(fileOf(name), JSON.stringify(file));
}

describe('keystore', () => {
  test('keeps words and seeds under a password, lists them by name, forgets them', async () => {
    const store = createKeystore(folder);
    expect(await store.list()).toEqual([]);
    await store.add('zoe', words, PASSWORD);
    const ada = await store.add('ada', seed, PASSWORD);
    const publicKey = `0x${toHex(accountOf(seed).publicKey)}`;
    expect(ada).toEqual({ name: 'ada', address: accountOf(seed).text, publicKey, kind: 'seed' });
    expect((await store.list()).map(({ name }) => name)).toEqual(['ada', 'zoe']);
    expect(await store.open('zoe', PASSWORD)).toEqual(words);
    expect(await store.open('ada', PASSWORD)).toEqual(seed);
    expect(accountOf(words).text).toBe(accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, 3)[0]?.text);
    expect(accountOf(seed).text).toBe(accountFromSeed(new Uint8Array(32).fill(0x5a)).text);
    await store.remove('zoe');
    await expect(store.show('zoe')).rejects.toMatchObject({ code: 'CLI_KEY_UNKNOWN' });
  });

  test('says that a key is derived where that takes longer than a second, and no more once it is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const notes: string[] = [];
      const output = { note: (line: string) => void notes.push(line), status: () => false };
      const adding = createKeystore(folder, output).add('ada', seed, PASSWORD);
      vi.advanceTimersByTime(999);
      expect(notes).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(notes).toEqual(['deriving a key from the password (1 s)']);
      await adding;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('changes passwords and names; an account that was rotated to a key keeps its address', async () => {
    const store = createKeystore(folder);
    const elsewhere = accountOf(words).text;
    await store.add('ada', seed, PASSWORD, elsewhere);
    await store.changePassword('ada', PASSWORD, 'another password');
    await expect(store.open('ada', PASSWORD)).rejects.toMatchObject({ code: 'CLI_KEY_PASSWORD' });
    await expect(store.changePassword('ada', PASSWORD, 'x')).rejects.toMatchObject({
      code: 'CLI_KEY_PASSWORD',
    });
    const renamed = await store.rename('ada', 'eve', 'another password');
    expect(renamed).toMatchObject({ name: 'eve', address: elsewhere });
    expect(await readdir(folder)).toEqual(['eve.json']);
    const account = storedAccount(renamed, await store.open('eve', 'another password'));
    expect([account.text, account.publicKey]).toEqual([elsewhere, accountOf(seed).publicKey]);
    await store.add('ada', seed, PASSWORD);
    await expect(store.rename('ada', 'eve', PASSWORD)).rejects.toMatchObject({ code: 'CLI_KEY_EXISTS' });
    expect(await store.open('ada', PASSWORD)).toEqual(seed);
  });

  test('keeps policies beside the keys', async () => {
    const [a, b] = [seed, words].map((secret) => `0x${toHex(accountOf(secret).publicKey)}`);
    const added = await addPolicy('board', 2, [b!, a!], undefined, folder);
    expect(added.keys).toEqual([a!, b!].sort());
    expect(await findPolicy('board', folder)).toEqual(added);
    expect(await listPolicies(folder)).toEqual([added]);
    expect(await createKeystore(folder).list()).toEqual([]);
    expect(await findPolicy('nobody', folder)).toBeUndefined();
    await expect(addPolicy('board', 1, [a!], undefined, folder)).rejects.toMatchObject({
      code: 'CLI_KEY_EXISTS',
    });
    await expect(addPolicy('two', 3, [a!, b!], undefined, folder)).rejects.toMatchObject({
      code: 'CODEC_RANGE',
    });
    await expect(addPolicy('two', 1, [a!, a!], undefined, folder)).rejects.toMatchObject({
      code: 'CODEC_ORDER',
    });
    await writeFile(
      path.join(folder, 'odd.policy.json'),
      '{"version":1,"name":"odd","address":"x","keys":[]}',
    );
    await expect(findPolicy('odd', folder)).rejects.toMatchObject({ code: 'CLI_KEY_FILE' });
  });

  test('is readable by its owner only and holds no secret in the clear', async () => {
    await createKeystore(folder).add('ada', words, PASSWORD);
    const text = await readFile(fileOf('ada'), 'utf8');
    expect(text).not.toContain('junk');
    expect(text).not.toContain(PASSWORD);
    expect((await stat(fileOf('ada'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual(['ada.json']);
  });

  test('the same password in another form of Unicode opens it; another does not', async () => {
    const store = createKeystore(folder);
    await store.add('ada', seed, 'caf\u00e9 au lait');
    expect(await store.open('ada', 'cafe\u0301 au lait')).toEqual(seed);
    await expect(store.open('ada', 'cafe au lait')).rejects.toMatchObject({ code: 'CLI_KEY_PASSWORD' });
  });

  test('a changed file does not open: address, kind, secret', async () => {
    const store = createKeystore(folder);
    await store.add('ada', seed, PASSWORD);
    const whole = await readFile(fileOf('ada'), 'utf8');
    const edits: ((file: Record<string, unknown>) => void)[] = [
      (file) => Object.assign(file, { address: accountOf(words).text }),
      (file) => Object.assign(file, { kind: 'mnemonic' }),
      (file) =>
        Object.assign(file, {
          secret: (file['secret'] as string).replace(/.$/, (c) => (c === '0' ? '1' : '0')),
        }),
    ];
    for (const edit of edits) {
      await writeFile(fileOf('ada'), whole);
      await change('ada', edit);
      await expect(store.open('ada', PASSWORD)).rejects.toMatchObject({ code: 'CLI_KEY_PASSWORD' });
    }
  });

  test('what is no key file is refused, and so is one that asks for endless work', async () => {
    const store = createKeystore(folder);
    await store.add('ada', seed, PASSWORD);
    const whole = await readFile(fileOf('ada'), 'utf8');
    const edits: ((file: Record<string, unknown>) => void)[] = [
      (file) => Object.assign(file, { version: 2 }),
      (file) => Object.assign(file, { name: 'eve' }),
      (file) => Object.assign(file['scrypt'] as object, { n: 2 ** 30 }),
      (file) => Object.assign(file['scrypt'] as object, { r: 64 }),
      (file) => Object.assign(file, { nonce: '00' }),
      (file) => Object.assign(file, { secret: 'zz' }),
    ];
    for (const edit of edits) {
      await writeFile(fileOf('ada'), whole);
      await change('ada', edit);
      await expect(store.open('ada', PASSWORD)).rejects.toMatchObject({ code: 'CLI_KEY_FILE' });
    }
    await writeFile(fileOf('ada'), '{');
    await expect(store.show('ada')).rejects.toMatchObject({ code: 'CLI_KEY_FILE' });
  });

  test('a key is never replaced, and names stay names', async () => {
    const store = createKeystore(folder);
    await store.add('ada', seed, PASSWORD);
    await expect(store.add('ada', words, PASSWORD)).rejects.toMatchObject({ code: 'CLI_KEY_EXISTS' });
    for (const name of ['', '7', '../ada', 'Ada', 'a'.repeat(33), '-a', 'a/b']) {
      await expect(store.add(name, seed, PASSWORD), name).rejects.toMatchObject({ code: 'CLI_KEY_NAME' });
    }
  });

  test('stands where the environment says', () => {
    expect(keystoreFolder({ WEFT_HOME: '/w', XDG_CONFIG_HOME: '/x' })).toBe('/w/keys');
    expect(keystoreFolder({ XDG_CONFIG_HOME: '/x' })).toBe('/x/weft/keys');
    expect(keystoreFolder({})).toBe(path.join(os.homedir(), '.config/weft/keys'));
  });
});
