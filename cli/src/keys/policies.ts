// Accounts several keys sign for: how many of which keys, by name. Nothing secret; the keys are elsewhere.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { accountAddress, encodeAddress, SCHEME } from '@weft/runtime/types/address';
import { encodeThresholdPolicy, type ThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { thresholdPolicy } from '@weft/sdk/client/rotated-accounts';
import { CliError } from '../errors.js';
import { assertName, keystoreFolder } from './keystore.js';

/** What a policy's file says. */
export interface StoredPolicy {
  readonly name: string;
  /** The policy's own, or that of an account that was rotated to it. */
  readonly address: string;
  readonly threshold: number;
  /** 0x hex, ascending. */
  readonly keys: readonly string[];
}

const ENDING = '.policy.json';
const VERSION = 1;

/** By name. @throws CLI_KEY_FILE */
export async function listPolicies(folder = keystoreFolder()): Promise<StoredPolicy[]> {
  const files = await readdir(folder).catch(() => []);
  const names = files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
  const found = await Promise.all(names.sort().map((name) => findPolicy(name, folder)));
  return found.filter((one) => one !== undefined);
}

/** Undefined: there is none of this name. @throws CLI_KEY_FILE */
export async function findPolicy(name: string, folder = keystoreFolder()): Promise<StoredPolicy | undefined> {
  const path = join(folder, `${assertName(name)}${ENDING}`);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { version, ...policy } = JSON.parse(text) as StoredPolicy & { readonly version: number };
    if (version === VERSION && policy.name === name && typeof policy.address === 'string') {
      policyOf(policy);
      return policy;
    }
  } catch (error) {
    throw new CliError('CLI_KEY_FILE', { place: path }, error);
  }
  throw new CliError('CLI_KEY_FILE', { expected: `a policy of version ${VERSION}`, place: path });
}

/** @throws CLI_KEY_EXISTS, CLI_KEY_NAME, CodecError for a threshold out of range, or a key twice */
export async function addPolicy(
  name: string,
  threshold: number,
  keys: readonly string[],
  address?: string,
  folder = keystoreFolder(),
): Promise<StoredPolicy> {
  const policy = thresholdPolicy(
    threshold,
    keys.map((key) => fromHex(key.slice(2))),
  );
  const stored: StoredPolicy = {
    name: assertName(name),
    address: address ?? encodeAddress(accountAddress(SCHEME.THRESHOLD, encodeThresholdPolicy(policy))),
    threshold,
    keys: policy.keys.map((key) => `0x${toHex(key)}`),
  };
  const path = join(folder, `${name}${ENDING}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const text = JSON.stringify({ version: VERSION, ...stored }, undefined, 2);
    await writeFile(path, `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'EEXIST')
      throw new CliError('CLI_KEY_EXISTS', { got: name, place: path }, error);
    throw new CliError('CLI_FILE', { place: path }, error);
  }
  return stored;
}

/** As the chain has it. @throws CodecError */
export function policyOf({ threshold, keys }: Pick<StoredPolicy, 'threshold' | 'keys'>): ThresholdPolicy {
  return thresholdPolicy(
    threshold,
    keys.map((key) => fromHex(key.slice(2))),
  );
}
