// What keeps a workload from running side by side: fields ranked by the gas that waits in line over them, out of explain
// records. Deterministic: gas, not time.
import type {
  ExplainedResource,
  ExplainedTransaction,
  ExplainRecord,
  UseMode,
  WaitReason,
} from '@weft/runtime/types/explain-record';
import { adviceFor } from './advice.js';
import { type ChainBlock, chainBlock, groupChains } from './chains.js';
import { type AbiOf, type FieldPlace, fieldAt, methodLabel, placeLabel, resourceLabel } from './names.js';
import { type TailLine, TailLines } from './tail-lines.js';

/** One hot key of a field. */
export interface HotKey {
  readonly name: string;
  /** As of the field, over this key alone. */
  readonly costGas: number;
}

/** One use of a field by transactions of one method. */
export interface FieldUse {
  readonly method: string;
  readonly mode: UseMode;
  readonly transactions: number;
}

/** A field transactions waited over; all its keys and locks together. */
export interface HotField extends FieldPlace {
  readonly name: string;
  /** Per block, the longest that somebody waits over this field alone; summed. In gas by limit, as the critical path. */
  readonly costGas: number;
  /** costGas over the critical paths of all blocks. */
  readonly share: number;
  /** Transactions that waited over it. */
  readonly transactions: number;
  /** Parallelism of the whole workload if nobody waited over this field and those ranked above it. */
  readonly parallelismWithout: number;
  /** Those that use it in a way that makes others wait, most transactions first. */
  readonly uses: readonly FieldUse[];
  readonly reasons: readonly { readonly reason: WaitReason; readonly transactions: number }[];
  /** Its hottest keys, where it has more than one. */
  readonly keys: readonly HotKey[];
  readonly advice: string;
}

export interface Profile {
  readonly version: number;
  readonly from: number;
  readonly to: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly gas: number;
  readonly criticalPathGas: number;
  readonly tailGas: number;
  /** gas / (criticalPathGas + tailGas) over all blocks. */
  readonly parallelism: number;
  readonly hot: readonly HotField[];
  readonly tail: readonly TailLine[];
}

export const PROFILE_VERSION = 1;
const KEYS_SHOWN = 3;

/** What is gathered of a field before it has a name. */
interface Gathered {
  readonly place: FieldPlace;
  costGas: number;
  transactions: number;
  /** By mode, then by the calls of the transactions. */
  readonly uses: Map<
    string,
    { readonly transaction: ExplainedTransaction; readonly mode: UseMode; count: number }
  >;
  readonly reasons: Map<WaitReason, number>;
  readonly keys: Map<string, { readonly resource: ExplainedResource; costGas: number }>;
}

/** Takes the explained blocks of a range, in order; names come last, when it is known of which contracts. */
export class Profiler {
  readonly #fields = new Map<string, Gathered>();
  readonly #contested: ChainBlock[] = [];
  readonly #tail = new TailLines();
  readonly #sums = { from: 0, to: 0, blocks: 0, transactions: 0, gas: 0, criticalPathGas: 0, tailGas: 0 };
  /** Critical paths of blocks in which nobody waits. */
  #freePathGas = 0;

  add(record: ExplainRecord): void {
    const sums = this.#sums;
    if (sums.blocks === 0) sums.from = record.height;
    sums.to = record.height;
    sums.blocks++;
    sums.transactions += record.transactions.length;
    sums.gas += record.gas;
    sums.criticalPathGas += record.criticalPathGas;
    sums.tailGas += record.tailGas;
    this.#tail.add(record);
    if (record.transactions.every(({ waits }) => waits.length === 0)) {
      this.#freePathGas += record.criticalPathGas;
      return;
    }
    const block = chainBlock(record);
    this.#contested.push(block);
    this.#gather(record, block);
  }

