// Proofs in the messages of ICS-23 (cosmos/ics23, proofs.proto): how other software gets ours, and how ours takes theirs.
// Strict: what is decoded has exactly the operations of one spec, each field once, in order, in its shortest form; anything
// a general verifier would let pass beyond that is refused here, before a hash is made. Browser-safe.
import { bytesEqual, concatBytes } from './bytes.js';
import { LIMITS } from './limits.js';
import type { MerkleItem, MerkleStep } from './merkle.js';
import { ProofError } from './proof.js';
import { type ExistenceProof, type ProofStep, STATE_LEAF_TAG, type StateProof } from './state-tree.js';

/** Field numbers. */
const COMMITMENT = { exist: 1, nonexist: 2 } as const;
const EXISTENCE = { key: 1, value: 2, leaf: 3, path: 4 } as const;
const ABSENCE = { key: 1, left: 2, right: 3 } as const;
const LEAF = { hash: 1, prehashValue: 3, length: 4, prefix: 5 } as const;
const INNER = { hash: 1, prefix: 2, suffix: 3 } as const;
const SHA256 = 1;
/** LengthOp: a varint before key and value, or 32 bytes demanded of them. */
const LENGTH = { varint: 1, require32: 7 } as const;

/** The operations of a tree: its leaf, and what stands before two children. */
interface Spec {
  readonly leaf: Uint8Array;
  readonly inner: Uint8Array;
}
const STATE: Spec = { leaf: leafOp(LENGTH.require32, STATE_LEAF_TAG), inner: new Uint8Array(0) };
/** The lists of a block and its header. */
const MERKLE: Spec = { leaf: leafOp(LENGTH.varint, new Uint8Array([0])), inner: new Uint8Array([1]) };

/** A state proof as an ICS-23 CommitmentProof under the ProofSpec of spec/proof.md. The key is SHA-256 of the state key. */
export function encodeStateCommitment(proof: StateProof): Uint8Array {
  if (proof.kind === 'present') return field(COMMITMENT.exist, stateExistenceOf(proof.existence));
  const { hashedKey, left, right } = proof;
  const parts = [field(ABSENCE.key, hashedKey)];
  if (left !== undefined) parts.push(field(ABSENCE.left, stateExistenceOf(left)));
  if (right !== undefined) parts.push(field(ABSENCE.right, stateExistenceOf(right)));
  return field(COMMITMENT.nonexist, concatBytes(...parts));
}

/**
 * Inverse of `encodeStateCommitment`, for bytes from anywhere; not verified yet.
 * @throws PROOF_FOREIGN for operations of another tree, PROOF_SHAPE for what is no such message
 */
export function decodeStateCommitment(bytes: Uint8Array): StateProof {
  const message = new Message(bytes, 'commitment');
  const exist = message.optional(COMMITMENT.exist);
  const nonexist = exist === undefined ? message.optional(COMMITMENT.nonexist) : undefined;
  message.done();
  if (exist !== undefined) return { kind: 'present', existence: stateExistence(exist) };
  if (nonexist === undefined) throw foreign('a proof of presence or absence', 'commitment');
  const absence = new Message(nonexist, 'absence');
  const hashedKey = absence.required(ABSENCE.key);
  const left = absence.optional(ABSENCE.left);
  const right = absence.optional(ABSENCE.right);
  absence.done();
  return {
    kind: 'absent',
    hashedKey,
    left: left && stateExistence(left),
    right: right && stateExistence(right),
  };
}

/** A path under a header, or under one of a block's lists, out of an ICS-23 existence proof; not verified yet. */
export interface MerkleProof {
  readonly item: MerkleItem;
  readonly steps: readonly MerkleStep[];
}

/**
 * The paths of a CommitmentProof under ICS-23's tendermint spec: one of a proof of presence, those of the neighbours of a
 * proof of absence. @throws PROOF_FOREIGN, PROOF_SHAPE
 */
export function decodeMerkleCommitment(bytes: Uint8Array): readonly MerkleProof[] {
  const message = new Message(bytes, 'commitment');
  const exist = message.optional(COMMITMENT.exist);
  const nonexist = exist === undefined ? message.optional(COMMITMENT.nonexist) : undefined;
  message.done();
  if (exist !== undefined) return [merkleProof(exist)];
  if (nonexist === undefined) throw foreign('a proof of presence or absence', 'commitment');
  const absence = new Message(nonexist, 'absence');
  absence.required(ABSENCE.key);
  const neighbours = [absence.optional(ABSENCE.left), absence.optional(ABSENCE.right)];
  absence.done();
  return neighbours.flatMap((one) => (one === undefined ? [] : [merkleProof(one)]));
}

/** A path as a CommitmentProof under ICS-23's tendermint spec: inverse of `decodeMerkleCommitment` of one. */
export function encodeMerkleCommitment({ item, steps }: MerkleProof): Uint8Array {
  return field(COMMITMENT.exist, existenceOf(item.key, item.value, steps, MERKLE));
}

