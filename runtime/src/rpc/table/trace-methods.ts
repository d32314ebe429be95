// How a transaction ran, in every step: the block is run again beside the chain.
import type { RpcBackend } from '../backend.js';
import { hashField } from '../fields.js';
import {
  ADDRESS,
  AMOUNT,
  HEX,
  type JsonSchema,
  listSchema,
  objectSchema,
  orNull,
  TEXT,
  WHOLE,
} from '../json-schema.js';
import { type Method, method } from '../method.js';
import { transactionTraceJson } from '../render-trace.js';
import { ABORT, EVENT, FAILURE, OBSERVED, RECEIPT, TRACE, TRACE_FRAME } from './shapes.js';

const TRACE_WEIGHT = 500;

export function traceMethods(backend: RpcBackend): readonly Method[] {
  return [
    method({
      name: 'weft_traceTransaction',
      summary: 'how a transaction of a recent block ran: calls, events, console lines, storage, gas',
      description: TRACE_TEXT,
      params: { id: hashField },
      result: orNull(TRANSACTION_TRACE),
      errors: ['QUERY_HEIGHT', 'QUERY_BUSY', 'STORE_PRUNED'],
      weight: TRACE_WEIGHT,
      async run({ id }) {
        const trace = await backend.query().trace(id);
        return trace === undefined ? null : transactionTraceJson(trace);
      },
    }),
  ];
}

const AT = orNull(TRACE_FRAME);

const STEP: JsonSchema = {
  anyOf: [
    objectSchema({
      kind: { const: 'call' },
      depth: WHOLE,
      at: AT,
      caller: ADDRESS,
      contract: ADDRESS,
      selector: WHOLE,
      args: HEX,
      value: AMOUNT,
      gas: WHOLE,
      gasUsed: WHOLE,
      status: TEXT,
      output: HEX,
      failure: FAILURE,
    }),
    objectSchema({ kind: { const: 'event' }, depth: WHOLE, at: AT, event: EVENT }),
    objectSchema({ kind: { const: 'log' }, depth: WHOLE, at: AT, contract: ADDRESS, text: TEXT }),
  ],
};

const TRANSACTION_TRACE = objectSchema({
  height: WHOLE,
  index: WHOLE,
  receipt: RECEIPT,
  violation: orNull(objectSchema({ mode: TEXT, key: HEX })),
  steps: listSchema(STEP),
  storage: listSchema(objectSchema({ key: HEX, before: orNull(HEX), after: orNull(HEX) })),
  observed: OBSERVED,
  trace: orNull(TRACE),
  abort: ABORT,
});

const TRACE_TEXT = `\`null\` while no block includes it. The node runs its block again beside the chain, one at a time; the last 256 blocks.

- \`steps\`: what the run did, in order: calls, events (rolled back or not) and, on development chains, console lines. Each is
  one \`depth\` below the call that made it; \`at\` is where that call's code stood, as a frame of \`trace\`. At most 10,000.
- \`storage\`: its own writes, as stored. \`observed\`, \`trace\`, \`abort\`: as \`weft_call\`.
- \`violation\`: the first access outside its access set, where it went to the tail for one; the steps are the tail's.`;
