// A transaction that happens once however often its sender is interrupted: its bytes are journalled before they are sent,
// and nothing takes their place until no block can include them any more.
import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { LIMITS } from '@weft/runtime/base/limits';
import { asHash32 } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { NodeRefusal } from '@weft/sdk/client/errors';
import { simulationFailure, transactionFailure } from '@weft/sdk/client/failure';
import { fromNodeHex, type Located, type NodeClient } from '@weft/sdk/client/node-client';
import { preflight } from '@weft/sdk/client/preflight';
import { buildTransaction } from '@weft/sdk/client/transaction';
import type { Account } from '@weft/sdk/client/wallet';
import { CliError } from '../errors.js';
import type { BegunTransaction, Journal } from './journal.js';

export interface OnceOptions {
  readonly node: NodeClient;
  readonly genesisHash: string;
  readonly account: Account;
  readonly journal: Journal;
  /** Of the plan, and which of its transactions. */
  readonly step: string;
  readonly part: string;
  /** Of everything that decides what it does: what was begun for something else is not taken for this. */
  readonly fingerprint: string;
  /** Send it though one for something else is under way. */
  readonly anyway: boolean;
  readonly call: Call;
  /** Native units a gas. */
  readonly gasPrice: bigint;
  /** Default: what a simulation needs. */
  readonly gasLimit?: number;
}

/**
 * The included transaction, which succeeded. @throws CLIENT_SIMULATION_FAILED, CLIENT_FAILED, CLI_PLAN_CHANGED,
 * CLI_TRANSACTION_LOST, CLIENT_*
 */
export async function sendOnce(options: OnceOptions): Promise<Located> {
  const { node, journal, step, part, fingerprint } = options;
  const begun = journal.begun(step, part, fingerprint);
  if (begun === undefined) await assertNoneUnderWay(options);
  const earlier = begun && (await settle(options, begun));
  const transaction = begun !== undefined && earlier !== undefined ? begun : await begin(options);
  const located = earlier ?? (await node.waitForReceipt(await submit(node, transaction)));
  if (located.receipt.status === 'OK') return located;
  await journal.write({ kind: 'failed', step, part, id: transaction.id });
  throw transactionFailure(located, `${step} (${part})`);
}

/** What became of a transaction that was begun before; undefined: no block has it, and none ever will. */
async function settle(options: OnceOptions, begun: BegunTransaction): Promise<Located | undefined> {
  const { node } = options;
  const found = await node.receipt(begun.id);
  if (found !== undefined) return found;
  if ((await node.status()).height >= begun.expiry) return outcome(options, begun);
  try {
    return await node.waitForReceipt(await submit(node, begun));
  } catch (error) {
    // No block will ever take these bytes: others may take their place.
    if (error instanceof NodeRefusal && DEAD.has(error.nodeCode)) return outcome(options, begun);
    throw error;
  }
}

/** Of one that no later block can include. @throws CLI_TRANSACTION_LOST where the node has forgotten blocks that could */
async function outcome(
  { node, step, anyway }: OnceOptions,
  begun: BegunTransaction,
): Promise<Located | undefined> {
  const found = await node.receipt(begun.id);
  if (found !== undefined || anyway) return found;
  const first = Math.max(0, begun.expiry - LIMITS.nonceExpiryBlocks);
  try {
    await node.heads(first, 1);
  } catch (cause) {
    if (!(cause instanceof NodeRefusal)) throw cause;
    throw new CliError('CLI_TRANSACTION_LOST', { got: begun.id, place: step, block: first }, cause);
  }
  return undefined;
}

/** @throws CLI_PLAN_CHANGED where a transaction of this step as it was before may still be included, or was */
async function assertNoneUnderWay(options: OnceOptions): Promise<void> {
  const { node, journal, step, part, fingerprint, anyway } = options;
  const other = anyway ? undefined : journal.other(step, part, fingerprint);
  if (other === undefined) return;
  const isOver = (await node.status()).height >= other.expiry;
  if (isOver && (await outcome(options, other)) === undefined) return;
  throw new CliError('CLI_PLAN_CHANGED', { got: step, was: other.id, place: journal.path });
}

/** Refusals that no later block takes back. */
const DEAD = new Set(['ADMIT_EXPIRED', 'ADMIT_NONCE', 'ADMIT_CHAIN']);

async function submit(node: NodeClient, { id, bytes }: BegunTransaction): Promise<string> {
  try {
    return await node.sendTransaction(fromHex(bytes.slice(2)));
  } catch (error) {
    // It waits already, or a block took it meanwhile.
    if (error instanceof NodeRefusal && error.nodeCode === 'MEMPOOL_DUPLICATE') return id;
    if (error instanceof NodeRefusal && (await node.receipt(id)) !== undefined) return id;
    throw error;
  }
}

/** Signs a new one and writes it down. */
async function begin(options: OnceOptions): Promise<BegunTransaction> {
  const { node, account, journal, step, part, fingerprint, call, genesisHash, gasPrice } = options;
  const { extraAccess, gasLimit, simulation } =
    options.gasLimit === undefined
      ? await preflight(node, account.text, [call])
      : { extraAccess: [], gasLimit: options.gasLimit, simulation: undefined };
  if (simulation !== undefined && simulation.status !== 'OK')
    throw simulationFailure(simulation, `${step} (${part})`);
  const expiry = (await node.status()).height + LIMITS.nonceExpiryBlocks;
  const bytes = buildTransaction(account, [call], {
    genesisHash: asHash32(fromNodeHex(genesisHash)),
    nonce: { kind: 'expiring', bytes: randomBytes(32), expiry },
    expiry,
    gasLimit,
    gasPrice,
    extraAccess,
  });
  const begun = {
    id: `0x${toHex(decodeTransaction(bytes).id)}`,
    bytes: `0x${toHex(bytes)}`,
    fingerprint,
    expiry,
  };
  await journal.write({ kind: 'begun', step, part, ...begun });
  return begun;
}
