// The one system contract: its address, the state keys under it, its records and its methods. All consensus state
// (accounts, nonces, native balances, code, parameters, validators) lives here. SPEC: runtime/docs/spec/value.md §system.
import { ByteImage } from '../base/byte-table.js';
import { utf8 } from '../base/bytes.js';
import { assertLength, decodeExact, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256Domain } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from './address.js';
import { encodeStateKey, fieldId, KEY_HEAD_BYTES, type StateKey } from './key.js';
import { type Layout, selectorOf } from './layout.js';
import { decodeValue, encodeValue } from './value.js';

/** Where native balances, accounts, code and parameters live; also the contract whose methods change them. */
export const SYSTEM_ADDRESS = sha256Domain('weft/system-contract/1', utf8('system')) as Address;
/** What stands for the system contract's code hash where one is asked for. */
export const SYSTEM_CODE_HASH = sha256Domain('weft/system-code/1') as Hash32;

/** Fields under the system contract, 8 bytes each. */
export const SYSTEM_FIELD = {
  balance: fieldId('balance'),
  nonce: fieldId('nonce'),
  expiring: fieldId('expiring'),
  account: fieldId('account'),
  contract: fieldId('contract'),
  code: fieldId('code'),
  chunk: fieldId('chunk'),
  parameters: fieldId('parameters'),
  validators: fieldId('validators'),
  hooks: fieldId('hooks'),
  upgrades: fieldId('upgrades'),
  genesis: fieldId('genesis'),
} as const;

function plainKey(field: keyof typeof SYSTEM_FIELD, ...components: readonly Uint8Array[]): StateKey {
  return encodeStateKey(0, SYSTEM_ADDRESS, SYSTEM_FIELD[field], components);
}

/** Native balance of any address: a u128 cell. */
export function balanceKey(address: Uint8Array): StateKey {
  return encodeStateKey(2, SYSTEM_ADDRESS, SYSTEM_FIELD.balance, [assertLength(address, 32, 'address')]);
}

/** The next sequence of a sender's lane: a u64 cell. */
export function nonceKey(address: Uint8Array, lane: number): StateKey {
  if (!Number.isInteger(lane) || lane < 0 || lane >= LIMITS.nonceLanes) {
    throw new CodecError('CODEC_RANGE', {
      expected: `0..${LIMITS.nonceLanes - 1}`,
      got: lane,
      place: 'nonce lane',
    });
  }
  const components = [assertLength(address, 32, 'address'), new Uint8Array([lane])];
  return encodeStateKey(1, SYSTEM_ADDRESS, SYSTEM_FIELD.nonce, components);
}

/** Images of the keys every transaction needs: the head stays, the address is written in. Each is used at once. */
const BALANCE = new ByteImage().of(balanceKey(new Uint8Array(32)));
const NONCE = new ByteImage().of(nonceKey(new Uint8Array(32), 0));
const ACCOUNT = new ByteImage().of(accountKey(new Uint8Array(32)));

/** The image of `balanceKey`, good until the next call. */
export function balanceImage(address: Uint8Array): ByteImage {
  return withAddress(BALANCE, address);
}

/** The image of `nonceKey`, good until the next call; `lane` below 16. */
export function nonceImage(address: Uint8Array, lane: number): ByteImage {
  NONCE.bytes[NONCE.length - 1] = lane;
  return withAddress(NONCE, address);
}

/** The image of `accountKey`, good until the next call. */
export function accountImage(address: Uint8Array): ByteImage {
  return withAddress(ACCOUNT, address);
}

function withAddress(image: ByteImage, address: Uint8Array): ByteImage {
  assertLength(address, 32, 'address');
  const at = KEY_HEAD_BYTES + 2;
  for (let index = 0; index < 32; index++) image.bytes[at + index] = address[index]!;
  return image;
}

/** A spent expiring nonce: a marker value. `bytes` has 32. */
export function expiringNonceKey(sender: Uint8Array, expiry: number, bytes: Uint8Array): StateKey {
  assertLength(sender, 32, 'sender');
  assertLength(bytes, 32, 'nonce');
  return plainKey('expiring', sender, new Writer().number64(expiry).finish(), bytes);
}

