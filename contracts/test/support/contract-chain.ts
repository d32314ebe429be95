// One contract in a world of its own.
import { bytesText } from '@weft/runtime/base/bytes';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { Address } from '@weft/runtime/types/address';
import type { Decoded, NamedValues } from '@weft/sdk/client/contract-codec';
import type { Value } from '@weft/sdk/client/values';
import type { Artifact } from '@weft/sdk/compiler/compile';
import {
  account,
  ContractWorld,
  type Done,
  type Placed,
  type WorldBlock,
  type WorldCall,
} from './contract-world.js';

export { account, type Done, GAS_LIMIT } from './contract-world.js';
/** One call of a block. */
export type Sent = Omit<WorldCall, 'to'>;

/** A deployed contract over an executor; what ran is applied, block after block. */
export class ContractChain {
  private constructor(
    readonly world: ContractWorld,
    readonly placed: Placed,
  ) {}

  /** Uploads and creates the contract, its init method run by the account `creator`. */
  static async deploy(
    artifact: Artifact,
    executor: BlockExecutor,
    init: NamedValues,
  ): Promise<ContractChain> {
    const world = new ContractWorld(executor);
    return new ContractChain(world, await world.deploy(artifact, init));
  }

  get state(): ReadonlyMap<string, Uint8Array> {
    return this.world.state;
  }

  /** The contract's address as text. */
  get contract(): string {
    return this.placed.text;
  }

  /** What the keys of the contract have behind their first character. */
  get prefix(): string {
    return bytesText(this.placed.address);
  }

  /** The same again, on the same executor or another. */
  fork(executor?: BlockExecutor): ContractChain {
    return new ContractChain(this.world.fork(executor), this.placed);
  }

  cell(field: string, ...keys: readonly Value[]): bigint {
    return this.world.cell(this.placed, field, ...keys);
  }

  block(calls: readonly Sent[]): Promise<WorldBlock> {
    return this.world.block(calls.map((call) => ({ ...call, to: this.placed })));
  }

  call(method: string, args: NamedValues, sender: Address = account('creator'), value = 0n): Promise<Done> {
    return this.world.call(this.placed, method, args, sender, value);
  }

  view(method: string, args: NamedValues = {}): Promise<{ result: Value; error: Decoded | undefined }> {
    return this.world.view(this.placed, method, args);
  }
}
