// Requests made in one turn of the event loop share an exchange: a command waits for the network once for all it asks at once.
import type { RpcCall, RpcOutcome, Transport } from '@weft/sdk/client/transport';

/** A transport that gathers requests for another. */
export function gathered(transport: Transport): Transport {
  let waiting: { readonly call: RpcCall; readonly settle: (outcome: Promise<RpcOutcome>) => void }[] = [];
  const send = (): void => {
    const asked = waiting;
    waiting = [];
    const [first] = asked;
    if (asked.length === 1 && first !== undefined) {
      const { method, params } = first.call;
      first.settle(transport.request(method, params).then((result) => ({ result })));
      return;
    }
    const outcomes = transport.requestAll(asked.map(({ call }) => call));
    for (const [index, { settle }] of asked.entries())
      settle(outcomes.then((all) => all[index] as RpcOutcome));
  };
  return {
    requestAll: (calls) => transport.requestAll(calls),
    async request(method, params) {
      const outcome = await new Promise<RpcOutcome>((settle) => {
        if (waiting.push({ call: { method, params }, settle }) === 1) setImmediate(send);
      });
      if ('error' in outcome) throw outcome.error;
      return outcome.result;
    },
  };
}
