// Brings a chain to what a plan says. What is there already is left as it is: a step is done again only where the chain
// itself does not know it.
import { dirname, resolve } from 'node:path';
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256, sha256Domain } from '@weft/runtime/base/hash';
import type { Abi } from '@weft/runtime/types/abi';
import { contractAddress, encodeAddress } from '@weft/runtime/types/address';
import { codeKey } from '@weft/runtime/types/system';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { encodeArguments, initParameters } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Account } from '@weft/sdk/client/wallet';
import { buildArtifact } from '../artifact.js';
import { methodNamed } from '../contract-target.js';
import { recordDeployment } from '../deployments.js';
import { CliError } from '../errors.js';
import type { Output } from '../output.js';
import type { DeployPlan } from '../plan.js';
import { working } from '../progress.js';
import type { Connection } from '../session.js';
import type { Journal } from './journal.js';
import { orderSteps, type PlanStep, resolveArguments } from './order.js';
import { type OnceOptions, sendOnce } from './send-once.js';

export interface PlanRun {
  readonly plan: DeployPlan;
  /** Of the plan: what its paths are relative to. */
  readonly path: string;
  readonly connection: Connection;
  readonly account: Account;
  readonly journal: Journal;
  readonly output: Output;
  readonly gasPrice: bigint;
  /** Steps that may be done anew though they changed. */
  readonly replace: ReadonlySet<string>;
  /** Says what would be done, does nothing. */
  readonly dryRun: boolean;
}

export interface StepResult {
  readonly step: string;
  readonly state: 'kept' | 'done' | 'to do';
  readonly address?: string;
  readonly codeHash?: string;
  readonly transaction?: string;
}

/** Runs what is to be done, in order. @throws CLI_PLAN, CLI_PLAN_CHANGED, CLIENT_* */
export async function runPlan(run: PlanRun): Promise<readonly StepResult[]> {
  const steps = orderSteps(run.plan);
  const addresses = new Map<string, string>();
  const abis = new Map<string, Abi>();
  const results: StepResult[] = [];
  for (const step of steps) {
    const result =
      step.kind === 'contract'
        ? await contractStep(step, run, addresses, abis)
        : await callStep(step, run, addresses, abis);
    results.push(result);
    run.output.note(
      `${result.step}: ${result.state}${result.address === undefined ? '' : ` ${result.address}`}`,
    );
  }
  return results;
}

async function contractStep(
  { name, contract }: Extract<PlanStep, { kind: 'contract' }>,
  run: PlanRun,
  addresses: Map<string, string>,
  abis: Map<string, Abi>,
): Promise<StepResult> {
  const { account, connection, output } = run;
  const building = buildArtifact(resolve(dirname(run.path), contract.contract));
  const { wasm, abi } = await working(output, `building ${name}`, building);
  const init = encodeArguments(abi, initParameters(abi), resolveArguments(contract.args ?? {}, addresses));
  const value = contract.pay ?? 0n;
  const hash = codeHash(wasm);
  const fingerprint = fingerprintOf([name, account.text, toHex(hash), toHex(init), value.toString()]);
  // The address follows from everything the step says: what is there is what was meant.
  const salt = sha256Domain('weft/plan-salt/1', utf8(fingerprint));
  const address = encodeAddress(contractAddress(account.address, salt, hash));
  addresses.set(name, address);
  abis.set(name, abi);
  const result = { step: name, address, codeHash: `0x${toHex(hash)}` };
  assertUnchanged(name, fingerprint, run);
  if ((await connection.node.contract(address)) !== undefined) {
    // Also after a crash between the block and the journal.
    if (!run.dryRun) await remember(result, fingerprint, undefined, run);
    return { ...result, state: 'kept' };
  }
  if (run.dryRun) return { ...result, state: 'to do' };
  if (!(await hasCode(connection, hash)))
    await once(run, {
      step: name,
      part: 'upload',
      fingerprint: toHex(hash),
      // Code that is there twice is there once.
      anyway: true,
      call: uploadCall(wasm),
      gasLimit: UPLOAD_GAS.base + UPLOAD_GAS.byte * wasm.length,
    });
  const create = createContractCall(hash, salt, init, value);
  const located = await once(run, { step: name, part: 'create', fingerprint, call: create });
  const { transaction } = located.receipt;
  await remember(result, fingerprint, transaction, run);
  return { ...result, state: 'done', transaction };
}

