// Methods that begin and end subscriptions; they need a WebSocket.
import { LIMITS } from '../../base/limits.js';
import type { RpcBackend } from '../backend.js';
import { RpcError } from '../errors.js';
import {
  addressField,
  bytesField,
  choiceField,
  described,
  fixedBytesField,
  hashField,
  listField,
  optional,
  recordField,
  textField,
  wholeField,
} from '../fields.js';
import { FLAG, TEXT } from '../json-schema.js';
import { type CallContext, type Method, method, type Subscriber } from '../method.js';
import type { Topic } from '../topics.js';

/** Values one place of a topic filter may name, and ids one subscription. */
const VALUES_MAX = 64;
const IDS_MAX = 1024;

/** Which events: by contract, by event, and by the values their indexed fields may have. */
export const eventFilterFields = {
  contract: described(optional(addressField), 'default: every contract'),
  event: described(
    optional(fixedBytesField(8)),
    'the first 8 bytes of the hash of its name; default: every event',
  ),
  topics: described(
    optional(listField(listField(bytesField, VALUES_MAX), LIMITS.eventTopics)),
    'by place, the values an indexed field may have; an empty list: any',
  ),
};

export function subscriptionMethods(backend: RpcBackend): readonly Method[] {
  const { subscriptions } = backend;
  if (subscriptions === undefined) return [];
  return [
    method({
      name: 'weft_subscribe',
      summary: 'tells of heads, receipts or events as blocks are committed, over a WebSocket',
      description: TEXT_OF_SUBSCRIBE,
      params: {
        kind: choiceField('heads', 'receipts', 'events'),
        filter: described(
          optional(recordField({ ...eventFilterFields, ids: optional(listField(hashField, IDS_MAX, 1)) })),
          '`events`: `contract`, `event`, `topics`; `receipts`: `ids`',
        ),
        from: described(
          optional(wholeField(LIMITS.numberMax)),
          'the first height; those before the newest are replayed; default: the next block',
        ),
      },
      result: TEXT,
      errors: ['RPC_SOCKET', 'RPC_SUBSCRIPTIONS'],
      weight: 10,
      run({ kind, filter = {}, from }, context) {
        const topic = topicOf(kind, filter);
        const { height } = backend.query().status();
        return subscriptions.add(subscriberOf(context), topic, height, from ?? height + 1);
      },
    }),
    method({
      name: 'weft_unsubscribe',
      summary: 'ends a subscription of this WebSocket',
      description: '`false` where it has none of this number.',
      params: { subscription: textField(20) },
      result: FLAG,
      errors: ['RPC_SOCKET'],
      run: ({ subscription }, context) => subscriptions.remove(subscriberOf(context), subscription),
    }),
  ];
}

interface Filter {
  readonly contract?: Uint8Array | undefined;
  readonly event?: Uint8Array | undefined;
  readonly topics?: readonly (readonly Uint8Array[])[] | undefined;
  readonly ids?: readonly Uint8Array[] | undefined;
}

/** @throws RPC_PARAMETER for a filter of another kind */
function topicOf(kind: Topic['kind'], { ids, ...events }: Filter): Topic {
  const filtered = Object.values(events).some((part) => part !== undefined);
  const misplaced = (filtered && kind !== 'events') || (ids !== undefined && kind !== 'receipts');
  if (misplaced) {
    const got = filtered ? 'a filter of events' : 'ids';
    throw new RpcError('RPC_PARAMETER', { expected: `a filter of ${kind}`, got, place: 'filter' });
  }
  if (kind === 'heads') return { kind };
  return kind === 'receipts' ? { kind, ids } : { kind, filter: events };
}

function subscriberOf({ subscriber }: CallContext): Subscriber {
  if (subscriber === undefined) throw new RpcError('RPC_SOCKET');
  return subscriber;
}

const TEXT_OF_SUBSCRIBE = `Answers the number of the subscription, and from then on sends notifications
\`{"jsonrpc": "2.0", "method": "weft_subscription", "params": {"subscription", …}}\`, block after block, each block once and in
order, with one of these beside \`subscription\`:

- \`result\`: for \`heads\` \`{hash, header, transactionCount}\`; for \`receipts\` \`{height, hash, more, receipts: [{index, receipt}]}\`, in
  block order; for \`events\` \`{height, hash, more, events: [{index, contract, event, topics, data, transaction, transactionId}]}\`, in
  effective order. Blocks without a match are passed over. What matches in a large block comes in parts; \`more\` is true
  for all but the last.
- \`reverted\`: a height; the blocks above it are no longer of the chain (development chains). Those that replace them follow.
- \`error\`: \`{code, message}\`; the subscription has ended, as where a record was pruned.

A client that reads slowly gets blocks later, out of the records; one that leaves sent bytes unread for ten seconds loses
the connection (\`RPC_SLOW_CLIENT\`) and subscribes again \`from\` the height after the last it saw whole.`;
