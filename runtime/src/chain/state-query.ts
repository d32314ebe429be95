// The executor's query: a stored value, with its proof up to the header hash where that is asked for.
import { utf8 } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';
import { encodeMerkleCommitment, encodeStateCommitment } from '../base/ics23.js';
import type { StateAnswer, StateQuery } from '../ports/consensus.js';
import type { Store } from '../ports/store.js';
import { headerFieldPath } from '../types/header-codec.js';
import { asStateKey } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import { QueryError } from './errors.js';
import { headAt, type OpenChain } from './open.js';

/** @throws QUERY_UNKNOWN_PATH, QUERY_HEIGHT, STATE_HEIGHT, STORE_PRUNED */
export async function answerQuery(
  query: StateQuery,
  chain: OpenChain,
  store: Store,
  readAt: (height: number) => Promise<ReadState>,
): Promise<StateAnswer> {
  if (query.path !== 'state')
    throw new QueryError('QUERY_UNKNOWN_PATH', { expected: 'state', got: query.path });
  const newest = chain.head;
  const height = query.height ?? newest.header.height;
  const key = asStateKey(query.data);
  if (query.prove !== true) {
    const read = await readAt(height);
    return { height, value: read(key) ?? new Uint8Array(0), proof: [] };
  }
  // Before the header is read: the window moves on meanwhile.
  const proof = chain.state.proveAt(key, height);
  const { header } = height === newest.header.height ? newest : await headAt(store, height);
  const field = utf8('stateRoot');
  const steps = headerFieldPath(header, 'stateRoot');
  const item = { key: field, value: header.stateRoot };
  return {
    height,
    value: proof.kind === 'present' ? proof.existence.value : new Uint8Array(0),
    proof: [
      { tree: 'state', key: sha256(key), commitment: encodeStateCommitment(proof) },
      { tree: 'header', key: field, commitment: encodeMerkleCommitment({ item, steps }) },
    ],
  };
}
