// Random values of every format, for property tests. Each is one that has an encoding.
import { compareBytes, toHex } from '@weft/runtime/base/bytes';
import type {
  AccessMethod,
  AccessSection,
  AccessTemplate,
  Expression,
  ExtraAccess,
  KeyExpression,
} from '@weft/runtime/types/access';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { encodeThresholdProof } from '@weft/runtime/types/authorisation-codec';
import type { Block, BlockRecord, Header, ValueChange } from '@weft/runtime/types/block';
import type { Genesis, Hook, Parameters } from '@weft/runtime/types/genesis';
import { headerHash } from '@weft/runtime/types/header-codec';
import { cellMax, encodeStateKey, type KeyKind, type StateKey } from '@weft/runtime/types/key';
import type { Layout } from '@weft/runtime/types/layout';
import {
  type ContractEvent,
  type HookReceipt,
  RECEIPT_STATUS,
  type Receipt,
  type ReceiptStatus,
} from '@weft/runtime/types/receipt';
import type { Authorisation, Nonce, Transaction } from '@weft/runtime/types/transaction';
import type { PendingUpgrade } from '@weft/runtime/types/upgrade';
import fc from 'fast-check';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const upTo = (maxLength: number) => fc.uint8Array({ maxLength });
const u8 = fc.integer({ min: 0, max: 255 });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const number64 = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const list = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3) => fc.array(arbitrary, { maxLength });

export const address = bytes(32) as fc.Arbitrary<Address>;
export const hash = bytes(32) as fc.Arbitrary<Hash32>;
const keyKind = fc.constantFrom<KeyKind>(0, 1, 2, 3);
const cellKind = fc.constantFrom<KeyKind>(1, 2, 3);
const keyOf = (kind: fc.Arbitrary<KeyKind>) =>
  fc.tuple(kind, address, bytes(8), list(upTo(40))).map((parts) => encodeStateKey(...parts));
export const stateKey = keyOf(keyKind);

/** The fields that are not undefined. */
function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export const layout: fc.Arbitrary<Layout> = fc.letrec<{ layout: Layout }>((tie) => ({
  layout: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom(
        'u8',
        'u16',
        'u32',
        'u64',
        'u128',
        'u256',
        'i8',
        'i16',
        'i32',
        'i64',
        'i128',
        'bool',
        'address',
        'hash',
        'bytes',
        'string',
      )
      .map((kind) => ({ kind }) as Layout),
    fc.integer({ min: 1, max: 1024 }).map((length): Layout => ({ kind: 'fixed', length })),
    tie('layout').map((item): Layout => ({ kind: 'list', item })),
    tie('layout').map((item): Layout => ({ kind: 'option', item })),
    fc.array(tie('layout'), { minLength: 1, maxLength: 3 }).map(
      (layouts): Layout => ({
        kind: 'struct',
        fields: layouts.map((layout, index) => ({ name: String(index), layout })),
      }),
    ),
  ),
})).layout;

const path = fc.array(u8, { minLength: 1, maxLength: 4 });
const trees = fc.letrec<{ expression: Expression; key: KeyExpression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('sender', 'caller', 'self', 'value').map((kind) => ({ kind }) as Expression),
    upTo(40).map((constant): Expression => ({ kind: 'const', bytes: constant })),
    path.map((steps): Expression => ({ kind: 'args', path: steps })),
    tie('expression').map((inner): Expression => ({ kind: 'each', list: inner })),
    list(tie('expression')).map((parts): Expression => ({ kind: 'hash', parts })),
    fc
      .tuple(fc.constantFrom<'read' | 'past'>('read', 'past'), tie('key'), layout)
      .map(([mode, key, shape]): Expression => ({ kind: 'valueOf', mode, key, layout: shape })),
    fc.tuple(tie('expression'), path).map(([of, steps]): Expression => ({ kind: 'field', of, path: steps })),
  ),
  key: fc.oneof(
    tie('expression').map((inner): KeyExpression => ({ space: 'balance', address: inner })),
    fc
      .tuple(keyKind, bytes(8), list(tie('expression')))
      .map(([kind, field, components]): KeyExpression => ({ space: 'storage', kind, field, components })),
  ),
}));
export const expression = trees.expression;

