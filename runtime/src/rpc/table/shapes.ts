// What the methods answer, as schemas: the JSON forms that render*.ts makes.
import {
  ADDRESS,
  AMOUNT,
  choice,
  FLAG,
  HASH,
  HEX,
  type JsonSchema,
  listSchema,
  NULL,
  objectSchema,
  orNull,
  TEXT,
  WHOLE,
} from '../json-schema.js';

/** A price of gas: native units a gas. */
export const PRICE: JsonSchema = { ...AMOUNT, description: 'native units a gas' };

export const FAILURE = orNull(objectSchema({ contract: ADDRESS, code: WHOLE, data: HEX }));

export const HEADER = objectSchema({
  protocolVersion: WHOLE,
  genesisHash: HASH,
  height: WHOLE,
  time: WHOLE,
  parent: HASH,
  transactionRoot: HASH,
  receiptRoot: HASH,
  eventRoot: HASH,
  stateRoot: HASH,
  parametersHash: HASH,
  validatorsHash: HASH,
  proposer: ADDRESS,
  gasUsed: WHOLE,
  criticalPathGas: WHOLE,
  tailGas: WHOLE,
  accessRoot: HASH,
  hintsRoot: HASH,
});

export const EVENT = objectSchema({
  contract: ADDRESS,
  event: { type: 'string', pattern: '^0x[0-9a-f]{16}$' },
  topics: listSchema(HEX),
  data: HEX,
  transaction: orNull(WHOLE),
});

export const RECEIPT = objectSchema({
  transaction: HASH,
  status: TEXT,
  phase: choice('none', 'ordered', 'tail'),
  order: orNull(WHOLE),
  attemptGas: WHOLE,
  gasUsed: WHOLE,
  paid: AMOUNT,
  firstEvent: WHOLE,
  eventCount: WHOLE,
  failure: FAILURE,
  results: listSchema(HEX),
});

/** A receipt with its place and events. */
export const LOCATED = objectSchema({
  height: WHOLE,
  index: WHOLE,
  receipt: RECEIPT,
  events: listSchema(EVENT),
});

const HOOK = objectSchema({
  contract: ADDRESS,
  selector: WHOLE,
  at: choice('begin', 'end', 'upgrade'),
  status: TEXT,
  gasUsed: WHOLE,
  paid: AMOUNT,
  failure: FAILURE,
});

export const HEAD = objectSchema({ hash: HASH, header: HEADER, transactionCount: WHOLE });

export const BLOCK = objectSchema(
  {
    hash: HASH,
    header: HEADER,
    transactionCount: WHOLE,
    transactions: listSchema(HASH),
    hooks: listSchema(HOOK),
    bytes: listSchema(HEX),
    receipts: listSchema(RECEIPT),
    events: listSchema(EVENT),
  },
  ['bytes', 'receipts', 'events'],
);

/** A refusal inside an answer. */
export const REFUSAL = objectSchema({ message: TEXT, code: TEXT, context: { type: 'object' }, fix: TEXT }, [
  'fix',
]);

const MODE = choice('read', 'write', 'add', 'past');

export const EXTRA_ACCESS = objectSchema(
  {
    kind: choice('key', 'field', 'contract'),
    mode: MODE,
    key: HEX,
    contract: ADDRESS,
    field: HEX,
    direction: choice('up', 'down'),
    amount: AMOUNT,
    bound: AMOUNT,
  },
  ['key', 'contract', 'field', 'direction', 'amount', 'bound'],
);

const NUMBERS: JsonSchema = listSchema(WHOLE);
export const TRACE_FRAME = objectSchema({ contract: ADDRESS, selector: WHOLE, offsets: NUMBERS });
export const TRACE = listSchema(TRACE_FRAME);
export const ABORT = orNull(objectSchema({ message: TEXT, line: WHOLE, column: WHOLE }));
const STATUS = choice('OK', 'REVERT', 'TRAP', 'OUT_OF_GAS', 'DEPTH');
export const OBSERVED = listSchema(objectSchema({ key: HEX, modes: listSchema(MODE) }));

