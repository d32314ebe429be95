// Token transfers on @ethereumjs/vm: `runTx` over a state in memory (the fastest it comes with) and over the trie a new VM
// has. Execution only: transactions are decoded before the clock and their sender is known; signed: decoding and recovery of
// the sender are inside. Runs in the folder it was installed into.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { MerkleStateManager, SimpleStateManager } from '@ethereumjs/statemanager';
import { createTxFromRLP } from '@ethereumjs/tx';
import { createAccount, createAddressFromString, hexToBytes } from '@ethereumjs/util';
import { createVM, runTx } from '@ethereumjs/vm';

const { version } = createRequire(import.meta.url)('./node_modules/@ethereumjs/vm/package.json');
const { ethereum, batches } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { setup, transfers, token, addresses, chainId, balances } = ethereum;
const common = new Common({ chain: { ...Mainnet, chainId }, hardfork: Hardfork.Cancun });
const options = { common };
const settings = { skipBlockGasLimitValidation: true, skipHardForkValidation: true };

const decode = (hex) => createTxFromRLP(hexToBytes(hex), options);
/** The same transaction, its sender taken as known. */
function known(transaction, address) {
  const sender = createAddressFromString(address);
  const copy = Object.create(transaction, {
    getSenderAddress: { value: () => sender },
    isSigned: { value: () => true },
  });
  return copy;
}

async function measure(stateManager, signed) {
  const vm = await createVM({ common, stateManager });
  for (const address of addresses)
    await vm.stateManager.putAccount(
      createAddressFromString(address),
      createAccount({ nonce: 0n, balance: 10n ** 24n }),
    );
  const run = async (tx) => {
    const { execResult } = await runTx(vm, { tx, ...settings });
    if (execResult.exceptionError !== undefined)
      throw new Error(`a transaction failed: ${execResult.exceptionError.error}`);
    return execResult;
  };
  for (const hex of setup) await run(decode(hex));
  const times = [];
  for (const [index, batch] of transfers.entries()) {
    const senders = batches[index].map(([from]) => addresses[from]);
    const prepared = signed ? batch : batch.map((hex, at) => known(decode(hex), senders[at]));
    const started = performance.now();
    for (const one of prepared) await run(signed ? decode(one) : one);
    times.push(((performance.now() - started) * 1000) / batch.length);
  }
  for (const [index, address] of addresses.entries()) {
    const data = hexToBytes(`0x70a08231${address.slice(2).padStart(64, '0')}`);
    const { execResult } = await vm.evm.runCall({
      to: createAddressFromString(token),
      data,
      gasLimit: 1_000_000n,
    });
    const held = BigInt(`0x${Buffer.from(execResult.returnValue).toString('hex')}`);
    if (held !== BigInt(balances[index]))
      throw new Error(`account ${index} holds ${held}, not ${balances[index]}`);
  }
  return times;
}

const rows = [];
for (const signed of [false, true]) {
  const us = await measure(new SimpleStateManager({ common }), signed);
  rows.push({ row: 'runTx, state in memory', signed, asItComes: true, us });
  rows.push({
    row: 'runTx, trie',
    signed,
    asItComes: false,
    us: await measure(new MerkleStateManager({ common }), signed),
  });
}
process.stdout.write(`${JSON.stringify({ version, workload: 'an ERC-20 of ours', rows })}\n`);
