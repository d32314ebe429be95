// Uploads, upgrades and rotations over several blocks, through both executors: what takes effect when, what a failing
// migration leaves, who may, and what is paid. Every block is held against the oracle.
import { compareBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { ed25519PublicKey, ed25519Sign } from '@weft/runtime/base/signature';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { type Address, contractAddress, type Hash32, SCHEME } from '@weft/runtime/types/address';
import { authoriseEd25519, ed25519Address } from '@weft/runtime/types/authorisation';
import { encodeThresholdPolicy, encodeThresholdProof } from '@weft/runtime/types/authorisation-codec';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { encodeStateKey, keyText } from '@weft/runtime/types/key';
import { encodeHooks } from '@weft/runtime/types/parameters';
import { contractKey, decodeContractRecord, hooksKey, upgradesKey } from '@weft/runtime/types/system';
import type { Authorisation, Call } from '@weft/runtime/types/transaction';
import { decodeTransaction, encodeTransaction, signingBytes } from '@weft/runtime/types/transaction-codec';
import type { Migration } from '@weft/runtime/types/upgrade';
import { FAILURE_CODE, type FailureName } from '@weft/runtime/vm/failure';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import {
  createContractCall,
  setAuthorisationCall,
  setUpgradeAuthorityCall,
  transferCall,
  upgradeCall,
  uploadCall,
} from '@weft/sdk/client/system-abi';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import {
  buildScriptContract,
  type Declared,
  FIELD_C,
  FIRST_START,
  OP,
  scriptArguments,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, blockOf, GENESIS_HASH, transactionOf, World } from '../fixtures/world.js';

const SECOND_START = 9;
const OWNER = addressOf('owner');
const oracle = createSequentialExecutor();
const parallels = [1, 2, 3].map((workers) => createParallelExecutor({ workers }));
let first: Uint8Array;
let second: Uint8Array;
let world: World;
let contract: Address;
let secondHash: Hash32;
let height: number;
let lane: number;

beforeAll(async () => {
  [first, second] = [await buildScriptContract(), await buildScriptContract(SECOND_START)];
  secondHash = codeHash(second) as Hash32;
});
afterAll(() => Promise.all([oracle, ...parallels].map((executor) => executor.close())));

beforeEach(() => {
  world = new World();
  contract = world.contract(world.code(first), 'contract', OWNER);
  height = 5;
});

/** Runs a block on every executor, applies it, goes on to the next height. */
async function block(transactions: readonly Uint8Array[]) {
  const input = blockOf(transactions, { height });
  const expected = await oracle.execute(input, world.read);
  for (const executor of parallels) expectSameOutcome(await executor.execute(input, world.read), expected);
  world.apply(expected);
  height += 1;
  lane = 0;
  return expected;
}

/** One transaction of a development account. */
function send(sender: Address, ...calls: readonly Call[]): Uint8Array {
  lane = (lane ?? 0) + 1;
  const bytes = addressOf(`nonce ${height} ${lane}`);
  return transactionOf({
    sender,
    nonce: { kind: 'expiring', bytes, expiry: height },
    gasLimit: 20_000_000,
    calls,
  });
}

function script(ops: readonly Uint8Array[], declared: Declared = {}, to: Address = contract): Call {
  const args = scriptArguments(Uint8Array.from(ops.flatMap((op) => [...op])), declared);
  return { contract: to, selector: scriptSelector('run'), args, value: 0n };
}

function migrationOf(ops: readonly Uint8Array[], gasLimit = 500_000): Migration {
  const { selector, args } = script(ops);
  return { gasLimit, selector, args };
}

/** What a contract says it is: the first version 7, the second 9. */
async function versionOf(to: Address = contract): Promise<number | undefined> {
  const { receipts } = await block([send(OWNER, script([], {}, to))]);
  return receipts[0]!.results[0]?.[0];
}

const recordedHash = (): string =>
  toHex(decodeContractRecord(world.state.get(keyText(contractKey(contract)))!).codeHash);
const hostFailure = (name: FailureName) => expect.objectContaining({ code: FAILURE_CODE[name] });

describe('upgrades', () => {
  test('upload and upgrade in one transaction: old code in this block, new code and migration at the next', async () => {
    expect(await versionOf()).toBe(FIRST_START);
    const migration = migrationOf([OP.set(0, 41n), OP.context(), OP.emit()]);
    const asked = await block([
      send(OWNER, uploadCall(second), upgradeCall(contract, secondHash, migration)),
      send(
        addressOf('user'),
        script([OP.add(0, 1n)], { adds: [{ key: 0, amount: 1n, bound: 2n ** 64n - 1n }] }),
      ),
      send(addressOf('user'), script([])),
    ]);
    expect(asked.receipts.map(({ status, phase }) => [status, phase])).toEqual([
      ['OK', 'ordered'],
      ['OK', 'ordered'],
      ['OK', 'ordered'],
    ]);
    expect([asked.receipts[2]!.results[0]![0], asked.hooks]).toEqual([FIRST_START, []]);
    const { hooks, events } = await block([]);
    const { selector } = migration;
    expect(hooks).toEqual([
      {
        contract,
        selector,
        at: 'upgrade',
        status: 'OK',
        gasUsed: hooks[0]!.gasUsed,
        paid: 0n,
        failure: undefined,
      },
    ]);
    expect(hooks[0]!.gasUsed).toBeGreaterThan(5_000);
    expect(hooks[0]!.gasUsed).toBeLessThan(500_000);
    // The accumulator, a start of 9 with self, caller, value and height mixed in: the caller is the contract.
    const mixed = [contract[0]!, contract[0]!, 0, height - 1].reduce(
      (sum, one) => (sum * 3 + one + 1) & 255,
      9,
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ contract, transaction: undefined });
    expect(new DataView(events[0]!.data.buffer, events[0]!.data.byteOffset).getUint32(0, true)).toBe(mixed);
    expect(world.state.has(keyText(upgradesKey()))).toBe(false);
    expect(await versionOf()).toBe(SECOND_START);
    const cell = encodeStateKey(1, contract, FIELD_C, [Uint8Array.of(0)]);
    expect(world.state.get(keyText(cell))?.[1]).toBe(41);
  });

  test.each([
    ['traps', () => migrationOf([OP.set(0, 5n), OP.trap()]), 'TRAP', 500_000],
    ['reverts', () => migrationOf([OP.set(0, 5n), OP.revert()]), 'REVERT', undefined],
    ['runs out of gas', () => migrationOf([OP.set(0, 5n), OP.burn(1_000_000)]), 'OUT_OF_GAS', 500_000],
    ['has no such method', () => ({ ...migrationOf([]), selector: 1 }), 'REVERT', 0],
    ['is the init method', () => ({ ...migrationOf([]), selector: scriptSelector('init') }), 'REVERT', 0],
    ['has no gas', () => migrationOf([], 0), 'OUT_OF_GAS', 0],
  ] as const)(
    'a migration that %s voids the upgrade and is reported',
    async (_what, migration, status, gas) => {
      const before = recordedHash();
      world.code(second);
      await block([send(OWNER, upgradeCall(contract, secondHash, migration()))]);
      const values = new Map(world.state);
      values.delete(keyText(upgradesKey()));
      const { hooks, events } = await block([]);
      expect(hooks).toMatchObject([{ contract, at: 'upgrade', status, paid: 0n }]);
      expect(hooks[0]!.failure).toBeDefined();
      if (gas !== undefined) expect(hooks[0]!.gasUsed).toBe(gas);
      expect(events).toEqual([]);
      expect(recordedHash()).toBe(before);
      expect(world.state).toEqual(values);
      expect(await versionOf()).toBe(FIRST_START);
    },
  );

  test('the upgrader pays for the whole migration, whatever it uses, and nobody pays at the next block', async () => {
    world.code(second);
    const [plain] = (await block([send(OWNER, upgradeCall(contract, secondHash))])).receipts;
    await block([]);
    const { args, ...call } = migrationOf([]);
    const migration = { ...call, args, gasLimit: 3_000_000 };
    const [paid] = (await block([send(OWNER, upgradeCall(contract, secondHash, migration))])).receipts;
    const more = (args.length + 16) * (GAS_SCHEDULE.system.upgrade.byte + GAS_SCHEDULE.transaction.byte);
    // The longer arguments fill 64 bytes once more, which is a step of resolution.
    expect(paid!.gasUsed - plain!.gasUsed).toBe(3_000_000 + more + GAS_SCHEDULE.access.step);
    const next = await block([]);
    expect([next.gasUsed, next.stateDiff.length]).toEqual([0, 1]);
  });

  test('several in one block happen in order; a begin hook and the block run the last code', async () => {
    world.code(second);
    const third = codeHash(await buildScriptContract(11)) as Hash32;
    world.code(await buildScriptContract(11));
    world.set(
      hooksKey(),
      encodeHooks([{ contract, selector: scriptSelector('run'), at: 'begin', gasLimit: 90_000 }]),
    );
    world.fund(contract, 1_000_000n);
    const asked = await block([
      send(OWNER, upgradeCall(contract, secondHash, migrationOf([OP.set(1, 1n), OP.emit()]))),
      send(OWNER, upgradeCall(contract, third, migrationOf([OP.get(1), OP.emit()]))),
      send(OWNER, upgradeCall(contract, secondHash, migrationOf([OP.trap()]))),
    ]);
    expect(asked.hooks.map(({ at, status }) => [at, status])).toEqual([['begin', 'OK']]);
    const { hooks, events } = await block([]);
    expect(hooks.map(({ at, status }) => [at, status])).toEqual([
      ['upgrade', 'OK'],
      ['upgrade', 'OK'],
      ['upgrade', 'TRAP'],
      ['begin', 'OK'],
    ]);
    // 9; then 11 with the cell the first migration set; then the hook.
    const said = events.map(({ data }) => new DataView(data.buffer, data.byteOffset).getUint32(0, true));
    expect(said.slice(0, 2)).toEqual([9, 11 * 3 + 1 + 1]);
    expect(said).toHaveLength(3);
    expect(recordedHash()).toBe(toHex(third));
  });

  test('authority: others may not; handed on in the same block; given up for ever', async () => {
    world.code(second);
    const heir = addressOf('heir');
    const { receipts } = await block([
      send(heir, upgradeCall(contract, secondHash)),
      send(OWNER, setUpgradeAuthorityCall(contract, heir)),
      send(OWNER, upgradeCall(contract, secondHash)),
      send(heir, upgradeCall(contract, secondHash)),
      send(heir, setUpgradeAuthorityCall(contract, undefined)),
      send(heir, upgradeCall(contract, secondHash)),
    ]);
    expect(receipts.map(({ status }) => status)).toEqual(['REVERT', 'OK', 'REVERT', 'OK', 'OK', 'REVERT']);
    for (const index of [0, 2, 5]) expect(receipts[index]!.failure).toEqual(hostFailure('NOT_AUTHORITY'));
    // Noted before it was given up, so carried out.
    expect((await block([])).hooks).toMatchObject([{ at: 'upgrade', status: 'OK', selector: 0, gasUsed: 0 }]);
    expect(recordedHash()).toBe(toHex(secondHash));
    const [late] = (await block([send(heir, setUpgradeAuthorityCall(contract, heir))])).receipts;
    expect(late!.failure).toEqual(hostFailure('NOT_AUTHORITY'));
  });
});

