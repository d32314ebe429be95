// Reads what a simulation asks for out of JSON: calls and extra access. Every refusal is RPC_PARAMETER with its place.
import type { ExtraAccess } from '../types/access.js';
import { asStateKey } from '../types/key.js';
import type { Call } from '../types/transaction.js';
import { RpcError } from './errors.js';
import { Params } from './params.js';

const CALL = ['contract', 'selector', 'args', 'value'] as const;
const EXTRA = ['kind', 'mode', 'key', 'contract', 'field', 'direction', 'amount', 'bound'] as const;
const SELECTOR_MAX = 0xffff_ffff;

/** @throws RPC_PARAMETER */
export function readCalls(items: readonly unknown[]): Call[] {
  if (items.length === 0)
    throw new RpcError('RPC_PARAMETER', { expected: 'at least one call', place: 'calls' });
  return items.map((item) => {
    const params = new Params(CALL, item);
    return {
      contract: params.address('contract'),
      selector: params.number('selector', SELECTOR_MAX),
      args: params.bytes('args', new Uint8Array(0)),
      value: params.amount('value', 0n),
    };
  });
}

/** @throws RPC_PARAMETER */
export function readExtraAccess(items: readonly unknown[]): ExtraAccess[] {
  return items.map((item): ExtraAccess => {
    const params = new Params(EXTRA, item);
    const kind = params.text('kind', ['key', 'field', 'contract']);
    if (kind === 'key') return readKeyAccess(params);
    const mode = params.text('mode', ['read', 'write']) as 'read' | 'write';
    const contract = params.address('contract');
    return kind === 'contract'
      ? { kind: 'contract', mode, contract }
      : { kind: 'field', mode, contract, field: params.bytes('field') };
  });
}

function readKeyAccess(params: Params): ExtraAccess {
  const mode = params.text('mode', ['read', 'write', 'add', 'past']) as 'read' | 'write' | 'add' | 'past';
  const key = asStateKey(params.bytes('key'));
  if (mode !== 'add') return { kind: 'key', mode, key };
  return {
    kind: 'key',
    mode,
    key,
    direction: params.text('direction', ['up', 'down']) as 'up' | 'down',
    ...(params.has('amount') ? { amount: params.amount('amount') } : {}),
    ...(params.has('bound') ? { bound: params.amount('bound') } : {}),
  };
}
