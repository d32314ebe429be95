// Methods that exist on development chains only. What changes state is a system transaction in a block, so that a replay
// of the chain runs it too.
import { LIMITS } from '../../base/limits.js';
import type { BlockMode } from '../../ports/development.js';
import type { RpcBackend } from '../backend.js';
import {
  addressField,
  amountField,
  choiceField,
  described,
  flagField,
  hashField,
  listField,
  optional,
  textField,
  wholeField,
  withDefault,
} from '../fields.js';
import { choice, HASH, type JsonSchema, objectSchema, orNull, TEXT, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { hexJson } from '../render.js';
import { callField, extraAccessField } from './run-methods.js';

const SEAL_MAX = 10_000;
const INTERVAL_MS_MAX = 2_147_483_647;
/** What a faucet gives unless told otherwise, native units. */
const FAUCET_AMOUNT = 10n ** 21n;
const BLOCK_POINT = objectSchema({ height: WHOLE, time: WHOLE });
const POINT_TEXT = '`height` and `time` (ms): of the newest block.';
const timeField = wholeField(Number.MAX_SAFE_INTEGER);
const sealField = described(
  withDefault(flagField, true),
  'an empty block is sealed now; else the next block has it',
);

export function devMethods(backend: RpcBackend): readonly Method[] {
  const { development } = backend;
  if (development === undefined) return [];
  return [
    ...blockMethods(development),
    ...timeMethods(development),
    ...stateMethods(development),
    ...returnMethods(development),
  ];
}

type Development = NonNullable<RpcBackend['development']>;

function blockMethods(development: Development): readonly Method[] {
  return [
    method({
      name: 'dev_seal',
      summary: 'seals blocks now, empty ones too, after those under way',
      description: POINT_TEXT,
      params: { count: withDefault(wholeField(SEAL_MAX), 1) },
      result: BLOCK_POINT,
      errors: ['SEAL_*'],
      run: ({ count }) => development().seal(count),
    }),
    method({
      name: 'dev_setBlockMode',
      summary:
        'what makes blocks: `instant` a transaction, `interval` a clock, `mixed` both, `manual` dev_seal alone',
      description: '`everyMs`: of `interval` and `mixed`. The answer is as `dev_getBlockMode`.',
      params: {
        mode: choiceField('instant', 'interval', 'mixed', 'manual'),
        everyMs: optional(wholeField(INTERVAL_MS_MAX, 1)),
      },
      result: MODE,
      errors: ['SEAL_INTERVAL', 'RPC_PARAMETER'],
      run: ({ mode, everyMs = 0 }) => {
        development().setMode(
          mode === 'instant' || mode === 'manual' ? { kind: mode } : { kind: mode, everyMs },
        );
        return modeJson(development().mode);
      },
    }),
    method({
      name: 'dev_getBlockMode',
      summary: 'what makes blocks now',
      params: {},
      result: MODE,
      errors: [],
      run: () => modeJson(development().mode),
    }),
    method({
      name: 'dev_dropTransaction',
      summary: 'takes pending transactions out of the pool: one, or without an id all',
      description: '`dropped`: how many there were.',
      params: { id: optional(hashField) },
      result: objectSchema({ dropped: WHOLE }),
      errors: [],
      run: ({ id }) => ({ dropped: development().drop(id) }),
    }),
  ];
}

const MODE: JsonSchema = objectSchema({
  mode: choice('instant', 'interval', 'mixed', 'manual'),
  everyMs: orNull(WHOLE),
});

function modeJson(mode: BlockMode) {
  return { mode: mode.kind, everyMs: 'everyMs' in mode ? mode.everyMs : null };
}

function timeMethods(development: Development): readonly Method[] {
  return [
    method({
      name: 'dev_setTime',
      summary: 'the next block is at a time, and the clock goes on from there',
      description: `Milliseconds since the epoch. ${POINT_TEXT}`,
      params: { time: timeField, seal: sealField },
      result: BLOCK_POINT,
      errors: ['NODE_DEV_TIME', 'SEAL_*'],
      run: ({ time, seal }) => development().setTime(time, seal),
    }),
    method({
      name: 'dev_increaseTime',
      summary: 'the clock of blocks goes forward',
      description: POINT_TEXT,
      params: { ms: timeField, seal: sealField },
      result: BLOCK_POINT,
      errors: ['NODE_DEV_TIME', 'SEAL_*'],
      run: ({ ms, seal }) => development().increaseTime(ms, seal),
    }),
  ];
}

function stateMethods(development: Development): readonly Method[] {
  return [
    method({
      name: 'dev_setBalance',
      summary: 'gives an account a native balance, in a block of its own',
      description: `At most 2^100. ${POINT_TEXT}`,
      params: { address: addressField, balance: amountField },
      result: BLOCK_POINT,
      errors: ['NODE_DEV_REFUSED', 'SEAL_*'],
      run: ({ address, balance }) => development().setBalance(address, atMostU128(balance)),
    }),
    method({
      name: 'dev_faucet',
      summary: 'adds native units to an account, in a block of its own',
      description: POINT_TEXT,
      params: {
        address: addressField,
        amount: withDefault(amountField, FAUCET_AMOUNT, FAUCET_AMOUNT.toString()),
      },
      result: BLOCK_POINT,
      errors: ['NODE_DEV_REFUSED', 'SEAL_*'],
      run: ({ address, amount }) => development().mint(address, atMostU128(amount)),
    }),
    method({
      name: 'dev_sendAs',
      summary: 'submits calls in the name of any account or contract, without its signature; answers the id',
      description: 'The sender, or `payer` where it is given, pays as for any transaction.',
      params: {
        sender: addressField,
        calls: listField(callField, LIMITS.calls, 1),
        gasLimit: optional(wholeField(Number.MAX_SAFE_INTEGER, 1)),
        gasPrice: optional(amountField),
        extraAccess: withDefault(listField(extraAccessField, LIMITS.extraAccess), []),
        payer: optional(addressField),
      },
      result: HASH,
      errors: ['ADMIT_*', 'MEMPOOL_*', 'SEAL_*'],
      run: async (request) => hexJson(await development().send(request)),
    }),
  ];
}

/** Past it nothing is encoded; the chain refuses what is past its own bound. */
const atMostU128 = (amount: bigint): bigint => (amount < 1n << 128n ? amount : (1n << 128n) - 1n);

function returnMethods(development: Development): readonly Method[] {
  return [
    method({
      name: 'dev_snapshot',
      summary: 'a point to come back to with `dev_revert`, any number of times',
      description: 'Kept in memory: a restart ends it, and so does going back to an earlier one.',
      params: {},
      result: objectSchema({ id: TEXT, height: WHOLE, time: WHOLE }),
      errors: ['NODE_DEV_SNAPSHOTS', 'SEAL_*'],
      run: () => development().snapshot(),
    }),
    method({
      name: 'dev_revert',
      summary: 'state, blocks, clock and pending transactions are as they were at a snapshot',
      description:
        'Subscribers are told the height, and get the blocks that follow again. Snapshots taken since are gone. ' +
        POINT_TEXT,
      params: { id: textField(20) },
      result: BLOCK_POINT,
      errors: ['NODE_DEV_SNAPSHOT', 'NODE_DEV_PRUNED', 'SEAL_*'],
      run: ({ id }) => development().revert(id),
    }),
    method({
      name: 'dev_reset',
      summary: 'everything is as it was in the beginning, the clock too',
      description: POINT_TEXT,
      params: {},
      result: BLOCK_POINT,
      errors: ['NODE_DEV_PRUNED', 'SEAL_*'],
      run: () => development().reset(),
    }),
  ];
}
