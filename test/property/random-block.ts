// Random blocks of the script contract, as data: what a transaction declares is mostly, but not always, what it does.
// Small keys, small cells and a small tail make transactions meet, fail their bounds and overflow.
import fc from 'fast-check';
import type { ScriptMethod } from '../fixtures/script-contract.js';

/** Accounts and script contracts of every block. */
export const USERS = 4;
export const CONTRACTS = 3;
/** A key the accumulator decides. */
export const UNKNOWN_KEY = 255;

/** One operation as data; `honest`: it is declared too. */
export type Step =
  | {
      readonly do: 'read' | 'delete' | 'past' | 'has' | 'get' | 'cellPast';
      readonly key: number;
      readonly honest: boolean;
    }
  | {
      readonly do: 'write' | 'writeIndirect' | 'set';
      readonly key: number;
      readonly value: number;
      readonly honest: boolean;
    }
  | {
      readonly do: 'add' | 'sub';
      readonly key: number;
      readonly amount: number;
      readonly bound: number | null;
      readonly required: boolean;
      readonly honest: boolean;
      /** What is declared in place of the amount and the bound: usually the same. */
      readonly lie: 'no' | 'less' | 'more' | 'loose';
    }
  | { readonly do: 'balance' | 'balancePast'; readonly whom: number; readonly honest: boolean }
  | {
      readonly do: 'transfer';
      readonly whom: number;
      readonly amount: number;
      readonly required: boolean;
      readonly honest: boolean;
    }
  | {
      readonly do: 'call' | 'tryCall';
      readonly target: number;
      readonly value: number;
      readonly gas: number;
      readonly body: Body;
      readonly honest: boolean;
    }
  | {
      readonly do: 'create';
      readonly salt: number;
      readonly value: number;
      readonly body: Body;
      readonly honest: boolean;
    }
  | { readonly do: 'burn' | 'deep'; readonly amount: number }
  | { readonly do: 'emit' | 'trap' | 'revert' | 'abort' | 'skip' | 'grow' | 'litter' | 'context' };

export interface Body {
  readonly method: ScriptMethod;
  readonly steps: readonly Step[];
}

export interface RandomCall {
  /** Below CONTRACTS a script contract; then one that may be created in the block; last the system contract. */
  readonly target: number;
  /** What is asked of the system contract. */
  readonly system: SystemStep;
  readonly value: number;
  readonly body: Body;
  readonly salt: number;
}

/** A call of the system contract; `code` counts versions of the script contract, the last of them not on chain. */
export type SystemStep =
  | { readonly do: 'create' }
  | { readonly do: 'upload'; readonly code: number; readonly bytes: number }
  | RandomUpgrade
  | { readonly do: 'authority'; readonly contract: number; readonly to: number | null }
  | { readonly do: 'rotate'; readonly scheme: number };

/** A contract gets a version of the code, and calls itself then. */
export interface RandomUpgrade {
  readonly do: 'upgrade';
  /** In a transaction: the contract its sender may upgrade, in place of `contract`. */
  readonly own: boolean;
  readonly contract: number;
  readonly code: number;
  readonly migration: { readonly gasLimit: number; readonly body: Body } | null;
}

export interface RandomTransaction {
  readonly sender: number;
  readonly payer: number | null;
  readonly gasLimit: number;
  readonly gasPrice: number;
  readonly badNonce: boolean;
  readonly expiring: boolean;
  readonly calls: readonly RandomCall[];
  readonly extra: RandomExtra | null;
}

export interface RandomExtra {
  readonly what: 'field' | 'contract' | 'cell' | 'plain' | 'balance';
  readonly mode: 'read' | 'write' | 'add';
  readonly key: number;
}

/** Everything a test block is made from; what fast-check prints and shrinks. */
export interface RandomBlock {
  readonly plain: readonly (number | null)[];
  readonly cells: readonly number[];
  readonly funds: readonly number[];
  readonly contractFunds: readonly number[];
  readonly hooks: readonly {
    readonly target: number;
    readonly at: 'begin' | 'end';
    readonly gasLimit: number;
  }[];
  readonly hookPrice: number;
  /** Asked for in the block before. */
  readonly upgrades: readonly RandomUpgrade[];
  readonly transactions: readonly RandomTransaction[];
}

const honest = fc.nat(24).map((n) => n > 0);
const key = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(UNKNOWN_KEY) });
const hotKey = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: key });
const whom = fc.nat(USERS + CONTRACTS - 1);
const small = fc.nat(5);

/** Methods: mostly the one without a lock. */
const method: fc.Arbitrary<ScriptMethod> = fc.oneof(
  { weight: 24, arbitrary: fc.constant<ScriptMethod>('run') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<ScriptMethod[]>('readField', 'writeField', 'readAll', 'writeAll'),
  },
  { weight: 1, arbitrary: fc.constantFrom<ScriptMethod[]>('view', 'poor', 'init') },
);

const addStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('add', 'sub'),
  key: hotKey,
  amount: small,
  bound: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: fc.nat(20) }),
  required: fc.boolean(),
  honest,
  lie: fc.oneof(
    { weight: 12, arbitrary: fc.constant<'no'>('no') },
    { weight: 2, arbitrary: fc.constantFrom<('less' | 'more' | 'loose')[]>('less', 'more', 'loose') },
  ),
});

const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('read', 'delete', 'past', 'has', 'get', 'cellPast'),
      key,
      honest,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('write', 'writeIndirect', 'set'), key, value: small, honest }),
  },
  { weight: 8, arbitrary: addStep },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('balance', 'balancePast'), whom, honest }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('transfer' as const),
      whom,
      amount: fc.nat(30),
      required: fc.boolean(),
      honest,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('burn' as const), amount: fc.nat(20_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('emit' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('skip' as const, 'grow' as const, 'litter' as const, 'context' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('trap' as const, 'revert' as const, 'abort' as const) }),
  },
);

/** Steps of a call at most `depth` calls above the innermost. */
function bodyOf(depth: number): fc.Arbitrary<Body> {
  const nested: fc.Arbitrary<Step>[] =
    depth === 0
      ? []
      : [
          fc.record({
            do: fc.constantFrom('call' as const, 'tryCall' as const),
            target: fc.nat(CONTRACTS),
            value: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
            gas: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60_000) }),
            body: bodyOf(depth - 1),
            honest,
          }),
          fc.record({
            do: fc.constant('create' as const),
            salt: fc.nat(1),
            value: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
            body: bodyOf(depth - 1),
            honest,
          }),
        ];
  const weights = [6, 1];
  return fc.record({
    method,
    steps: fc.array(
      fc.oneof(
        { weight: 28, arbitrary: simpleStep },
        ...nested.map((arbitrary, index) => ({ weight: weights[index]!, arbitrary })),
      ),
      { maxLength: 5 },
    ),
  });
}

const upgrade: fc.Arbitrary<RandomUpgrade> = fc.record({
  do: fc.constant('upgrade' as const),
  own: fc.nat(3).map((n) => n > 0),
  contract: fc.nat(CONTRACTS),
  code: fc.nat(1),
  migration: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    {
      weight: 3,
      arbitrary: fc.record({ gasLimit: fc.constantFrom(9_000, 100_000, 400_000), body: bodyOf(1) }),
    },
  ),
});

const systemStep: fc.Arbitrary<SystemStep> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'create' as const }) },
  { weight: 3, arbitrary: upgrade },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('upload' as const),
      code: fc.nat(2),
      bytes: fc.constantFrom(99, 9_999),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('authority' as const),
      contract: fc.nat(CONTRACTS),
      to: fc.oneof(fc.constant(null), fc.nat(USERS - 1)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const), scheme: fc.nat(2) }) },
);

const call: fc.Arbitrary<RandomCall> = fc.record({
  system: systemStep,
  target: fc.oneof(
    { weight: 16, arbitrary: fc.nat(CONTRACTS - 1) },
    { weight: 3, arbitrary: fc.constantFrom(CONTRACTS, CONTRACTS + 1, CONTRACTS + 1) },
  ),
  value: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
  body: bodyOf(2),
  salt: fc.nat(1),
});

const transaction: fc.Arbitrary<RandomTransaction> = fc.record({
  sender: fc.nat(USERS - 1),
  payer: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(USERS - 1) }),
  gasLimit: fc.constantFrom(180_000, 400_000, 700_000, 900_000, 900_000, 900_000, 9_000_000),
  gasPrice: fc.constantFrom(0, 0, 1),
  badNonce: fc.nat(30).map((n) => n === 0),
  expiring: fc.nat(9).map((n) => n === 0),
  calls: fc.array(call, { minLength: 1, maxLength: 2 }),
  extra: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constantFrom('field', 'contract', 'cell', 'plain', 'balance'),
        mode: fc.constantFrom('read', 'write', 'add'),
        key: fc.nat(2),
      }),
    },
  ),
});

/** A single call on few cells, so that adders, readers, writers and locks queue up behind each other. */
function hotTransaction(body: fc.Arbitrary<Body>): fc.Arbitrary<RandomTransaction> {
  const value = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) });
  const system = fc.constant({ do: 'create' as const });
  const hotCall = fc.record({ target: fc.constant(0), system, value, body, salt: fc.constant(0) });
  return fc.record({
    sender: fc.nat(USERS - 1),
    payer: fc.constant(null),
    gasLimit: fc.constant(900_000),
    gasPrice: fc.constant(0),
    badNonce: fc.constant(false),
    expiring: fc.constant(false),
    calls: fc.array(hotCall, { minLength: 1, maxLength: 2 }),
    extra: fc.constant(null),
  });
}

