// Methods about the chain as a whole: status, blocks, parameters, receipts, transactions.
import { LIMITS } from '../../base/limits.js';
import type { RpcBackend } from '../backend.js';
import { choiceField, described, hashField, optional, wholeField, withDefault } from '../fields.js';
import { FLAG, HASH, listSchema, objectSchema, orNull, TEXT, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { blockJson, headJson, hexJson, locationJson } from '../render.js';
import { transactionJson } from '../render-transaction.js';
import { BLOCK, HEAD, LOCATED, PARAMETERS, TRANSACTION } from './shapes.js';

/** Heads one `weft_getHeads` answers. */
const HEADS_MAX = 100;

/** A height; default: the newest. */
export const heightField = described(optional(wholeField(LIMITS.numberMax)), 'default: the newest');

export function chainMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_status',
      summary: 'the newest block, the chain it belongs to, what is pending',
      description: '`producing` is false after a failure of the engine.',
      params: {},
      result: objectSchema({
        chainName: TEXT,
        genesisHash: HASH,
        dev: FLAG,
        protocolVersion: WHOLE,
        height: WHOLE,
        hash: HASH,
        stateRoot: HASH,
        time: WHOLE,
        mempool: objectSchema({ count: WHOLE, bytes: WHOLE }),
        workers: WHOLE,
        engine: TEXT,
        producing: FLAG,
      }),
      errors: [],
      run: () => statusJson(backend),
    }),
    method({
      name: 'weft_getParameters',
      summary: 'the parameters the next block is judged by',
      params: {},
      result: PARAMETERS,
      errors: [],
      run() {
        const parameters = backend.query().parameters();
        return { ...parameters, gasPriceMin: parameters.gasPriceMin.toString() };
      },
    }),
    ...blockMethods(backend),
    ...transactionMethods(backend),
  ];
}

function blockMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getBlock',
      summary: 'a block: its header and the ids of its transactions, or all of it',
      description:
        "The header's fields are those of [header.md](header.md). `hooks` are in order, upgrades among them. `full` adds " +
        '`bytes` (wire forms), `receipts` and `events`.',
      params: {
        height: heightField,
        detail: withDefault(choiceField('ids', 'full'), 'ids'),
      },
      result: BLOCK,
      errors: ['QUERY_UNKNOWN_HEIGHT', 'STORE_PRUNED'],
      async run({ height, detail }) {
        const query = backend.query();
        return blockJson(await query.block(height ?? query.status().height), detail);
      },
    }),
    method({
      name: 'weft_getHeads',
      summary: 'headers of consecutive blocks, newest first',
      description: 'Fewer than `count` where the chain begins.',
      params: {
        height: described(heightField, 'of the first one; default: the newest'),
        count: withDefault(wholeField(HEADS_MAX, 1), 20),
      },
      result: listSchema(HEAD),
      errors: ['QUERY_UNKNOWN_HEIGHT', 'STORE_PRUNED'],
      async run({ height, count }) {
        const query = backend.query();
        const newest = height ?? query.status().height;
        const heads: unknown[] = [];
        for (let at = newest; at >= 0 && at > newest - count; at--)
          heads.push(headJson(await query.block(at)));
        return heads;
      },
    }),
  ];
}

function transactionMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getReceipt',
      summary: 'the receipt of a transaction in a block, with its events',
      description:
        '`null` while no block includes it. `receipt` is as [receipt.md](receipt.md) says; `events` are its own, in order.',
      params: { id: hashField },
      result: orNull(LOCATED),
      errors: ['STORE_PRUNED'],
      async run({ id }) {
        const location = await backend.query().transaction(id);
        return location === undefined ? null : locationJson(location);
      },
    }),
    method({
      name: 'weft_getTransaction',
      summary: 'a transaction, decoded, in a block or pending',
      description: '`height` and `index` are `null` while it is pending. `null` where nobody knows it.',
      params: { id: hashField },
      result: orNull(objectSchema({ height: orNull(WHOLE), index: orNull(WHOLE), transaction: TRANSACTION })),
      errors: ['STORE_PRUNED'],
      async run({ id }) {
        const found = await backend.query().wire(id);
        if (found === undefined) return null;
        const { height = null, index = null, transaction } = found;
        return { height, index, transaction: transactionJson(transaction) };
      },
    }),
  ];
}

function statusJson(backend: RpcBackend) {
  const { genesisHash, hash, stateRoot, ...rest } = backend.query().status();
  return {
    ...rest,
    ...backend.engine(),
    genesisHash: hexJson(genesisHash),
    hash: hexJson(hash),
    stateRoot: hexJson(stateRoot),
  };
}
