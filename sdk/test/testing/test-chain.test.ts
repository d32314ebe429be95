// The testing kit on itself: everything a test of a contract relies on, with a contract that misbehaves on request.
import type { Abi } from '@weft/runtime/types/abi';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { ClientError, type NodeRefusal } from '@weft/sdk/client/errors';
import type { Artifact } from '@weft/sdk/compiler/compile';
import {
  accessTable,
  createTestChain,
  expectError,
  expectEvent,
  fuzzSchedule,
  gasTable,
  type TestChain,
  type TestContract,
} from '@weft/sdk/testing';
import { assertSameOutcome } from '@weft/sdk/testing/schedule-fuzzer';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { vaultAbi } from '../client/vault.abi.js';
import { VAULT_SOURCE } from '../client/vault.js';
import { compileText } from '../compiler/compile-text.js';

let artifact: Artifact;
let chain: TestChain;
let vault: TestContract<typeof vaultAbi>;
const printed: string[] = [];

beforeAll(async () => {
  artifact = await compileText(VAULT_SOURCE);
});
beforeEach(async () => {
  printed.length = 0;
  chain = await createTestChain({ console: ({ contract, text }) => printed.push(`${contract}: ${text}`) });
  vault = await chain.deploy({ ...artifact, abi: vaultAbi }, {});
});
afterEach(() => chain.close());

const [ALICE, BOB, CAROL] = [0, 1, 2] as const;
const who = (index: number) => {
  const account = chain.accounts[index];
  if (account === undefined) throw new ClientError('CLIENT_ARGUMENT', {});
  return account;
};

describe('a test chain', () => {
  it('runs calls of anybody and shows results, events and views', async () => {
    const written = await vault.as(who(BOB)).write.put({ amount: 5n });
    expect(written.result).toBe(5n);
    expect(expectEvent(vault, written, 'Stored', { amount: 5n }).fields.owner).toBe(who(BOB).text);
    expect(await vault.read.keptBy({ owner: who(BOB).text })).toBe(5n);
    expect(await vault.read.keptBy({ owner: who(ALICE).text })).toBe(0n);
  });

  it('an account without funds can be named, and pays nothing it does not have', async () => {
    const dave = chain.account('dave');
    expect(chain.account('dave').text).toBe(dave.text);
    expect(chain.account('eve').text).not.toBe(dave.text);
    await expect(vault.as(dave).write.put({ amount: 1n })).rejects.toMatchObject({ nodeCode: 'ADMIT_FUNDS' });
  });

  it('expectations say what happened instead', async () => {
    const written = await vault.write.put({ amount: 5n });
    const code = (code: string, got: unknown) =>
      expect.objectContaining({ code, context: expect.objectContaining({ got }) });
    expect(() => expectEvent(vault, written, 'Stored', { amount: 6n })).toThrow(
      code('TEST_EXPECT_EVENT', [expect.stringContaining('"amount":"5"')]),
    );
    const error = await expectError(vault, vault.write.put({ amount: 500n }), 'TooMuch', { asked: 500n });
    expect(error.fields.most).toBe(100n);
    await expect(expectError(vault, vault.write.put({ amount: 1n }), 'TooMuch')).rejects.toThrow(
      code('TEST_EXPECT_ERROR', 'success'),
    );
    await expect(expectError(vault, vault.write.fail(), 'TooMuch')).rejects.toThrow(
      code('TEST_EXPECT_ERROR', expect.stringContaining('never')),
    );
    await expect(
      expectError(vault, vault.write.put({ amount: 500n }), 'TooMuch', { asked: 1n }),
    ).rejects.toMatchObject({ code: 'TEST_EXPECT_ERROR' });
  });

  it('prints what contracts log, with file and line', async () => {
    await vault.write.put({ amount: 3n });
    expect(printed).toEqual(['Vault: putting 3']);
    const line = VAULT_SOURCE.slice(0, VAULT_SOURCE.indexOf("log('putting")).split('\n').length + 1;
    expect(chain.console[0]?.at).toMatchObject({ file: 'contract.ts', line });
  });

  it('moves time forward only', async () => {
    const before = chain.time;
    await chain.increaseTime(86_400_000);
    expect(chain.time).toBe(before + 86_400_000);
    await expect(chain.setTime(before)).rejects.toMatchObject({ code: 'TEST_TIME' });
    const { height } = chain;
    await chain.mine(3);
    expect(chain.height).toBe(height + 3);
  });

  it('goes back to a snapshot, as often as one likes', async () => {
    await vault.write.put({ amount: 1n });
    const snapshot = await chain.snapshot();
    const [height, time] = [chain.height, chain.time];
    for (let round = 0; round < 2; round++) {
      await vault.write.put({ amount: 10n });
      await chain.increaseTime(5000);
      expect(await vault.read.keptBy({ owner: who(ALICE).text })).toBe(11n);
      await chain.revert(snapshot);
      expect(await vault.read.keptBy({ owner: who(ALICE).text })).toBe(1n);
      expect([chain.height, chain.time]).toEqual([height, time]);
    }
  });

  it('several calls in one block, failures among them', async () => {
    const { height } = chain;
    const writes = await chain.inOneBlock(() =>
      [ALICE, BOB, CAROL].map((index) => vault.as(who(index)).write.put({ amount: 7n })),
    );
    expect(chain.height).toBe(height + 1);
    expect(writes.map(({ located }) => located.height)).toEqual([height + 1, height + 1, height + 1]);
    await expect(
      chain.inOneBlock(() => [vault.write.put({ amount: 1n }), vault.write.put({ amount: 101n })]),
    ).rejects.toMatchObject({ code: 'CLIENT_SIMULATION_FAILED' });
    await vault.write.put({ amount: 1n });
  });

  it('strict: undeclared access is refused with key, method and line, and changes nothing', async () => {
    const { height } = chain;
    const error = (await vault.write.rename({ n: 6n }).catch((thrown: unknown) => thrown)) as NodeRefusal;
    expect(error.nodeCode).toBe('TEST_UNDECLARED_ACCESS');
    expect(error.nodeContext['got']).toBe('write Vault.names[slot 2]');
    expect(error.nodeContext['place']).toMatch(/^Vault\.rename at contract\.ts:\d+:\d+$/);
    expect(chain.height).toBe(height);
    await vault.write.put({ amount: 1n });
  });

  it('not strict: it runs in the tail, or a preflight declares it', async () => {
    await using loose = await createTestChain({ strict: false, console: false });
    const other = await loose.deploy({ ...artifact, abi: vaultAbi }, {});
    const bare = await other.write.rename({ n: 6n }, { preflight: false });
    expect(bare.located.receipt.phase).toBe('tail');
    const filled = await other.write.rename({ n: 6n });
    expect(filled.located.receipt.phase).toBe('ordered');
    expect(loose.accessReport().find(({ method }) => method === 'Vault.rename')?.tail).toBe(1);
  });

  it('reports gas and access by method', async () => {
    for (const index of [ALICE, BOB]) await vault.as(who(index)).write.put({ amount: 2n });
    const line = chain.gasReport().find(({ method }) => method === 'Vault.put');
    expect(line).toMatchObject({ calls: 2 });
    expect(line?.min).toBeGreaterThan(0);
    expect(gasTable(chain.gasReport())).toMatch(/^Vault\.put +2 +\d+ +\d+ +\d+$/m);
    const put = chain.accessReport().find(({ method }) => method === 'Vault.put');
    expect(put).toMatchObject({ transactions: 2, tail: 0, unused: [] });
    expect(put?.touched).toContainEqual({ access: 'add Vault.total', transactions: 2 });
    expect(put?.touched).toContainEqual({ access: `write Vault.kept[${who(BOB).text}]`, transactions: 1 });
    expect(accessTable(chain.accessReport())).toContain('Vault.put: 2 transactions');
  });

  it('a closed chain says so', async () => {
    const closed = await createTestChain();
    await closed.close();
    expect(() => closed.height).toThrow(expect.objectContaining({ code: 'TEST_CLOSED' }));
  });
});

