// Methods that run contracts: one view, calls as a transaction would make them, and blocks again to explain them.
import { LIMITS } from '../../base/limits.js';
import type { Address } from '../../types/address.js';
import { explainTransaction } from '../../types/explain-transaction.js';
import type { RpcBackend } from '../backend.js';
import {
  addressField,
  amountField,
  bytesField,
  choiceField,
  described,
  type Field,
  fixedBytesField,
  hashField,
  listField,
  optional,
  recordField,
  wholeField,
  withDefault,
} from '../fields.js';
import { ADDRESS, orNull } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { viewJson } from '../render.js';
import { simulationJson } from '../render-simulation.js';
import { heightField } from './chain-methods.js';
import { extraAccessOf } from './extra-access.js';
import { EXTRA_ACCESS, SIMULATION, VIEW } from './shapes.js';

/** Gas of a call where none is named. */
const CALL_GAS = 50_000_000;
/** Against a plain read. */
const VIEW_WEIGHT = 50;
const EXPLAIN_WEIGHT = 500;
const SELECTOR_MAX = 0xffff_ffff;
const ZERO_ADDRESS = new Uint8Array(32) as Address;
const REFUSALS = ['QUERY_GAS', 'QUERY_BUSY', 'QUERY_HEIGHT', 'EXECUTE_DEADLINE', 'EXECUTE_BUSY'];

const selectorField = wholeField(SELECTOR_MAX);
const argsField = withDefault(bytesField, new Uint8Array(0), '0x');
const valueField = withDefault(amountField, 0n, '0');
const gasField = described(
  withDefault(wholeField(LIMITS.numberMax), CALL_GAS),
  'at most 200,000,000; of the run alone',
);
const stateHeightField = described(
  heightField,
  'over the state after this block; default: the newest; the last 256',
);

export const callField = recordField({
  contract: addressField,
  selector: selectorField,
  args: argsField,
  value: valueField,
});

export const extraAccessField: Field<ReturnType<typeof extraAccessOf>> = (() => {
  const record = recordField({
    kind: choiceField('key', 'field', 'contract'),
    mode: choiceField('read', 'write', 'add', 'past'),
    key: optional(bytesField),
    contract: optional(addressField),
    field: optional(fixedBytesField(8)),
    direction: optional(choiceField('up', 'down')),
    amount: optional(amountField),
    bound: optional(amountField),
  });
  return {
    schema: EXTRA_ACCESS,
    expected: record.expected,
    read: (value, place) => extraAccessOf(record.read(value, place), place),
  };
})();

export function runMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_call',
      summary: 'runs one call over a committed state as if in the next block, and keeps nothing',
      description: CALL_TEXT,
      params: {
        contract: addressField,
        selector: selectorField,
        args: argsField,
        sender: { ...withDefault(addressField, ZERO_ADDRESS, '32 zero bytes'), schema: ADDRESS },
        value: valueField,
        gasLimit: gasField,
        height: stateHeightField,
      },
      result: VIEW,
      errors: REFUSALS,
      weight: VIEW_WEIGHT,
      run: async ({ height, ...request }) => viewJson(await backend.query().call(request, height)),
    }),
    method({
      name: 'weft_simulate',
      summary: 'runs calls together as a transaction would in the next block, and keeps nothing',
      description: SIMULATE_TEXT,
      params: {
        sender: addressField,
        calls: listField(callField, LIMITS.calls, 1),
        extraAccess: withDefault(listField(extraAccessField, LIMITS.extraAccess), []),
        gasLimit: gasField,
        height: stateHeightField,
      },
      result: SIMULATION,
      errors: REFUSALS,
      weight: VIEW_WEIGHT,
      run: async ({ height, ...request }) => simulationJson(await backend.query().simulate(request, height)),
    }),
    ...explainMethods(backend),
  ];
}

function explainMethods(backend: RpcBackend): readonly Method[] {
  const errors = ['QUERY_HEIGHT', 'QUERY_UNKNOWN_HEIGHT', 'QUERY_BUSY', 'STORE_PRUNED'];
  return [
    method({
      name: 'weft_explainBlock',
      summary: 'who waited for whom in a block, over which key, and why',
      description:
        'The record of [explain.md](explain.md). The node runs the block again beside the chain, one such question at a time, and ' +
        'keeps the last four answers.',
      params: { height: described(heightField, 'default: the newest; the last 256') },
      result: { type: 'object' },
      errors,
      weight: EXPLAIN_WEIGHT,
      run({ height }) {
        const query = backend.query();
        return query.explain(height ?? query.status().height);
      },
    }),
    method({
      name: 'weft_explainTransaction',
      summary: 'whom one transaction waited for, over which key, and why',
      description:
        "`null` while no block includes it, else its part of the block's record: `{version, height, hash, index, transaction, " +
        'chain, chainLength, resources, criticalPathGas}`. `chain` holds the transactions before it on the longest chain that ' +
        'ends with it, first to last, the last 64 of `chainLength`, each with its `index`. Numbers of resources are of this ' +
        'answer.',
      params: { id: hashField },
      result: orNull({ type: 'object' }),
      errors,
      weight: EXPLAIN_WEIGHT,
      async run({ id }) {
        const query = backend.query();
        const location = await query.transaction(id);
        if (location === undefined) return null;
        return explainTransaction(await query.explain(location.height), location.index) ?? null;
      },
    }),
  ];
}

const CALL_TEXT = `A contract's failure is an answer, not an error. It runs on a thread of its own over one height's state, which
no block changes meanwhile, up to \`gasLimit\` and five seconds.

- \`height\`: whose state it read. \`logs\`: console output, on development chains.
- \`trace\`: where it failed, innermost first, \`{contract, selector, offsets}\`; offsets are bytes of the uploaded module,
  innermost first, for a source map. \`null\` when nothing failed. \`abort\`: what the contract said.
- \`observed\`: every key it touched and how, those of calls that were rolled back included.`;

const SIMULATE_TEXT = `Without signature, nonce, fee or limit of access. A failure of the calls is an answer, not an error. Where and how long it
runs: as \`weft_call\`.

- \`status\`, \`results\`, \`failure\` as in a receipt; \`gasUsed\` of the run; \`accessGas\` of what is declared. Intrinsic gas
  comes on top. \`height\`, \`trace\`, \`abort\`, \`observed\` as in \`weft_call\`.
- \`events\`: what they would emit. \`logs\`: \`{text, trace}\`, on development chains.
- \`access\`: as resolved; \`null\` with the reason in \`accessRefusal\` where there is none.
- \`missing\`: extra access that would cover what the run did beyond that; \`unreached\`: contracts it entered that no call
  or template names, which extra access cannot name either.

Extra access is \`{kind, mode, key?, contract?, field?, direction?, amount?, bound?}\`: \`kind\` says which of \`key\`, \`contract\` and \`field\`
are there; \`direction\`, \`amount\` and \`bound\` belong to the mode \`add\`.`;
