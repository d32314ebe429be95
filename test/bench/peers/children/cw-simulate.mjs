// Token transfers on cw-simulate: our CosmWasm token, `executeContract` as its users call it. It has neither transactions
// nor signatures. Runs in the folder cw-simulate was installed into.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { CWSimulateApp } = require('@oraichain/cw-simulate');
const { version } = require('./node_modules/@oraichain/cw-simulate/package.json');
const { accounts, batches, cosmwasm } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const BALANCE = 10n ** 12n;

const names = Array.from({ length: accounts }, (_, index) => `orai1${String(index).padStart(38, 'q')}`);

/** Microseconds a transfer, batch by batch; every transfer must have succeeded. */
async function measure(metering) {
  const app = new CWSimulateApp({ chainId: 'bench', bech32Prefix: 'orai', metering, debug: () => undefined });
  const code = app.wasm.create(names[0], Buffer.from(cosmwasm, 'base64'));
  const made = await app.wasm.instantiateContract(names[0], [], code, {}, 'token');
  if (made.err) throw new Error(`instantiate: ${made.val}`);
  const contract = made.val.events[0].attributes[0].value;
  const call = async (sender, message) => {
    const outcome = await app.wasm.executeContract(sender, [], contract, message);
    if (outcome.err) throw new Error(`a call failed: ${outcome.val}`);
  };
  for (const name of names) await call(name, { mint: { recipient: name, amount: `${BALANCE}` } });
  const messages = batches.map((batch) =>
    batch.map(([from, to, amount]) => [
      names[from],
      { transfer: { recipient: names[to], amount: `${amount}` } },
    ]),
  );
  const times = [];
  for (const batch of messages) {
    const started = performance.now();
    for (const [sender, message] of batch) await call(sender, message);
    times.push(((performance.now() - started) * 1000) / batch.length);
  }
  const expected = names.map(() => BALANCE);
  for (const [from, to, amount] of batches.flat()) {
    expected[from] -= BigInt(amount);
    expected[to] += BigInt(amount);
  }
  const storage = app.wasm.getContractStorage(contract);
  names.forEach((name, index) => {
    const bytes = storage.get(Buffer.from(`b${name}`));
    const held = Buffer.from(bytes).readBigUInt64LE();
    if (held !== expected[index]) throw new Error(`account ${index} holds ${held}, not ${expected[index]}`);
  });
  return times;
}

const rows = [{ row: 'executeContract', signed: false, asItComes: true, us: await measure(false) }];
try {
  rows.push({ row: 'executeContract, metering', signed: false, asItComes: false, us: await measure(true) });
} catch (error) {
  process.stderr.write(`metering: ${error instanceof Error ? error.message : error}\n`);
}
const workload = 'a token of ours in WebAssembly, without envelope or gas as it comes';
process.stdout.write(`${JSON.stringify({ version, workload, rows })}\n`);
