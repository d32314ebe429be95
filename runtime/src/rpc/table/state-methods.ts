// Methods that read one committed height's state: values, balances, nonces, contracts, code, proofs.
import { LIMITS } from '../../base/limits.js';
import { HEADER_FIELDS } from '../../types/header-codec.js';
import type { RpcBackend } from '../backend.js';
import {
  addressField,
  choiceField,
  described,
  hashField,
  passingBytesField,
  wholeField,
  withDefault,
} from '../fields.js';
import { ADDRESS, AMOUNT, HASH, HEX, objectSchema, orNull, TEXT, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { addressJson, hexJson } from '../render.js';
import { provenFieldJson, provenItemJson, provenStateJson } from '../render-proof.js';
import { heightField } from './chain-methods.js';
import { PROVEN, PROVEN_FIELD, PROVEN_ITEM } from './shapes.js';

const keyField = described(passingBytesField, 'a state key, [key.md](key.md)');
const laneField = withDefault(wholeField(LIMITS.nonceLanes - 1), 0);

export function stateMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getState',
      summary: 'what a state key holds',
      description:
        'The stored value, its header byte included ([value.md](value.md)); `null` where there is none. Heights before the ' +
        'newest: the last 256.',
      params: { key: keyField, height: heightField },
      result: orNull(HEX),
      errors: ['CODEC_*', 'QUERY_HEIGHT', 'STORE_PRUNED'],
      run({ key, height }) {
        const query = backend.query();
        if (height === undefined) return valueJson(query.state(key));
        return query.stateAt(key, height).then(valueJson);
      },
    }),
    method({
      name: 'weft_getBalance',
      summary: 'the native balance of an address',
      params: { address: addressField },
      result: AMOUNT,
      errors: [],
      run: ({ address }) => backend.query().balance(address).toString(),
    }),
    method({
      name: 'weft_getNonce',
      summary: "the next sequence of a sender's lane; pending transactions are not counted",
      params: { address: addressField, lane: laneField },
      result: AMOUNT,
      errors: [],
      run: ({ address, lane }) => backend.query().nextSequence(address, lane).toString(),
    }),
    method({
      name: 'weft_getProof',
      summary: 'what a state key holds, with a proof up to the header hash',
      description: PROOF_TEXT,
      params: {
        key: keyField,
        height: described(heightField, 'default: the newest; the last 32, fewer where they take 256 MB'),
      },
      result: PROVEN,
      errors: ['STATE_HEIGHT'],
      run: async ({ key, height }) => provenStateJson(await backend.query().prove(key, height)),
    }),
    ...blockProofMethods(backend),
    ...codeMethods(backend),
  ];
}

function blockProofMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getBlockProof',
      summary: 'a transaction, receipt or event of a block, with a proof up to the header hash',
      description:
        '`null` past the end of the list. `item` is the wire bytes of a transaction, the canonical bytes of a receipt or an ' +
        'event ([receipt.md](receipt.md)); `index` counts events in effective order. Two steps: `path` from the item to `root`, ' +
        '`headerPath` from there up to `hash`. `verifyItem` of `@weft/sdk/client/proof` checks them.',
      params: {
        part: choiceField('transaction', 'receipt', 'event'),
        index: wholeField(LIMITS.blockEvents - 1),
        height: heightField,
      },
      result: orNull(PROVEN_ITEM),
      errors: ['QUERY_UNKNOWN_HEIGHT', 'STORE_PRUNED'],
      run: async ({ part, index, height }) => {
        const proven = await backend.query().proveItem(part, index, height);
        return proven === undefined ? null : provenItemJson(proven);
      },
    }),
    method({
      name: 'weft_getHeaderProof',
      summary: 'a field of a header, with a proof up to the header hash',
      description:
        '`value` is 8 bytes little-endian of a number, 32 bytes of a hash or an address ([header.md](header.md)). ' +
        '`verifyField` of `@weft/sdk/client/proof` checks it.',
      params: { field: choiceField(...HEADER_FIELDS), height: heightField },
      result: PROVEN_FIELD,
      errors: ['QUERY_UNKNOWN_HEIGHT', 'STORE_PRUNED'],
      run: async ({ field, height }) => provenFieldJson(await backend.query().proveField(field, height)),
    }),
  ];
}

function codeMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getContract',
      summary: 'the code hash and ABI of a contract',
      description:
        "`null` where there is no contract. `abi` is the text of the code's `weft.abi` section, `null` if it has none.",
      params: { address: addressField },
      result: orNull(objectSchema({ address: ADDRESS, codeHash: HASH, abi: orNull(TEXT) })),
      errors: [],
      run({ address }) {
        const contract = backend.query().contract(address);
        if (contract === undefined) return null;
        return {
          address: addressJson(address),
          codeHash: hexJson(contract.codeHash),
          abi: contract.abi ?? null,
        };
      },
    }),
    method({
      name: 'weft_getCode',
      summary: 'the module of a code hash, as it was uploaded',
      description: '`null` where no such code is on the chain.',
      params: { codeHash: hashField },
      result: orNull(objectSchema({ codeHash: HASH, bytes: WHOLE, code: HEX })),
      errors: [],
      run({ codeHash }) {
        const code = backend.query().code(codeHash);
        if (code === undefined) return null;
        return { codeHash: hexJson(codeHash), bytes: code.length, code: hexJson(code) };
      },
    }),
  ];
}

function valueJson(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : hexJson(value);
}

const PROOF_TEXT =
  'Two steps: `proof` from the value to `stateRoot`, `headerPath` from there up to the header hash `hash`. An absent key is ' +
  'shown by its neighbours in the order of hashed keys, `null` where there is none. Steps run from the leaf up. They are ' +
  'ICS-23 proofs under the ProofSpec of `adr/0004-state-tree.md`; `verifyStateProof` of `@weft/sdk/client/proof` checks them ' +
  'more strictly. As a file: [proof.md](proof.md).';
