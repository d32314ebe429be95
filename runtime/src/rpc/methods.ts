// The table of methods: `weft_*` on every node, `dev_*` on development chains only. What is served, validated, discovered
// and documented is these rows.
import type { RpcBackend } from './backend.js';
import type { Method, RpcMethod } from './method.js';
import { createOpenRpc } from './open-rpc.js';
import { chainMethods } from './table/chain-methods.js';
import { devMethods } from './table/dev-methods.js';
import { discoverMethod } from './table/discover-method.js';
import { historyMethods } from './table/history-methods.js';
import { poolMethods } from './table/pool-methods.js';
import { runMethods } from './table/run-methods.js';
import { stateMethods } from './table/state-methods.js';
import { subscriptionMethods } from './table/subscription-methods.js';
import { traceMethods } from './table/trace-methods.js';

export type { RpcBackend } from './backend.js';

/** Every row. `dev`: whether `dev_*` exists. */
export function createTable(backend: RpcBackend, dev: boolean): readonly Method[] {
  const rows = [
    ...chainMethods(backend),
    ...stateMethods(backend),
    ...poolMethods(backend),
    ...historyMethods(backend),
    ...runMethods(backend),
    ...traceMethods(backend),
    ...subscriptionMethods(backend),
    ...(dev ? devMethods(backend) : []),
  ];
  const all: readonly Method[] = [...rows, discoverMethod(() => createOpenRpc(all))];
  return all;
}

/** The rows as a dispatcher takes them. */
export function createMethods(backend: RpcBackend, dev: boolean): ReadonlyMap<string, RpcMethod> {
  return new Map(createTable(backend, dev).map(({ name, call }) => [name, call]));
}
