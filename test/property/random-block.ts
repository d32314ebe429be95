// Random blocks of the script contract: what a transaction declares is mostly, but not always, what it does. Small
// keys, small cells and a small tail make transactions meet, fail their bounds and overflow.
import { bytesText, concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import type { ExtraAccess } from '@weft/runtime/types/access';
import { type Address, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import type { Hook } from '@weft/runtime/types/genesis';
import { encodeStateKey } from '@weft/runtime/types/key';
import { encodeHooks } from '@weft/runtime/types/parameters';
import { balanceKey, hooksKey, SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call, Nonce } from '@weft/runtime/types/transaction';
import { encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import fc from 'fast-check';
import {
  type Declared,
  type DeclaredCall,
  FIELD_C,
  FIELD_P,
  OP,
  type ScriptMethod,
  scriptArguments,
  scriptPayload,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, GENESIS_HASH, transactionOf, World } from '../fixtures/world.js';

const USERS: readonly Address[] = ['ada', 'bob', 'cyd', 'dan'].map(addressOf);
const CONTRACTS = 3;
/** A key the accumulator decides. */
const UNKNOWN_KEY = 255;
const U64_MAX = 2n ** 64n - 1n;

/** One operation as data; `honest`: it is declared too. */
type Step =
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

interface Body {
  readonly method: ScriptMethod;
  readonly steps: readonly Step[];
}

interface RandomCall {
  /** Below CONTRACTS a script contract; then one that may be created in the block; last the system contract. */
  readonly target: number;
  readonly value: number;
  readonly body: Body;
  readonly salt: number;
}

interface RandomTransaction {
  readonly sender: number;
  readonly payer: number | null;
  readonly gasLimit: number;
  readonly gasPrice: number;
  readonly badNonce: boolean;
  readonly expiring: boolean;
  readonly calls: readonly RandomCall[];
  readonly extra: RandomExtra | null;
}

interface RandomExtra {
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
  readonly transactions: readonly RandomTransaction[];
}

const honest = fc.nat(24).map((n) => n > 0);
const key = fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(UNKNOWN_KEY) });
const hotKey = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: key });
const whom = fc.nat(USERS.length + CONTRACTS - 1);
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

const call: fc.Arbitrary<RandomCall> = fc.record({
  target: fc.oneof(
    { weight: 16, arbitrary: fc.nat(CONTRACTS - 1) },
    { weight: 1, arbitrary: fc.constantFrom(CONTRACTS, CONTRACTS + 1) },
  ),
  value: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) }),
  body: bodyOf(2),
  salt: fc.nat(1),
});

const transaction: fc.Arbitrary<RandomTransaction> = fc.record({
  sender: fc.nat(USERS.length - 1),
  payer: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat(USERS.length - 1) },
  ),
  gasLimit: fc.constantFrom(180_000, 400_000, 700_000, 900_000, 900_000),
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
  const hotCall = fc.record({ target: fc.constant(0), value, body, salt: fc.constant(0) });
  return fc.record({
    sender: fc.nat(USERS.length - 1),
    payer: fc.constant(null),
    gasLimit: fc.constant(900_000),
    gasPrice: fc.constant(0),
    badNonce: fc.constant(false),
    expiring: fc.constant(false),
    calls: fc.array(hotCall, { minLength: 1, maxLength: 2 }),
    extra: fc.constant(null),
  });
}

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
  transactions: fc.oneof(
    fc.array(transaction, { minLength: 1, maxLength: 12, size: 'max' }),
    fc.array(adding, { minLength: 2, maxLength: 14, size: 'max' }),
    fc.array(fc.oneof({ weight: 2, arbitrary: adding }, { weight: 1, arbitrary: locking }), {
      minLength: 2,
      maxLength: 14,
      size: 'max',
    }),
    fc.array(fc.oneof(transaction, adding), { minLength: 2, maxLength: 14, size: 'max' }),
  ),
});

/** Gas of the tail's parameters: room for a few transactions, a quota for less. */
export const SMALL_TAIL = { tailGasMax: 1_600_000, tailGasFactor: 2 } as const;

