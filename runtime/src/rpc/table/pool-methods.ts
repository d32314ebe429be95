// Methods about what is not in a block yet: submission, the pool, what a transaction should pay.
import { WeftError } from '../../base/errors.js';
import type { RpcBackend } from '../backend.js';
import { errorData } from '../dispatch.js';
import { addressField, bytesField, described, hashField, listField } from '../fields.js';
import { HASH, listSchema, objectSchema, orNull, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';
import { createPause } from '../pause.js';
import { hexJson } from '../render.js';
import { pendingJson } from '../render-simulation.js';
import { transactionJson } from '../render-transaction.js';
import { PENDING, PRICE, REFUSAL, TRANSACTION } from './shapes.js';

/** Transactions one `weft_sendTransactions` may carry. */
const SEND_MAX = 10_000;
/** Transactions one `weft_getPendingOf` answers. */
const PENDING_MAX = 1_000;

export function poolMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_sendTransaction',
      summary: 'takes a signed transaction; answers its id once it is pending',
      params: { transaction: described(bytesField, 'its wire form, [transaction.md](transaction.md)') },
      result: HASH,
      errors: ['ADMIT_*', 'MEMPOOL_*', 'SEAL_*'],
      run: async ({ transaction }) => hexJson(await backend.submit(transaction)),
    }),
    method({
      name: 'weft_sendTransactions',
      summary: 'takes many signed transactions; one answer each, in order',
      description:
        '`{id}` once it is pending, or `{error}` with the code; one that is refused does not stop the rest. Codes: `ADMIT_*`, ' +
        '`MEMPOOL_*`.',
      params: { transactions: listField(bytesField, SEND_MAX) },
      result: listSchema({ anyOf: [objectSchema({ id: HASH }), objectSchema({ error: REFUSAL })] }),
      errors: [],
      run: ({ transactions }) => sendAll(backend, transactions),
    }),
    method({
      name: 'weft_getPending',
      summary: 'where a pending transaction stands, and why the last proposal left it out',
      description: PENDING_TEXT,
      params: { id: hashField },
      result: orNull(PENDING),
      errors: [],
      async run({ id }) {
        const status = await backend.query().pending(id);
        return status === undefined ? null : pendingJson(status);
      },
    }),
    method({
      name: 'weft_getPendingOf',
      summary: 'the pending transactions of a sender, each lane in its order',
      description: `The first ${PENDING_MAX}.`,
      params: { address: addressField },
      result: listSchema(TRANSACTION),
      errors: [],
      run: ({ address }) => backend.query().pendingOf(address).slice(0, PENDING_MAX).map(transactionJson),
    }),
    ...priceMethods(backend),
  ];
}

function priceMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_getMempool',
      summary: 'how full the pool is, its bounds, and the least gas price it takes now',
      description:
        "`gasPriceMin` is the chain's, or one above the cheapest pending where the pool is full. `bytesMax` counts wire forms.",
      params: {},
      result: objectSchema({
        count: WHOLE,
        bytes: WHOLE,
        countMax: WHOLE,
        bytesMax: WHOLE,
        senderCountMax: WHOLE,
        gasPriceMin: PRICE,
      }),
      errors: [],
      run() {
        const { gasPriceMin, ...rest } = backend.query().mempool();
        return { ...rest, gasPriceMin: gasPriceMin.toString() };
      },
    }),
    method({
      name: 'weft_estimateFee',
      summary: 'gas prices that get into a block soon',
      description:
        'From what is pending: `next` outbids what fills the next block, `soon` what fills the one after, `later` is the least ' +
        'that is taken. A transaction pays gas price × max(gas used, a quarter of its gas limit). What it needs of gas is ' +
        'what `weft_simulate` says.',
      params: {},
      result: objectSchema({ next: PRICE, soon: PRICE, later: PRICE, pendingGas: WHOLE, blockGasMax: WHOLE }),
      errors: [],
      run() {
        const { next, soon, later, ...rest } = backend.query().gasPrices();
        return { ...rest, next: next.toString(), soon: soon.toString(), later: later.toString() };
      },
    }),
  ];
}

/** One answer a transaction, in order: what is refused does not stop the rest. Others are served between. */
async function sendAll(backend: RpcBackend, transactions: readonly Uint8Array[]) {
  const answers: unknown[] = [];
  const pause = createPause();
  await backend.checkSignatures(transactions);
  for (const bytes of transactions) {
    try {
      answers.push({ id: hexJson(await backend.submit(bytes)) });
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      answers.push({ error: { message: error.message, ...errorData(error) } });
    }
    if (pause.due()) await pause.take();
  }
  return answers;
}

const PENDING_TEXT = `\`null\` where no transaction of this id is pending. \`wait\` is \`null\` unless the last proposal left it out. It
stays pending, and a later block may take it. Reasons:

| reason | what was in the way |
|---|---|
| \`BLOCK_GAS\`, \`BLOCK_BYTES\`, \`BLOCK_COUNT\` | dearer ones filled the block |
| \`CRITICAL_PATH\` | too many before it want the same keys: one key has at most \`criticalGasMax - tailGasMax\` of a block |
| \`BLOCK_LIMIT\` | another limit of the block ([block-limits.md](block-limits.md)), found by running it |
| \`RESERVE\` | an earlier transaction of its lane waits, or its payer's balance is promised to others |
| \`ACCESS_VIOLATION\` | it went outside its access set; \`missing\` is the extra access to send it again with, as \`weft_simulate\` names it |
| \`TAIL_FULL\` | it can only run in the tail, which was full |

The last two wait for three proposals, as long as there are others to serve; then they are taken as they are, and run in
the tail if it has room.`;
