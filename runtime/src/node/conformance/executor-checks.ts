// What the chain owes every engine, as a list of named checks: repeated calls, candidates, crashes between them.
import { bytesEqual, toHex } from '../../base/bytes.js';
import { createSequentialExecutor } from '../../execute/sequential/executor.js';
import type { BlockContext } from '../../ports/consensus.js';
import type { BlockExecutor } from '../../ports/execution.js';
import { asAddress } from '../../types/address.js';
import { verifyCommitments } from '../../types/commitment-proof.js';
import { balanceKey } from '../../types/system.js';
import { developmentGenesis } from '../development.js';
import type { Check } from './engine-checks.js';
import { codeOf, expectThat } from './errors.js';
import { Trial, trialReceiver } from './trial.js';

const BYTES_MAX = 1 << 20;

/** The suite over any block executor; default: the sequential one. */
export function executorChecks(create: () => BlockExecutor = createSequentialExecutor): readonly Check[] {
  const check = (name: string, body: (trial: Trial) => Promise<void>): Check => ({
    name,
    async run() {
      const runner = create();
      try {
        const trial = await Trial.open(runner);
        await trial.chain.initChain(trial.genesis);
        await body(trial);
      } finally {
        await runner.close();
      }
    },
  });
  return [
    check('initChain repeated changes nothing, at any height', repeatsInitChain),
    check('initChain of another genesis is refused', refusesOtherGenesis),
    check('prepare repeated proposes the same, and process accepts it every time', repeatsProposals),
    check('process of other proposals leaves no trace in finalize', forgetsProposals),
    check('finalize without process gives the same hash', finalizesUnprocessed),
    check('finalize repeated replaces the candidate', replacesCandidate),
    check('nobody sees a candidate, and a crash before commit leaves the parent', hidesCandidate),
    check('finalize takes what process refuses', takesInvalid),
    check('proofs lead from a value to the header hash', provesState),
  ];
}

async function repeatsInitChain(trial: Trial): Promise<void> {
  const { chain, genesis } = trial;
  const first = await chain.initChain(genesis);
  await block(trial, [trial.transfer()]);
  const again = await chain.initChain(genesis);
  same(again, first);
  expectThat(chain.info().height === 1, 'height 1', chain.info().height);
}

async function refusesOtherGenesis({ chain }: Trial): Promise<void> {
  const code = await codeOf(chain.initChain(developmentGenesis({ accounts: [], chainName: 'another' })));
  expectThat(code === 'CHAIN_GENESIS', 'CHAIN_GENESIS', code ?? 'no refusal');
}

async function repeatsProposals(trial: Trial): Promise<void> {
  const { chain } = trial;
  const pool = [trial.transfer(), trial.transfer()];
  const first = await chain.prepare(next(trial), pool, BYTES_MAX);
  expectThat(first.length === 2, 'both transactions', first.length);
  for (let turn = 0; turn < 3; turn++) {
    const proposal = await chain.prepare(next(trial), pool, BYTES_MAX);
    expectThat(
      proposal.every((bytes, index) => bytesEqual(bytes, first[index]!)),
      'the same proposal',
    );
    const refusal = await chain.process(next(trial), first);
    expectThat(refusal === undefined, 'accepted', refusal);
  }
}

async function forgetsProposals(trial: Trial): Promise<void> {
  const { chain } = trial;
  const [first, second] = [trial.transfer(), trial.transfer()];
  const alone = (await chain.finalize(next(trial), [first])).hash;
  await chain.process(next(trial), [first, second]);
  await chain.process(next(trial), []);
  await chain.process(next(trial), [second]);
  same((await chain.finalize(next(trial), [first])).hash, alone);
}

async function finalizesUnprocessed(trial: Trial): Promise<void> {
  const { chain } = trial;
  const transactions = [trial.transfer()];
  const unprocessed = (await chain.finalize(next(trial), transactions)).hash;
  await chain.process(next(trial), transactions);
  same((await chain.finalize(next(trial), transactions)).hash, unprocessed);
}

async function replacesCandidate(trial: Trial): Promise<void> {
  const { chain } = trial;
  await chain.finalize(next(trial), [trial.transfer()]);
  const { hash } = await chain.finalize(next(trial), []);
  await chain.commit(new Uint8Array(0));
  same(chain.info().hash, hash);
  const code = await codeOf(chain.commit(new Uint8Array(0)));
  expectThat(code === 'CHAIN_NO_CANDIDATE', 'CHAIN_NO_CANDIDATE', code ?? 'no refusal');
}

async function hidesCandidate(trial: Trial): Promise<void> {
  const { chain } = trial;
  await block(trial, []);
  const before = chain.info();
  await chain.finalize(next(trial), [trial.transfer()]);
  same(chain.info().hash, before.hash);
  const again = await trial.restart();
  expectThat(again.chain.info().height === 1, 'height 1', again.chain.info().height);
  same(again.chain.info().hash, before.hash);
}

async function takesInvalid(trial: Trial): Promise<void> {
  const { chain } = trial;
  const transactions = [new Uint8Array([1, 2, 3]), trial.transfer()];
  const refusal = await chain.process(next(trial), transactions);
  expectThat(refusal === 'EXECUTE_INVALID_BLOCK', 'EXECUTE_INVALID_BLOCK', refusal ?? 'accepted');
  const { receipts } = await chain.finalize(next(trial), transactions);
  const statuses = receipts.map(({ status }) => status);
  expectThat(statuses.join() === 'INVALID_FORM,OK', 'INVALID_FORM OK', statuses);
}

async function provesState(trial: Trial): Promise<void> {
  const { chain } = trial;
  await block(trial, [trial.transfer()]);
  const [present, absent] = [balanceKey(trialReceiver), balanceKey(asAddress(new Uint8Array(32).fill(1)))];
  for (const key of [present, absent]) {
    const { height, value, proof } = await chain.query({ path: 'state', data: key, prove: true });
    expectThat(height === 1, 'height 1', height);
    const commitments = proof.map(({ commitment }) => commitment);
    const proven = verifyCommitments(chain.info().hash, key, commitments);
    same(proven ?? new Uint8Array(0), value);
    expectThat(value.length > 0 === (key === present), 'a value where there is one', value.length);
  }
}

function next({ chain, genesis }: Trial): BlockContext {
  const height = chain.info().height + 1;
  return { height, time: genesis.time + height, proposer: new Uint8Array(32).fill(9) };
}

async function block(trial: Trial, transactions: readonly Uint8Array[]): Promise<void> {
  await trial.chain.finalize(next(trial), transactions);
  await trial.chain.commit(new Uint8Array(0));
}

function same(got: Uint8Array, expected: Uint8Array): void {
  expectThat(bytesEqual(got, expected), toHex(expected), toHex(got));
}