/** One call of the system contract, with gas for an upload. */
const administering: fc.Arbitrary<RandomTransaction> = fc.record({
  sender: fc.nat(CONTRACTS - 1),
  payer: fc.constant(null),
  gasLimit: fc.constant(9_000_000),
  gasPrice: fc.constant(0),
  badNonce: fc.constant(false),
  expiring: fc.constant(false),
  calls: fc.array(
    call.map((one) => ({ ...one, target: CONTRACTS + 1, value: 0 })),
    { minLength: 1, maxLength: 2 },
  ),
  extra: fc.constant(null),
});

const emitStep: fc.Arbitrary<Step> = fc.record({ do: fc.constant('emit' as const) });

/** Adds on one or two cells, with an occasional read or write between. */
const addingBody: fc.Arbitrary<Body> = fc.record({
  method,
  steps: fc.array(
    fc.oneof(
      { weight: 7, arbitrary: addStep },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'read' as const), key: hotKey, honest }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('set' as const), key: hotKey, value: small, honest }),
      },
      { weight: 2, arbitrary: emitStep },
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

/** What a lock is for: keys that are found on the way and declared by nobody. */
const lockedBody: fc.Arbitrary<Body> = fc.record({
  method: fc.constantFrom<ScriptMethod[]>('readField', 'readField', 'writeField', 'readAll', 'writeAll'),
  steps: fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('get' as const),
          key: fc.constantFrom(0, 0, 1, UNKNOWN_KEY),
          honest: fc.constant(false),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('set' as const),
          key: fc.constantFrom(0, 0, 1, UNKNOWN_KEY),
          value: small,
          honest: fc.constant(false),
        }),
      },
      { weight: 2, arbitrary: emitStep },
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

const adding = hotTransaction(addingBody);
const locking = hotTransaction(lockedBody);

/** Credits of one cell, honest and unbounded: they share runs, which locks and readers cut. */
const crediting = hotTransaction(
  fc.record({
    method: fc.constant<ScriptMethod>('run'),
    steps: fc.tuple(
      fc.record({
        do: fc.constant('add' as const),
        key: fc.constantFrom(0, 0, 1),
        amount: fc.integer({ min: 1, max: 5 }),
        bound: fc.constant(null),
        required: fc.boolean(),
        honest: fc.constant(true),
        lie: fc.constant<'no'>('no'),
      }),
      emitStep,
    ),
  }),
);

/** Looks at the cell under a lock, or by its key, and tells what it saw. */
const looking = hotTransaction(
  fc.record({
    method: fc.constantFrom<ScriptMethod[]>('readField', 'readAll', 'run'),
    steps: fc.tuple(
      fc.record({
        do: fc.constantFrom('get' as const, 'cellPast' as const),
        key: fc.constantFrom(0, 0, 1),
        honest: fc.boolean(),
      }),
      emitStep,
    ),
  }),
);

/** A random block. */
export const randomBlock: fc.Arbitrary<RandomBlock> = fc.record({
  plain: fc.array(fc.oneof(fc.constant(null), fc.nat(3)), { minLength: 9, maxLength: 9 }),
  cells: fc.array(fc.nat(20), { minLength: 9, maxLength: 9 }),
  funds: fc.array(fc.constantFrom(100, 900_000, 5_000_000, 20_000_000), { minLength: 4, maxLength: 4 }),
  contractFunds: fc.array(fc.constantFrom(0, 20, 100, 5_000_000), { minLength: 3, maxLength: 3 }),
  hooks: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          target: fc.nat(CONTRACTS - 1),
          at: fc.constantFrom('begin' as const, 'end' as const),
          gasLimit: fc.constantFrom(9_000, 100_000),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
  ),
  hookPrice: fc.constantFrom(0, 1),
  upgrades: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(upgrade, { minLength: 1, maxLength: 3 }) },
  ),
  transactions: fc.oneof(
    fc.array(transaction, { minLength: 1, maxLength: 12, size: 'max' }),
    fc.array(adding, { minLength: 2, maxLength: 14, size: 'max' }),
    fc.array(fc.oneof({ weight: 2, arbitrary: adding }, { weight: 1, arbitrary: locking }), {
      minLength: 2,
      maxLength: 14,
      size: 'max',
    }),
    fc.array(fc.oneof({ weight: 3, arbitrary: crediting }, { weight: 1, arbitrary: looking }), {
      minLength: 4,
      maxLength: 14,
      size: 'max',
    }),
    fc.array(fc.oneof(administering, adding, transaction), { minLength: 2, maxLength: 10, size: 'max' }),
    fc.array(fc.oneof(transaction, adding), { minLength: 2, maxLength: 14, size: 'max' }),
  ),
});
