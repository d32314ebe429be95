// Sends calls in blocks of a fixed size: signs, submits in batches over RPC, seals when a block's worth is in.

import type { Hash32 } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import type { NodeClient } from '@weft/sdk/client/node-client';
import type { Account } from '@weft/sdk/client/wallet';
import { CliError } from '../errors.js';
import type { Output } from '../output.js';
import { createSigner } from './workloads.js';

/** One transaction to be signed. */
export interface Order {
  readonly account: Account;
  readonly call: Call;
  readonly gasLimit: number;
}

export interface Sender {
  /** Sends all, block by block, the rest in a smaller one; the sum of their gas limits. @throws CLI_TRANSACTION_FAILED */
  sendAll(what: string, orders: readonly Order[]): Promise<number>;
  /** Sends one, seals, and answers what it returned. @throws CLI_TRANSACTION_FAILED */
  sendOne(order: Order): Promise<string>;
}

/** Transactions a request carries. */
const BATCH = 250;
/** Every transaction of the demo may be included up to this height. */
const EXPIRY = 1_000_000;

export function createSender(options: {
  readonly client: NodeClient;
  readonly genesisHash: Hash32;
  readonly blockSize: number;
  readonly output: Output;
}): Sender {
  const { client, output, blockSize } = options;
  const signer = createSigner(options.genesisHash, 1n, EXPIRY);
  const submit = async (orders: readonly Order[]): Promise<string[]> => {
    const signed = orders.map(({ account, call, gasLimit }) => signer.sign(account, [call], gasLimit));
    const answers = await client.sendTransactions(signed);
    return answers.map((answer) => {
      if ('error' in answer) throw new CliError('CLI_TRANSACTION_FAILED', { reason: answer.error.message });
      return answer.id;
    });
  };
  return {
    async sendAll(what, orders) {
      const began = performance.now();
      for (let start = 0; start < orders.length; start += blockSize) {
        const block = orders.slice(start, start + blockSize);
        for (let at = 0; at < block.length; at += BATCH) await submit(block.slice(at, at + BATCH));
        const height = await client.seal();
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        output.note(`${what}: ${start + block.length} of ${orders.length} in ${seconds} s (block ${height})`);
      }
      return orders.reduce((sum, { gasLimit }) => sum + gasLimit, 0);
    },
    async sendOne(order) {
      const [id] = await submit([order]);
      await client.seal();
      const { receipt } = await client.waitForReceipt(id as string);
      if (receipt.status !== 'OK') {
        throw new CliError('CLI_TRANSACTION_FAILED', {
          status: receipt.status,
          failureCode: receipt.failure?.code,
        });
      }
      return receipt.results[0] ?? '0x';
    },
  };
}
