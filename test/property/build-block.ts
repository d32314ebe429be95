// From a random block as data to a state and wire bytes: the steps become a script and, where honest, declarations.
import { bytesText, concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { ed25519PublicKey } from '@weft/runtime/base/signature';
import type { ExtraAccess } from '@weft/runtime/types/access';
import { type Address, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import type { Hook } from '@weft/runtime/types/genesis';
import { encodeStateKey } from '@weft/runtime/types/key';
import { encodeHooks } from '@weft/runtime/types/parameters';
import {
  accountKey,
  balanceKey,
  hooksKey,
  nonceKey,
  SYSTEM_ADDRESS,
  SYSTEM_METHODS,
  upgradesKey,
} from '@weft/runtime/types/system';
import type { Call, Nonce } from '@weft/runtime/types/transaction';
import { encodeUpgrades, type PendingUpgrade } from '@weft/runtime/types/upgrade';
import { decodeCell, encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import { codeHash as codeHashOf } from '@weft/runtime/wasm/code-hash';
import {
  setAuthorisationCall,
  setUpgradeAuthorityCall,
  upgradeCall,
  uploadCall,
} from '@weft/sdk/client/system-abi';
import {
  type Declared,
  type DeclaredCall,
  FIELD_C,
  FIELD_P,
  OP,
  scriptArguments,
  scriptPayload,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, GENESIS_HASH, transactionOf, World } from '../fixtures/world.js';
import {
  type Body,
  CONTRACTS,
  type RandomBlock,
  type RandomCall,
  type RandomExtra,
  type RandomTransaction,
  type RandomUpgrade,
  type Step,
  UNKNOWN_KEY,
  USERS,
} from './random-block.js';

const ACCOUNTS: readonly Address[] = Array.from({ length: USERS }, (_, index) =>
  addressOf(`account ${index}`),
);
/** A key some accounts rotate to. */
const ROTATED = ed25519PublicKey(addressOf('rotated'));
const U64_MAX = 2n ** 64n - 1n;

/** Gas of the tail's parameters: room for a few transactions, a quota for less. */
export const SMALL_TAIL = { tailGasMax: 1_600_000, tailGasFactor: 2 } as const;

/** The contract that begins with the code of wide cells. */
const WIDE_CONTRACT = 2;

/** Which version of the code a contract begins with. */
function firstCodeOf(index: number): number {
  return index === WIDE_CONTRACT ? 1 : 0;
}

/** Small numbers on both sides of each word of a wide cell, and at its end. */
function wideValue(value: bigint): bigint {
  const near = [0n, 1n << 64n, 1n << 128n, 1n << 192n, 1n << 256n][Number(value % 5n)]!;
  return near === 0n ? value : near - 1n - value / 5n;
}

/** The block's state and wire bytes. `codes`: versions of the script contract; the last one is not on chain. */
export function buildBlock(
  block: RandomBlock,
  codes: readonly Uint8Array[],
): { world: World; transactions: Uint8Array[] } {
  const world = new World({ ...SMALL_TAIL, gasPriceMin: BigInt(block.hookPrice) });
  const hashes = codes.map((code) => codeHashOf(code) as Hash32);
  for (const code of codes.slice(0, -1)) world.code(code);
  const contracts = Array.from({ length: CONTRACTS }, (_, index) =>
    world.contract(hashes[firstCodeOf(index)]!, `k${index}`, ACCOUNTS[index]),
  );
  contracts.forEach((contract, index) => {
    for (let field = 0; field < 3; field++) {
      const component = [Uint8Array.of(field)];
      const plain = block.plain[index * 3 + field];
      if (plain != null) {
        world.set(encodeStateKey(0, contract, FIELD_P, component), encodeBytesValue(Uint8Array.of(plain)));
      }
      const value = BigInt(block.cells[index * 3 + field]!);
      const kind = index === WIDE_CONTRACT ? 3 : 1;
      const cell = encodeCell(kind, kind === 3 ? wideValue(value) : value);
      world.set(encodeStateKey(kind, contract, FIELD_C, component), cell);
    }
  });
  return { world, transactions: continueChain(world, contracts, block, codes, 5) };
}

/**
 * A block at `height` over whatever earlier ones left in `world`: its hooks, funds and pending upgrades are set anew,
 * fields, cells, code and nonces stay. The wire bytes.
 */
export function buildNextBlock(
  world: World,
  block: RandomBlock,
  codes: readonly Uint8Array[],
  height: number,
): Uint8Array[] {
  const contracts = Array.from({ length: CONTRACTS }, (_, index) => {
    const hash = codeHashOf(codes[firstCodeOf(index)]!) as Hash32;
    return contractAddress(addressOf('creator'), addressOf(`k${index}`), hash);
  });
  return continueChain(world, contracts, block, codes, height);
}

function continueChain(
  world: World,
  contracts: readonly Address[],
  block: RandomBlock,
  codes: readonly Uint8Array[],
  height: number,
): Uint8Array[] {
  const selector = scriptSelector('run');
  const hooks = block.hooks.map(({ target, at, gasLimit }): Hook => {
    return { contract: contracts[target]!, selector, at, gasLimit };
  });
  world.set(hooksKey(), encodeHooks(hooks));
  contracts.forEach((contract, index) => {
    world.fund(contract, BigInt(block.contractFunds[index]!));
  });
  ACCOUNTS.forEach((user, index) => {
    world.fund(user, BigInt(block.funds[index]!));
  });
  // A rotated account signs no more; it gets its first key back after a while.
  if (height % 3 === 0) for (const user of ACCOUNTS) world.set(accountKey(user), undefined);
  const hashes = codes.map((code) => codeHashOf(code) as Hash32);
  const build = new Builder(contracts, codes, hashes, height, world);
  const upgrades = block.upgrades.filter(({ contract }) => contract < CONTRACTS);
  if (upgrades.length > 0) {
    world.set(upgradesKey(), encodeUpgrades(upgrades.map((upgrade) => build.upgrade(upgrade, ACCOUNTS[0]!))));
  }
  return block.transactions.map((one, index) => build.transaction(one, index));
}

/** From data to bytes, with the addresses of one block. */
class Builder {
  readonly #sequences = new Map<string, bigint>();

  constructor(
    private readonly contracts: readonly Address[],
    private readonly codes: readonly Uint8Array[],
    private readonly hashes: readonly Hash32[],
    private readonly height: number,
    private readonly world: World,
  ) {}

  /** An upgrade as state keeps it; an unknown contract is one the sender might create. */
  upgrade({ contract: target, code, migration }: RandomUpgrade, sender: Address): PendingUpgrade {
    const contract = this.#target(target, sender);
    const codeHash = this.hashes[code]!;
    if (migration === null) return { contract, codeHash, migration: undefined };
    const { script, declared } = this.#compile(migration.body.steps, contract);
    const selector = scriptSelector(migration.body.method);
    const args = scriptArguments(script, declared);
    return { contract, codeHash, migration: { gasLimit: migration.gasLimit, selector, args } };
  }

  transaction(one: RandomTransaction, index: number): Uint8Array {
    const sender = ACCOUNTS[one.sender]!;
    const calls = one.calls.map((random) => this.#call(random, sender));
    return transactionOf({
      sender,
      payer: one.payer === null || one.payer === one.sender ? undefined : ACCOUNTS[one.payer],
      nonce: one.expiring
        ? {
            kind: 'expiring',
            bytes: addressOf(`nonce ${one.badNonce ? 0 : index}`),
            expiry: this.height + (index % 3),
          }
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
    const lane = index % 4 === 0 ? 0 : index + 1;
    const name = `${lane} ${bytesText(sender)}`;
    const sequence = this.#sequences.get(name) ?? this.#nextSequence(sender, lane);
    this.#sequences.set(name, sequence + 1n);
    return { kind: 'lane', lane, sequence };
  }

  /** What Reserve expects of a lane. */
  #nextSequence(sender: Address, lane: number): bigint {
    return decodeCell(1, this.world.read(nonceKey(sender, lane)));
  }

  #call(random: RandomCall, sender: Address): Call {
    const value = BigInt(random.value);
    if (random.target > CONTRACTS) {
      return { ...this.#system(random, sender), value };
    }
    const contract = this.#target(random.target, sender);
    const { method: name, steps } = random.body;
    const { script, declared } = this.#compile(steps, contract);
    return { contract, selector: scriptSelector(name), args: scriptArguments(script, declared), value };
  }

  #system({ system, salt, body }: RandomCall, sender: Address): Omit<Call, 'value'> {
    switch (system.do) {
      case 'create':
        return { contract: SYSTEM_ADDRESS, ...this.#create(salt, body, sender) };
      case 'upload':
        return uploadCall(this.codes[system.code]!.subarray(0, system.bytes));
      case 'upgrade': {
        const own = ACCOUNTS.indexOf(sender);
        const target = system.own && own < CONTRACTS ? own : system.contract;
        const { contract, codeHash, migration } = this.upgrade({ ...system, contract: target }, sender);
        return upgradeCall(contract, codeHash, migration);
      }
      case 'authority': {
        const to = system.to === null ? undefined : ACCOUNTS[system.to];
        return setUpgradeAuthorityCall(this.#target(system.contract, sender), to);
      }
      case 'rotate':
        return setAuthorisationCall(system.scheme, ROTATED);
    }
  }

  /** A script contract, or the one the sender might create in this block. */
  #target(target: number, creator: Address): Address {
    return this.contracts[target] ?? contractAddress(creator, addressOf('salt 0'), this.hashes[0]!);
  }

  #create(
    salt: number,
    body: Body,
    creator: Address,
  ): { readonly selector: number; readonly args: Uint8Array } {
    const saltBytes = addressOf(`salt ${salt}`);
    const contract = contractAddress(creator, saltBytes, this.hashes[0]!);
    const { script, declared } = this.#compile(body.steps, contract);
    const init = scriptArguments(script, declared);
    const args = new Writer().fixed(this.hashes[0]!).fixed(saltBytes).bytes(init).finish();
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
    return ACCOUNTS[whom] ?? this.contracts[whom - USERS]!;
  }

  #extra({ what, mode, key: number }: RandomExtra, contract: Address): ExtraAccess {
    const lockMode = mode === 'add' ? 'write' : mode;
    if (what === 'field') return { kind: 'field', mode: lockMode, contract, field: FIELD_C };
    if (what === 'contract') return { kind: 'contract', mode: lockMode, contract };
    const component = [Uint8Array.of(number)];
    if (what === 'plain')
      return { kind: 'key', mode: lockMode, key: encodeStateKey(0, contract, FIELD_P, component) };
    const cell =
      what === 'cell'
        ? encodeStateKey(contract === this.contracts[WIDE_CONTRACT] ? 3 : 1, contract, FIELD_C, component)
        : balanceKey(ACCOUNTS[number]!);
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
