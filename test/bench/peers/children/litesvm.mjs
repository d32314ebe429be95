// Token transfers on LiteSVM: the SPL token program it comes with, accounts set up beforehand, transactions built and
// signed before the clock starts. Runs in the folder LiteSVM was installed into; the workload is its argument.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  appendTransactionMessageInstruction,
  createKeyPairSignerFromPrivateKeyBytes,
  createTransactionMessage,
  getTransactionEncoder,
  lamports,
  partiallySignTransactionMessageWithSigners,
  pipe,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import {
  AccountState,
  getMintEncoder,
  getTokenDecoder,
  getTokenEncoder,
  getTransferInstruction,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';

const { version } = createRequire(import.meta.url)('./node_modules/litesvm/package.json');
const { accounts, batches } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const BALANCE = 10n ** 12n;

const filled = (index, kind) => {
  const bytes = new Uint8Array(32).fill(kind);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
};
const signers = [];
for (let index = 0; index < accounts; index++)
  signers.push(await createKeyPairSignerFromPrivateKeyBytes(filled(index, 7)));
const holders = await Promise.all(
  signers.map(async (_, index) => (await createKeyPairSignerFromPrivateKeyBytes(filled(index, 9))).address),
);
const mint = (await createKeyPairSignerFromPrivateKeyBytes(filled(0, 11))).address;

/** A chain in which every signer holds tokens. */
function chain(checked) {
  const svm = new LiteSVM().withSigverify(checked).withBlockhashCheck(false);
  for (const signer of signers) svm.airdrop(signer.address, lamports(10n ** 10n));
  const set = (where, data) =>
    svm.setAccount({
      address: where,
      data,
      executable: false,
      lamports: lamports(10n ** 9n),
      programAddress: TOKEN_PROGRAM_ADDRESS,
      space: BigInt(data.length),
    });
  const none = null;
  set(
    mint,
    new Uint8Array(
      getMintEncoder().encode({
        mintAuthority: none,
        supply: BALANCE * BigInt(accounts),
        decimals: 6,
        isInitialized: true,
        freezeAuthority: none,
      }),
    ),
  );
  signers.forEach((signer, index) => {
    const token = {
      mint,
      owner: signer.address,
      amount: BALANCE,
      delegate: none,
      state: AccountState.Initialized,
      isNative: none,
      delegatedAmount: 0n,
      closeAuthority: none,
    };
    set(holders[index], new Uint8Array(getTokenEncoder().encode(token)));
  });
  return svm;
}

async function signed(from, to, amount, blockhash) {
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (empty) => setTransactionMessageFeePayerSigner(signers[from], empty),
    (paid) =>
      setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 1n << 60n }, paid),
    (timed) =>
      appendTransactionMessageInstruction(
        getTransferInstruction({
          source: holders[from],
          destination: holders[to],
          authority: signers[from],
          amount,
        }),
        timed,
      ),
  );
  return partiallySignTransactionMessageWithSigners(message);
}

const all = [];
const blockhash = chain(true).latestBlockhash();
for (const batch of batches) {
  const transactions = [];
  for (const [from, to, amount] of batch)
    transactions.push(await signed(from, to, BigInt(amount), blockhash));
  all.push(transactions);
}
const encoder = getTransactionEncoder();
const bytes = all.map((batch) => batch.map((one) => new Uint8Array(encoder.encode(one))));

/** Microseconds a transfer, batch by batch; every transfer must have succeeded. */
function measure(checked, items, send) {
  const svm = chain(checked);
  const times = items.map((batch) => {
    const started = performance.now();
    for (const one of batch) {
      const outcome = send(svm, one);
      if (
        outcome instanceof FailedTransactionMetadata ||
        outcome?.constructor?.name === 'FailedTransactionMetadata'
      )
        throw new Error(`a transfer failed: ${outcome.err()}`);
    }
    return ((performance.now() - started) * 1000) / batch.length;
  });
  const expected = Array.from({ length: accounts }, () => BALANCE);
  for (const [from, to, amount] of batches.flat()) {
    expected[from] -= BigInt(amount);
    expected[to] += BigInt(amount);
  }
  holders.forEach((holder, index) => {
    const held = getTokenDecoder().decode(svm.getAccount(holder).data).amount;
    if (held !== expected[index]) throw new Error(`account ${index} holds ${held}, not ${expected[index]}`);
  });
  return times;
}

const rows = [];
for (const checked of [false, true]) {
  rows.push({
    row: 'sendTransaction',
    signed: checked,
    asItComes: true,
    us: measure(checked, all, (svm, one) => svm.sendTransaction(one)),
  });
  // Past the JavaScript encoding of the public call, to be fair to what is native in it.
  if (typeof chain(checked).inner?.sendVersionedTransaction !== 'function') continue;
  rows.push({
    row: 'native call on encoded bytes',
    signed: checked,
    asItComes: false,
    us: measure(checked, bytes, (svm, one) => svm.inner.sendVersionedTransaction(one)),
  });
}
process.stdout.write(
  `${JSON.stringify({ version, workload: 'SPL token transfer, the program it comes with', rows })}\n`,
);
