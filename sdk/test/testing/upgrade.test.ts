// An upgrade as an author does it: a second version with a migration method that the contract alone may call, through a
// whole chain. And an account rotated to two of three keys goes on working.
import { decodeAddress } from '@weft/runtime/types/address';
import { encodeThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { createContractClient } from '@weft/sdk/client/contract-client';
import { revertIn } from '@weft/sdk/client/failure';
import { rotatedAccount, thresholdAccount, thresholdPolicy } from '@weft/sdk/client/rotated-accounts';
import { createSession } from '@weft/sdk/client/session';
import { setAuthorisationCall, upgradeCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { createTestChain, type TestChain } from '@weft/sdk/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileText } from '../compiler/compile-text.js';

const FIRST = `
@contract
export class Counter {
  total: Value<u64>;
  @call count(): void { this.total.set(this.total.get() + 1); }
  @view version(): u64 { return 1; }
  @view sum(): u64 { return this.total.get(); }
}`;
const SECOND = `
@contract
export class Counter {
  total: Value<u64>;
  @call count(): void { this.total.set(this.total.get() + 10); }
  @call migrate(factor: u64): void {
    require(caller() == self(), 'for the upgrade alone');
    require(factor != 13, 'unlucky');
    this.total.set(this.total.get() * factor);
  }
  @view version(): u64 { return 2; }
  @view sum(): u64 { return this.total.get(); }
}`;

let first: Artifact;
let second: Artifact;
let chain: TestChain;

beforeAll(async () => {
  [first, second] = [await compileText(FIRST), await compileText(SECOND)];
});
beforeEach(async () => {
  chain = await createTestChain();
});
afterEach(() => chain.close());

function migration(factor: bigint) {
  const selector = second.abi.methods.find(({ name }) => name === 'migrate')?.selector ?? 0;
  const args = new Uint8Array(8);
  new DataView(args.buffer).setBigUint64(0, factor, true);
  return { gasLimit: 1_000_000, selector, args };
}

async function upgraded(factor: bigint) {
  const [owner] = chain.accounts;
  const session = chain.session(owner!);
  const counter = await chain.deploy(first, {});
  await counter.write.count?.({});
  await counter.write.count?.({});
  const uploaded = await session.send([uploadCall(second.wasm)], { gasLimit: 60_000_000 });
  const codeHash = Uint8Array.from(Buffer.from(String(uploaded.receipt.results[0]).slice(2), 'hex'));
  const call = upgradeCall(decodeAddress(counter.address), codeHash, migration(factor));
  const asked = await session.send([call], { gasLimit: 9_000_000 });
  expect(asked.receipt.status).toBe('OK');
  expect(await counter.read.version?.({})).toBe(1n);
  await chain.mine();
  const client = createContractClient({ abi: second.abi, address: counter.address, session });
  return { client, read: (name: string) => client.read[name]?.({}) };
}

describe('upgrades of written contracts', () => {
  it('the migration runs as the contract itself, and nobody else may call it', async () => {
    const { client, read } = await upgraded(5n);
    expect([await read('version'), await read('sum')]).toEqual([2n, 10n]);
    await client.write['count']?.({});
    expect(await read('sum')).toBe(20n);
    const refusal = await client.write['migrate']?.({ factor: 2n }).catch((error: unknown) => error);
    expect(revertIn(refusal)?.message).toContain('for the upgrade alone');
  });

  it('a migration that reverts leaves the first version', async () => {
    const { read } = await upgraded(13n);
    expect([await read('version'), await read('sum')]).toEqual([1n, 2n]);
  });
});

describe('rotated accounts', () => {
  it('two of three keys send from the old address; the old key no longer does', async () => {
    const [owner, a, b, c] = chain.accounts;
    const policy = thresholdPolicy(
      2,
      [a!, b!, c!].map(({ publicKey }) => publicKey),
    );
    const rotate = setAuthorisationCall(1, encodeThresholdPolicy(policy));
    const { receipt } = await chain.session(owner!).send([rotate]);
    expect(receipt.status).toBe('OK');
    await expect(chain.session(owner!).send([rotate])).rejects.toMatchObject({ code: 'CLIENT_RPC' });
    const shared = thresholdAccount(policy, [c!, a!], owner!.address);
    const back = setAuthorisationCall(0, b!.publicKey);
    const sent = await createSession(chain.node, shared).send([back]);
    expect(sent.receipt.status).toBe('OK');
    const single = rotatedAccount(owner!.address, b!);
    expect((await createSession(chain.node, single).send([back])).receipt.status).toBe('OK');
  });
});