describe('uploads', () => {
  test('create: not of code of this block, at once of code before it', async () => {
    const create = (to: Hash32) =>
      createContractCall(to, addressOf('salt'), scriptArguments(new Uint8Array(0), {}));
    const same = await block([send(OWNER, uploadCall(second)), send(OWNER, create(secondHash))]);
    expect(same.receipts[0]).toMatchObject({ status: 'OK', results: [secondHash] });
    expect(same.receipts[1]!.failure).toEqual(hostFailure('CODE_UNKNOWN'));
    const made = contractAddress(OWNER, addressOf('salt'), secondHash);
    const next = await block([send(OWNER, create(secondHash)), send(OWNER, script([], {}, made))]);
    expect(next.receipts.map(({ status, phase }) => [status, phase])).toEqual([
      ['OK', 'ordered'],
      ['OK', 'tail'],
    ]);
    expect(await versionOf(made)).toBe(SECOND_START);
  });

  test('a module that is none costs its price and leaves nothing', async () => {
    const before = new Map(world.state);
    const { receipts } = await block([send(OWNER, uploadCall(first.subarray(0, 99)))]);
    expect(receipts[0]).toMatchObject({ status: 'REVERT', failure: hostFailure('CODE_INVALID') });
    for (const [key, value] of before) expect(world.state.get(key)).toEqual(value);
  });
});

