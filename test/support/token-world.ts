// A state in memory with the ready token and its holders, and blocks of really signed transfers over it: what benchmarks
// run on executors directly. Everything repeats.
import { genesisEntries } from '@weft/runtime/chain/genesis';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { keyText } from '@weft/runtime/types/key';
import type { BlockInput, BlockOutcome, ReadState } from '@weft/runtime/types/outcome';
import { SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { createTokenSigner, type TokenTransfer } from './token-signer.js';

export interface TokenWorld {
  readonly read: ReadState;
  /** The next block: transfers signed by their payers. `checked`: the executor takes their signatures as known. */
  block(transfers: readonly TokenTransfer[], checked: boolean): BlockInput;
  /** The state moves on. @throws RangeError where a transaction of it failed */
  apply(outcome: BlockOutcome): void;
  balanceOf(account: number): bigint;
}

/** What each account holds at first. */
export const SHARE = 10n ** 15n;

/** Deploys the token for so many accounts. */
export async function createTokenWorld(accounts: number): Promise<TokenWorld> {
  const signer = await createTokenSigner(accounts, SHARE);
  const { genesis, deployment, balanceKey } = signer;
  const hash = genesisHash(genesis);
  const state = new Map(genesisEntries(genesis).map(({ key, value }) => [keyText(key), value]));
  const read: ReadState = (key) => state.get(keyText(key));
  let height = 0;
  const input = (transactions: readonly Uint8Array[], checked: boolean): BlockInput => ({
    height: ++height,
    time: genesis.time + height,
    grandparentHash: new Uint8Array(32),
    proposer: SYSTEM_ADDRESS,
    genesisHash: hash,
    expiring: [],
    transactions,
    rule: 'finalize',
    ...(checked ? { signaturesFound: transactions.map(() => 'all' as const) } : {}),
  });
  const apply = ({ receipts, stateDiff }: BlockOutcome): void => {
    const failed = receipts.find(({ status }) => status !== 'OK');
    if (failed !== undefined) throw new RangeError(`a transaction of the workload: ${failed.status}`);
    for (const { key, after } of stateDiff) {
      if (after === undefined) state.delete(keyText(key));
      else state.set(keyText(key), after);
    }
  };
  const oracle = createSequentialExecutor();
  for (const transaction of deployment) apply(await oracle.execute(input([transaction], true), read));
  await oracle.close();
  for (let account = 0; account < accounts; account++)
    state.set(keyText(balanceKey(account)), encodeCell(2, SHARE)!);
  return {
    read,
    apply,
    block: (transfers, checked) => input(transfers.map(signer.transfer), checked),
    balanceOf: (account) => decodeCell(2, read(balanceKey(account))),
  };
}
