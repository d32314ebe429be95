// The limits of a block (runtime/docs/spec/block-limits.md): those that A(t) and the plan tell before anything runs, and
// what was written and emitted once it has. Checked in `process` only; a decided block runs whatever its limits.
import { bytesEqual, bytesText } from '../../base/bytes.js';
import type { Parameters } from '../../types/genesis.js';
import { keyText } from '../../types/key.js';
import type { BlockOutcome } from '../../types/outcome.js';
import { encodedEventBytes } from '../../types/receipt-codec.js';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '../../types/system.js';
import type { Call } from '../../types/transaction.js';
import type { CodeOnChain } from '../code-store.js';
import { ExecuteError } from '../errors.js';
import type { Resolved } from './resolve.js';
import type { BlockState } from './state.js';

type LimitRow = readonly [place: string, got: number, expected: number, unit: string];

/** The static ones. @throws EXECUTE_INVALID_BLOCK naming the first limit that is passed */
export function assertBlockLimits(
  resolved: readonly Resolved[],
  criticalPathGas: number,
  parameters: Parameters,
  state: BlockState,
  code: CodeOnChain,
): void {
  const used = staticUse(resolved, state, code);
  assertRows([
    ['blockGasMax', used.gas, parameters.blockGasMax, 'gas'],
    ['criticalGasMax', criticalPathGas + parameters.tailGasMax, parameters.criticalGasMax, 'gas'],
    ['blockKeysMax', used.keys, parameters.blockKeysMax, 'keys'],
    ['blockReadBytesMax', used.readBytes, parameters.blockReadBytesMax, 'bytes'],
    ['blockCodeBytesMax', used.codeBytes, parameters.blockCodeBytesMax, 'bytes'],
    ['blockDeployBytesMax', used.deployBytes, parameters.blockDeployBytesMax, 'bytes'],
  ]);
}

/**
 * Bytes its transactions wrote and emitted. Hooks are left out: no choice of transactions makes theirs fewer, and they
 * are bounded by their own gas. @throws EXECUTE_INVALID_BLOCK naming the first limit that is passed
 */
export function assertUsedLimits(
  { changes, events }: Pick<BlockOutcome, 'changes' | 'events'>,
  parameters: Parameters,
): void {
  let written = 0;
  for (const own of changes)
    for (const { key, after } of own) written += key.length + (after === undefined ? 0 : after.length);
  let emitted = 0;
  for (const event of events) if (event.transaction !== undefined) emitted += encodedEventBytes(event);
  assertRows([
    ['blockWriteBytesMax', written, parameters.blockWriteBytesMax, 'bytes'],
    ['blockEventBytesMax', emitted, parameters.blockEventBytesMax, 'bytes'],
  ]);
}

function assertRows(rows: readonly LimitRow[]): void {
  for (const [place, got, expected, unit] of rows) {
    if (got > expected) throw new ExecuteError('EXECUTE_INVALID_BLOCK', { expected, got, unit, place });
  }
}

function staticUse(resolved: readonly Resolved[], state: BlockState, code: CodeOnChain) {
  const use = { gas: 0, keys: 0, readBytes: 0, codeBytes: 0, deployBytes: 0 };
  const keys = new Set<string>();
  const codes = new Set<string>();
  for (const { reserved, access } of resolved) {
    use.gas += reserved.transaction.gasLimit;
    use.deployBytes += access?.deployBytes ?? namedDeployBytes(reserved.transaction.calls);
    if (access === undefined) continue;
    use.keys += access.keyCount;
    for (const key of [...access.keys.map((entry) => entry.key), ...access.past]) {
      const text = keyText(key);
      if (keys.has(text)) continue;
      keys.add(text);
      use.readBytes += state.past(key)?.length ?? 0;
    }
    for (const { codeHash } of access.contracts) {
      const text = bytesText(codeHash);
      if (codes.has(text)) continue;
      codes.add(text);
      use.codeBytes += code.record(codeHash)?.size ?? 0;
    }
  }
  return use;
}

/** Bytes of the uploads a transaction without access names itself; those of its callees pay the tail's gas. */
function namedDeployBytes(calls: readonly Call[]): number {
  const uploads = calls.filter(
    ({ contract, selector }) =>
      selector === SYSTEM_METHODS.upload.selector && bytesEqual(contract, SYSTEM_ADDRESS),
  );
  return uploads.reduce((sum, { args }) => sum + args.length, 0);
}
