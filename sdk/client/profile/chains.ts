// Chains of waiting transactions in an explained block, counted over some of its resources only: what one field costs
// alone, and what would be left without it.
import { toHex } from '@weft/runtime/base/bytes';
import { decodeAddress } from '@weft/runtime/types/address';
import { joinLevels, type LevelUse, type ResourceUse } from '@weft/runtime/types/explain-conflicts';
import { ResourceLines } from '@weft/runtime/types/explain-lines';
import type { ExplainedResource, ExplainRecord } from '@weft/runtime/types/explain-record';
import { placeId, placeOf } from './names.js';

/** What is kept of a block: its gas limits, and how each transaction uses the resources somebody waits over. */
export interface ChainBlock {
  readonly resources: readonly ExplainedResource[];
  /** Per resource, the field it belongs to (`placeId`). */
  readonly places: readonly string[];
  /** 0 for one without an access set. */
  readonly gasLimits: readonly number[];
  readonly uses: readonly (readonly (readonly [resource: number, use: ResourceUse])[])[];
}

/** In gas: the longest chain of a group, and the longest that somebody waits for. */
export interface GroupChain {
  readonly chain: number;
  readonly wait: number;
}

export function chainBlock(record: ExplainRecord): ChainBlock {
  const contested = new Set(
    record.transactions.flatMap(({ waits }) => waits.map(({ resource }) => resource)),
  );
  const levels = contestedLevels(record, contested);
  const uses = record.transactions.map((transaction) => {
    const turn = new Map<number, ResourceUse>();
    const join = (level: string | undefined, use: LevelUse): void => {
      const number = level === undefined ? undefined : levels.get(level);
      if (number !== undefined) turn.set(number, joinLevels(turn.get(number) as LevelUse | undefined, use));
    };
    for (const { resource: number, mode } of transaction.uses) {
      const resource = record.resources[number] as ExplainedResource;
      const under = mode === 'read' ? 'underRead' : 'underChange';
      const { contract, field } = levelsOf(resource);
      if (resource.kind === 'key') {
        if (contested.has(number)) turn.set(number, mode);
        join(field, under);
        join(contract, under);
      } else {
        join(field ?? contract, mode === 'read' ? 'lockRead' : 'lockWrite');
        if (field !== undefined) join(contract, under);
      }
    }
    return [...turn];
  });
  return {
    resources: record.resources,
    places: record.resources.map((resource) => placeId(placeOf(resource))),
    gasLimits: record.transactions.map(({ gasLimit, chainGas }) => (chainGas > 0 ? gasLimit : 0)),
    uses,
  };
}

/**
 * The chains of each group of resources on its own: conflicts over other groups are as if they were not. `groupOf`
 * undefined: the resource makes nobody wait. Linear.
 */
export function groupChains<G>(
  block: ChainBlock,
  groupOf: (resource: number) => G | undefined,
): Map<G, GroupChain> {
  const lines = new Map<number, ResourceLines>();
  const chains = new Map<G, GroupChain>();
  block.uses.forEach((uses, t) => {
    const before = new Map<G, number>();
    for (const [resource, use] of uses) {
      const group = groupOf(resource);
      if (group === undefined) continue;
      const line = lines.get(resource) ?? new ResourceLines(block.resources[resource]?.kind ?? 'key');
      lines.set(resource, line);
      before.set(group, Math.max(before.get(group) ?? 0, line.waitOver(use)?.gas ?? 0));
    }
    for (const [group, wait] of before) {
      const known = chains.get(group) ?? { chain: 0, wait: 0 };
      const chain = wait + (block.gasLimits[t] ?? 0);
      chains.set(group, { chain: Math.max(known.chain, chain), wait: Math.max(known.wait, wait) });
    }
    for (const [resource, use] of uses) {
      const group = groupOf(resource);
      if (group === undefined) continue;
      lines.get(resource)?.join(use, t, (before.get(group) ?? 0) + (block.gasLimits[t] ?? 0));
    }
  });
  return chains;
}

/** Names of the field and contract a resource lies under, as hex: prefixes of its keys after the kind. */
function levelsOf(resource: ExplainedResource): { readonly contract: string; readonly field?: string } {
  // A key's hex is 0x, kind (2 digits), contract (64), field (16), components.
  if (resource.kind === 'key')
    return { contract: resource.key.slice(4, 68), field: resource.key.slice(4, 84) };
  const contract = toHex(decodeAddress(resource.contract));
  return resource.kind === 'contract'
    ? { contract }
    : { contract, field: contract + resource.field.slice(2) };
}

/** Numbers of the fields and contracts somebody waits over, by the names of `levelsOf`. */
function contestedLevels({ resources }: ExplainRecord, contested: ReadonlySet<number>): Map<string, number> {
  const levels = new Map<string, number>();
  resources.forEach((resource, number) => {
    if (resource.kind === 'key' || !contested.has(number)) return;
    const { contract, field } = levelsOf(resource);
    levels.set(field ?? contract, number);
  });
  return levels;
}
