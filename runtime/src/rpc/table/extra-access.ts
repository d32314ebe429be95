// Extra access out of its JSON form: which parts belong together depends on `kind` and `mode`.
import type { ExtraAccess } from '../../types/access.js';
import type { Address } from '../../types/address.js';
import { asStateKey } from '../../types/key.js';
import { RpcError } from '../errors.js';

/** The parts as they were read. */
export interface ExtraParts {
  readonly kind: 'key' | 'field' | 'contract';
  readonly mode: 'read' | 'write' | 'add' | 'past';
  readonly key: Uint8Array | undefined;
  readonly contract: Address | undefined;
  readonly field: Uint8Array | undefined;
  readonly direction: 'up' | 'down' | undefined;
  readonly amount: bigint | undefined;
  readonly bound: bigint | undefined;
}

/** @throws RPC_PARAMETER */
export function extraAccessOf(parts: ExtraParts, place: string): ExtraAccess {
  const { kind, mode } = parts;
  if (kind === 'key') return keyAccessOf(parts, place);
  if (mode !== 'read' && mode !== 'write') {
    throw new RpcError('RPC_PARAMETER', { expected: 'read | write', got: mode, place: `${place}.mode` });
  }
  const contract = needed(parts.contract, 'an address, weft1…', `${place}.contract`);
  if (kind === 'contract') return { kind, mode, contract };
  return { kind, mode, contract, field: needed(parts.field, '8 bytes as 0x hex', `${place}.field`) };
}

function keyAccessOf({ mode, key: given, direction, amount, bound }: ExtraParts, place: string): ExtraAccess {
  const key = asStateKey(needed(given, '0x and hexadecimal digits', `${place}.key`));
  if (mode !== 'add') return { kind: 'key', mode, key };
  return {
    kind: 'key',
    mode,
    key,
    direction: needed(direction, 'up | down', `${place}.direction`),
    ...(amount === undefined ? {} : { amount }),
    ...(bound === undefined ? {} : { bound }),
  };
}

function needed<T>(value: T | undefined, expected: string, place: string): T {
  if (value === undefined) throw new RpcError('RPC_PARAMETER', { expected, got: 'nothing', place });
  return value;
}
