// Proof files of a real node: what holds is verified with nothing but the file and a root, what was changed is refused.
import type { Address } from '@weft/runtime/types/address';
import { balanceKey } from '@weft/runtime/types/system';
import { decodeCell } from '@weft/runtime/types/value';
import { createNodeClient } from '@weft/sdk/client/node-client';
import { type ProofFile, parseProofFile, proofFileJson, verifyProofFile } from '@weft/sdk/client/proof';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode, type TestNode } from './token-node.js';

type Json = Record<string, unknown>;

let test: TestNode;
let root: Uint8Array;
let headerHash: Uint8Array;
let present: ProofFile;
let absent: ProofFile;
const absentKey = balanceKey(new Uint8Array(32).fill(77) as Address);

beforeAll(async () => {
  test = await startNode('manual');
  await test.node.seal(2);
  // Trust comes from the node's own state here, never from the answers under test.
  const status = test.node.query().status();
  root = status.stateRoot;
  headerHash = status.hash;
  present = await test.client.proof(balanceKey(test.accounts[0]?.address as Address));
  absent = await test.client.proof(absentKey, 2);
});
afterAll(() => test.node.stop());

const textOf = (file: ProofFile): string => JSON.stringify(proofFileJson(file), null, 2);
const jsonOf = (file: ProofFile): Json => JSON.parse(textOf(file)) as Json;
const code = (expected: string) => expect.objectContaining({ code: expected });
const otherByte = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));

describe('verifyProofFile', () => {
  it('a present value: the balance the node holds, under root and header', () => {
    const value = verifyProofFile(parseProofFile(textOf(present)), { root, headerHash });
    expect(decodeCell(2, value)).toBe(test.node.query().balance(test.accounts[0]?.address as Address));
  });

  it('an absent key: undefined, under root and header', () => {
    expect(absent.height).toBe(2);
    expect(absent.proof.kind).toBe('absent');
    expect(verifyProofFile(parseProofFile(textOf(absent)), { root, headerHash })).toBeUndefined();
  });

  it('another root or header hash', () => {
    for (const file of [present, absent]) {
      const wrong = otherByte(root);
      expect(() => verifyProofFile(file, { root: wrong })).toThrow(code('PROOF_ROOT'));
      // A file that agrees with the wrong root still does not lead to it.
      expect(() => verifyProofFile({ ...file, stateRoot: wrong }, { root: wrong })).toThrow(
        code('PROOF_ROOT'),
      );
      // The proof holds, but the file says it is under another root.
      expect(() => verifyProofFile({ ...file, stateRoot: wrong }, { root })).toThrow(code('PROOF_ROOT'));
      expect(() => verifyProofFile(file, { root, headerHash: otherByte(headerHash) })).toThrow(
        code('PROOF_HEADER'),
      );
      expect(() => verifyProofFile(file, { root: wrong, headerHash })).toThrow(code('PROOF_HEADER'));
    }
  });

  it('a header that is missing, or whose path or hash was changed', () => {
    const header = present.header as NonNullable<ProofFile['header']>;
    const bare = parseProofFile(textOf({ ...present, header: undefined }));
    expect(verifyProofFile(bare, { root })).toBeDefined();
    const changed = header.path.map((step) => ({ ...step, siblingIsLeft: !step.siblingIsLeft }));
    const wrongHash = otherByte(headerHash);
    for (const [file, hash] of [
      [bare, headerHash],
      [{ ...present, header: { ...header, path: changed } }, headerHash],
      [{ ...present, header: { ...header, path: header.path.slice(1) } }, headerHash],
      [{ ...present, header: { ...header, hash: wrongHash } }, wrongHash],
      // The path holds, but the file says it is of another header.
      [{ ...present, header: { ...header, hash: wrongHash } }, headerHash],
    ] as const)
      expect(() => verifyProofFile(file, { root, headerHash: hash })).toThrow(code('PROOF_HEADER'));
  });

  it('a value, key, sibling or neighbour that was changed', () => {
    if (present.proof.kind !== 'present' || absent.proof.kind !== 'absent') throw new Error('other kinds');
    const { existence } = present.proof;
    const refused = (file: ProofFile, expected: string) =>
      expect(() => verifyProofFile(parseProofFile(textOf(file)), { root })).toThrow(code(expected));
    const withExistence = (part: Partial<typeof existence>): ProofFile => ({
      ...present,
      proof: { kind: 'present', existence: { ...existence, ...part } },
    });
    refused(withExistence({ value: otherByte(existence.value) }), 'PROOF_ROOT');
    existence.steps.forEach((step, changed) => {
      const steps = existence.steps.map((one, at) =>
        at === changed ? { ...one, sibling: otherByte(step.sibling) } : one,
      );
      refused(withExistence({ steps }), 'PROOF_ROOT');
    });
    refused({ ...present, key: absentKey }, 'PROOF_KEY');
    refused({ ...absent, key: present.key }, 'PROOF_KEY');
    refused({ ...absent, proof: { ...absent.proof, left: undefined, right: undefined } }, 'PROOF_ROOT');
    const { left, right } = absent.proof;
    if (!left || !right) throw new Error('the absent key has a neighbour on each side');
    refused({ ...absent, proof: { ...absent.proof, left: right, right: left } }, 'PROOF_ORDER');
    refused({ ...absent, proof: { ...absent.proof, left: undefined } }, 'PROOF_ADJACENT');
    refused({ ...absent, proof: { ...absent.proof, right: undefined } }, 'PROOF_ADJACENT');
  });
});

