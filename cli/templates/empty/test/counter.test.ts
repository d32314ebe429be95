// The counter on a chain in this process.
import {
  createTestChain,
  expectError,
  loadArtifact,
  type TestChain,
  type TestContract,
} from '@weft/sdk/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { counterAbi } from '../contracts/counter/artifacts/Counter.abi.js';

let chain: TestChain;
let counter: TestContract<typeof counterAbi>;

beforeEach(async () => {
  chain = await createTestChain();
  const artifact = await loadArtifact(
    counterAbi,
    new URL('../contracts/counter/artifacts/', import.meta.url),
  );
  counter = await chain.deploy(artifact, {});
});
afterEach(() => chain.close());

it('counts', async () => {
  for (const account of chain.accounts.slice(0, 3)) await counter.as(account).write.count({ amount: 2n });
  expect(await counter.read.totalCount()).toBe(6n);
  await expectError(counter, counter.write.count({ amount: 0n }), 'Error', { message: 'between 1 and 1000' });
});
