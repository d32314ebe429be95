// The values behind the byte vectors: each is assembled by hand in its page of runtime/docs/spec, or cut into
// test/golden by the codecs.
import { utf8 } from '@weft/runtime/base/bytes';
import { HASH_OF_NOTHING } from '@weft/runtime/base/hash';
import type { AccessSection } from '@weft/runtime/types/access';
import { type Address, asAddress, asHash32, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Block, BlockRecord, Header } from '@weft/runtime/types/block';
import type { Genesis, Parameters } from '@weft/runtime/types/genesis';
import { headerHash } from '@weft/runtime/types/header-codec';
import { encodeStateKey, fieldId } from '@weft/runtime/types/key';
import { eventId, selectorOf } from '@weft/runtime/types/layout';
import type { ContractEvent, Receipt } from '@weft/runtime/types/receipt';
import type { Transaction, TransactionBody } from '@weft/runtime/types/transaction';
import type { PendingUpgrade } from '@weft/runtime/types/upgrade';
import { encodeBytesValue } from '@weft/runtime/types/value';

/** One byte, thirty-two times. */
export const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const address = (byte: number): Address => asAddress(filled(byte));
const hash = (byte: number): Hash32 => asHash32(filled(byte));
export const NOTHING = new Uint8Array(0);
export const OWNER = fieldId('owner');
export const BALANCES = fieldId('balances');

export const keys = {
  'key-plain': { kind: 0, contract: address(0x11), field: OWNER, components: [] },
  'key-cell': { kind: 2, contract: address(0x11), field: BALANCES, components: [filled(0x22)] },
  'key-two-components': {
    kind: 0,
    contract: address(0x11),
    field: OWNER,
    components: [Uint8Array.of(2, 0, 0, 0, 0x61, 0x62), Uint8Array.of(5, 0)],
  },
} as const;

export const transactionLane: Transaction = {
  version: 1,
  genesisHash: hash(0x11),
  sender: address(0x22),
  payer: undefined,
  nonce: { kind: 'lane', lane: 3, sequence: 7n },
  gasLimit: 1_000_000,
  gasPrice: 2n,
  expiry: 1_000,
  calls: [{ contract: address(0x33), selector: 0x01020304, args: Uint8Array.of(0xaa, 0xbb), value: 5n }],
  extraAccess: [
    {
      kind: 'key',
      mode: 'add',
      key: encodeStateKey(1, filled(0x33), OWNER, [Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0)]),
      direction: 'up',
      amount: 9n,
    },
    { kind: 'field', mode: 'write', contract: address(0x33), field: BALANCES },
  ],
  senderAuthorisation: { scheme: 255, bytes: NOTHING },
  payerAuthorisation: undefined,
};

/** Signed by the seeds `01`×32 (sender) and `02`×32 (payer). */
export const sponsoredBody: TransactionBody = {
  ...transactionLane,
  sender: ed25519Address(filled(1)),
  payer: ed25519Address(filled(2)),
  nonce: { kind: 'expiring', bytes: filled(0x77), expiry: 100 },
  extraAccess: [],
};

export const accessTransfer: AccessSection = {
  version: 1,
  methods: [
    {
      selector: selectorOf('transfer', [{ kind: 'address' }, { kind: 'u128' }]),
      view: false,
      payable: false,
      init: false,
      args: [{ kind: 'address' }, { kind: 'u128' }],
      templates: [
        {
          kind: 'key',
          mode: 'add',
          key: { space: 'storage', kind: 2, field: BALANCES, components: [{ kind: 'caller' }] },
          direction: 'down',
          amount: { kind: 'args', path: [1] },
          bound: { kind: 'const', bytes: new Uint8Array(16) },
        },
        {
          kind: 'key',
          mode: 'add',
          key: { space: 'storage', kind: 2, field: BALANCES, components: [{ kind: 'args', path: [0] }] },
          direction: 'up',
          amount: { kind: 'args', path: [1] },
        },
      ],
    },
  ],
};

