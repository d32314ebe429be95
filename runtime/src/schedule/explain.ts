// Why transactions wait, found again after the fact: the pairwise conflicts that the critical path is made of, each with
// the resource it is over. Pure, and off the hot path; `planSchedule` orders, this says why.
import { bytesText, toHex } from '../base/bytes.js';
import type { AccessSet, KeyAccess } from '../types/access.js';
import { encodeAddress } from '../types/address.js';
import { joinLevels, type LevelUse, type ResourceUse } from '../types/explain-conflicts.js';
import { ResourceLines } from '../types/explain-lines.js';
import type {
  ExplainedAccess,
  ExplainedPlan,
  ExplainedResource,
  ExplainedUse,
  ExplainedWait,
  UnfitAdd,
  UseMode,
} from '../types/explain-record.js';
import { keyContract, keyField, keyKind } from '../types/key.js';
import type { CellOfKey } from './plan-sets.js';

/** One transaction as the plan has it. */
export interface ExplainItem {
  readonly access: AccessSet | undefined;
  readonly gasLimit: number;
}

/**
 * Explains a plan. `fits(t, i)`: whether key i of transaction t was planned as an adder; `initial`: S0's cells. Linear in
 * the declared keys; a few microseconds each.
 */
export function explainPlan(
  items: readonly ExplainItem[],
  fits: (transaction: number, index: number) => boolean,
  initial: CellOfKey,
): ExplainedPlan {
  const explainer = new Explainer(fits, initial);
  const transactions = items.map((item, t) =>
    item.access === undefined ? undefined : explainer.take(item.access, item.gasLimit, t),
  );
  return { resources: explainer.resources, transactions, ...longestChain(transactions) };
}

/** A resource met in the block: who used it how, and what adds may have made of a cell. */
interface Known {
  readonly described: ExplainedResource;
  readonly lines: ResourceLines;
  /** In the record; -1 while nothing there names it. */
  number: number;
  up: bigint;
  down: bigint;
}

class Explainer {
  readonly resources: ExplainedResource[] = [];
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly fits: (transaction: number, index: number) => boolean,
    private readonly initial: CellOfKey,
  ) {}

  take(access: AccessSet, gasLimit: number, t: number): ExplainedAccess {
    const turn = new Map<Known, ResourceUse>();
    const uses = access.keys.map((entry, i) => this.#key(entry, this.fits(t, i), turn));
    for (const lock of access.locks) {
      const contract = this.#contract(lock.contract);
      const field = lock.field === undefined ? undefined : this.#field(lock.contract, lock.field);
      uses.push({ resource: this.#number(field ?? contract), mode: lock.mode });
      const write = lock.mode === 'write';
      joinUse(turn, field ?? contract, write ? 'lockWrite' : 'lockRead');
      if (field !== undefined) joinUse(turn, contract, write ? 'underChange' : 'underRead');
    }
    const waits = this.#waits(turn);
    // Cut where the plan cuts: both terms are exact, so a sum past 2^53-1 is the same everywhere.
    const chainGas = Math.min((waits[0]?.gas ?? 0) + gasLimit, Number.MAX_SAFE_INTEGER);
    for (const [resource, use] of turn) resource.lines.join(use, t, chainGas);
    return { uses, waits, chainGas };
  }

  #key(entry: KeyAccess, fits: boolean, turn: Map<Known, ResourceUse>): ExplainedUse {
    const key = this.#resource(`k${bytesText(entry.key)}`, () => ({ kind: 'key', key: hex(entry.key) }));
    const field = this.#field(keyContract(entry.key), keyField(entry.key));
    const contract = this.#contract(keyContract(entry.key));
    const mode: UseMode = entry.mode === 'add' && !fits ? 'unfit' : entry.mode;
    turn.set(key, mode);
    for (const level of [field, contract])
      joinUse(turn, level, mode === 'read' ? 'underRead' : 'underChange');
    const use: ExplainedUse = { resource: this.#number(key), mode };
    const explained = mode === 'unfit' ? { ...use, unfit: this.#unfit(entry, [key, field, contract]) } : use;
    key.up += entry.up;
    key.down += entry.down;
    return explained;
  }

  #unfit(entry: KeyAccess, [key, ...levels]: readonly [Known, Known, Known]): UnfitAdd {
    const initial = keyKind(entry.key) === 0 ? undefined : this.initial(entry.key);
    return {
      initial: (initial ?? 0n).toString(),
      unknown: key.lines.has('write') || levels.some((level) => level.lines.has('lockWrite')),
      earlierUp: key.up.toString(),
      earlierDown: key.down.toString(),
      up: entry.up.toString(),
      down: entry.down.toString(),
      floor: entry.floor.toString(),
      ceiling: entry.ceiling.toString(),
    };
  }

  /** Per resource the longest conflicting chain, the longest of all first. */
  #waits(turn: ReadonlyMap<Known, ResourceUse>): ExplainedWait[] {
    const waits: ExplainedWait[] = [];
    for (const [resource, use] of turn) {
      const wait = resource.lines.waitOver(use);
      if (wait !== undefined) waits.push({ resource: this.#number(resource), ...wait });
    }
    return waits.sort((a, b) => b.gas - a.gas || b.after - a.after || a.resource - b.resource);
  }

  #field(contract: Uint8Array, field: Uint8Array): Known {
    const describe = (): ExplainedResource => ({
      kind: 'field',
      contract: encodeAddress(contract),
      field: hex(field),
    });
    return this.#resource(`f${bytesText(contract)}${bytesText(field)}`, describe);
  }

  #contract(contract: Uint8Array): Known {
    const describe = (): ExplainedResource => ({ kind: 'contract', contract: encodeAddress(contract) });
    return this.#resource(`c${bytesText(contract)}`, describe);
  }

  #resource(name: string, describe: () => ExplainedResource): Known {
    let known = this.#known.get(name);
    if (known === undefined) {
      const described = describe();
      known = { described, lines: new ResourceLines(described.kind), number: -1, up: 0n, down: 0n };
      this.#known.set(name, known);
    }
    return known;
  }

  #number(resource: Known): number {
    if (resource.number < 0) resource.number = this.resources.push(resource.described) - 1;
    return resource.number;
  }
}

function joinUse(turn: Map<Known, ResourceUse>, level: Known, use: LevelUse): void {
  turn.set(level, joinLevels(turn.get(level) as LevelUse | undefined, use));
}

/** Back from the end of the longest chain; of equal ones the first. */
function longestChain(
  transactions: readonly (ExplainedAccess | undefined)[],
): Pick<ExplainedPlan, 'criticalPath' | 'criticalPathGas'> {
  let last = -1;
  transactions.forEach((one, t) => {
    if (one !== undefined && one.chainGas > (transactions[last]?.chainGas ?? 0)) last = t;
  });
  const criticalPathGas = transactions[last]?.chainGas ?? 0;
  const criticalPath: number[] = [];
  for (let at: number | undefined = last; at !== undefined && at >= 0; ) {
    criticalPath.push(at);
    at = transactions[at]?.waits[0]?.after;
  }
  return { criticalPath: criticalPath.reverse(), criticalPathGas };
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
