// weft_getProof: what it answers is enough to check a value against a header hash, offline, and nothing else passes.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { verifyMerklePath } from '@weft/runtime/base/merkle';
import { verifyStateProof } from '@weft/runtime/base/proof';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import type { StateProof } from '@weft/runtime/types/proof';
import { balanceKey } from '@weft/runtime/types/system';
import { decodeCell } from '@weft/runtime/types/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, testGenesis, transfer } from '../support/transfers.js';

interface Step {
  readonly siblingIsLeft: boolean;
  readonly sibling: string;
}
interface Existence {
  readonly hashedKey: string;
  readonly value: string;
  readonly steps: readonly Step[];
}
interface Answer {
  readonly height: number;
  readonly hash: string;
  readonly stateRoot: string;
  readonly headerPath: readonly Step[];
  readonly proof: {
    readonly kind: 'present' | 'absent';
    readonly existence: Existence;
    readonly hashedKey: string;
    readonly left: Existence | null;
    readonly right: Existence | null;
  };
}

const genesis = testGenesis();
let node: WeftNode;
beforeAll(async () => {
  node = createNode({
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
  });
  await node.start();
});
afterAll(() => node.stop());

async function ask(method: string, params: object): Promise<{ result: unknown; error?: { data: unknown } }> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(node.url ?? '', { method: 'POST', body, headers });
  return (await response.json()) as { result: unknown; error?: { data: unknown } };
}

const bytes = (text: string): Uint8Array => fromHex(text.slice(2));
const steps = (given: readonly Step[]) =>
  given.map(({ siblingIsLeft, sibling }) => ({ siblingIsLeft, sibling: bytes(sibling) }));
const existence = ({ hashedKey, value, steps: path }: Existence) => ({
  hashedKey: bytes(hashedKey),
  value: bytes(value),
  steps: steps(path),
});
function stateProof({ proof }: Answer): StateProof {
  if (proof.kind === 'present') return { kind: 'present', existence: existence(proof.existence) };
  const { left, right } = proof;
  return {
    kind: 'absent',
    hashedKey: bytes(proof.hashedKey),
    left: left ? existence(left) : undefined,
    right: right ? existence(right) : undefined,
  };
}

/** The value under a header hash, from nothing but the answer. */
function check(answer: Answer, key: Uint8Array, hash: Uint8Array): Uint8Array | undefined {
  const item = { key: new TextEncoder().encode('stateRoot'), value: bytes(answer.stateRoot) };
  expect(verifyMerklePath(hash, item, steps(answer.headerPath))).toBe(true);
  expect(verifyMerklePath(hash.slice().reverse(), item, steps(answer.headerPath))).toBe(false);
  return verifyStateProof(bytes(answer.stateRoot), key, stateProof(answer));
}

describe('weft_getProof', () => {
  it('proves values and absence at each height of the window, and refuses the others', async () => {
    const key = balanceKey(addressOf(1));
    const absent = balanceKey(new Uint8Array(32).fill(77) as never);
    const balances: bigint[] = [];
    const hashes: Uint8Array[] = [];
    for (let height = 1; height <= 40; height++) {
      await node.submit(transfer(genesis, { sequence: BigInt(height - 1) }));
      await node.seal(1);
      balances[height] = node.query().balance(addressOf(1));
      hashes[height] = node.query().status().hash;
    }
    for (const height of [40, 39, 20, 8]) {
      const params = { key: `0x${toHex(key)}`, height };
      const { result } = (await ask('weft_getProof', params)) as { result: Answer };
      expect(bytes(result.hash)).toEqual(hashes[height]);
      expect(decodeCell(2, check(result, key, hashes[height]!))).toBe(balances[height]);
      expect(() => verifyStateProof(bytes(result.stateRoot), absent, stateProof(result))).toThrow(
        expect.objectContaining({ code: 'PROOF_KEY' }),
      );
      const other = await ask('weft_getProof', { key: `0x${toHex(absent)}`, height });
      expect(check(other.result as Answer, absent, hashes[height]!)).toBeUndefined();
    }
    const { result } = await ask('weft_getProof', { key: `0x${toHex(key)}` });
    expect((result as Answer).height).toBe(40);
    for (const height of [7, 41]) {
      const { error } = await ask('weft_getProof', { key: `0x${toHex(key)}`, height });
      expect(error?.data).toMatchObject({ code: 'STATE_HEIGHT' });
    }
  });
});