/** The block's state and wire bytes. */
export function buildBlock(
  block: RandomBlock,
  code: Uint8Array,
): { world: World; transactions: Uint8Array[] } {
  const world = new World({ ...SMALL_TAIL, gasPriceMin: BigInt(block.hookPrice) });
  const codeHash = world.code(code);
  const contracts = Array.from({ length: CONTRACTS }, (_, index) => world.contract(codeHash, `k${index}`));
  const selector = scriptSelector('run');
  const hooks = block.hooks.map(({ target, at, gasLimit }): Hook => {
    return { contract: contracts[target]!, selector, at, gasLimit };
  });
  world.set(hooksKey(), encodeHooks(hooks));
  contracts.forEach((contract, index) => {
    for (let field = 0; field < 3; field++) {
      const component = [Uint8Array.of(field)];
      const plain = block.plain[index * 3 + field];
      if (plain != null) {
        world.set(encodeStateKey(0, contract, FIELD_P, component), encodeBytesValue(Uint8Array.of(plain)));
      }
      const cell = encodeCell(1, BigInt(block.cells[index * 3 + field]!));
      world.set(encodeStateKey(1, contract, FIELD_C, component), cell);
    }
    world.fund(contract, BigInt(block.contractFunds[index]!));
  });
  USERS.forEach((user, index) => {
    world.fund(user, BigInt(block.funds[index]!));
  });
  const build = new Builder(contracts, codeHash);
  return { world, transactions: block.transactions.map((one, index) => build.transaction(one, index)) };
}

/** From data to bytes, with the addresses of one block. */
class Builder {
  readonly #sequences = new Map<string, bigint>();

  constructor(
    private readonly contracts: readonly Address[],
    private readonly codeHash: Hash32,
  ) {}

  transaction(one: RandomTransaction, index: number): Uint8Array {
    const sender = USERS[one.sender]!;
    const calls = one.calls.map((random) => this.#call(random, sender));
    return transactionOf({
      sender,
      payer: one.payer === null || one.payer === one.sender ? undefined : USERS[one.payer],
      nonce: one.expiring
        ? { kind: 'expiring', bytes: addressOf(`nonce ${one.badNonce ? 0 : index}`), expiry: 5 + (index % 3) }
        : this.#laneNonce(sender, one, index),
      gasLimit: one.gasLimit,
      gasPrice: BigInt(one.gasPrice),
      genesisHash: GENESIS_HASH,
      calls,
      extraAccess: one.extra === null ? [] : [this.#extra(one.extra, calls[0]!.contract)],
    });
  }

  /** Most transactions have a lane of their own, so that one refused does not refuse all that follow. */
  #laneNonce(sender: Address, one: RandomTransaction, index: number): Nonce {
    if (one.badNonce) return { kind: 'lane', lane: 0, sequence: 99n };
    if (index % 4 !== 0) return { kind: 'lane', lane: index + 1, sequence: 0n };
    const name = bytesText(sender);
    const sequence = this.#sequences.get(name) ?? 0n;
    this.#sequences.set(name, sequence + 1n);
    return { kind: 'lane', lane: 0, sequence };
  }

  #call(random: RandomCall, sender: Address): Call {
    const value = BigInt(random.value);
    if (random.target > CONTRACTS) {
      const { selector, args } = this.#create(random.salt, random.body, sender);
      return { contract: SYSTEM_ADDRESS, selector, args, value };
    }
    const contract = this.#target(random.target, sender);
    const { method: name, steps } = random.body;
    const { script, declared } = this.#compile(steps, contract);
    return { contract, selector: scriptSelector(name), args: scriptArguments(script, declared), value };
  }

