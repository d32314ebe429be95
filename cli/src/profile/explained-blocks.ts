// Explained blocks of a node, which answers them; with each come the ABIs of the contracts it speaks of. Those of a data
// folder: explained-folder.ts.
import { utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { type Abi, decodeAbi } from '@weft/runtime/types/abi';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { type AbiOf, contractsOf } from '@weft/sdk/client/profile/names';
import { connect, type Target } from '../session.js';

/** Heights, both included; absent: as far as there are blocks to explain. */
export interface Range {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Told of each block, in order. */
export type OnExplained = (record: ExplainRecord, abiOf: AbiOf) => void;

/** Blocks of a node explained when no range is given. */
const NODE_BLOCKS = 100;

/** Asks a node. Default: its newest 100 blocks, fewer where it keeps fewer. @throws CLIENT_* */
export async function explainNode(target: Target, range: Range, onExplained: OnExplained): Promise<void> {
  const { node, status } = await connect(target);
  const abis = new Map<string, Abi | undefined>();
  const abiOf: AbiOf = (contract) => abis.get(contract);
  const to = range.to ?? status.height;
  const from = range.from ?? Math.max(1, to - NODE_BLOCKS + 1);
  for (let height = from; height <= to; height++) {
    const record = await node.explainBlock(height);
    for (const contract of contractsOf(record)) {
      if (!abis.has(contract)) abis.set(contract, abiFrom((await node.contract(contract))?.abi));
    }
    onExplained(record, abiOf);
  }
}

/** A contract without an ABI, or with one that is none, is shown by its address. */
export function abiFrom(text: string | undefined): Abi | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeAbi(utf8(text));
  } catch (error) {
    if (error instanceof WeftError) return undefined;
    throw error;
  }
}