export const VIEW = objectSchema({
  height: WHOLE,
  status: STATUS,
  gasUsed: WHOLE,
  result: HEX,
  failure: FAILURE,
  logs: listSchema(TEXT),
  trace: orNull(TRACE),
  abort: ABORT,
  observed: OBSERVED,
});

export const SIMULATION = objectSchema({
  height: WHOLE,
  status: STATUS,
  gasUsed: WHOLE,
  accessGas: WHOLE,
  results: listSchema(HEX),
  events: listSchema(EVENT),
  failure: FAILURE,
  logs: listSchema(objectSchema({ text: TEXT, trace: TRACE })),
  trace: orNull(TRACE),
  abort: ABORT,
  access: orNull(
    objectSchema({
      keys: listSchema(objectSchema({ key: HEX, mode: MODE })),
      locks: listSchema(objectSchema({ contract: ADDRESS, field: orNull(HEX), mode: MODE })),
      past: listSchema(HEX),
    }),
  ),
  accessRefusal: orNull(objectSchema({ code: TEXT, message: TEXT })),
  observed: OBSERVED,
  missing: listSchema(EXTRA_ACCESS),
  unreached: listSchema(ADDRESS),
});

export const PENDING = objectSchema({
  id: HASH,
  wait: orNull(objectSchema({ reason: TEXT, height: WHOLE, missing: listSchema(EXTRA_ACCESS) })),
});

const STEPS = listSchema(objectSchema({ siblingIsLeft: FLAG, sibling: HASH }));
const EXISTENCE = objectSchema({ hashedKey: HASH, value: HEX, steps: STEPS });

export const PROVEN = objectSchema({
  height: WHOLE,
  hash: HASH,
  stateRoot: HASH,
  headerPath: STEPS,
  proof: {
    anyOf: [
      objectSchema({ kind: { const: 'present' }, existence: EXISTENCE }),
      objectSchema({
        kind: { const: 'absent' },
        hashedKey: HASH,
        left: orNull(EXISTENCE),
        right: orNull(EXISTENCE),
      }),
    ],
  },
});

const AUTHORISATION = objectSchema({ scheme: WHOLE, bytes: HEX });

/** A transaction decoded. */
export const PROVEN_ITEM = objectSchema({
  height: WHOLE,
  hash: HASH,
  part: TEXT,
  index: WHOLE,
  item: HEX,
  root: HASH,
  path: STEPS,
  headerPath: STEPS,
});

export const PROVEN_FIELD = objectSchema({ height: WHOLE, hash: HASH, field: TEXT, value: HEX, path: STEPS });

export const TRANSACTION = objectSchema({
  id: HASH,
  wireHash: HASH,
  bytes: HEX,
  sender: ADDRESS,
  payer: orNull(ADDRESS),
  nonce: {
    anyOf: [objectSchema({ lane: WHOLE, sequence: AMOUNT }), objectSchema({ expiring: HASH, expiry: WHOLE })],
  },
  gasLimit: WHOLE,
  gasPrice: PRICE,
  expiry: WHOLE,
  calls: listSchema(objectSchema({ contract: ADDRESS, selector: WHOLE, args: HEX, value: AMOUNT })),
  extraAccess: listSchema(EXTRA_ACCESS),
  senderAuthorisation: AUTHORISATION,
  payerAuthorisation: orNull(AUTHORISATION),
});

export const PARAMETERS = objectSchema({
  blockGasMax: WHOLE,
  criticalGasMax: WHOLE,
  tailGasMax: WHOLE,
  tailGasFactor: WHOLE,
  blockKeysMax: WHOLE,
  blockReadBytesMax: WHOLE,
  blockWriteBytesMax: WHOLE,
  blockEventBytesMax: WHOLE,
  blockCodeBytesMax: WHOLE,
  blockDeployBytesMax: WHOLE,
  gasPriceMin: PRICE,
});

export { NULL };