export const accessEverything: AccessSection = {
  version: 1,
  methods: [
    {
      selector: 0x12345678,
      view: true,
      payable: true,
      init: true,
      args: [
        {
          kind: 'list',
          item: {
            kind: 'struct',
            fields: [
              { name: '0', layout: { kind: 'bytes' } },
              { name: '1', layout: { kind: 'option', item: { kind: 'fixed', length: 32 } } },
            ],
          },
        },
      ],
      templates: [
        {
          kind: 'key',
          mode: 'read',
          key: {
            space: 'storage',
            kind: 0,
            field: OWNER,
            components: [
              { kind: 'field', of: { kind: 'each', list: { kind: 'args', path: [0] } }, path: [0] },
              { kind: 'hash', parts: [{ kind: 'sender' }, { kind: 'self' }] },
            ],
          },
        },
        {
          kind: 'key',
          mode: 'past',
          key: {
            space: 'balance',
            address: {
              kind: 'valueOf',
              mode: 'past',
              key: { space: 'storage', kind: 0, field: OWNER, components: [] },
              layout: { kind: 'address' },
            },
          },
        },
        { kind: 'field', mode: 'write', field: BALANCES },
        { kind: 'contract', mode: 'read' },
        {
          kind: 'call',
          contract: { kind: 'const', bytes: filled(0x33) },
          selector: 0x01020304,
          args: [{ kind: 'value' }],
          value: { kind: 'value' },
        },
        {
          kind: 'payload',
          contract: { kind: 'const', bytes: filled(0x33) },
          payload: { kind: 'const', bytes: Uint8Array.of(4, 3, 2, 1) },
        },
      ],
    },
  ],
};

export const receiptOk: Receipt = {
  transaction: hash(0x11),
  status: 'OK',
  phase: 'ordered',
  order: 2,
  attemptGas: 1_000,
  gasUsed: 1_000,
  paid: 2_000n,
  firstEvent: 4,
  eventCount: 1,
  failure: undefined,
  results: [Uint8Array.of(0x2a)],
};

export const receiptRevert: Receipt = {
  transaction: hash(0x11),
  status: 'REVERT',
  phase: 'tail',
  order: 5,
  attemptGas: 500,
  gasUsed: 700,
  paid: 700n,
  firstEvent: 0,
  eventCount: 0,
  failure: { contract: address(0x33), code: 0, data: Uint8Array.of(4, 3, 2, 1, 7) },
  results: [],
};

export const event: ContractEvent = {
  contract: address(0x33),
  event: eventId('Transfer', [{ kind: 'address' }, { kind: 'address' }, { kind: 'u128' }]),
  topics: [filled(0x22), filled(0x44)],
  data: Uint8Array.of(5, ...new Array<number>(15).fill(0)),
  transaction: 0,
};

export const header: Header = {
  protocolVersion: 0,
  genesisHash: hash(1),
  height: 7,
  time: 1_700_000_000_000,
  parent: hash(2),
  transactionRoot: hash(3),
  receiptRoot: hash(4),
  eventRoot: hash(5),
  stateRoot: hash(6),
  parametersHash: hash(7),
  validatorsHash: hash(8),
  proposer: address(9),
  gasUsed: 1_000,
  criticalPathGas: 600,
  tailGas: 50,
  accessRoot: asHash32(HASH_OF_NOTHING),
  hintsRoot: asHash32(HASH_OF_NOTHING),
};

export const parameters: Parameters = {
  blockGasMax: 10,
  criticalGasMax: 9,
  tailGasMax: 8,
  tailGasFactor: 2,
  blockKeysMax: 7,
  blockReadBytesMax: 6,
  blockWriteBytesMax: 5,
  blockEventBytesMax: 4,
  blockCodeBytesMax: 3,
  blockDeployBytesMax: 1,
  gasPriceMin: 11n,
};

export const genesis: Genesis = {
  chainName: 'loom',
  protocolVersion: 0,
  dev: true,
  time: 1_700_000_000_000,
  parameters,
  accounts: [{ address: address(0x22), balance: 1_000n }],
  validators: [{ publicKey: filled(0x11), power: 1n }],
  hooks: [],
};

export const upgrades: readonly PendingUpgrade[] = [
  {
    contract: address(0x33),
    codeHash: hash(0x44),
    migration: { gasLimit: 1_000_000, selector: 0x12345678, args: Uint8Array.of(0xaa, 0xbb) },
  },
  { contract: address(0x55), codeHash: hash(0x44), migration: undefined },
];

const block: Block = {
  header,
  hash: headerHash(header),
  transactions: [],
  receipts: [],
  events: [],
  hooks: [
    {
      contract: address(0x11),
      selector: 0x12345678,
      at: 'begin',
      status: 'SKIPPED',
      gasUsed: 0,
      paid: 0n,
      failure: undefined,
    },
  ],
};
export const blockRecord: BlockRecord = {
  block,
  changes: [],
  stateDiff: [
    {
      key: encodeStateKey(0, filled(0x11), OWNER, []),
      before: undefined,
      after: encodeBytesValue(utf8('hi')),
    },
  ],
  seal: Uint8Array.of(0xbe, 0xef),
};