  /** A script contract, or the one the sender might create in this block. */
  #target(target: number, creator: Address): Address {
    return this.contracts[target] ?? contractAddress(creator, addressOf('salt 0'), this.codeHash);
  }

  #create(
    salt: number,
    body: Body,
    creator: Address,
  ): { readonly selector: number; readonly args: Uint8Array } {
    const saltBytes = addressOf(`salt ${salt}`);
    const contract = contractAddress(creator, saltBytes, this.codeHash);
    const { script, declared } = this.#compile(body.steps, contract);
    const init = scriptArguments(script, declared);
    const args = new Writer().fixed(this.codeHash).fixed(saltBytes).bytes(init).finish();
    return { selector: SYSTEM_METHODS.create.selector, args };
  }

  #compile(
    steps: readonly Step[],
    self: Address,
  ): { readonly script: Uint8Array; readonly declared: Declared } {
    const declarations = new Declarations();
    const script = steps.map((step) => this.#step(step, self, declarations));
    return { script: concatBytes(...script), declared: declarations };
  }

  #step(step: Step, self: Address, declared: Declarations): Uint8Array {
    switch (step.do) {
      case 'read':
      case 'delete':
      case 'past':
      case 'has':
      case 'get':
      case 'cellPast':
        if (step.honest && step.key !== UNKNOWN_KEY) declared.key(step.do, step.key);
        return OP[step.do](step.key);
      case 'write':
      case 'writeIndirect':
        if (step.honest && step.key !== UNKNOWN_KEY) declared.key(step.do, step.key);
        return OP[step.do](step.key, step.value % 3);
      case 'set':
        if (step.honest && step.key !== UNKNOWN_KEY) declared.key('set', step.key);
        return OP.set(step.key, BigInt(step.value * 3));
      case 'add':
      case 'sub': {
        if (step.honest && step.key !== UNKNOWN_KEY) declared.add(step);
        const bound = step.bound === null ? undefined : BigInt(step.bound);
        return OP[step.do](step.key, BigInt(step.amount), bound, step.required);
      }
      case 'balance':
      case 'balancePast': {
        const address = this.#anyone(step.whom);
        if (step.honest) declared[step.do === 'balance' ? 'balances' : 'balancesPast'].push(address);
        return OP[step.do](address);
      }
      case 'transfer': {
        const to = this.#anyone(step.whom);
        if (step.honest) declared.sends.push({ to, amount: BigInt(step.amount) });
        return OP.transfer(to, BigInt(step.amount), step.required);
      }
      case 'call':
      case 'tryCall':
      case 'create': {
        const nested = this.#nested(step, self);
        if (step.honest) declared.calls.push(nested);
        const gas = step.do === 'create' ? 0n : BigInt(step.gas);
        return step.do === 'call' ? OP.call(nested, gas) : OP.tryCall(nested, gas);
      }
      case 'burn':
      case 'deep':
        return OP[step.do](step.amount);
      case 'skip':
        return OP.skipIfEven(2);
      default:
        return OP[step.do]();
    }
  }

  #nested(step: Extract<Step, { body: Body }>, self: Address): DeclaredCall {
    const value = BigInt(step.value);
    if (step.do === 'create') {
      const { selector, args } = this.#create(step.salt, step.body, self);
      return {
        contract: SYSTEM_ADDRESS,
        payload: concatBytes(new Writer().u32(selector).finish(), args),
        value,
      };
    }
    const contract = this.#target(step.target, self);
    const { script, declared } = this.#compile(step.body.steps, contract);
    return { contract, payload: scriptPayload(step.body.method, script, declared), value };
  }

  #anyone(whom: number): Address {
    return USERS[whom] ?? this.contracts[whom - USERS.length]!;
  }

  #extra({ what, mode, key: number }: RandomExtra, contract: Address): ExtraAccess {
    const lockMode = mode === 'add' ? 'write' : mode;
    if (what === 'field') return { kind: 'field', mode: lockMode, contract, field: FIELD_C };
    if (what === 'contract') return { kind: 'contract', mode: lockMode, contract };
    const component = [Uint8Array.of(number)];
    if (what === 'plain')
      return { kind: 'key', mode: lockMode, key: encodeStateKey(0, contract, FIELD_P, component) };
    const cell =
      what === 'cell' ? encodeStateKey(1, contract, FIELD_C, component) : balanceKey(USERS[number]!);
    return mode === 'add'
      ? { kind: 'key', mode, key: cell, direction: 'up', amount: 3n }
      : { kind: 'key', mode, key: cell };
  }
}

/** Collects what the honest steps of one call declare. */
class Declarations implements Declared {
  readonly readsP: number[] = [];
  readonly writesP: number[] = [];
  readonly pastP: number[] = [];
  readonly readsC: number[] = [];
  readonly writesC: number[] = [];
  readonly pastC: number[] = [];
  readonly adds: { key: number; amount: bigint; bound: bigint }[] = [];
  readonly subs: { key: number; amount: bigint; bound: bigint }[] = [];
  readonly calls: DeclaredCall[] = [];
  readonly sends: { to: Uint8Array; amount: bigint }[] = [];
  readonly balances: Uint8Array[] = [];
  readonly indirect: number[] = [];
  readonly balancesPast: Uint8Array[] = [];

  key(what: string, number: number): void {
    const lists: Readonly<Record<string, number[]>> = {
      read: this.readsP,
      has: this.readsP,
      delete: this.writesP,
      write: this.writesP,
      past: this.pastP,
      writeIndirect: this.indirect,
      get: this.readsC,
      set: this.writesC,
      cellPast: this.pastC,
    };
    lists[what]!.push(number);
  }

  add(step: Extract<Step, { lie: unknown }>): void {
    const up = step.do === 'add';
    const open = up ? U64_MAX : 0n;
    const bound = step.bound === null || step.lie === 'loose' ? open : BigInt(step.bound);
    const lies = { less: -1, more: 4, no: 0, loose: 0 };
    const amount = BigInt(Math.max(0, step.amount + lies[step.lie]));
    (up ? this.adds : this.subs).push({ key: step.key, amount, bound });
  }
}
