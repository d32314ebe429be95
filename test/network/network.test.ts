// Four validators on real CometBFT: workloads from four clients, one chain on all of them, read by a client nobody here
// wrote, proven through CometBFT's own RPC, joined by state sync.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Comet38Client } from '@cosmjs/tendermint-rpc';
import { readLedgerFiles } from '@weft/contracts/trace-ledger/client/read-documents';
import { toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { joinNetwork } from '@weft/runtime/node/network/join';
import { networkStatus } from '@weft/runtime/node/network/status';
import { SupervisedNode } from '@weft/runtime/node/network/supervise';
import { asAddress } from '@weft/runtime/types/address';
import { verifyCommitments } from '@weft/runtime/types/commitment-proof';
import { balanceKey } from '@weft/runtime/types/system';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { createNodeClient } from '@weft/sdk/client/node-client';
import { createSession, type Session } from '@weft/sdk/client/session';
import { httpTransport } from '@weft/sdk/client/transport';
import { compileContract } from '@weft/sdk/compiler/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cometBinary } from '../support/comet-binary.js';
import { LocalNetwork, WEFT } from '../support/local-network.js';

const binary = cometBinary();
const contractFolder = (name: string) => fileURLToPath(new URL(`../../contracts/${name}`, import.meta.url));
const TRANSFERS = 40;

describe.skipIf(binary === undefined)('a network of four validators', () => {
  let network: LocalNetwork;
  let sessions: Session[];
  /** Receipts by transaction id, as the client that sent it got them. */
  const receipts = new Map<string, { height: number; index: number }>();

  beforeAll(async () => {
    network = await LocalNetwork.start();
    sessions = [0, 1, 2, 3].map((index) => createSession(network.client(index), network.accounts[index]!));
  });
  afterAll(() => network?.stop());

  it('runs token and trace workloads sent to all four at once', async () => {
    const token = await deploy('token', { name: 'Net', symbol: 'NET', decimals: 6, supply: 1_000_000n });
    const ledger = await deploy('trace-ledger', { strict: false });
    const funding = sessions
      .slice(1)
      .map(({ account }) => [token('transfer', { to: account.text, amount: 1000n })]);
    await included(sessions[0]!, funding);
    // Events of one document stand in an order, those of different ones in none: a document a client.
    const documents = await Promise.all(
      ['coffee', 'cold-chain', 'irregular'].map((name) =>
        readLedgerFiles([join(contractFolder('trace-ledger'), 'samples', `${name}.jsonld`)]),
      ),
    );
    await Promise.all(
      sessions.map((session, index) => {
        const next = sessions[(index + 1) % sessions.length]!.account.text;
        const transfers = Array.from({ length: TRANSFERS }, () => [
          token('transfer', { to: next, amount: 1n }),
        ]);
        const records = documents[index] ?? [];
        return included(session, [...transfers, ...records.map(({ args }) => [ledger('record', args)])]);
      }),
    );
    const events = documents.flat();
    expect(receipts.size).toBeGreaterThanOrEqual(4 * TRANSFERS + events.length);
  });

  it('every receipt is the same from every validator', async () => {
    await network.reaches(Math.max(...[...receipts.values()].map(({ height }) => height)));
    for (const [id, { height, index }] of receipts) {
      for (const node of [0, 1, 2, 3])
        expect(await network.client(node).receipt(id)).toMatchObject({ height, index });
    }
  });

  it('has one header hash at each height', async () => {
    const [first, ...others] = await network.hashes();
    expect(first!.length).toBeGreaterThan(3);
    for (const hashes of others)
      expect(hashes.slice(0, first!.length)).toEqual(first!.slice(0, hashes.length));
  });

  it('is read by @cosmjs/tendermint-rpc: blocks, results, app hashes that are our header hashes', async () => {
    const comet = await Comet38Client.connect(network.network.nodes[2]!.cometRpc);
    const [hashes] = await network.hashes([2]);
    let found = 0;
    for (let height = 1; height < hashes!.length; height++) {
      const { block } = await comet.block(height);
      const { results } = await comet.blockResults(height);
      expect(results.length).toBe(block.txs.length);
      found += block.txs.length;
      const next = await comet.block(height + 1);
      expect(`0x${toHex(next.block.header.appHash)}`).toBe(hashes![height - 1]);
      for (const { data } of results) {
        const id = `0x${toHex(data ?? new Uint8Array(0))}`;
        expect(receipts.get(id)?.height ?? height).toBe(height);
      }
    }
    expect(found).toBeGreaterThanOrEqual(receipts.size);
    comet.disconnect();
  });

  it('a proof through abci_query verifies against the light block of its height', async () => {
    const comet = await Comet38Client.connect(network.network.nodes[3]!.cometRpc);
    for (const address of [sessions[0]!.account.address, asAddress(sha256(new Uint8Array(1)))]) {
      const key = balanceKey(address);
      const { height, value, proof } = await comet.abciQuery({ path: '/state', data: key, prove: true });
      await network.reaches(height! + 2);
      const { header } = await comet.commit(height! + 1);
      const commitments = proof!.ops.map(({ data }) => data);
      const proven = verifyCommitments(header.appHash, key, commitments);
      expect(toHex(proven ?? new Uint8Array(0))).toBe(toHex(value));
      const other = (await comet.commit(height!)).header;
      expect(() => verifyCommitments(other.appHash, key, commitments)).toThrow(
        expect.objectContaining({ code: 'PROOF_ROOT' }),
      );
    }
    comet.disconnect();
  });

  it('a fifth node joins by state sync, and answers for what was before it', async () => {
    await network.reaches(45);
    const home = join(network.folder, 'five');
    const from = network.network.nodes.slice(0, 2).map(({ cometRpc }) => cometRpc);
    expect(await joinNetwork(home, { from, host: network.nextHost, command: WEFT })).toEqual({
      stateSync: true,
    });
    const node = new SupervisedNode(home, WEFT);
    node.start();
    try {
      const five = {
        home,
        rpc: `http://${network.nextHost}:9338`,
        cometRpc: `http://${network.nextHost}:26657`,
      };
      const wanted = (await network.heights())[0]!;
      let height: number | undefined;
      for (let turn = 0; turn < 600 && (height ?? 0) < wanted; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        height = (await networkStatus({ chainName: '', nodes: [five] }))[0]?.height;
      }
      expect(height).toBeGreaterThanOrEqual(wanted);
      const { hash, height: at } = await createNodeClient(httpTransport(five.rpc)).status();
      await network.reaches(at);
      expect((await network.client(0).block(at)).hash).toBe(hash);
      // It holds the state, not the blocks before.
      await expect(createNodeClient(httpTransport(five.rpc)).block(1)).rejects.toMatchObject({
        code: 'CLIENT_RPC',
      });
    } finally {
      await node.stop();
    }
  });

  async function deploy(name: string, init: Parameters<typeof encodeArguments>[2]) {
    const { wasm, abi } = await compileContract({ entry: contractFolder(name) });
    const args = encodeArguments(abi, initParameters(abi), init);
    const { address } = await sessions[0]!.deploy(wasm, args, { gasLimit: 400_000_000 });
    return (method: string, values: Parameters<typeof encodeArguments>[2]) => {
      const { selector, args: layouts } = methodOf(abi, method);
      return createCall(address, selector, encodeArguments(abi, layouts, values));
    };
  }

  async function included(session: Session, batch: Parameters<Session['sendBatch']>[0]): Promise<void> {
    for (const outcome of await session.sendBatch(batch, { gasLimit: 3_000_000 })) {
      if ('error' in outcome) throw outcome.error;
      const { receipt, height, index } = outcome.located;
      expect(receipt.status).toBe('OK');
      receipts.set(receipt.transaction, { height, index });
    }
  }
});
