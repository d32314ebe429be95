// What is known of contracts that a trace or an event speaks of: the ABIs they carry, asked of the node once each, and the
// source maps of those that were built here.
import { cwd } from 'node:process';
import { utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { type Abi, decodeAbi } from '@weft/runtime/types/abi';
import type { FailureKnowledge } from '@weft/sdk/client/failure';
import type { NodeClient, TraceFrameJson } from '@weft/sdk/client/node-client';
import type { SourceMaps } from '@weft/sdk/client/source-map';
import { SYSTEM_ABI, SYSTEM_CONTRACT } from '@weft/sdk/client/system-abi';

export interface KnownContracts {
  /** Asks for those not asked for yet. */
  learn(addresses: Iterable<string>): Promise<void>;
  abiOf(address: string): Abi | undefined;
  /** Of all learnt so far, as far as they were built below this folder. */
  sourceMaps(): Promise<SourceMaps>;
}

export function createKnownContracts(node: Pick<NodeClient, 'contract'>): KnownContracts {
  const abis = new Map<string, Abi | undefined>([[SYSTEM_CONTRACT, SYSTEM_ABI]]);
  const hashes = new Map<string, string | undefined>();
  return {
    async learn(addresses) {
      for (const address of addresses) {
        if (abis.has(address)) continue;
        const found = await node.contract(address);
        hashes.set(address, found?.codeHash);
        abis.set(address, abiFrom(found?.abi));
      }
    },
    abiOf: (address) => abis.get(address),
    async sourceMaps() {
      const { localSourceMaps } = await import('./source-maps.js');
      return localSourceMaps(cwd(), hashes);
    },
  };
}

/** What explains the failure of a call of `contract` that left this trace. */
export async function failureKnowledge(
  known: KnownContracts,
  contract: string,
  trace: readonly TraceFrameJson[] | null,
  failed: string | undefined,
): Promise<FailureKnowledge> {
  const others = [...(trace ?? []).map((frame) => frame.contract), ...(failed === undefined ? [] : [failed])];
  await known.learn([contract, ...others]);
  const abis = new Map<string, Abi>();
  for (const address of others) {
    const abi = known.abiOf(address);
    if (abi !== undefined) abis.set(address, abi);
  }
  return { contract, abi: known.abiOf(contract), abis, sourceMaps: await known.sourceMaps() };
}

/** A contract without an ABI, or with one that is none, is shown by its address. */
function abiFrom(text: string | undefined): Abi | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeAbi(utf8(text));
  } catch (error) {
    if (error instanceof WeftError) return undefined;
    throw error;
  }
}
