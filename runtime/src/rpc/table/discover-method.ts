// The method that describes all others.
import { type Method, method } from '../method.js';

/** `describe`: the document, asked for when it is. */
export function discoverMethod(describe: () => unknown): Method {
  return method({
    name: 'rpc.discover',
    summary: 'this surface as an OpenRPC document',
    description: '[OpenRPC](https://spec.open-rpc.org) 1.3, made from the table that serves the calls.',
    params: {},
    result: { type: 'object' },
    errors: [],
    run: describe,
  });
}
