// Chain parameters, validators and hooks as state holds them: defaults, codecs, hashes. SPEC: runtime/docs/spec/value.md.
import { compareBytes } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from './address.js';
import type { Genesis, Hook, Parameters } from './genesis.js';
import { decodeValue, encodeValue } from './value.js';

/** A validator: 32-byte Ed25519 key and its power, a u64 above 0. */
export type Validator = Genesis['validators'][number];

/** What a chain begins with unless its genesis says otherwise. One gas is about a nanosecond of compiled code. */
export const DEFAULT_PARAMETERS: Parameters = {
  blockGasMax: 4_000_000_000,
  criticalGasMax: 2_000_000_000,
  tailGasMax: 400_000_000,
  tailGasFactor: 2,
  blockKeysMax: 400_000,
  blockReadBytesMax: 67_108_864,
  blockWriteBytesMax: 67_108_864,
  blockEventBytesMax: 33_554_432,
  blockCodeBytesMax: 16_777_216,
  blockDeployBytesMax: 2_097_152,
  gasPriceMin: 1n,
};

export function writeParameters(writer: Writer, parameters: Parameters): void {
  assertParameters(parameters);
  writer.number64(parameters.blockGasMax).number64(parameters.criticalGasMax).number64(parameters.tailGasMax);
  writer.number64(parameters.tailGasFactor).number64(parameters.blockKeysMax);
  writer.number64(parameters.blockReadBytesMax).number64(parameters.blockWriteBytesMax);
  writer.number64(parameters.blockEventBytesMax).number64(parameters.blockCodeBytesMax);
  writer.number64(parameters.blockDeployBytesMax).u64(parameters.gasPriceMin);
}

export function readParameters(reader: Reader): Parameters {
  const parameters = {
    blockGasMax: reader.number64(),
    criticalGasMax: reader.number64(),
    tailGasMax: reader.number64(),
    tailGasFactor: reader.number64(),
    blockKeysMax: reader.number64(),
    blockReadBytesMax: reader.number64(),
    blockWriteBytesMax: reader.number64(),
    blockEventBytesMax: reader.number64(),
    blockCodeBytesMax: reader.number64(),
    blockDeployBytesMax: reader.number64(),
    gasPriceMin: reader.u64(),
  };
  assertParameters(parameters);
  return parameters;
}

/** The tail must fit the critical path, and its factor may not be 0. @throws CODEC_RANGE */
function assertParameters(parameters: Parameters): void {
  if (parameters.tailGasFactor < 1) {
    throw new CodecError('CODEC_RANGE', {
      expected: 'at least 1',
      got: parameters.tailGasFactor,
      place: 'tailGasFactor',
    });
  }
  if (parameters.criticalGasMax < parameters.tailGasMax) {
    const expected = `at least tailGasMax ${parameters.tailGasMax}`;
    throw new CodecError('CODEC_RANGE', {
      expected,
      got: parameters.criticalGasMax,
      place: 'criticalGasMax',
    });
  }
}

/** The stored value under `parametersKey()`. */
export function encodeParameters(parameters: Parameters): Uint8Array {
  const writer = new Writer();
  writeParameters(writer, parameters);
  return encodeValue('PARAMETERS', writer.finish());
}

/** @throws CodecError */
export function decodeParameters(stored: Uint8Array): Parameters {
  return decodeExact(decodeValue('PARAMETERS', stored), 'parameters', readParameters);
}

/** The header's field: SHA-256 of the stored value. */
export function parametersHash(parameters: Parameters): Hash32 {
  return sha256(encodeParameters(parameters)) as Hash32;
}

export function writeValidators(writer: Writer, validators: readonly Validator[]): void {
  assertValidators(validators);
  writer.list(validators, ({ publicKey, power }) => writer.fixed(publicKey, 32).u64(power));
}

export function readValidators(reader: Reader): Validator[] {
  const validators = reader.list(
    () => ({ publicKey: reader.fixed(32), power: reader.u64() }),
    LIMITS.validators,
  );
  assertValidators(validators);
  return validators;
}

/** Ascending by key, distinct, each with power. @throws CODEC_ORDER, CODEC_RANGE, CODEC_LIMIT */
function assertValidators(validators: readonly Validator[]): void {
  const place = 'validators';
  if (validators.length > LIMITS.validators) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.validators}`,
      got: validators.length,
      place,
    });
  }
  validators.forEach(({ publicKey, power }, index) => {
    const previous = validators[index - 1];
    if (previous && compareBytes(previous.publicKey, publicKey) >= 0)
      throw new CodecError('CODEC_ORDER', { got: index, place });
    if (power < 1n)
      throw new CodecError('CODEC_RANGE', { expected: 'at least 1', got: power, place: 'validator power' });
  });
}

/** The stored value under `validatorsKey()`. */
export function encodeValidators(validators: readonly Validator[]): Uint8Array {
  const writer = new Writer();
  writeValidators(writer, validators);
  return encodeValue('VALIDATORS', writer.finish());
}

/** @throws CodecError */
export function decodeValidators(stored: Uint8Array): Validator[] {
  return decodeExact(decodeValue('VALIDATORS', stored), 'validators', readValidators);
}

/** The header's field: SHA-256 of the stored value. */
export function validatorsHash(validators: readonly Validator[]): Hash32 {
  return sha256(encodeValidators(validators)) as Hash32;
}

export function writeHooks(writer: Writer, hooks: readonly Hook[]): void {
  if (hooks.length > LIMITS.hooks) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.hooks}`,
      got: hooks.length,
      place: 'hooks',
    });
  }
  writer.list(hooks, (hook) => {
    writer
      .fixed(hook.contract, 32)
      .u32(hook.selector)
      .u8(hook.at === 'begin' ? 0 : 1)
      .number64(hook.gasLimit);
  });
}

export function readHooks(reader: Reader): Hook[] {
  return reader.list(() => {
    const contract = reader.fixed(32) as Address;
    const selector = reader.u32();
    const at = reader.tag(2, 'a hook point') === 0 ? 'begin' : 'end';
    return { contract, selector, at, gasLimit: reader.number64() } as const;
  }, LIMITS.hooks);
}

/** The stored value under `hooksKey()`: hooks in registry order. */
export function encodeHooks(hooks: readonly Hook[]): Uint8Array {
  const writer = new Writer();
  writeHooks(writer, hooks);
  return encodeValue('HOOKS', writer.finish());
}

/** @throws CodecError */
export function decodeHooks(stored: Uint8Array): Hook[] {
  return decodeExact(decodeValue('HOOKS', stored), 'hooks', readHooks);
}
