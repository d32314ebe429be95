// What an attack at run time consists of: transactions over a world made for it, and how each of them must end.
import { concatBytes } from '@weft/runtime/base/bytes';
import type { Address } from '@weft/runtime/types/address';
import type { FailureName } from '@weft/runtime/vm/failure';
import {
  type Declared,
  type ScriptMethod,
  scriptArguments,
  scriptSelector,
} from '../../fixtures/script-contract.js';
import { addressOf, type TransactionOptions, transactionOf, type World } from '../../fixtures/world.js';

/** How one transaction must end. */
export interface Expected {
  readonly status: string;
  readonly failure?: FailureName;
  /** Default: ordered. */
  readonly phase?: 'ordered' | 'tail' | 'none';
  /** All of the gas limit is used. */
  readonly allGas?: true;
  /** Gas used is at least this. */
  readonly gasMin?: number;
  /** i32 numbers of the first call's result. */
  readonly result?: readonly number[];
}

/** One attack. */
export interface Case {
  readonly name: string;
  readonly expected: readonly Expected[];
  /** As many as there are expectations; senders and contracts are this case's own. */
  readonly transactions: (scene: Scene) => readonly Uint8Array[];
}

/** What cases build their transactions with. */
export interface Scene {
  readonly world: World;
  /** The hostile contract, an instance of this case's own by name. */
  hostile(name: string): Address;
  /** The script contract, likewise. */
  script(name: string): Address;
  /** One call of a method of the hostile contract, by a sender used once. */
  call(contract: Address, method: string, args?: Uint8Array, more?: Partial<TransactionOptions>): Uint8Array;
  /** A script run by a script contract, by a sender used once. */
  run(
    contract: Address,
    script: readonly Uint8Array[],
    declared?: Declared,
    more?: Partial<TransactionOptions>,
  ): Uint8Array;
  /** Any calls, by a sender used once. */
  wire(calls: TransactionOptions['calls'], more?: Partial<TransactionOptions>): Uint8Array;
}

/** A scene over a world; `selector` is that of the hostile contract's methods. */
export function sceneOf(
  world: World,
  codes: { readonly hostile: Uint8Array; readonly script: Uint8Array },
  selector: (method: string) => number,
): Scene {
  const hostileHash = world.code(codes.hostile);
  const scriptHash = world.code(codes.script);
  let senders = 0;
  const wire: Scene['wire'] = (calls, more = {}) =>
    transactionOf({
      sender: addressOf(`sender ${senders++}`),
      nonce: { kind: 'lane', lane: 0, sequence: 0n },
      calls,
      ...more,
    });
  return {
    world,
    wire,
    hostile: (name) => world.contract(hostileHash, name),
    script: (name) => world.contract(scriptHash, name),
    call: (contract, method, args = new Uint8Array(0), more = {}) =>
      wire([{ contract, selector: selector(method), args }], more),
    run: (contract, script, declared = {}, more = {}) => {
      const method: ScriptMethod = 'run';
      const args = scriptArguments(concatBytes(...script), declared);
      return wire([{ contract, selector: scriptSelector(method), args }], more);
    },
  };
}