describe('the schedule fuzzer', () => {
  it('replays a test in one block at 1 to 3 workers, like the oracle', async () => {
    const snapshot = await chain.snapshot();
    for (let round = 0; round < 3; round++) {
      for (const index of [ALICE, BOB, CAROL, 3, 4, 5])
        await vault.as(who(index)).write.put({ amount: BigInt(round + 1) });
    }
    const run = await fuzzSchedule(chain, snapshot, { workers: 3, orders: 3 });
    console.log(`schedule fuzzer: seed ${run.seed}`);
    expect(run).toMatchObject({ transactions: 18, blocks: 12, ordered: 18, tail: 0 });
    expect(run.parallelism).toBeCloseTo(6, 0);
  });

  it('needs transactions', async () => {
    const snapshot = await chain.snapshot();
    await expect(fuzzSchedule(chain, snapshot)).rejects.toMatchObject({ code: 'TEST_NO_TRANSACTIONS' });
  });

  it('finds a difference in any part of an outcome', () => {
    const none = { receipts: [], events: [], hooks: [], changes: [], stateDiff: [] };
    const stats = { workers: 1, ordered: 0, tail: 0, wallMs: 0, orderedMs: 0 };
    const same: BlockOutcome = { ...none, gasUsed: 5, criticalPathGas: 0, tailGas: 0, stats };
    assertSameOutcome(same, { ...same, stats: { ...stats, wallMs: 9 } }, 'a run');
    const event = {
      contract: new Uint8Array(32),
      event: new Uint8Array(8),
      topics: [],
      data: new Uint8Array(1),
    };
    const more = { ...same, events: [{ ...event, transaction: 0 }] } as unknown as BlockOutcome;
    const other = { ...same, events: [{ ...event, transaction: 1 }] } as unknown as BlockOutcome;
    for (const [a, b] of [
      [same, { ...same, gasUsed: 6 }],
      [same, more],
      [more, same],
      [more, other],
    ] as const)
      expect(() => assertSameOutcome(a, b, 'a run')).toThrow(
        expect.objectContaining({ code: 'TEST_SCHEDULE_DIFFERS' }),
      );
  });
});

describe('an untyped ABI', () => {
  it('serves as well', async () => {
    const abi: Abi = artifact.abi;
    const other = await chain.deploy({ ...artifact, abi }, {});
    expect((await other.write['put']?.({ amount: 4n }))?.result).toBe(4n);
  });
});
