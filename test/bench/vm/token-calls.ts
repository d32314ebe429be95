// Calls of the token and of a contract that does nothing, over a state in memory and through `runTransaction`: all a
// worker does for a transaction but the planner's and the arena's part.
import { fileURLToPath } from 'node:url';
import { createEnforcer, type Enforcer } from '@weft/runtime/access/enforce';
import { resolveAccess } from '@weft/runtime/access/resolve';
import { bytesEqual, bytesText, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { type Address, contractAddress, encodeAddress, type Hash32 } from '@weft/runtime/types/address';
import { keyText } from '@weft/runtime/types/key';
import type { Call, SignedTransaction } from '@weft/runtime/types/transaction';
import { type CompiledCode, compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool, type InstancePoolOptions } from '@weft/runtime/vm/instance-pool';
import type { BlockEnvironment } from '@weft/runtime/vm/run';
import { type RunOutcome, runTransaction } from '@weft/runtime/vm/run-transaction';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createContractCall } from '@weft/sdk/client/system-abi';
import { compileContract } from '@weft/sdk/compiler/compile';

const TOKEN_FOLDER = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
const ACCOUNTS = 64;
const GAS_LIMIT = 10_000_000;
const CREATOR = named('creator');
const SALT = new Uint8Array(32) as Hash32;

/** A transaction ready to run. */
export interface Prepared {
  readonly sender: Address;
  readonly call: Call;
  /** null: unrestricted. */
  readonly enforcer: Enforcer | null;
}

/** 32 bytes that stand for a name. */
export function named(name: string): Address {
  return sha256(utf8(name)) as Address;
}

/** One contract over a state in memory. */
export class ContractBench {
  readonly state = new Map<string, Uint8Array>();

  constructor(
    readonly code: CompiledCode,
    readonly contract: Address,
  ) {}

  /** The access of a call, resolved as a block does. */
  prepare(sender: Address, call: Call): Prepared {
    const transaction = { sender, calls: [call], extraAccess: [] } as unknown as SignedTransaction;
    const { access } = resolveAccess(transaction, {
      contractCode: (address) => (bytesEqual(address, this.contract) ? this.code.codeHash : undefined),
      codeAccess: () => ({ section: this.code.access, bytes: 0 }),
      read: (key) => this.state.get(keyText(key)),
      moduleHash: () => undefined,
    });
    if (access === undefined) throw new RangeError('the call has no access set');
    return { sender, call, enforcer: createEnforcer(access) };
  }

  /** Runs calls in turn, each over what the last one left; returns how many ended OK. */
  runner(calls: readonly Prepared[], pool: InstancePoolOptions): () => number {
    const block = this.block(new InstancePool(HOST_IMPORTS, pool));
    return () => {
      let done = 0;
      for (const prepared of calls) if (this.run(prepared, block).status === 'OK') done++;
      return done;
    };
  }

  run({ sender, call, enforcer }: Prepared, block: BlockEnvironment): RunOutcome {
    const request = { sender, calls: [call], gasLimit: GAS_LIMIT, index: 0, enforcer, tail: false };
    const outcome = runTransaction(request, block);
    for (const [text, { value }] of outcome.writes) {
      if (value === undefined) this.state.delete(text);
      else this.state.set(text, value);
    }
    return outcome;
  }

  block(pool: InstancePool): BlockEnvironment {
    const record = { codeHash: this.code.codeHash, creator: CREATOR, authority: undefined };
    return {
      state: {
        read: (key) => this.state.get(keyText(key)),
        past: (key) => this.state.get(keyText(key)),
      },
      codes: {
        contractAt: (address) => (bytesEqual(address, this.contract) ? record : undefined),
        sizeOf: () => this.code.codeBytes,
        code: (hash: Hash32) => (bytesText(hash) === this.code.hashText ? this.code : undefined),
      },
      pool,
      height: 7,
      time: 1_700_000_000_000,
      grandparentHash: new Uint8Array(32),
    };
  }
}

/** The token, ready to be called; `wasm` as built. */
export interface TokenBench {
  readonly bench: ContractBench;
  readonly calls: readonly Prepared[];
  readonly wasm: Uint8Array;
}

/** The token, its supply spread over accounts, and a transfer from each of them to the next. */
export async function tokenBench(): Promise<TokenBench> {
  const artifact = await compileContract({ entry: TOKEN_FOLDER });
  const code = compileCode(artifact.wasm);
  const bench = new ContractBench(code, contractAddress(CREATOR, SALT, code.codeHash));
  const block = bench.block(new InstancePool(HOST_IMPORTS));
  const must = (call: Call): void => {
    const { status } = bench.run({ sender: CREATOR, call, enforcer: null }, block);
    if (status !== 'OK') throw new RangeError(`preparing the token: ${status}`);
  };
  const init = { name: 'Coin', symbol: 'C', decimals: 6, supply: 1_000_000_000n };
  must(
    createContractCall(
      code.codeHash,
      SALT,
      encodeArguments(artifact.abi, initParameters(artifact.abi), init),
    ),
  );
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => named(`account ${index}`));
  const transfer = (to: Address, amount: bigint): Call => {
    const { args, selector } = methodOf(artifact.abi, 'transfer');
    const encoded = encodeArguments(artifact.abi, args, { to: encodeAddress(to), amount });
    return { contract: bench.contract, selector, args: encoded, value: 0n };
  };
  for (const account of accounts) must(transfer(account, 1_000_000n));
  const calls = accounts.map((sender, index) =>
    bench.prepare(sender, transfer(accounts[(index + 1) % ACCOUNTS]!, 1n)),
  );
  return { bench, calls, wasm: artifact.wasm };
}
