// A typed client against a real node in this process: writes, reads, events, batches, and failures that say where.
import type { Abi } from '@weft/runtime/types/abi';
import { type ContractClient, createContractClient, deployContract } from '@weft/sdk/client/contract-client';
import { ClientError, ContractRevert, type HostFailure } from '@weft/sdk/client/errors';
import { transferCall } from '@weft/sdk/client/system-abi';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileText } from '../compiler/compile-text.js';
import { startNode, type TestNode } from './token-node.js';
import { vaultAbi } from './vault.abi.js';
import { VAULT_SOURCE } from './vault.js';

let test: TestNode;
let artifact: Artifact;
let vault: ContractClient<Abi>;
const lineOf = (text: string) => VAULT_SOURCE.slice(0, VAULT_SOURCE.indexOf(text)).split('\n').length + 1;

beforeAll(async () => {
  [test, artifact] = await Promise.all([startNode(), compileText(VAULT_SOURCE)]);
  const { abi, wasm, sourceMap } = artifact;
  vault = await deployContract({ abi, wasm, sourceMap, session: test.session(0), args: {} });
});
afterAll(() => test.node.stop());

/** What a call threw. */
async function failure(call: Promise<unknown> | undefined): Promise<ClientError> {
  const error = await call?.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ClientError)) throw new ClientError('CLIENT_ANSWER', { expected: 'a failure' });
  return error;
}

