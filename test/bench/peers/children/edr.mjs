// Token transfers on EDR, the runtime under Hardhat: a block of transactions submitted, then mined. Execution only is the
// mining, signed is both. Runs in the folder it was installed into.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const edr = require('@nomicfoundation/edr');
const { version } = require('./node_modules/@nomicfoundation/edr/package.json');
const { ethereum } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { setup, transfers, token, addresses, chainId, balances } = ethereum;

const context = new edr.EdrContext();
await context.registerProviderFactory(edr.L1_CHAIN_TYPE, edr.l1ProviderFactory());
const provider = await context.createProvider(
  edr.L1_CHAIN_TYPE,
  {
    allowBlocksWithSameTimestamp: false,
    allowUnlimitedContractSize: true,
    bailOnCallFailure: false,
    bailOnTransactionFailure: false,
    chainId: BigInt(chainId),
    coinbase: new Uint8Array(20),
    defaultTransactionGasLimit: 10n ** 7n,
    genesisState: [
      ...edr.l1GenesisState(edr.L1Hardfork.Cancun),
      ...addresses.map((address) => ({
        address: Buffer.from(address.slice(2), 'hex'),
        balance: 10n ** 24n,
      })),
    ],
    hardfork: edr.l1HardforkToString(edr.L1Hardfork.Cancun),
    initialBaseFeePerGas: 0n,
    initialParentBeaconBlockRoot: new Uint8Array(32),
    minGasPrice: 0n,
    mining: { autoMine: false, blockGasLimit: 10n ** 10n, memPool: { order: 'Fifo' } },
    network: { genesisBlockGasLimit: 10n ** 10n },
    networkId: BigInt(chainId),
    observability: {},
    ownedAccounts: [],
    precompileOverrides: [],
  },
  { enable: false, decodeConsoleLogInputsCallback: () => [], printLineCallback: () => undefined },
  { subscriptionCallback: () => undefined },
  new edr.ContractDecoder(),
);

let id = 0;
async function ask(method, params = []) {
  const response = await provider.handleRequest(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }));
  const { result, error } = typeof response.data === 'string' ? JSON.parse(response.data) : response.data;
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

for (const hex of setup) {
  await ask('eth_sendRawTransaction', [hex]);
  await ask('evm_mine');
}
const mined = [];
const both = [];
for (const batch of transfers) {
  const started = performance.now();
  for (const hex of batch) await ask('eth_sendRawTransaction', [hex]);
  const submitted = performance.now();
  await ask('evm_mine');
  const done = performance.now();
  mined.push(((done - submitted) * 1000) / batch.length);
  both.push(((done - started) * 1000) / batch.length);
  const block = await ask('eth_getBlockByNumber', ['latest', false]);
  if (block.transactions.length !== batch.length)
    throw new Error(`the block holds ${block.transactions.length}`);
}
for (const [index, address] of addresses.entries()) {
  const data = `0x70a08231${address.slice(2).padStart(64, '0')}`;
  const held = BigInt(await ask('eth_call', [{ to: token, data }, 'latest']));
  if (held !== BigInt(balances[index]))
    throw new Error(`account ${index} holds ${held}, not ${balances[index]}`);
}
const rows = [
  { row: 'evm_mine', signed: false, asItComes: true, us: mined },
  { row: 'eth_sendRawTransaction and evm_mine', signed: true, asItComes: true, us: both },
];
process.stdout.write(
  `${JSON.stringify({ version, workload: 'an ERC-20 of ours, blocks with state roots', rows })}\n`,
);
process.exit(0);
