// A node in a process of its own, made to be killed: it seals block after block of transfers and prints each one after
// its commit, `height stateRoot`. Arguments: data folder, executor.
import { toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { createNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';

const [dataFolder, executor] = process.argv.slice(2);
const seeds = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
const [from, to] = seeds.map(ed25519Address);
const genesis = developmentGenesis({ accounts: [from] });
const chain = genesisHash(genesis);

const node = createNode({
  dataFolder,
  genesis,
  executor,
  workers: 1,
  rpc: false,
  seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
  onBlock: ({ header }) => process.stdout.write(`${header.height} ${toHex(header.stateRoot)}\n`),
});
await node.start();
let sequence = node.query().nextSequence(from, 0);
for (;;) {
  for (let count = 0; count < 10; count++, sequence++) {
    const args = new Writer().fixed(to, 32).u128(1n).finish();
    const call = { contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS.transfer.selector, args, value: 0n };
    const body = {
      version: 1,
      genesisHash: chain,
      sender: from,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [call],
      extraAccess: [],
    };
    try {
      await node.submit(signTransaction(body, seeds[0]));
    } catch (error) {
      // What was pending when the node was killed is pending again.
      if (error.code !== 'MEMPOOL_DUPLICATE') throw error;
    }
  }
  await node.seal();
}