async function callStep(
  { name, call }: Extract<PlanStep, { kind: 'call' }>,
  run: PlanRun,
  addresses: ReadonlyMap<string, string>,
  abis: ReadonlyMap<string, Abi>,
): Promise<StepResult> {
  const { account, journal, connection } = run;
  const address = addresses.get(call.on);
  const abi = abis.get(call.on);
  if (address === undefined || abi === undefined)
    throw new CliError('CLI_PLAN', { expected: 'a contract of the plan', got: call.on, place: name });
  const method = methodNamed(abi, call.method);
  const args = encodeArguments(abi, method.args, resolveArguments(call.args ?? {}, addresses));
  const value = call.pay ?? 0n;
  const fingerprint = fingerprintOf([
    name,
    account.text,
    address,
    call.method,
    toHex(args),
    value.toString(),
  ]);
  assertUnchanged(name, fingerprint, run);
  const done = journal.done(name);
  // On a development chain that went back, what was done may be undone.
  const undone =
    connection.status.dev && done?.id !== undefined && (await connection.node.receipt(done.id)) === undefined;
  if (done !== undefined && done.fingerprint === fingerprint && !undone) return { step: name, state: 'kept' };
  if (run.dryRun) return { step: name, state: 'to do' };
  const made = createCall(address, method.selector, args, value);
  const located = await once(run, { step: name, part: 'call', fingerprint, call: made });
  const { transaction } = located.receipt;
  await journal.write({ kind: 'done', step: name, fingerprint, id: transaction });
  return { step: name, state: 'done', transaction };
}

const UPLOAD_GAS = { base: 2_000_000, byte: 1_200 };

type Once = Pick<OnceOptions, 'step' | 'part' | 'fingerprint' | 'call'> &
  Partial<Pick<OnceOptions, 'anyway' | 'gasLimit'>>;

function once(run: PlanRun, sending: Once) {
  const { connection, account, journal, gasPrice, output, replace } = run;
  const { step, part } = sending;
  const { node, status } = connection;
  const sent = sendOnce({
    node,
    genesisHash: status.genesisHash,
    account,
    journal,
    gasPrice,
    anyway: replace.has(step),
    ...sending,
  });
  return working(output, `${step}: ${part}`, sent);
}

/** A plan that says something else than what was done is not carried out beside it unasked. */
function assertUnchanged(step: string, fingerprint: string, { journal, replace }: PlanRun): void {
  const done = journal.done(step);
  if (done === undefined || done.fingerprint === fingerprint || replace.has(step)) return;
  throw new CliError('CLI_PLAN_CHANGED', {
    got: step,
    was: done.address ?? done.id ?? 'done',
    place: journal.path,
  });
}

async function remember(
  {
    step,
    address,
    codeHash: hash,
  }: { readonly step: string; readonly address: string; readonly codeHash: string },
  fingerprint: string,
  id: string | undefined,
  { journal, connection, path }: PlanRun,
): Promise<void> {
  const done = journal.done(step);
  if (done?.fingerprint !== fingerprint || done.address !== address)
    await journal.write({
      kind: 'done',
      step,
      fingerprint,
      address,
      codeHash: hash,
      ...(id === undefined ? {} : { id }),
    });
  await recordDeployment(dirname(path), connection.status.genesisHash, step, { address, codeHash: hash });
}

async function hasCode({ transport }: Connection, hash: Uint8Array): Promise<boolean> {
  const stored = await transport.request('weft_getState', { key: `0x${toHex(codeKey(hash))}` });
  return stored !== null;
}

const fingerprintOf = (parts: readonly string[]): string => `0x${toHex(sha256(utf8(JSON.stringify(parts))))}`;