const lockMode = fc.constantFrom<'read' | 'write'>('read', 'write');
const direction = fc.constantFrom<'up' | 'down'>('up', 'down');
const isCell = (key: KeyExpression) => key.space === 'balance' || key.kind !== 0;
const template: fc.Arbitrary<AccessTemplate> = fc.oneof(
  fc
    .tuple(fc.constantFrom<'read' | 'write' | 'past'>('read', 'write', 'past'), trees.key)
    .map(([mode, key]): AccessTemplate => ({ kind: 'key', mode, key })),
  fc
    .tuple(trees.key.filter(isCell), direction, some(expression), some(expression))
    .map(
      ([key, way, amount, bound]) =>
        defined({ kind: 'key', mode: 'add', key, direction: way, amount, bound }) as AccessTemplate,
    ),
  fc.tuple(lockMode, bytes(8)).map(([mode, field]): AccessTemplate => ({ kind: 'field', mode, field })),
  lockMode.map((mode): AccessTemplate => ({ kind: 'contract', mode })),
  fc
    .tuple(expression, u32, list(expression), some(expression))
    .map(
      ([contract, selector, args, value]) =>
        defined({ kind: 'call', contract, selector, args, value }) as AccessTemplate,
    ),
  fc
    .tuple(expression, expression, some(expression))
    .map(
      ([contract, payload, value]) =>
        defined({ kind: 'payload', contract, payload, value }) as AccessTemplate,
    ),
);
const method: fc.Arbitrary<AccessMethod> = fc.record({
  selector: u32,
  view: fc.boolean(),
  payable: fc.boolean(),
  init: fc.constant(false),
  args: list(layout),
  templates: list(template),
});
export const accessSection: fc.Arbitrary<AccessSection> = fc
  .tuple(fc.uniqueArray(method, { maxLength: 4, selector: (item) => item.selector }), u8)
  .map(([methods, init]) => ({
    version: 1,
    methods: methods
      .sort((a, b) => a.selector - b.selector)
      .map((item, index) => ({ ...item, init: index === init })),
  }));

const extraAdd = cellKind.chain((kind) => {
  const amount = some(fc.bigInt({ min: 0n, max: cellMax(kind) }));
  return fc
    .tuple(keyOf(fc.constant(kind)), direction, amount, amount)
    .map(
      ([key, way, up, bound]) =>
        defined({ kind: 'key', mode: 'add', key, direction: way, amount: up, bound }) as ExtraAccess,
    );
});
export const extraAccess: fc.Arbitrary<ExtraAccess> = fc.oneof(
  extraAdd,
  fc
    .tuple(fc.constantFrom<'read' | 'write' | 'past'>('read', 'write', 'past'), stateKey)
    .map(([mode, key]): ExtraAccess => ({ kind: 'key', mode, key })),
  fc
    .tuple(lockMode, address, bytes(8))
    .map(([mode, contract, field]): ExtraAccess => ({ kind: 'field', mode, contract, field })),
  fc.tuple(lockMode, address).map(([mode, contract]): ExtraAccess => ({ kind: 'contract', mode, contract })),
);

const nonce: fc.Arbitrary<Nonce> = fc.oneof(
  fc.record({
    kind: fc.constant('lane' as const),
    lane: fc.integer({ min: 0, max: 15 }),
    sequence: uint(64),
  }),
  fc.record({ kind: fc.constant('expiring' as const), bytes: bytes(32), expiry: number64 }),
);
const threshold = fc
  .tuple(
    fc.uniqueArray(bytes(32), { minLength: 1, maxLength: 4, selector: toHex }),
    fc.array(bytes(64), { minLength: 4, maxLength: 4 }),
    u8,
  )
  .map(([keys, signatures, pick]) => {
    const count = 1 + (pick % keys.length);
    const policy = { threshold: count, keys: keys.sort(compareBytes) };
    const signed = signatures.slice(0, count).map((signature, index) => ({ index, signature }));
    return { scheme: 1, bytes: encodeThresholdProof({ policy, signatures: signed }) };
  });
const authorisation: fc.Arbitrary<Authorisation> = fc.oneof(
  bytes(96).map((data) => ({ scheme: 0, bytes: data })),
  fc.constant({ scheme: 255, bytes: new Uint8Array(0) }),
  threshold,
);
const call = fc.record({ contract: address, selector: u32, args: upTo(60), value: uint(128) });
export const transaction: fc.Arbitrary<Transaction> = fc
  .record({
    version: fc.constant(1),
    genesisHash: hash,
    sender: address,
    payer: some(address),
    nonce,
    gasLimit: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    gasPrice: uint(64),
    expiry: number64,
    calls: fc.array(call, { minLength: 1, maxLength: 3 }),
    extraAccess: list(extraAccess),
    senderAuthorisation: authorisation,
    payerAuthorisation: authorisation,
  })
  .map((item) => ({ ...item, payerAuthorisation: item.payer && item.payerAuthorisation }));

