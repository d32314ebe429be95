// The contract a command names: by deployment name, by address, or `system`; with the ABI it carries.
import { cwd } from 'node:process';
import { utf8 } from '@weft/runtime/base/bytes';
import { type Abi, type AbiMethod, decodeAbi } from '@weft/runtime/types/abi';
import { ClientError } from '@weft/sdk/client/errors';
import type { NodeClient, NodeStatus } from '@weft/sdk/client/node-client';
import { resolveContract } from './deployments.js';
import { CliError } from './errors.js';

export interface ContractTarget {
  /** bech32m text. */
  readonly address: string;
  readonly abi: Abi;
  /** 0x hex; undefined: the system contract. */
  readonly codeHash: string | undefined;
}

/** @throws CLI_UNKNOWN_CONTRACT, CLIENT_NO_ABI, CLIENT_* */
export async function findContract(
  node: Pick<NodeClient, 'contract'>,
  status: Pick<NodeStatus, 'genesisHash'>,
  nameOrAddress: string,
): Promise<ContractTarget> {
  if (nameOrAddress === 'system' || nameOrAddress.startsWith('weft1')) {
    const { SYSTEM_ABI, SYSTEM_CONTRACT } = await import('@weft/sdk/client/system-abi');
    if (nameOrAddress === 'system' || nameOrAddress === SYSTEM_CONTRACT)
      return { address: SYSTEM_CONTRACT, abi: SYSTEM_ABI, codeHash: undefined };
  }
  const address = await resolveContract(cwd(), status.genesisHash, nameOrAddress);
  const contract = await node.contract(address);
  if (contract === undefined) throw new CliError('CLI_GONE_CONTRACT', { got: nameOrAddress, place: address });
  if (contract.abi === undefined) throw new ClientError('CLIENT_NO_ABI', { place: address });
  return { address, abi: decodeAbi(utf8(contract.abi)), codeHash: contract.codeHash };
}

/** A method of a contract that a transaction or a view may call. @throws CLI_UNKNOWN_METHOD */
export function methodNamed(abi: Abi, name: string): AbiMethod {
  const callable = abi.methods.filter(({ kind }) => kind !== 'init');
  const found = callable.find((method) => method.name === name);
  if (found !== undefined) return found;
  throw new CliError('CLI_UNKNOWN_METHOD', {
    expected: callable.map((method) => method.name),
    got: name,
    place: abi.name,
  });
}