describe('parseProofFile', () => {
  it('white space and order are free', () => {
    for (const file of [present, absent]) {
      expect(parseProofFile(textOf(file))).toEqual(file);
      expect(parseProofFile(`\n${JSON.stringify(proofFileJson(file))}\r\n`)).toEqual(file);
      const turned = Object.fromEntries(Object.entries(jsonOf(file)).reverse());
      expect(parseProofFile(JSON.stringify(turned))).toEqual(file);
    }
  });

  it.each<[string, (json: Json) => unknown]>([
    ['an unknown version', (json) => ({ ...json, version: 2 })],
    ['a version as text', (json) => ({ ...json, version: '1' })],
    ['another format', (json) => ({ ...json, format: 'ics23' })],
    ['an extra field', (json) => ({ ...json, note: 1 })],
    ['an extra field below', (json) => ({ ...json, header: { ...(json['header'] as Json), time: 1 } })],
    ['fields of the other kind', (json) => ({ ...json, proof: { ...(json['proof'] as Json), left: null } })],
    ['an unknown kind', (json) => ({ ...json, proof: { kind: 'iavl' } })],
    ['no proof', ({ proof: _proof, ...rest }) => rest],
    ['a header of null', (json) => ({ ...json, header: null })],
    ['a height below 0', (json) => ({ ...json, height: -1 })],
    ['a broken height', (json) => ({ ...json, height: 1.5 })],
    ['a root without 0x', (json) => ({ ...json, stateRoot: String(json['stateRoot']).slice(2) })],
    ['a root in capitals', (json) => ({ ...json, stateRoot: `0x${'AB'.repeat(32)}` })],
    ['a short root', (json) => ({ ...json, stateRoot: '0x00' })],
    ['white space inside hex', (json) => ({ ...json, stateRoot: `${String(json['stateRoot'])} ` })],
    ['half a byte', (json) => ({ ...json, key: `${String(json['key'])}0` })],
    ['a key that is none', (json) => ({ ...json, key: '0xff' })],
    ['too many steps', (json) => ({ ...json, header: { ...(json['header'] as Json), path: manySteps() } })],
    [
      'a direction as a number',
      (json) => ({ ...json, header: { ...(json['header'] as Json), path: [step(1)] } }),
    ],
    ['a list', (json) => [json]],
    ['null', () => null],
  ])('refuses %s', (_name, change) => {
    expect(() => parseProofFile(JSON.stringify(change(jsonOf(present))))).toThrow(code('PROOF_FILE'));
  });

  it('refuses text that is not JSON, a field given twice, escapes and other numbers', () => {
    const text = textOf(present);
    for (const changed of [
      '',
      text.slice(0, -2),
      `${text}{}`,
      `\ufeff${text}`,
      text.replace('"version": 1', '"version": 2, "version": 1'),
      text.replace('"version": 1', '"version": 1.0'),
      text.replace('"0x', '"\\u0030x'),
      text.replace('"version": 1', '"version": 1, "__proto__": {}'),
      ' '.repeat((16 << 20) + 1),
    ]) {
      expect(changed).not.toBe(text);
      expect(() => parseProofFile(changed)).toThrow(code('PROOF_FILE'));
    }
  });
});

describe('proof()', () => {
  it('a height the node does not keep is its refusal', async () => {
    await expect(test.client.proof(absentKey, 99)).rejects.toMatchObject({
      code: 'CLIENT_RPC',
      nodeCode: 'STATE_HEIGHT',
    });
  });

  it('an answer that is no proof', async () => {
    const request = async () => ({ height: 1, hash: '0x00' });
    const client = createNodeClient({ ...test.transport, request });
    await expect(client.proof(absentKey)).rejects.toMatchObject({
      code: 'CLIENT_ANSWER',
      cause: { code: 'PROOF_FILE' },
    });
  });
});

function step(siblingIsLeft: unknown): Json {
  return { siblingIsLeft, sibling: `0x${'00'.repeat(32)}` };
}

function manySteps(): Json[] {
  return Array.from({ length: 257 }, () => step(true));
}