function stateExistence(bytes: Uint8Array): ExistenceProof {
  const { key, value, steps } = readExistence(bytes, STATE);
  return { hashedKey: key, value, steps };
}

function merkleProof(bytes: Uint8Array): MerkleProof {
  const { key, value, steps } = readExistence(bytes, MERKLE);
  return { item: { key, value }, steps };
}

function readExistence(bytes: Uint8Array, spec: Spec) {
  const message = new Message(bytes, 'existence');
  const key = message.required(EXISTENCE.key);
  const value = message.required(EXISTENCE.value);
  if (!bytesEqual(message.required(EXISTENCE.leaf), spec.leaf))
    throw foreign('the leaf of this tree', 'leaf');
  const steps: ProofStep[] = [];
  for (let step = message.optional(EXISTENCE.path); step; step = message.optional(EXISTENCE.path)) {
    if (steps.length === LIMITS.proofSteps) throw shape('path');
    steps.push(readStep(step, spec.inner));
  }
  message.done();
  return { key, value, steps };
}

/** One child stands before the hash or behind it, 32 bytes, and nothing else but the tree's own prefix. */
function readStep(bytes: Uint8Array, inner: Uint8Array): ProofStep {
  const message = new Message(bytes, 'step');
  if (message.number(INNER.hash) !== SHA256) throw foreign('SHA-256', 'step');
  const prefix = message.optional(INNER.prefix) ?? new Uint8Array(0);
  const suffix = message.optional(INNER.suffix) ?? new Uint8Array(0);
  message.done();
  const siblingIsLeft = suffix.length === 0;
  const sibling = siblingIsLeft ? prefix.slice(inner.length) : suffix;
  const before = siblingIsLeft ? prefix.subarray(0, inner.length) : prefix;
  if (!bytesEqual(before, inner) || sibling.length !== 32) throw foreign('one child of 32 bytes', 'step');
  return { siblingIsLeft, sibling };
}

function stateExistenceOf({ hashedKey, value, steps }: ExistenceProof): Uint8Array {
  return existenceOf(hashedKey, value, steps, STATE);
}

function existenceOf(
  key: Uint8Array,
  value: Uint8Array,
  steps: readonly ProofStep[],
  { leaf, inner }: Spec,
): Uint8Array {
  const path = steps.map(({ siblingIsLeft, sibling }) => {
    const prefix = siblingIsLeft ? concatBytes(inner, sibling) : inner;
    const parts = [numberField(INNER.hash, SHA256)];
    if (prefix.length > 0) parts.push(field(INNER.prefix, prefix));
    if (!siblingIsLeft) parts.push(field(INNER.suffix, sibling));
    return field(EXISTENCE.path, concatBytes(...parts));
  });
  return concatBytes(
    field(EXISTENCE.key, key),
    field(EXISTENCE.value, value),
    field(EXISTENCE.leaf, leaf),
    ...path,
  );
}

/** Its zero fields (no hash of the key) are not written, as in every message of proto3. */
function leafOp(length: number, prefix: Uint8Array): Uint8Array {
  return concatBytes(
    numberField(LEAF.hash, SHA256),
    numberField(LEAF.prehashValue, SHA256),
    numberField(LEAF.length, length),
    field(LEAF.prefix, prefix),
  );
}

/** Fields of a protobuf message in ascending order, each in its shortest form. */
class Message {
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly place: string,
  ) {}

  /** A length-delimited field, if it stands next. */
  optional(number: number): Uint8Array | undefined {
    if (this.bytes[this.#at] !== tag(number, 2)) return undefined;
    this.#at++;
    const length = this.#varint();
    if (length > this.bytes.length - this.#at) throw shape(this.place);
    this.#at += length;
    return this.bytes.slice(this.#at - length, this.#at);
  }

  required(number: number): Uint8Array {
    const part = this.optional(number);
    // An absent field is an empty one; none of ours may be.
    if (part === undefined || part.length === 0) throw shape(this.place);
    return part;
  }

  /** A number, which stands next. */
  number(number: number): number {
    if (this.bytes[this.#at] !== tag(number, 0)) throw shape(this.place);
    this.#at++;
    return this.#varint();
  }

  done(): void {
    if (this.#at !== this.bytes.length) throw foreign('no other field', this.place);
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw shape(this.place);
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      if (byte === 0 && shift > 0) throw shape(this.place);
      return value;
    }
    throw shape(this.place);
  }
}

function tag(number: number, wireType: 0 | 2): number {
  return (number << 3) | wireType;
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array([tag(number, 2)]), varint(bytes.length), bytes);
}

function numberField(number: number, value: number): Uint8Array {
  return concatBytes(new Uint8Array([tag(number, 0)]), varint(value));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function shape(place: string): ProofError {
  return new ProofError('PROOF_SHAPE', { expected: 'an ICS-23 message', place });
}

function foreign(expected: string, place: string): ProofError {
  return new ProofError('PROOF_FOREIGN', { expected, place });
}
