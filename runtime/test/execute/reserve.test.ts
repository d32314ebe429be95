import { type Reservation, reserve } from '@weft/runtime/execute/phases/reserve';
import { closeBlock, paymentsOf, refund } from '@weft/runtime/execute/phases/settle';
import { BlockState } from '@weft/runtime/execute/phases/state';
import { type Address, accountAddress, type Hash32, SCHEME } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { keyText, type StateKey } from '@weft/runtime/types/key';
import type { BlockInput } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS } from '@weft/runtime/types/parameters';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import {
  accountKey,
  balanceKey,
  encodeAccountRecord,
  expiringNonceKey,
  nonceKey,
  SYSTEM_ADDRESS,
} from '@weft/runtime/types/system';
import type { TransactionBody } from '@weft/runtime/types/transaction';
import { decodeCell, encodeCell, markerValue } from '@weft/runtime/types/value';
import { expect, test } from 'vitest';

const GENESIS = new Uint8Array(32).fill(7) as Hash32;
const SEED = new Uint8Array(32).fill(1);
const OTHER_SEED = new Uint8Array(32).fill(2);
const SENDER = ed25519Address(SEED);
const OTHER = ed25519Address(OTHER_SEED);
const SETTINGS = { parameters: DEFAULT_PARAMETERS, hooks: [], dev: false };

function stateOf(entries: readonly (readonly [StateKey, Uint8Array | undefined])[] = []): BlockState {
  const stored = new Map(entries.map(([key, value]) => [keyText(key), value]));
  return new BlockState((key) => stored.get(keyText(key)));
}

function funded(amount = 10_000_000n): BlockState {
  return stateOf([[balanceKey(SENDER), encodeCell(2, amount)]]);
}

function body(more: Partial<TransactionBody> = {}): TransactionBody {
  return {
    version: 1,
    genesisHash: GENESIS,
    sender: SENDER,
    payer: undefined,
    nonce: { kind: 'lane', lane: 0, sequence: 0n },
    gasLimit: 1_000_000,
    gasPrice: 2n,
    expiry: 100,
    calls: [{ contract: SYSTEM_ADDRESS, selector: 1, args: new Uint8Array(0), value: 0n }],
    extraAccess: [],
    ...more,
  };
}

function inputOf(transactions: readonly Uint8Array[], more: Partial<BlockInput> = {}): BlockInput {
  return {
    height: 10,
    time: 0,
    grandparentHash: new Uint8Array(32),
    proposer: new Uint8Array(32).fill(9),
    genesisHash: GENESIS,
    expiring: [],
    transactions,
    rule: 'finalize',
    ...more,
  };
}

function statusOf(reservation: Reservation | undefined): string {
  return reservation?.kind === 'refused' ? reservation.status : 'reserved';
}

/** The status of one transaction over a state. */
function reserveOne(wire: Uint8Array, state: BlockState, more: Partial<BlockInput> = {}): string {
  return statusOf(reserve(inputOf([wire], more), SETTINGS, state)[0]);
}

const wire = (more: Partial<TransactionBody> = {}, seed = SEED) => signTransaction(body(more), seed);

test('reserve: takes the fee and the nonce of a good transaction', () => {
  const state = funded();
  expect(reserveOne(wire(), state)).toBe('reserved');
  expect(state.balance(SENDER)).toBe(8_000_000n);
  expect(decodeCell(1, state.current(nonceKey(SENDER, 0)))).toBe(1n);
});

test.each([
  ['INVALID_FORM', wire().slice(1)],
  ['INVALID_CHAIN', wire({ genesisHash: new Uint8Array(32) as Hash32 })],
  ['INVALID_SIGNATURE', wire({}, OTHER_SEED)],
  ['INVALID_EXPIRED', wire({ expiry: 9 })],
  ['INVALID_NONCE', wire({ nonce: { kind: 'lane', lane: 0, sequence: 1n } })],
  ['INVALID_NONCE', wire({ nonce: { kind: 'expiring', bytes: new Uint8Array(32), expiry: 9 } })],
  ['INVALID_NONCE', wire({ nonce: { kind: 'expiring', bytes: new Uint8Array(32), expiry: 139 } })],
  ['INVALID_LIMIT', wire({ gasLimit: 1000 })],
  ['INVALID_LIMIT', wire({ gasLimit: DEFAULT_PARAMETERS.blockGasMax + 1 })],
  ['INVALID_FUNDS', wire({ gasPrice: 11n })],
])('reserve: %s changes nothing, and refuses the block in process', (status, bytes) => {
  const state = funded();
  expect(reserveOne(bytes, state)).toBe(status);
  expect(state.diff()).toEqual([]);
  expect(() => reserve(inputOf([bytes], { rule: 'process' }), SETTINGS, funded())).toThrowError(
    expect.objectContaining({ code: 'EXECUTE_INVALID_BLOCK' }),
  );
});