describe('a contract client', () => {
  it('the ABI its type tests compile against is the one the compiler writes', () => {
    const { methods, events, errors } = artifact.abi;
    expect([vaultAbi.methods, vaultAbi.events]).toEqual([methods, events]);
    expect(errors).toEqual(expect.arrayContaining([...vaultAbi.errors]));
  });

  it('writes, and gives result, events and receipt', async () => {
    const { result, events, located } = (await vault.write['put']?.({ amount: 5n })) ?? {};
    expect(result).toBe(5n);
    const owner = test.accounts[0]?.text;
    expect(events).toEqual([{ name: 'Stored', fields: { owner, amount: 5n } }]);
    expect(located?.receipt).toMatchObject({ status: 'OK', phase: 'ordered', attemptGas: 0 });
    expect(await vault.read['keptBy']?.({ owner: owner ?? '' })).toBe(5n);
    expect(located && vault.events(located, 'Stored')).toHaveLength(1);
    expect(located && vault.events(located, 'Other')).toEqual([]);
  });

  it('a simulation shows result, events, console and cost, and changes nothing', async () => {
    const reader = createContractClient({ abi: artifact.abi, address: vault.address, node: test.client });
    const sender = test.accounts[3]?.text ?? '';
    const simulated = await reader.simulate['put']?.({ amount: 7n }, { sender });
    expect(simulated).toMatchObject({
      result: 7n,
      events: [{ name: 'Stored', fields: { owner: sender, amount: 7n } }],
      logs: ['putting 7'],
      extraAccess: [],
    });
    expect(await reader.read['keptBy']?.({ owner: sender })).toBe(0n);
  });

  it('the gas a preflight asks for is what the run needs, not the default', async () => {
    const simulated = await vault.simulate['put']?.({ amount: 1n });
    const { located } = (await vault.write['put']?.({ amount: 1n })) ?? {};
    const used = located?.receipt.gasUsed ?? 0;
    expect(simulated?.gasLimit).toBeGreaterThan(used);
    expect(simulated?.gasLimit).toBeLessThan(4 * used);
  });

  it("a contract's error comes with contract, method, error, arguments and file:line, unsent", async () => {
    const before = await test.client.nextSequence(test.accounts[0]?.text ?? '');
    const error = await failure(vault.write['put']?.({ amount: 101n }));
    expect(error.code).toBe('CLIENT_SIMULATION_FAILED');
    const revert = error.walk((one): one is ContractRevert => one instanceof ContractRevert);
    expect(revert).toMatchObject({
      code: 'CLIENT_REVERTED',
      contract: vault.address,
      method: 'put',
      errorName: 'TooMuch',
      fields: { asked: 101n, most: 100n },
      at: { file: 'contract.ts', line: lineOf('ensure(amount') },
    });
    expect(error.shortMessage).toBe('Vault.put: the contract reverted: TooMuch');
    expect(vault.errorIn(error, 'TooMuch')?.fields).toEqual({ asked: 101n, most: 100n });
    expect(vault.errorIn(error, 'Error')).toBeUndefined();
    expect(await test.client.nextSequence(test.accounts[0]?.text ?? '')).toBe(before);
  });

  it('without preflight it is included, fails and says so', async () => {
    const error = await failure(vault.write['put']?.({ amount: 101n }, { preflight: false }));
    expect(error).toMatchObject({ code: 'CLIENT_FAILED', located: { receipt: { status: 'REVERT' } } });
    expect(vault.errorIn(error)?.name).toBe('TooMuch');
    expect(error.walk()).toBeInstanceOf(ContractRevert);
  });

  it.each([
    ['fail', {}, 'CLIENT_REVERTED', "require(false, 'never')"],
    ['stop', {}, 'CLIENT_HOST_FAILURE', "throw new Error('stopped')"],
  ] as const)('%s names its line', async (method, args, code, line) => {
    const error = await failure(vault.simulate[method]?.(args));
    const cause = error.cause as ContractRevert | HostFailure;
    expect(cause.code).toBe(code);
    expect(cause.at).toMatchObject({ file: 'contract.ts', line: lineOf(line) });
    expect(cause.message).toContain(`contract.ts:${lineOf(line)}:`);
  });

  it('inlined library code never names the line of another method', async () => {
    const error = await failure(vault.simulate['divide']?.({ by: 0n }));
    const { at, method } = error.cause as ContractRevert;
    expect(method).toBe('divide');
    if (at !== undefined) expect(at.line).toBe(lineOf('return 100 / by'));
  });

  it('an abort keeps its text', async () => {
    const error = await failure(vault.simulate['stop']?.());
    expect(error.shortMessage).toContain('stopped');
  });

  it('a failing view is a typed error', async () => {
    const error = await failure(vault.read['broken']?.());
    expect(error.code).toBe('CLIENT_VIEW_FAILED');
    expect(vault.errorIn(error, 'Error')?.fields).toEqual({ message: 'no view' });
  });

  it('several calls in one transaction are atomic', async () => {
    const session = test.session(1);
    const owner = session.account.text;
    const [put, fail] = [vault.calls['put']?.({ amount: 9n }), vault.calls['fail']?.()];
    if (!put || !fail) throw new ClientError('CLIENT_METHOD', {});
    expect((await session.send([put, put])).receipt.results).toHaveLength(2);
    expect(await vault.read['keptBy']?.({ owner })).toBe(18n);
    expect((await session.send([put, fail])).receipt.status).toBe('REVERT');
    expect(await vault.read['keptBy']?.({ owner })).toBe(18n);
    await expect(session.send([put, fail], { preflight: true })).rejects.toMatchObject({
      code: 'CLIENT_SIMULATION_FAILED',
    });
  });

  it('value goes along to a payable method', async () => {
    const before = await test.client.balance(vault.address);
    await vault.write['pay']?.({}, { value: 12n });
    expect(await test.client.balance(vault.address)).toBe(before + 12n);
  });

  it('lanes, expiring nonces and a fee payer', async () => {
    const [session, payer] = [test.session(4), test.accounts[5]];
    const call = transferCall(test.accounts[6]?.address ?? new Uint8Array(32), 1n);
    const balance = (index: number) => test.client.balance(test.accounts[index]?.text ?? '');
    const before = await balance(4);
    const sent = await Promise.all([
      session.send([call], { lane: 0, ...(payer && { payer }) }),
      session.send([call], { lane: 15, ...(payer && { payer }) }),
      session.send([call], { expiring: true, ...(payer && { payer }) }),
      session.send([call], { expiring: true, ...(payer && { payer }) }),
    ]);
    expect(sent.map(({ receipt }) => receipt.status)).toEqual(['OK', 'OK', 'OK', 'OK']);
    expect(await balance(4)).toBe(before - 4n);
    expect(await test.client.nextSequence(session.account.text, 0)).toBe(1n);
    expect(await test.client.nextSequence(session.account.text, 15)).toBe(1n);
  });

  it('a batch is one transaction an element, in order', async () => {
    const put = (amount: bigint) => [vault.calls['put']?.({ amount })].flatMap((call) => call ?? []);
    const session = test.session(2);
    const outcomes = await session.sendBatch([1n, 2n, 101n, 4n].map(put));
    const statuses = outcomes.map((one) => ('located' in one ? one.located.receipt.status : one.error.code));
    expect(statuses).toEqual(['OK', 'OK', 'REVERT', 'OK']);
    expect(await vault.read['keptBy']?.({ owner: session.account.text })).toBe(7n);
  });

  it('a refusal of the node keeps its code and facts', async () => {
    const call = transferCall(new Uint8Array(32), 1n);
    const error = await failure(test.session(0).send([call], { gasLimit: 1 }));
    expect(error.code).toBe('CLIENT_RPC');
    expect(error).toMatchObject({ nodeCode: 'ADMIT_LIMIT', nodeContext: { got: 1 } });
  });

  it('wrong arguments are refused before anything is asked', async () => {
    expect(() => vault.calls['put']?.({ amounts: 1n })).toThrow(
      expect.objectContaining({ code: 'CLIENT_ARGUMENTS' }),
    );
    expect(() => vault.calls['put']?.({ amount: -1n })).toThrow(
      expect.objectContaining({ code: 'CLIENT_ARGUMENT' }),
    );
  });
});

describe('preflight', () => {
  it('fills the access a method does not declare: the call then runs in the ordered part', async () => {
    const bare = await vault.write['rename']?.({ n: 6n }, { preflight: false });
    expect(bare?.located.receipt.phase).toBe('tail');
    const filled = await vault.write['rename']?.({ n: 6n });
    expect(filled?.located.receipt).toMatchObject({ status: 'OK', phase: 'ordered', attemptGas: 0 });
    expect(await vault.read['nameOf']?.({ n: 6n })).toBe(6n);
    const { extraAccess } = (await vault.simulate['rename']?.({ n: 6n })) ?? {};
    expect(extraAccess).toMatchObject([{ kind: 'key', mode: 'write' }]);
  });

  it('says why calls have no access at all', async () => {
    const session = test.session(0);
    const { simulation } = await session.preflight([
      { contract: new Uint8Array(32) as never, selector: 1, args: new Uint8Array(0), value: 0n },
    ]);
    expect(simulation).toMatchObject({
      status: 'REVERT',
      access: null,
      accessRefusal: { code: 'ACCESS_CONTRACT' },
    });
    expect(simulation.missing).toEqual([]);
  });
});
