// A proof of one state value as a file: written by whoever asked a node, read and checked by somebody who trusts neither
// that node nor the file. Format: runtime/docs/spec/proof.md.
import { bytesEqual } from '@weft/runtime/base/bytes';
import { type MerkleStep, verifyMerklePath } from '@weft/runtime/base/merkle';
import { ProofError, verifyStateProof } from '@weft/runtime/base/proof';
import { asStateKey, type StateKey } from '@weft/runtime/types/key';
import type { ExistenceProof, StateProof } from '@weft/runtime/types/proof';
import {
  bytes,
  fields,
  hex,
  ProofFileError,
  parseStrictly,
  record,
  refuse,
  steps,
  stepsJson,
} from './proof-json.js';

export { ProofFileError };

/** What a file claims; nothing of it is true before `verifyProofFile`. */
export interface ProofFile {
  readonly key: StateKey;
  /** Where to look for the root. Never proven. */
  readonly height: number;
  readonly stateRoot: Uint8Array;
  /** The header hash, and the path of its field `stateRoot`. */
  readonly header: { readonly hash: Uint8Array; readonly path: readonly MerkleStep[] } | undefined;
  readonly proof: StateProof;
}

/** What the caller knows from elsewhere, 32 bytes each. */
export interface ProofTrust {
  readonly root: Uint8Array;
  readonly headerHash?: Uint8Array | undefined;
}

const FORMAT = 'weft-state-proof';
const VERSION = 1;
/**
 * The value of the file's key under `trust.root`, or undefined where the file proves that nothing is there. With a
 * header hash, first that `trust.root` is the state root of that header. Asks nobody.
 * @throws PROOF_HEADER, and the codes of `verifyStateProof`
 */
export function verifyProofFile(file: ProofFile, trust: ProofTrust): Uint8Array | undefined {
  const { root, headerHash } = trust;
  if (headerHash !== undefined) verifyHeader(file, root, headerHash);
  if (!bytesEqual(file.stateRoot, root))
    throw new ProofError('PROOF_ROOT', { expected: hex(root), got: hex(file.stateRoot), place: 'stateRoot' });
  return verifyStateProof(root, file.key, file.proof);
}

function verifyHeader({ header }: ProofFile, root: Uint8Array, headerHash: Uint8Array): void {
  if (header === undefined)
    throw new ProofFileError('PROOF_HEADER', { expected: 'a file with a header', got: 'none' });
  if (!bytesEqual(header.hash, headerHash))
    throw new ProofFileError('PROOF_HEADER', { expected: hex(headerHash), got: hex(header.hash) });
  const item = { key: new TextEncoder().encode('stateRoot'), value: root };
  if (!verifyMerklePath(headerHash, item, header.path))
    throw new ProofFileError('PROOF_HEADER', { place: 'header.path' });
}

/** The file as plain data; `parseProofFile` of its JSON text is the inverse. */
export function proofFileJson({ key, height, stateRoot, header, proof }: ProofFile) {
  return {
    format: FORMAT,
    version: VERSION,
    key: hex(key),
    height,
    stateRoot: hex(stateRoot),
    ...(header === undefined ? {} : { header: { hash: hex(header.hash), path: stepsJson(header.path) } }),
    proof:
      proof.kind === 'present'
        ? { kind: proof.kind, existence: existenceJson(proof.existence) }
        : {
            kind: proof.kind,
            hashedKey: hex(proof.hashedKey),
            left: proof.left ? existenceJson(proof.left) : null,
            right: proof.right ? existenceJson(proof.right) : null,
          },
  };
}

/** Reads a file's text. Every field has exactly one form; only white space is free. @throws PROOF_FILE */
export function parseProofFile(text: string): ProofFile {
  return parseStrictly(text, proofFileFrom);
}

/** What a node's `weft_getProof` answers for `key`, as a file. @throws PROOF_FILE */
export function proofFileOfAnswer(key: Uint8Array, answer: unknown): ProofFile {
  const names = ['height', 'hash', 'stateRoot', 'headerPath', 'proof'];
  const { height, hash, stateRoot, headerPath, proof } = fields(answer, 'answer', names);
  const header = { hash, path: headerPath };
  return proofFileFrom({ format: FORMAT, version: VERSION, key: hex(key), height, stateRoot, header, proof });
}

function proofFileFrom(json: unknown): ProofFile {
  // Before the other fields: another version may have others.
  const { format, version } = record(json, 'the file');
  if (format !== FORMAT) refuse('format', FORMAT, format);
  if (version !== VERSION) refuse('version', String(VERSION), version);
  const names = ['format', 'version', 'key', 'height', 'stateRoot', 'proof'];
  const { key, height, stateRoot, header, proof } = fields(json, 'the file', names, 'header');
  if (!Number.isSafeInteger(height) || (height as number) < 0) refuse('height', 'a whole number', height);
  return {
    key: stateKey(key),
    height: height as number,
    stateRoot: bytes(stateRoot, 'stateRoot', 32),
    header: header === undefined ? undefined : headerFrom(header),
    proof: proofFrom(proof),
  };
}

function headerFrom(json: unknown): ProofFile['header'] {
  const { hash, path } = fields(json, 'header', ['hash', 'path']);
  return { hash: bytes(hash, 'header.hash', 32), path: steps(path, 'header.path') };
}

function proofFrom(json: unknown): StateProof {
  const { kind } = record(json, 'proof');
  if (kind === 'present') {
    const { existence } = fields(json, 'proof', ['kind', 'existence']);
    return { kind, existence: existenceFrom(existence, 'proof.existence') };
  }
  if (kind !== 'absent') refuse('proof.kind', 'present or absent', kind);
  const { hashedKey, left, right } = fields(json, 'proof', ['kind', 'hashedKey', 'left', 'right']);
  return {
    kind: 'absent',
    hashedKey: bytes(hashedKey, 'proof.hashedKey', 32),
    left: left === null ? undefined : existenceFrom(left, 'proof.left'),
    right: right === null ? undefined : existenceFrom(right, 'proof.right'),
  };
}

function existenceFrom(json: unknown, place: string): ExistenceProof {
  const { hashedKey, value, steps: path } = fields(json, place, ['hashedKey', 'value', 'steps']);
  return {
    hashedKey: bytes(hashedKey, `${place}.hashedKey`, 32),
    value: bytes(value, `${place}.value`),
    steps: steps(path, `${place}.steps`),
  };
}

function stateKey(json: unknown): StateKey {
  const key = bytes(json, 'key');
  try {
    return asStateKey(key);
  } catch (error) {
    throw new ProofFileError('PROOF_FILE', { expected: 'a state key', place: 'key' }, error);
  }
}

function existenceJson({ hashedKey, value, steps: path }: ExistenceProof) {
  return { hashedKey: hex(hashedKey), value: hex(value), steps: stepsJson(path) };
}
