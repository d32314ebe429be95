// The methods of the RPC surface over the query port: `weft_*` on every node, `dev_*` on development chains only.

import { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { ChainQuery } from '../ports/query.js';
import type { Address } from '../types/address.js';
import { explainTransaction } from '../types/explain-transaction.js';
import { errorData, type RpcMethod } from './dispatch.js';
import { Params } from './params.js';
import { readCalls, readExtraAccess } from './read-calls.js';
import { addressJson, blockJson, hexJson, locationJson, viewJson } from './render.js';
import { provenStateJson } from './render-proof.js';
import { pendingJson, simulationJson } from './render-simulation.js';

/** What the methods stand on. Each access may throw a coded error (a paused node does). */
export interface RpcBackend {
  query(): ChainQuery;
  /** Accepts a transaction; its id. @throws the coded refusal */
  submit(bytes: Uint8Array): Promise<Uint8Array>;
  /** Seals blocks on request; the last height. Undefined where the engine has no manual trigger. */
  readonly seal?: (count: number) => Promise<number>;
  /** What the engine is called and whether it makes blocks. */
  engine(): { readonly engine: string; readonly producing: boolean };
}

/** Transactions one `weft_sendTransactions` may carry. */
const SEND_MAX = 10_000;
/** Gas of a call where none is named. */
const CALL_GAS = 50_000_000;
const ZERO_ADDRESS = new Uint8Array(32) as Address;

/** The method table. `dev`: whether `dev_*` exists. */
export function createMethods(backend: RpcBackend, dev: boolean): ReadonlyMap<string, RpcMethod> {
  const methods = new Map<string, RpcMethod>();
  const add = (name: string, parameters: readonly string[], run: (params: Params) => unknown) =>
    methods.set(name, (params) => run(new Params(parameters, params)));

  add('weft_status', [], () => statusJson(backend));
  add('weft_getBlock', ['height', 'detail'], async (params) => {
    const query = backend.query();
    const height = params.has('height') ? params.number('height', LIMITS.numberMax) : query.status().height;
    const detail = params.text('detail', ['ids', 'full'], 'ids') as 'ids' | 'full';
    return blockJson(await query.block(height), detail);
  });
  add('weft_sendTransactions', ['transactions'], (params) =>
    sendAll(backend, params.bytesList('transactions', SEND_MAX)),
  );
  add('weft_getReceipt', ['id'], async (params) => {
    const location = await backend.query().transaction(params.hash('id'));
    return location === undefined ? null : locationJson(location);
  });
  add('weft_call', ['contract', 'selector', 'args', 'sender', 'value', 'gasLimit'], async (params) =>
    viewJson(
      await backend.query().call({
        contract: params.address('contract'),
        selector: params.number('selector', 0xffff_ffff),
        args: params.bytes('args', new Uint8Array(0)),
        sender: params.address('sender', ZERO_ADDRESS),
        value: params.amount('value', 0n),
        gasLimit: params.number('gasLimit', LIMITS.numberMax, CALL_GAS),
      }),
    ),
  );
  add('weft_simulate', ['sender', 'calls', 'extraAccess', 'gasLimit'], async (params) =>
    simulationJson(
      await backend.query().simulate({
        sender: params.address('sender'),
        calls: readCalls(params.list('calls', LIMITS.calls)),
        extraAccess: readExtraAccess(params.list('extraAccess', LIMITS.extraAccess, [])),
        gasLimit: params.number('gasLimit', LIMITS.numberMax, CALL_GAS),
      }),
    ),
  );
  add('weft_getPending', ['id'], async (params) => {
    const status = await backend.query().pending(params.hash('id'));
    return status === undefined ? null : pendingJson(status);
  });
  add('weft_getProof', ['key', 'height'], async (params) => {
    const height = params.has('height') ? params.number('height', LIMITS.numberMax) : undefined;
    return provenStateJson(await backend.query().prove(params.bytes('key'), height));
  });
  addExplanations(add, backend);
  add('weft_getBalance', ['address'], (params) =>
    backend.query().balance(params.address('address')).toString(),
  );
  add('weft_getNonce', ['address', 'lane'], (params) => {
    const lane = params.number('lane', LIMITS.nonceLanes - 1, 0);
    return backend.query().nextSequence(params.address('address'), lane).toString();
  });
  add('weft_getContract', ['address'], (params) => {
    const address = params.address('address');
    const contract = backend.query().contract(address);
    if (contract === undefined) return null;
    return { address: addressJson(address), codeHash: hexJson(contract.codeHash), abi: contract.abi ?? null };
  });
  const { seal } = backend;
  if (dev && seal !== undefined) {
    add('dev_seal', ['count'], async (params) => ({ height: await seal(params.number('count', 10_000, 1)) }));
  }
  return methods;
}

type Add = (name: string, parameters: readonly string[], run: (params: Params) => unknown) => void;

function addExplanations(add: Add, backend: RpcBackend): void {
  add('weft_explainBlock', ['height'], (params) => {
    const query = backend.query();
    return query.explain(
      params.has('height') ? params.number('height', LIMITS.numberMax) : query.status().height,
    );
  });
  add('weft_explainTransaction', ['id'], async (params) => {
    const query = backend.query();
    const location = await query.transaction(params.hash('id'));
    if (location === undefined) return null;
    return explainTransaction(await query.explain(location.height), location.index) ?? null;
  });
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

/** One answer a transaction, in order: what is refused does not stop the rest. */
async function sendAll(backend: RpcBackend, transactions: readonly Uint8Array[]) {
  const answers: unknown[] = [];
  for (const bytes of transactions) {
    try {
      answers.push({ id: hexJson(await backend.submit(bytes)) });
    } catch (error) {
      if (!(error instanceof WeftError)) throw error;
      answers.push({ error: { message: error.message, ...errorData(error) } });
    }
  }
  return answers;
}
