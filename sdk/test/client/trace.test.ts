// Traces of transactions that ran: calls, events, console lines, storage and lines of the source, from a real node.
import type { Abi } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { type ContractClient, deployContract } from '@weft/sdk/client/contract-client';
import { encodeArguments, methodOf } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { createDevelopmentClient, impersonatedAccount } from '@weft/sdk/client/development-client';
import { createSession } from '@weft/sdk/client/session';
import { createSourceMaps, type SourceMaps } from '@weft/sdk/client/source-map';
import { transferCall } from '@weft/sdk/client/system-abi';
import { tracedContracts, traceStory } from '@weft/sdk/client/trace-story';
import { nodeTransport } from '@weft/sdk/testing/node-transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileText } from '../compiler/compile-text.js';
import { startNode, type TestNode } from './token-node.js';
import { VAULT_SOURCE } from './vault.js';

let test: TestNode;
let vault: ContractClient<Abi>;
let abi: Abi;
let sourceMaps: SourceMaps;
const lineOf = (text: string) => VAULT_SOURCE.slice(0, VAULT_SOURCE.indexOf(text)).split('\n').length + 1;
const storyOf = async (id: string) => {
  const trace = await test.client.trace(id);
  expect(trace).toBeDefined();
  if (trace === undefined) return '';
  expect([...tracedContracts(trace)]).toEqual([vault.address]);
  return traceStory(trace, {
    abiOf: (contract) => (contract === vault.address ? abi : undefined),
    sourceMaps,
  });
};

beforeAll(async () => {
  const [node, artifact] = await Promise.all([startNode(), compileText(VAULT_SOURCE)]);
  test = node;
  abi = artifact.abi;
  vault = await deployContract({
    abi,
    wasm: artifact.wasm,
    sourceMap: artifact.sourceMap,
    session: test.session(0),
    args: {},
  });
  sourceMaps = createSourceMaps();
  sourceMaps.add(vault.address, artifact.sourceMap);
});
afterAll(() => test.node.stop());

describe('a trace', () => {
  it('tells calls, console lines, events with their lines, and what was stored', async () => {
    const { located } = (await vault.write['put']?.({ amount: 7n })) ?? {};
    const owner = test.accounts[0]?.text;
    const story = await storyOf(located?.receipt.transaction ?? '');
    const gas = located?.receipt.gasUsed.toLocaleString('en-US');
    expect(story).toContain(`OK in the ordered part, gas ${gas}`);
    expect(story).toMatch(/^Vault\.put\(amount: 7\) {2}gas [\d,]+$/m);
    expect(story).toMatch(/^ {2}returns 7$/m);
    expect(story).toContain(`  log putting 7  at contract.ts:${lineOf("log('putting")}`);
    expect(story).toContain(
      `  event Vault.Stored {"owner":"${owner}","amount":"7"}  at contract.ts:${lineOf('emit(new Stored')}`,
    );
    expect(story).toContain(`  Vault.kept[${owner}]: nothing → 7`);
    expect(story).toMatch(/Vault\.total: 0 → 7/);
  });

  it('of a failed transaction ends with the error by name', async () => {
    const session = test.session(1);
    const put = methodOf(abi, 'put');
    const args = encodeArguments(abi, put.args, { amount: 101n });
    const located = await session.send([createCall(vault.address, put.selector, args)]);
    const story = await storyOf(located.receipt.transaction);
    expect(story).toMatch(/Vault\.put\(amount: 101\) .*REVERT: TooMuch \{"asked":"101","most":"100"\}/);
    expect(await test.client.trace(`0x${'00'.repeat(32)}`)).toBeUndefined();
  });
});

describe('a development client', () => {
  it('drives the chain, and an impersonated account sends without a key', async () => {
    const development = createDevelopmentClient(nodeTransport(test.node));
    const { id, height } = await development.snapshot();
    const rich = encodeAddress(new Uint8Array(32).fill(7));
    await development.setBalance(rich, 10n ** 18n);
    await development.faucet(rich, 5n);
    expect(await test.client.balance(rich)).toBe(10n ** 18n + 5n);
    const session = createSession(test.client, impersonatedAccount(rich));
    const sent = await session.send([transferCall(test.accounts[0]?.address as Uint8Array, 9n)]);
    expect(sent.receipt.status).toBe('OK');
    expect((await development.increaseTime(1_000)).height).toBe(height + 4);
    expect(await development.revert(id)).toMatchObject({ height });
    expect(await test.client.balance(rich)).toBe(0n);
    expect(await development.mode()).toEqual({ mode: 'instant', everyMs: null });
  });
});