  finish(abiOf: AbiOf): Profile {
    const sums = this.#sums;
    const ranked = [...this.#fields]
      .map(([id, field]) => ({ id, field, name: placeLabel(field.place, abiOf) }))
      .filter(({ field }) => field.costGas > 0)
      .sort((a, b) => b.field.costGas - a.field.costGas || compare(a.name, b.name));
    const without = new Set<string>();
    const hot = ranked.map(({ id, field, name }): HotField => {
      without.add(id);
      return this.#hotField(field, name, this.#parallelismWithout(without), abiOf);
    });
    return {
      version: PROFILE_VERSION,
      ...sums,
      parallelism: ratio(sums.gas, sums.criticalPathGas + sums.tailGas),
      hot,
      tail: this.#tail.lines(abiOf),
    };
  }

  #gather(record: ExplainRecord, block: ChainBlock): void {
    const idOf = (resource: number) => block.places[resource] as string;
    for (const [id, { wait }] of groupChains(block, idOf)) this.#field(id).costGas += wait;
    for (const [resource, { wait }] of groupChains(block, (number) => number)) {
      const described = record.resources[resource] as ExplainedResource;
      const { keys } = this.#field(idOf(resource));
      const name = described.kind === 'key' ? described.key : described.kind;
      const known = keys.get(name) ?? { resource: described, costGas: 0 };
      keys.set(name, known);
      known.costGas += wait;
    }
    record.transactions.forEach((transaction, t) => {
      const waited = new Map<string, WaitReason>();
      for (const { resource, reason } of transaction.waits) {
        const id = idOf(resource);
        if (!waited.has(id)) waited.set(id, reason);
      }
      for (const [id, reason] of waited) {
        const field = this.#field(id);
        field.transactions++;
        field.reasons.set(reason, (field.reasons.get(reason) ?? 0) + 1);
      }
      for (const [id, mode] of contestedUses(block, t, transaction))
        noteUse(this.#field(id), transaction, mode);
    });
  }

  #field(id: string): Gathered {
    let field = this.#fields.get(id);
    if (field === undefined) {
      const [contract = '', name] = id.split('.');
      const place = name === undefined ? { contract } : { contract, field: name };
      field = { place, costGas: 0, transactions: 0, uses: new Map(), reasons: new Map(), keys: new Map() };
      this.#fields.set(id, field);
    }
    return field;
  }

  #parallelismWithout(fields: ReadonlySet<string>): number {
    let path = this.#freePathGas + this.#sums.tailGas;
    for (const block of this.#contested) {
      const { places } = block;
      const chains = groupChains(block, (resource) =>
        fields.has(places[resource] as string) ? undefined : 'all',
      );
      const longest = Math.max(0, ...block.gasLimits);
      path += Math.max(longest, chains.get('all')?.chain ?? 0);
    }
    return ratio(this.#sums.gas, path);
  }

  #hotField(field: Gathered, name: string, parallelismWithout: number, abiOf: AbiOf): HotField {
    const uses = new Map<string, { method: string; mode: UseMode; transactions: number }>();
    for (const { transaction, mode, count } of field.uses.values()) {
      const method = methodLabel(transaction, abiOf, field.place.contract);
      const known = uses.get(`${mode} ${method}`) ?? { method, mode, transactions: 0 };
      uses.set(`${mode} ${method}`, known);
      known.transactions += count;
    }
    const keys = [...field.keys.values()]
      .filter(({ costGas }) => costGas > 0)
      .map(({ resource, costGas }) => ({ name: resourceLabel(resource, abiOf), costGas }))
      .sort((a, b) => b.costGas - a.costGas || compare(a.name, b.name));
    const facts = {
      name,
      place: field.place,
      field: fieldAt(field.place, abiOf),
      keyCount: keys.length,
      uses: [...uses.values()].sort(byTransactions),
      reasons: [...field.reasons]
        .map(([reason, transactions]) => ({ reason, transactions }))
        .sort((a, b) => b.transactions - a.transactions || compare(a.reason, b.reason)),
    };
    return {
      name,
      ...field.place,
      costGas: field.costGas,
      share: ratio(field.costGas, this.#sums.criticalPathGas),
      transactions: field.transactions,
      parallelismWithout,
      uses: facts.uses,
      reasons: facts.reasons,
      keys:
        keys.length > 1 || (keys[0]?.name.includes('[') && !keys[0].name.endsWith('[*]'))
          ? keys.slice(0, KEYS_SHOWN)
          : [],
      advice: adviceFor(facts),
    };
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const ratio = (over: number, under: number): number => (under === 0 ? 1 : over / under);
const byTransactions = (a: FieldUse, b: FieldUse): number =>
  b.transactions - a.transactions || compare(a.method, b.method) || compare(a.mode, b.mode);

const STRENGTH: readonly UseMode[] = ['read', 'add', 'unfit', 'write'];

/** The fields of which a transaction uses what others wait over too, and how at most. */
function contestedUses(
  block: ChainBlock,
  t: number,
  transaction: ExplainedTransaction,
): Map<string, UseMode> {
  const contested = new Set((block.uses[t] ?? []).map(([resource]) => block.places[resource] as string));
  const modes = new Map<string, UseMode>();
  for (const { resource, mode } of transaction.uses) {
    const id = block.places[resource] as string;
    const known = modes.get(id);
    if (!contested.has(id)) continue;
    if (known === undefined || STRENGTH.indexOf(mode) > STRENGTH.indexOf(known)) modes.set(id, mode);
  }
  return modes;
}

function noteUse(field: Gathered, transaction: ExplainedTransaction, mode: UseMode): void {
  const calls = transaction.calls.map(({ contract, selector }) => `${contract} ${selector}`).join();
  const known = field.uses.get(`${mode} ${calls}`) ?? { transaction, mode, count: 0 };
  field.uses.set(`${mode} ${calls}`, known);
  known.count++;
}