const failure = fc.record({
  contract: address,
  code: fc.integer({ min: 0, max: 0xffff }),
  data: upTo(40),
});
export const receipt: fc.Arbitrary<Receipt> = fc.record({
  transaction: hash,
  status: fc.constantFrom(...(Object.keys(RECEIPT_STATUS) as ReceiptStatus[])),
  phase: fc.constantFrom('none', 'ordered', 'tail'),
  order: some(u32),
  attemptGas: number64,
  gasUsed: number64,
  paid: uint(128),
  firstEvent: u32,
  eventCount: u32,
  failure: some(failure),
  results: list(upTo(40)),
});
export const contractEvent: fc.Arbitrary<ContractEvent> = fc.record({
  contract: address,
  event: bytes(8),
  topics: list(upTo(40)),
  data: upTo(40),
  transaction: some(u32),
});
const hookReceipt: fc.Arbitrary<HookReceipt> = fc.record({
  contract: address,
  selector: u32,
  at: fc.constantFrom('begin', 'end', 'upgrade'),
  status: fc.constantFrom('OK', 'REVERT', 'TRAP', 'OUT_OF_GAS', 'DEPTH', 'SKIPPED'),
  gasUsed: number64,
  paid: uint(128),
  failure: some(failure),
});
export const header: fc.Arbitrary<Header> = fc.record({
  protocolVersion: number64,
  genesisHash: hash,
  height: number64,
  time: number64,
  parent: hash,
  transactionRoot: hash,
  receiptRoot: hash,
  eventRoot: hash,
  stateRoot: hash,
  parametersHash: hash,
  validatorsHash: hash,
  proposer: address,
  gasUsed: number64,
  criticalPathGas: number64,
  tailGas: number64,
  accessRoot: hash,
  hintsRoot: hash,
});

const storedValue = fc.uint8Array({ minLength: 1, maxLength: 40 });
const changes = fc
  .uniqueArray(
    fc.record({
      key: stateKey as fc.Arbitrary<StateKey>,
      before: some(storedValue),
      after: some(storedValue),
    }),
    {
      maxLength: 3,
      selector: (change) => toHex(change.key),
    },
  )
  .map((items): ValueChange[] => items.sort((a, b) => compareBytes(a.key, b.key)));
export const blockRecord: fc.Arbitrary<BlockRecord> = fc
  .record({
    header,
    body: list(fc.record({ transaction: upTo(60), receipt, changes })),
    events: list(contractEvent),
    hooks: list(hookReceipt),
    stateDiff: changes,
    seal: upTo(64),
  })
  .map(({ header: head, body, events, hooks, stateDiff, seal }) => {
    const block: Block = {
      header: head,
      hash: headerHash(head),
      transactions: body.map((item) => item.transaction),
      receipts: body.map((item) => item.receipt),
      events,
      hooks,
    };
    return { block, changes: body.map((item) => item.changes), stateDiff, seal };
  });

export const parameters: fc.Arbitrary<Parameters> = fc
  .record({
    blockGasMax: number64,
    criticalGasMax: number64,
    tailGasMax: number64,
    tailGasFactor: fc.integer({ min: 1, max: 100 }),
    blockKeysMax: number64,
    blockReadBytesMax: number64,
    blockWriteBytesMax: number64,
    blockEventBytesMax: number64,
    blockCodeBytesMax: number64,
    blockDeployBytesMax: number64,
    gasPriceMin: uint(64),
  })
  .map((item) => ({ ...item, tailGasMax: Math.min(item.tailGasMax, item.criticalGasMax) }));
const hook: fc.Arbitrary<Hook> = fc.record({
  contract: address,
  selector: u32,
  at: fc.constantFrom('begin', 'end'),
  gasLimit: number64,
});
export const genesis: fc.Arbitrary<Genesis> = fc.record({
  chainName: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }),
  protocolVersion: u32,
  dev: fc.boolean(),
  time: number64,
  parameters,
  accounts: fc
    .uniqueArray(fc.record({ address, balance: uint(128).map((value) => value || 1n) }), {
      maxLength: 3,
      selector: (item) => toHex(item.address),
    })
    .map((items) => items.sort((a, b) => compareBytes(a.address, b.address))),
  validators: fc
    .uniqueArray(fc.record({ publicKey: bytes(32), power: uint(64).map((value) => value || 1n) }), {
      maxLength: 3,
      selector: (item) => toHex(item.publicKey),
    })
    .map((items) => items.sort((a, b) => compareBytes(a.publicKey, b.publicKey))),
  hooks: list(hook),
});

export const upgrades: fc.Arbitrary<PendingUpgrade[]> = fc.array(
  fc.record({
    contract: address,
    codeHash: hash,
    migration: some(fc.record({ gasLimit: number64, selector: u32, args: upTo(40) })),
  }),
  { minLength: 1, maxLength: 4 },
);