/** `AccountRecord` of an account whose authorisation was replaced; absent for all others. */
export function accountKey(address: Uint8Array): StateKey {
  return plainKey('account', assertLength(address, 32, 'address'));
}

/** `ContractRecord`. */
export function contractKey(address: Uint8Array): StateKey {
  return plainKey('contract', assertLength(address, 32, 'address'));
}

/** `CodeRecord`. */
export function codeKey(codeHash: Uint8Array): StateKey {
  return plainKey('code', assertLength(codeHash, 32, 'code hash'));
}

/** One chunk of code: 65,000 bytes, the last one the rest. */
export function codeChunkKey(codeHash: Uint8Array, index: number): StateKey {
  return plainKey('chunk', assertLength(codeHash, 32, 'code hash'), new Writer().u32(index).finish());
}

export function parametersKey(): StateKey {
  return plainKey('parameters');
}

export function validatorsKey(): StateKey {
  return plainKey('validators');
}

export function hooksKey(): StateKey {
  return plainKey('hooks');
}

/** `PendingUpgrade`s of the next block; absent when there are none. */
export function upgradesKey(): StateKey {
  return plainKey('upgrades');
}

/** Genesis information: chain name, protocol version, dev. */
export function genesisKey(): StateKey {
  return plainKey('genesis');
}

/** What replaced an account's authorisation (rotation): scheme and the key material that scheme checks against. */
export interface AccountRecord {
  readonly scheme: number;
  readonly key: Uint8Array;
}

/** A contract: its code, who created it, who may upgrade it (absent: nobody, for ever). */
export interface ContractRecord {
  readonly codeHash: Hash32;
  readonly creator: Address;
  readonly authority?: Address | undefined;
}

/** Code on chain: size in bytes, chunks, its `weft.access` payload, memory pages at start. */
export interface CodeRecord {
  readonly size: number;
  readonly chunks: number;
  readonly access: Uint8Array;
  readonly initialPages: number;
}

export function encodeAccountRecord(record: AccountRecord): Uint8Array {
  return encodeValue('ACCOUNT', new Writer().u8(record.scheme).bytes(record.key).finish());
}

/** @throws CodecError */
export function decodeAccountRecord(stored: Uint8Array): AccountRecord {
  return decodeExact(decodeValue('ACCOUNT', stored), 'account record', (reader) => ({
    scheme: reader.u8(),
    key: reader.bytes(LIMITS.authorisationBytes),
  }));
}

export function encodeContractRecord(record: ContractRecord): Uint8Array {
  const writer = new Writer().fixed(record.codeHash, 32).fixed(record.creator, 32);
  writer.option(record.authority, (authority) => writer.fixed(authority, 32));
  return encodeValue('CONTRACT', writer.finish());
}

/** @throws CodecError */
export function decodeContractRecord(stored: Uint8Array): ContractRecord {
  return decodeExact(decodeValue('CONTRACT', stored), 'contract record', (reader) => ({
    codeHash: reader.fixed(32) as Hash32,
    creator: reader.fixed(32) as Address,
    authority: reader.option(() => reader.fixed(32) as Address),
  }));
}

export function encodeCodeRecord(record: CodeRecord): Uint8Array {
  assertCodeRecord(record);
  const writer = new Writer()
    .u32(record.size)
    .u32(record.chunks)
    .u32(record.initialPages)
    .bytes(record.access);
  return encodeValue('CODE', writer.finish());
}

/** @throws CodecError */
export function decodeCodeRecord(stored: Uint8Array): CodeRecord {
  const record = decodeExact(decodeValue('CODE', stored), 'code record', (reader) => {
    const size = reader.u32();
    const chunks = reader.u32();
    const initialPages = reader.u32();
    return { size, chunks, access: reader.bytes(LIMITS.accessSectionBytes), initialPages };
  });
  assertCodeRecord(record);
  return record;
}

