// Histories of TraceLedger: chains of a good lead back to its first event, containers never loop, flags are never cleared,
// findings are counted, what is consumed or decommissioned never passes again without one.
import { toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import fc from 'fast-check';
import { account, ContractWorld, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, same } from '../support/histories.js';
import { readyArtifact } from '../support/ready-contract.js';

const ZERO = new Uint8Array(32);
const GONE = 6;
const GOODS = ['A', 'B', 'C', 'D'];
const TEXTS = { bizStep: 'step', disposition: '', readPoint: '', bizLocation: '' };

/** A good as a reader of the events knows it. */
interface Known {
  last: string;
  gone: boolean;
  custodian: string;
}

export const traceLedgerHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const ledger = await world.deploy(await readyArtifact('trace-ledger'), { strict: false });
  await world.call(ledger, 'declareYield', { bizStep: 'step', perMille: 1_000n });

  const epc = fc.constantFrom(...GOODS);
  const goods = fc.array(
    epc.map((name) => ({ epc: name, lot: false })),
    { maxLength: 2 },
  );
  const some = fc.uniqueArray(epc, { maxLength: 2 });
  const kind = fc.constantFrom<[number, number]>(
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 0],
    [1, 1],
    [1, 2],
    [3, 3],
  );
  const party = fc.constantFrom('', '', 'X', 'Y');
  const event = fc
    .record({
      kind,
      number: fc.integer({ min: 0, max: 50 }),
      time: fc.bigInt(0n, 5n),
      goods,
      more: goods,
      parent: epc,
      formerParents: some,
      ancestors: some,
      from: party,
      to: party,
      correction: fc.constantFrom(false, false, false, true),
      inputAmount: fc.bigInt(0n, 3n),
      outputAmount: fc.bigInt(0n, 3n),
    })
    .map(({ kind: [type, action], number, parent, more, goods: list, ...rest }) => {
      const transforms = type === 3;
      return {
        ...rest,
        ...TEXTS,
        id: sha256(new Uint8Array([number])),
        kind: type,
        action,
        document: ZERO,
        goods: transforms ? [] : list,
        inputs: transforms ? list : [],
        outputs: transforms ? more : [],
        parents: type === 1 ? [parent] : [],
        ...(transforms ? {} : { inputAmount: 0n, outputAmount: 0n }),
      };
    });
  const call: fc.Arbitrary<WorldCall> = fc
    .tuple(fc.constantFrom('creator', 'A').map(account), event, fc.integer({ min: 0, max: 9 }))
    .map(([sender, one, pick]) =>
      pick === 0
        ? { to: ledger, method: 'correct', args: { id: one.id, reason: 'wrong', by: ZERO }, sender }
        : { to: ledger, method: 'record', args: { event: one }, sender },
    );

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const known = new Map<string, Known>();
    const recorded = new Set<string>();
    let findings = 0n;
    for (const { calls, done } of blocks) {
      for (const [index, one] of calls.entries()) {
        if (done[index]!.receipt.status !== 'OK' || one.method !== 'record') continue;
        const given = (one.args as unknown as { event: Recorded }).event;
        const id = toHex(given.id);
        if (recorded.has(id)) throw new RangeError(`${id} was recorded twice`);
        recorded.add(id);
        const found = new Map<string, number>();
        for (const { name, fields } of done[index]!.events) {
          if (name !== 'Finding') continue;
          const rules = fields['rules'] as number;
          findings += BigInt(rules.toString(2).replaceAll('0', '').length);
          found.set(fields['epc'] as string, (found.get(fields['epc'] as string) ?? 0) | rules);
        }
        const touched = [
          ...given.parents,
          ...[...given.goods, ...given.inputs, ...given.outputs].map(({ epc: name }) => name),
        ];
        for (const name of touched) {
          const good = known.get(name) ?? { last: '', gone: false, custodian: '' };
          if (good.gone && !given.correction && found.get(name) === undefined && good.last !== id)
            throw new RangeError(`${name} is gone, and an event about it has no finding`);
          known.set(name, { ...good, last: id });
        }
        if (given.correction) continue;
        const leaving = given.kind === 0 && given.action === 2 ? given.goods : given.inputs;
        for (const { epc: name } of leaving) known.get(name)!.gone = true;
        if (given.to !== '') for (const name of touched) known.get(name)!.custodian = given.to;
      }
    }
    same(state.cell(ledger, 'eventTotal'), BigInt(recorded.size), 'events');
    same(state.cell(ledger, 'findingTotal'), findings, 'findings');
    const heads = new Map<string, Head>();
    for (const name of GOODS) heads.set(name, state.value(ledger, 'heads', name) as unknown as Head);
    for (const [name, head] of heads) {
      if (head === undefined) continue;
      const { last, gone, custodian } = known.get(name)!;
      same(toHex(head.last), last, `head of ${name}`);
      same((head.flags & GONE) !== 0, gone, `end of ${name}`);
      same(head.custodian, custodian, `custodian of ${name}`);
      let steps = 0;
      for (let at = head.container; at !== ''; at = heads.get(at)?.container ?? '')
        if (++steps > GOODS.length) throw new RangeError(`${name} is in a loop`);
    }
  };
  return { world, call, check };
};

interface Recorded {
  readonly id: Uint8Array;
  readonly kind: number;
  readonly action: number;
  readonly correction: boolean;
  readonly to: string;
  readonly parents: readonly string[];
  readonly goods: readonly { readonly epc: string }[];
  readonly inputs: readonly { readonly epc: string }[];
  readonly outputs: readonly { readonly epc: string }[];
}
interface Head {
  readonly last: Uint8Array;
  readonly flags: number;
  readonly container: string;
  readonly custodian: string;
}
