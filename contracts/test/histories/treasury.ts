// Histories of Treasury: what is paid had enough owners behind it, once; nobody passes the daily limit; funds add up.
import { dayOf, type Proposal, proposalId } from '@weft/contracts/treasury/client/proposals';
import { encodeAddress } from '@weft/runtime/types/address';
import fc from 'fast-check';
import { account, ContractWorld, text, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, Sums, same } from '../support/histories.js';
import { readyArtifact } from '../support/ready-contract.js';

const NATIVE = encodeAddress(new Uint8Array(32));
const FUNDS = 500n;
const LIMIT = 40n;
const SALT = new Uint8Array(32);
const NAMES = ['A', 'B', 'C', 'D'];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const METHOD = { call: 'execute', pay: 'pay', owners: 'setOwners', limit: 'setLimit' } as const;

const PROPOSALS: readonly Proposal[] = [
  { kind: 'pay', to: text('X'), amount: 60n, salt: SALT },
  { kind: 'pay', to: text('Y'), amount: 450n, salt: SALT },
  { kind: 'owners', epoch: 1n, owners: ['B', 'C', 'D'].map(text), threshold: 3n },
  { kind: 'owners', epoch: 2n, owners: ['A', 'D'].map(text), threshold: 1n },
  { kind: 'limit', asset: NATIVE, daily: LIMIT, salt: SALT },
];
const byId = new Map(PROPOSALS.map((proposal) => [hex(proposalId(proposal)), proposal]));

export const treasuryHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const seats = { owners: ['A', 'B', 'C'].map(text), threshold: 2n };
  const treasury = await world.deploy(await readyArtifact('treasury'), seats);
  world.fund(account('rich'), FUNDS);
  await world.call(treasury, 'deposit', {}, account('rich'), FUNDS);

  const proposal = fc.constantFrom(...PROPOSALS);
  const id = proposal.map((one) => ({ id: proposalId(one) }));
  const who = fc.constantFrom(...NAMES).map(account);
  const day = fc.constantFrom(0, 1).map((offset) => dayOf(world.time) + BigInt(offset));
  const calls: fc.Arbitrary<Omit<WorldCall, 'to' | 'sender'>> = fc.oneof(
    { weight: 6, arbitrary: id.map((args) => ({ method: 'confirm', args })) },
    id.map((args) => ({ method: 'revoke', args })),
    {
      weight: 4,
      arbitrary: proposal.map(({ kind, ...args }) => ({ method: METHOD[kind], args: args as never })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ to: fc.constantFrom('X', 'Y').map(text), amount: fc.bigInt(0n, 60n), day })
        .map((args) => ({ method: 'spend', args })),
    },
  );
  const call = fc.tuple(calls, who).map(([given, sender]) => ({ ...given, to: treasury, sender }));

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    let owners = new Set(seats.owners);
    let threshold = 2;
    let votes = new Map<string, Set<string>>();
    const executed = new Set<string>();
    const spent = new Sums();
    let paid = 0n;
    /** An owner took a proposal: enough confirmations by owners, and never before. */
    const take = (key: string): void => {
      const enough = votes.get(key)?.size ?? 0;
      if (enough < threshold) throw new RangeError(`executed with ${enough} of ${threshold} confirmations`);
      if (executed.has(key)) throw new RangeError('executed twice');
      executed.add(key);
    };
    const apply = ({ method, args, sender }: WorldCall, time: number): void => {
      const name = encodeAddress(sender!);
      if (method === 'confirm' || method === 'revoke') {
        const key = hex(args['id'] as Uint8Array);
        const set = votes.get(key) ?? new Set<string>();
        votes.set(key, set);
        if (method === 'confirm' && (!owners.has(name) || set.has(name)))
          throw new RangeError('a vote too many');
        if (method === 'confirm') set.add(name);
        else set.delete(name);
        return;
      }
      if (!owners.has(name)) throw new RangeError(`${name} is no owner`);
      if (method === 'spend') {
        paid += args['amount'] as bigint;
        spent.add(`${name} ${Math.floor(time / 86_400_000)}`, args['amount'] as bigint);
        return;
      }
      const kind = Object.entries(METHOD).find(([, known]) => known === method)![0];
      const given = { kind, ...args } as unknown as Proposal;
      take(hex(proposalId(given)));
      if (given.kind === 'pay') paid += given.amount;
      if (given.kind !== 'owners') return;
      owners = new Set(given.owners);
      threshold = Number(given.threshold);
      votes = new Map();
    };
    for (const { calls: sent, done, time } of blocks)
      for (const [index, one] of sent.entries()) if (done[index]!.receipt.status === 'OK') apply(one, time);
    for (const [key, amount] of spent.entries())
      if (amount > LIMIT) throw new RangeError(`${key} spent ${amount}`);
    for (const key of executed) if (!byId.has(key)) throw new RangeError('an unknown proposal');
    same(state.balanceOf(treasury.address), FUNDS - paid, 'funds');
  };
  return { world, call, check };
};