describe('rotation', () => {
  const seeds = ['old', 'a', 'b', 'c'].map((name) => addressOf(name) as Uint8Array);
  const account = ed25519Address(seeds[0]!);
  const signers = seeds.slice(1).sort((a, b) => compareBytes(ed25519PublicKey(a), ed25519PublicKey(b)));
  const policy = { threshold: 2, keys: signers.map(ed25519PublicKey) };

  const single = (seed: Uint8Array) => (bytes: Uint8Array) => authoriseEd25519(seed, bytes);
  const several =
    (indexes: readonly number[]) =>
    (bytes: Uint8Array): Authorisation => {
      const signatures = indexes.map((index) => ({ index, signature: ed25519Sign(signers[index]!, bytes) }));
      return { scheme: SCHEME.THRESHOLD, bytes: encodeThresholdProof({ policy, signatures }) };
    };

  type Authorise = (bytes: Uint8Array) => Authorisation;
  function signed(
    by: Authorise,
    calls: readonly Call[],
    payer?: { address: Address; by: Authorise },
  ): Uint8Array {
    lane = (lane ?? 0) + 1;
    const body = {
      version: 1,
      genesisHash: GENESIS_HASH,
      sender: payer === undefined ? account : addressOf('guest'),
      payer: payer?.address,
      nonce: { kind: 'expiring', bytes: addressOf(`signed ${height} ${lane}`), expiry: height },
      gasLimit: 5_000_000,
      gasPrice: payer === undefined ? 0n : 1n,
      expiry: 1_000,
      calls,
      extraAccess: [],
    } as const;
    const bytes = signingBytes(body);
    const guest = { scheme: SCHEME.DEVELOPMENT, bytes: new Uint8Array(0) };
    return encodeTransaction({
      ...body,
      senderAuthorisation: payer === undefined ? by(bytes) : guest,
      payerAuthorisation: payer?.by(bytes),
    });
  }

  const nothing = [transferCall(addressOf('x'), 0n)];
  const statuses = async (...transactions: readonly Uint8Array[]) =>
    (await block(transactions)).receipts.map(({ status }) => status);

  test('to a threshold of keys, from the next block on; the address stays, also as a payer', async () => {
    const rotate = setAuthorisationCall(SCHEME.THRESHOLD, encodeThresholdPolicy(policy));
    expect(await statuses(signed(single(seeds[0]!), [rotate]), signed(single(seeds[0]!), nothing))).toEqual([
      'OK',
      'OK',
    ]);
    world.fund(account, 50_000_000n);
    expect(
      await statuses(
        signed(single(seeds[0]!), nothing),
        signed(several([0, 2]), nothing),
        signed(several([1, 2]), nothing),
        signed(single(signers[0]!), nothing),
        signed(several([0, 1]), nothing, { address: account, by: several([0, 1]) }),
        signed(several([0, 1]), nothing, { address: account, by: single(seeds[0]!) }),
      ),
    ).toEqual(['INVALID_SIGNATURE', 'OK', 'OK', 'INVALID_SIGNATURE', 'OK', 'INVALID_SIGNATURE']);
    // And back to a single key, another one.
    const back = setAuthorisationCall(SCHEME.ED25519, ed25519PublicKey(seeds[2]!));
    expect(await statuses(signed(several([0, 1]), [back]))).toEqual(['OK']);
    expect(await statuses(signed(several([0, 1]), nothing), signed(single(seeds[2]!), nothing))).toEqual([
      'INVALID_SIGNATURE',
      'OK',
    ]);
  });

  test('every signature checked is paid for', async () => {
    const rotate = setAuthorisationCall(SCHEME.THRESHOLD, encodeThresholdPolicy(policy));
    const [one] = (await block([signed(single(seeds[0]!), [rotate])])).receipts;
    expect(one!.status).toBe('OK');
    const transaction = signed(several([0, 1]), nothing);
    const [two] = (await block([transaction])).receipts;
    const { base, byte, authorisation, call } = GAS_SCHEDULE.transaction;
    const intrinsic = base + byte * decodeTransaction(transaction).bytes.length + 2 * authorisation + call;
    expect(two!.gasUsed).toBe(intrinsic + GAS_SCHEDULE.access.step + GAS_SCHEDULE.system.transfer.base);
  });

  test('the record of a rotated account is what system.md says', () => {
    const args = setAuthorisationCall(SCHEME.ED25519, ed25519PublicKey(seeds[1]!)).args;
    expect(args).toEqual(new Writer().u8(0).bytes(ed25519PublicKey(seeds[1]!)).finish());
  });
});