test('reserve: nonces count up within a block, and fees add up', () => {
  const second = wire({ nonce: { kind: 'lane', lane: 0, sequence: 1n } });
  const third = wire({ nonce: { kind: 'lane', lane: 0, sequence: 2n } });
  const state = funded(4_500_000n);
  const got = reserve(inputOf([wire(), second, second, third]), SETTINGS, state).map(statusOf);
  expect(got).toEqual(['reserved', 'reserved', 'INVALID_NONCE', 'INVALID_FUNDS']);
});

test('reserve: an expiring nonce is spent once, and removed at its height', () => {
  const nonce = { kind: 'expiring', bytes: new Uint8Array(32).fill(3), expiry: 10 } as const;
  const old = expiringNonceKey(OTHER, 10, new Uint8Array(32));
  const state = stateOf([
    [balanceKey(SENDER), encodeCell(2, 10_000_000n)],
    [old, markerValue()],
  ]);
  const input = inputOf([wire({ nonce }), wire({ nonce })], { expiring: [old] });
  const reservations = reserve(input, SETTINGS, state);
  expect(reservations.map(statusOf)).toEqual(['reserved', 'INVALID_NONCE']);
  const reserved = reservations.filter((one) => one.kind === 'reserved');
  closeBlock(input, reserved, 0n, state);
  const changed = state.diff().filter(({ key }) => keyText(key) !== keyText(balanceKey(SENDER)));
  expect(changed).toEqual([{ key: old, before: markerValue(), after: undefined }]);
});

test('reserve: a rotated key replaces the one the address was made of', () => {
  const key = wire().slice(-96, -64);
  expect(accountAddress(SCHEME.ED25519, key)).toEqual(SENDER);
  const otherKey = wire({}, OTHER_SEED).slice(-96, -64);
  const record = encodeAccountRecord({ scheme: SCHEME.ED25519, key: otherKey });
  const rotated = () =>
    stateOf([
      [balanceKey(SENDER), encodeCell(2, 10_000_000n)],
      [accountKey(SENDER), record],
    ]);
  expect(reserveOne(wire(), rotated())).toBe('INVALID_SIGNATURE');
  expect(reserveOne(wire(), rotated(), { signaturesFound: ['all'] })).toBe('INVALID_SIGNATURE');
  expect(reserveOne(wire({}, OTHER_SEED), rotated())).toBe('reserved');
});

test('reserve: a known signature is not checked again', () => {
  const broken = wire();
  broken[broken.length - 1]! ^= 1;
  expect(reserveOne(broken, funded())).toBe('INVALID_SIGNATURE');
  expect(reserveOne(broken, funded(), { signaturesFound: ['all'] })).toBe('reserved');
});

test('settle: a payer pays at least a quarter of the limit and gets the rest back; fees go to the proposer', () => {
  const payer = OTHER;
  const bytes = signTransaction(body({ payer }), SEED, OTHER_SEED);
  const state = stateOf([[balanceKey(payer), encodeCell(2, 3_000_000n)]]);
  const input = inputOf([bytes]);
  const reserved = reserve(input, SETTINGS, state).filter((one) => one.kind === 'reserved');
  expect(state.balance(payer)).toBe(1_000_000n);
  expect(paymentsOf(reserved, [{ gasUsed: 300_001 }])).toEqual([600_002n]);
  expect(paymentsOf(reserved, [{ gasUsed: 5 }])).toEqual([500_000n]);
  refund(reserved, [{ gasUsed: 5 }], state);
  closeBlock(input, reserved, 500_000n, state);
  expect(state.balance(payer)).toBe(2_500_000n);
  expect(state.balance(input.proposer as Address)).toBe(500_000n);
});
