// Keys at rest: one file an account, its secret under a password. scrypt (RFC 7914) makes the key, AES-256-GCM
// (NIST SP 800-38D) encrypts and authenticates the secret together with everything else the file says.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import { decodeAddress } from '@weft/runtime/types/address';
import { rotatedAccount } from '@weft/sdk/client/rotated-accounts';
import { type Account, accountFromSeed, accountsFromMnemonic } from '@weft/sdk/client/wallet';
import { CliError } from '../errors.js';
import { createOutput, type Output } from '../output.js';
import { working } from '../progress.js';

/** What a key file protects: words and the number of the account under them, or a bare 32-byte seed. */
export type Secret =
  | { readonly kind: 'mnemonic'; readonly mnemonic: string; readonly index: number }
  | { readonly kind: 'seed'; readonly seed: string };

/** A stored key as anybody may see it. */
export interface StoredKey {
  readonly name: string;
  /** The account's: the key's own, or that of an account that was rotated to it. */
  readonly address: string;
  /** 0x hex. */
  readonly publicKey: string;
  readonly kind: Secret['kind'];
}

/** A folder of key files. */
export interface Keystore {
  readonly folder: string;
  /** By name. */
  list(): Promise<StoredKey[]>;
  /** @throws CLI_KEY_UNKNOWN, CLI_KEY_FILE */
  show(name: string): Promise<StoredKey>;
  /** Never replaces a key. `address`: of the account, if not the key's own. @throws CLI_KEY_EXISTS, CLI_KEY_NAME */
  add(name: string, secret: Secret, password: string, address?: string): Promise<StoredKey>;
  /** About 0.4 s of work and 128 MiB by design. @throws CLI_KEY_UNKNOWN, CLI_KEY_FILE, CLI_KEY_PASSWORD */
  open(name: string, password: string): Promise<Secret>;
  /** The same key under another password. @throws as `open` */
  changePassword(name: string, password: string, next: string): Promise<void>;
  /** The same key and password under another name. @throws as `open` and `add` */
  rename(name: string, to: string, password: string): Promise<StoredKey>;
  /** @throws CLI_KEY_UNKNOWN */
  remove(name: string): Promise<void>;
}

const VERSION = 1;
const NAME = /^(?!\d+$)[a-z0-9][a-z0-9-]{0,31}$/;
/** The OWASP floor of 2024 for scrypt; a file may ask for no more than 8 times as much. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
const COST_MAX = 2 ** 20;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Everything in a key file but the encrypted secret: authenticated with it. */
interface Head {
  readonly version: number;
  readonly name: string;
  readonly address: string;
  readonly publicKey: string;
  readonly kind: Secret['kind'];
  readonly scrypt: { readonly n: number; readonly r: number; readonly p: number; readonly salt: string };
  readonly nonce: string;
}

interface KeyFile extends Head {
  /** Ciphertext ‖ tag. */
  readonly secret: string;
}

/** `keys` in WEFT_HOME, or in the user's configuration folder. */
export function keystoreFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { WEFT_HOME: home, XDG_CONFIG_HOME: config } = environment;
  return join(home ?? join(config ?? join(homedir(), '.config'), 'weft'), 'keys');
}

/** The keystore in a folder, which need not exist. `output`: told where deriving a key takes longer than a second. */
export function createKeystore(
  folder = keystoreFolder(),
  output: Pick<Output, 'note' | 'status'> = createOutput(false),
): Keystore {
  const derive: Derive = (head, password) =>
    working(output, 'deriving a key from the password', keyOf(head, password));
  const pathOf = (name: string): string => join(folder, `${assertName(name)}.json`);
  const load = (name: string): Promise<KeyFile> => loadFile(pathOf(name), name);
  return {
    folder,
    async list() {
      const names = await namesIn(folder);
      return Promise.all(names.map(async (name) => seen(await load(name))));
    },
    show: async (name) => seen(await load(name)),
    async add(name, secret, password, address = accountOf(secret).text) {
      const file = await seal(name, secret, password, address, derive);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeNew(pathOf(name), name, file);
      return seen(file);
    },
    open: async (name, password) => unseal(await load(name), password, pathOf(name), derive),
    async changePassword(name, password, next) {
      const path = pathOf(name);
      const old = await load(name);
      const file = await seal(name, await unseal(old, password, path, derive), next, old.address, derive);
      // One of the two files is whole at every moment.
      const beside = `${path}.new`;
      await rm(beside, { force: true });
      await writeNew(beside, name, file);
      await rename(beside, path);
    },
    async rename(name, to, password) {
      const old = await load(name);
      const secret = await unseal(old, password, pathOf(name), derive);
      const file = await seal(to, secret, password, old.address, derive);
      await writeNew(pathOf(to), to, file);
      await rm(pathOf(name));
      return seen(file);
    },
    async remove(name) {
      await load(name);
      await rm(pathOf(name));
    },
  };
}