/** Chunks code of `size` bytes is kept in. */
export function codeChunkCount(size: number): number {
  return Math.ceil(size / LIMITS.codeChunkBytes);
}

function assertCodeRecord(record: CodeRecord): void {
  const fits =
    record.size >= 1 && record.size <= LIMITS.codeBytes && record.access.length <= LIMITS.accessSectionBytes;
  if (!fits || record.chunks !== codeChunkCount(record.size)) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `1..${LIMITS.codeBytes} bytes in ${codeChunkCount(record.size)} chunks`,
      got: `${record.size} bytes in ${record.chunks} chunks`,
      place: 'code record',
    });
  }
}

/** A method of the system contract. */
export interface SystemMethod {
  readonly name: string;
  readonly selector: number;
  readonly args: readonly Layout[];
  readonly argNames: readonly string[];
  readonly result: Layout | undefined;
}

function method(
  name: string,
  args: readonly (readonly [string, Layout])[],
  result: Layout | undefined,
): SystemMethod {
  const layouts = args.map(([, layout]) => layout);
  return {
    name,
    selector: selectorOf(name, layouts),
    args: layouts,
    argNames: args.map(([text]) => text),
    result,
  };
}

const BYTES: Layout = { kind: 'bytes' };
const HASH: Layout = { kind: 'hash' };
const ADDRESS: Layout = { kind: 'address' };
const U128: Layout = { kind: 'u128' };
const MIGRATION: Layout = {
  kind: 'struct',
  fields: [
    { name: 'gasLimit', layout: { kind: 'u64' } },
    { name: 'selector', layout: { kind: 'u32' } },
    { name: 'args', layout: BYTES },
  ],
};

/**
 * Methods by name. `upload` stores code and returns its hash. `create` makes a contract of code on chain and returns
 * its address; `init` holds the arguments of the module's init method, empty if it has none, and the call's value
 * goes to the new contract. `transfer` moves native units from the caller. `upgrade` gives a contract other code at
 * the next block's start, `setUpgradeAuthority` says who may, `setAuthorisation` replaces the sender's key. `devSetBalance`
 * and `devMint` make native units out of nothing, for anybody, on development chains.
 */
export const SYSTEM_METHODS = {
  upload: method('upload', [['code', BYTES]], HASH),
  create: method(
    'create',
    [
      ['codeHash', HASH],
      ['salt', HASH],
      ['init', BYTES],
    ],
    ADDRESS,
  ),
  transfer: method(
    'transfer',
    [
      ['to', ADDRESS],
      ['amount', U128],
    ],
    undefined,
  ),
  upgrade: method(
    'upgrade',
    [
      ['contract', ADDRESS],
      ['codeHash', HASH],
      ['migration', { kind: 'option', item: MIGRATION }],
    ],
    undefined,
  ),
  setUpgradeAuthority: method(
    'setUpgradeAuthority',
    [
      ['contract', ADDRESS],
      ['authority', { kind: 'option', item: ADDRESS }],
    ],
    undefined,
  ),
  setAuthorisation: method(
    'setAuthorisation',
    [
      ['scheme', { kind: 'u8' }],
      ['key', BYTES],
    ],
    undefined,
  ),
  devSetBalance: method(
    'devSetBalance',
    [
      ['account', ADDRESS],
      ['balance', U128],
    ],
    undefined,
  ),
  devMint: method(
    'devMint',
    [
      ['to', ADDRESS],
      ['amount', U128],
    ],
    undefined,
  ),
} as const;

/** Selectors of methods that exist under a `dev: true` genesis only. */
export const DEVELOPMENT_SELECTORS: ReadonlySet<number> = new Set([
  SYSTEM_METHODS.devSetBalance.selector,
  SYSTEM_METHODS.devMint.selector,
]);

/** The most a development method leaves in a balance, 2^100: no sum of balances then passes a u128. */
export const DEVELOPMENT_BALANCE_MAX = 1n << 100n;
