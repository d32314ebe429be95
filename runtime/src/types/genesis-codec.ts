// Canonical genesis bytes, the genesis hash every transaction and header names, and what state keeps of it.
// SPEC: runtime/docs/spec/header.md §genesis.
import { compareBytes } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256Domain } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from './address.js';
import type { Genesis } from './genesis.js';
import {
  readHooks,
  readParameters,
  readValidators,
  writeHooks,
  writeParameters,
  writeValidators,
} from './parameters.js';
import { decodeValue, encodeValue } from './value.js';

/** The format's version. */
const GENESIS_VERSION = 1;

/** What state keeps of the genesis, under `genesisKey()`. */
export interface GenesisInfo {
  readonly chainName: string;
  readonly protocolVersion: number;
  readonly dev: boolean;
}

/** Canonical bytes. Accounts ascend by address, each above 0; validators ascend by key. @throws CodecError */
export function encodeGenesis(genesis: Genesis): Uint8Array {
  assertAccounts(genesis.accounts);
  const writer = new Writer().u8(GENESIS_VERSION);
  writeInfo(writer, genesis);
  writer.number64(genesis.time);
  writeParameters(writer, genesis.parameters);
  writer.list(genesis.accounts, ({ address, balance }) => writer.fixed(address, 32).u128(balance));
  writeValidators(writer, genesis.validators);
  writeHooks(writer, genesis.hooks);
  return writer.finish();
}

/** Inverse of `encodeGenesis`. @throws CodecError */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  if (bytes.length > LIMITS.genesisBytes) {
    const expected = `at most ${LIMITS.genesisBytes}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: bytes.length, unit: 'bytes', place: 'genesis' });
  }
  return decodeExact(bytes, 'genesis', (reader) => {
    const version = reader.u8();
    if (version !== GENESIS_VERSION) {
      throw new CodecError('CODEC_VERSION', { expected: GENESIS_VERSION, got: version, place: 'genesis' });
    }
    const info = readInfo(reader);
    const time = reader.number64();
    const parameters = readParameters(reader);
    const accounts = reader.list(
      () => ({ address: reader.fixed(32) as Address, balance: reader.u128() }),
      LIMITS.genesisAccounts,
    );
    assertAccounts(accounts);
    const validators = readValidators(reader);
    return { ...info, time, parameters, accounts, validators, hooks: readHooks(reader) };
  });
}

/** SHA-256('weft/genesis/1' ‖ canonical bytes). */
export function genesisHash(genesis: Genesis): Hash32 {
  return sha256Domain('weft/genesis/1', encodeGenesis(genesis)) as Hash32;
}

/** The stored value under `genesisKey()`. */
export function encodeGenesisInfo(info: GenesisInfo): Uint8Array {
  const writer = new Writer();
  writeInfo(writer, info);
  return encodeValue('GENESIS', writer.finish());
}

/** @throws CodecError */
export function decodeGenesisInfo(stored: Uint8Array): GenesisInfo {
  return decodeExact(decodeValue('GENESIS', stored), 'genesis information', readInfo);
}

function writeInfo(writer: Writer, { chainName, protocolVersion, dev }: GenesisInfo): void {
  const start = writer.length;
  writer.string(chainName);
  const bytes = writer.length - start - 4;
  if (bytes < 1 || bytes > LIMITS.chainNameBytes) {
    const expected = `1..${LIMITS.chainNameBytes}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: bytes, unit: 'bytes', place: 'chain name' });
  }
  writer.u32(protocolVersion).bool(dev);
}

function readInfo(reader: Reader): GenesisInfo {
  const chainName = reader.string(LIMITS.chainNameBytes);
  if (chainName.length < 1)
    throw new CodecError('CODEC_LIMIT', {
      expected: 'at least 1',
      got: 0,
      unit: 'bytes',
      place: 'chain name',
    });
  return { chainName, protocolVersion: reader.u32(), dev: reader.bool() };
}

function assertAccounts(accounts: Genesis['accounts']): void {
  const place = 'genesis accounts';
  if (accounts.length > LIMITS.genesisAccounts) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.genesisAccounts}`,
      got: accounts.length,
      place,
    });
  }
  accounts.forEach(({ address, balance }, index) => {
    const previous = accounts[index - 1];
    if (previous && compareBytes(previous.address, address) >= 0)
      throw new CodecError('CODEC_ORDER', { got: index, place });
    if (balance < 1n)
      throw new CodecError('CODEC_RANGE', { expected: 'at least 1', got: balance, place: 'balance' });
  });
}
