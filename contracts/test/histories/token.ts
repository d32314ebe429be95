// Histories of Token: balances, allowances and supply are what the events say, and nothing is made or lost.

import { permitDigest, permitDomain, signPermit } from '@weft/contracts/token/client/permit';
import { encodeAddress } from '@weft/runtime/types/address';
import { roleOf } from '@weft/sdk/client/roles';
import { accountFromSeed } from '@weft/sdk/client/wallet';
import fc from 'fast-check';
import { account, ContractWorld, FIRST_TIME, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, Sums, same } from '../support/histories.js';
import { readyArtifact } from '../support/ready-contract.js';

const SUPPLY = 1_000_000n;
const MAX = 2n ** 128n - 1n;
const NOBODY = encodeAddress(new Uint8Array(32));
const signers = [1, 2].map((seed) => accountFromSeed(new Uint8Array(32).fill(seed)));
const holders = [...['creator', 'A', 'B'].map(account), ...signers.map(({ address }) => address)];
const texts = holders.map(encodeAddress);

export const tokenHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const artifact = await readyArtifact('token');
  const token = await world.deploy(artifact, { name: 'Coin', symbol: 'C', decimals: 2, supply: SUPPLY });
  const domain = permitDomain(token.text, new Uint8Array(32));

  const who = fc.constantFrom(...holders);
  const name = fc.constantFrom(...texts);
  const amount = fc.oneof(
    { weight: 4, arbitrary: fc.bigInt(0n, 20n) },
    fc.bigInt(0n, SUPPLY),
    fc.constantFrom(MAX, MAX - 1n),
  );
  const by = (method: string, args: fc.Arbitrary<WorldCall['args']>): fc.Arbitrary<WorldCall> =>
    fc.tuple(who, args).map(([sender, given]) => ({ to: token, method, args: given, sender }));
  const permit = fc
    .record({
      signer: fc.constantFrom(...signers),
      spender: name,
      amount,
      nonce: fc.bigInt(0n, 2n),
      deadline: fc.constantFrom(0n, BigInt(FIRST_TIME) * 2n),
      forged: fc.boolean(),
    })
    .map(({ signer, forged, ...terms }) => {
      const signed = signPermit(signer, terms, permitDigest(domain, signer.text, terms));
      return forged ? { ...signed, amount: terms.amount ^ 1n } : signed;
    });
  const call = fc.oneof(
    { weight: 6, arbitrary: by('transfer', fc.record({ to: name, amount })) },
    { weight: 2, arbitrary: by('approve', fc.record({ spender: name, amount })) },
    { weight: 3, arbitrary: by('transferFrom', fc.record({ from: name, to: name, amount })) },
    { weight: 2, arbitrary: by('permit', permit) },
    by('cancelPermit', fc.record({ nonce: fc.bigInt(0n, 2n) })),
    by('mint', fc.record({ to: name, amount })),
    by('burn', fc.record({ amount })),
    by('burnFrom', fc.record({ from: name, amount })),
    by('setPaused', fc.record({ paused: fc.boolean() })),
    by('grantRole', fc.record({ role: fc.constantFrom(roleOf('minter'), roleOf('pauser')), account: name })),
  );

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const balances = new Sums();
    balances.add(texts[0]!, SUPPLY);
    let supply = SUPPLY;
    const spent = new Set<string>();
    for (const { done, calls } of blocks) {
      for (const [index, { events, receipt }] of done.entries()) {
        for (const { name: event, fields } of events) {
          if (event !== 'Transfer') continue;
          const { from, to, amount: moved } = fields as { from: string; to: string; amount: bigint };
          if (from === NOBODY) supply += moved;
          else balances.add(from, -moved);
          if (to === NOBODY) supply -= moved;
          else balances.add(to, moved);
        }
        const { method, args } = calls[index]!;
        if (method !== 'permit' || receipt.status !== 'OK') continue;
        const used = `${args['owner']} ${args['nonce']}`;
        if (spent.has(used)) throw new RangeError(`permit ${used} was taken twice`);
        spent.add(used);
      }
    }
    let sum = 0n;
    for (const owner of texts) {
      const held = state.cell(token, 'balances', owner);
      same(held, balances.get(owner), `balance of ${owner}`);
      sum += held;
    }
    same(state.cell(token, 'supply'), supply, 'supply');
    same(sum, supply, 'sum of balances');
  };
  return { world, call, check };
};