/** The account a secret stands for. @throws CLIENT_MNEMONIC */
export function accountOf(secret: Secret): Account {
  if (secret.kind === 'seed') return accountFromSeed(fromHex(secret.seed));
  return accountsFromMnemonic(secret.mnemonic, 1, secret.index)[0] as Account;
}

/** The account of a stored key: the key's own, or the one that was rotated to it. */
export function storedAccount({ address }: Pick<StoredKey, 'address'>, secret: Secret): Account {
  const own = accountOf(secret);
  return own.text === address ? own : rotatedAccount(decodeAddress(address), own);
}

/** Lower-case letters, digits and dashes, not digits alone. @throws CLI_KEY_NAME */
export function assertName(name: string): string {
  if (NAME.test(name)) return name;
  const expected = 'up to 32 of a-z, 0-9 and -, not digits alone';
  throw new CliError('CLI_KEY_NAME', { expected, got: name });
}

/** On disk before anybody relies on it: a rotation sends what only this file can sign for later. */
async function writeNew(path: string, name: string, file: KeyFile): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new CliError('CLI_KEY_EXISTS', { got: name, place: path }, error);
    throw new CliError('CLI_FILE', { place: path }, error);
  }
}

async function seal(
  name: string,
  secret: Secret,
  password: string,
  address: string,
  derive: Derive,
): Promise<KeyFile> {
  const head: Head = {
    version: VERSION,
    name,
    address,
    publicKey: `0x${toHex(accountOf(secret).publicKey)}`,
    kind: secret.kind,
    scrypt: { ...COST, salt: toHex(randomBytes(SALT_BYTES)) },
    nonce: toHex(randomBytes(NONCE_BYTES)),
  };
  const cipher = createCipheriv('aes-256-gcm', await derive(head, password), fromHex(head.nonce));
  cipher.setAAD(authenticated(head));
  const parts = [cipher.update(JSON.stringify(secret), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return { ...head, secret: toHex(Buffer.concat(parts)) };
}

async function unseal(
  { secret, ...head }: KeyFile,
  password: string,
  path: string,
  derive: Derive,
): Promise<Secret> {
  const sealed = fromHex(secret);
  const decipher = createDecipheriv('aes-256-gcm', await derive(head, password), fromHex(head.nonce));
  decipher.setAAD(authenticated(head));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    const text = Buffer.concat([
      decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)),
      decipher.final(),
    ]);
    return JSON.parse(text.toString('utf8')) as Secret;
  } catch {
    // A wrong password and a changed file cannot be told apart; the cause would add nothing but noise.
    throw new CliError('CLI_KEY_PASSWORD', { place: path });
  }
}

function authenticated({ version, name, address, publicKey, kind, scrypt: cost, nonce }: Head): Uint8Array {
  const { n, r, p, salt } = cost;
  return utf8(JSON.stringify([version, name, address, publicKey, kind, n, r, p, salt, nonce]));
}

/** The encryption key of a file's head and a password. */
type Derive = (head: Head, password: string) => Promise<Buffer>;

function keyOf({ scrypt: { n, r, p, salt } }: Head, password: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r };
    scrypt(password.normalize('NFKC'), fromHex(salt), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const files = await readdir(folder);
    const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5));
    return names.filter((name) => NAME.test(name)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new CliError('CLI_FILE', { place: folder }, error);
  }
}

async function loadFile(path: string, name: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new CliError('CLI_KEY_UNKNOWN', { got: name, place: path });
    throw new CliError('CLI_FILE', { place: path }, error);
  }
  try {
    const file = JSON.parse(text) as KeyFile;
    if (isKeyFile(file) && file.name === name) return file;
  } catch (error) {
    throw new CliError('CLI_KEY_FILE', { place: path }, error);
  }
  throw new CliError('CLI_KEY_FILE', { expected: `a key file of version ${VERSION}`, place: path });
}

/** Form only; whether it is genuine shows when it is opened. Bounds keep a forged file from asking for endless work. */
function isKeyFile(file: Partial<KeyFile>): file is KeyFile {
  const hex = (value: unknown, least: number): boolean =>
    typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value) && value.length >= 2 * least;
  const { scrypt: cost } = file;
  return (
    file.version === VERSION &&
    typeof file.name === 'string' &&
    typeof file.address === 'string' &&
    /^0x[0-9a-f]{64}$/.test(String(file.publicKey)) &&
    (file.kind === 'mnemonic' || file.kind === 'seed') &&
    cost !== undefined &&
    Number.isInteger(Math.log2(cost.n)) &&
    cost.n >= 2 &&
    cost.n <= COST_MAX &&
    cost.r === COST.r &&
    cost.p === COST.p &&
    hex(cost.salt, SALT_BYTES) &&
    hex(file.nonce, NONCE_BYTES) &&
    hex(file.secret, TAG_BYTES + 1)
  );
}

function seen({ name, address, publicKey, kind }: KeyFile): StoredKey {
  return { name, address, publicKey, kind };
}

function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code;
}
