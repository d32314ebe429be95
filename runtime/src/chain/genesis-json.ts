// The genesis as a document people write: JSON with addresses as text, amounts as decimal strings, keys as 0x hex.
// Every refusal names the path in the document. SPEC: runtime/docs/spec/genesis.md.
import { fromHex, toHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import { decodeAddress, encodeAddress } from '../types/address.js';
import type { Genesis, Hook, Parameters } from '../types/genesis.js';
import { DEFAULT_PARAMETERS } from '../types/parameters.js';
import { GenesisError } from './errors.js';
import { canonicalGenesis } from './genesis.js';

type Json = Readonly<Record<string, unknown>>;
const DECIMAL = /^(0|[1-9][0-9]{0,38})$/;

/** Reads a document; parameters left out take their defaults. @throws GENESIS_* */
export function parseGenesis(text: string): Genesis {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new GenesisError('GENESIS_JSON', { got: text.slice(0, 40) }, cause);
  }
  const root = readObject(document, 'genesis', [
    'chainName',
    'protocolVersion',
    'dev',
    'time',
    'parameters',
    'accounts',
    'validators',
    'hooks',
  ]);
  return canonicalGenesis({
    chainName: readText(root['chainName'], 'chainName'),
    protocolVersion: readNumber(root['protocolVersion'] ?? 0, 'protocolVersion'),
    dev: readBoolean(root['dev'] ?? false, 'dev'),
    time: readNumber(root['time'], 'time'),
    parameters: readParameters(root['parameters'] ?? {}),
    accounts: readList(root['accounts'] ?? [], 'accounts', LIMITS.genesisAccounts, readAccount),
    validators: readList(root['validators'], 'validators', LIMITS.validators, readValidator),
    hooks: readList(root['hooks'] ?? [], 'hooks', LIMITS.hooks, readHook),
  });
}

/** Inverse of `parseGenesis`: a document with every field, indented. */
export function formatGenesis(genesis: Genesis): string {
  const { accounts, validators, hooks, parameters, ...info } = genesis;
  const document = {
    ...info,
    parameters: { ...parameters, gasPriceMin: parameters.gasPriceMin.toString() },
    accounts: accounts.map(({ address, balance }) => ({
      address: encodeAddress(address),
      balance: balance.toString(),
    })),
    validators: validators.map(({ publicKey, power }) => ({
      publicKey: `0x${toHex(publicKey)}`,
      power: power.toString(),
    })),
    hooks: hooks.map((hook) => ({ ...hook, contract: encodeAddress(hook.contract) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function readParameters(value: unknown): Parameters {
  const names = Object.keys(DEFAULT_PARAMETERS) as (keyof Parameters)[];
  const given = readObject(value, 'parameters', names);
  const parameters: Record<string, number | bigint> = { ...DEFAULT_PARAMETERS };
  for (const name of names) {
    if (given[name] === undefined) continue;
    const place = `parameters.${name}`;
    parameters[name] =
      name === 'gasPriceMin' ? readAmount(given[name], place) : readNumber(given[name], place);
  }
  return parameters as unknown as Parameters;
}

function readAccount(value: unknown, place: string): Genesis['accounts'][number] {
  const account = readObject(value, place, ['address', 'balance']);
  return {
    address: wrap(`${place}.address`, () => decodeAddress(readText(account['address'], `${place}.address`))),
    balance: readAmount(account['balance'], `${place}.balance`),
  };
}

function readValidator(value: unknown, place: string): Genesis['validators'][number] {
  const validator = readObject(value, place, ['publicKey', 'power']);
  const text = readText(validator['publicKey'], `${place}.publicKey`);
  const publicKey = wrap(`${place}.publicKey`, () => fromHex(text.startsWith('0x') ? text.slice(2) : text));
  if (publicKey.length !== 32) throw mismatch(`${place}.publicKey`, '32 bytes', `${publicKey.length} bytes`);
  return { publicKey, power: readAmount(validator['power'] ?? '1', `${place}.power`) };
}

function readHook(value: unknown, place: string): Hook {
  const hook = readObject(value, place, ['contract', 'selector', 'at', 'gasLimit']);
  const { at } = hook;
  if (at !== 'begin' && at !== 'end') throw mismatch(`${place}.at`, 'begin | end', at);
  return {
    contract: wrap(`${place}.contract`, () => decodeAddress(readText(hook['contract'], `${place}.contract`))),
    selector: readNumber(hook['selector'], `${place}.selector`, 0xffff_ffff),
    at,
    gasLimit: readNumber(hook['gasLimit'], `${place}.gasLimit`),
  };
}

function readObject(value: unknown, place: string, names: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw mismatch(place, 'an object', value);
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) throw mismatch(place, names.join(' | '), `field ${name.slice(0, 64)}`);
  }
  return value as Json;
}

function readList<T>(
  value: unknown,
  place: string,
  countMax: number,
  read: (item: unknown, place: string) => T,
): readonly T[] {
  if (!Array.isArray(value)) throw mismatch(place, 'a list', value);
  if (value.length > countMax) throw mismatch(place, `at most ${countMax} items`, value.length);
  return value.map((item: unknown, index) => read(item, `${place}[${index}]`));
}

function readText(value: unknown, place: string): string {
  if (typeof value !== 'string' || value.length === 0) throw mismatch(place, 'a text', value);
  return value;
}

function readBoolean(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw mismatch(place, 'true | false', value);
  return value;
}

function readNumber(value: unknown, place: string, max: number = LIMITS.numberMax): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) {
    throw mismatch(place, `a whole number up to ${max}`, value);
  }
  return value;
}

function readAmount(value: unknown, place: string): bigint {
  if (typeof value !== 'string' || !DECIMAL.test(value)) throw mismatch(place, 'a decimal string', value);
  return BigInt(value);
}

function wrap<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof WeftError && !(cause instanceof GenesisError)) {
      throw new GenesisError('GENESIS_FIELD', { ...cause.context, place }, cause);
    }
    throw cause;
  }
}

function mismatch(place: string, expected: string, value: unknown): GenesisError {
  const got = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, 80);
  return new GenesisError('GENESIS_FIELD', { expected, got, place });
}
