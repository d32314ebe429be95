// `weft tx`: a transaction made in one place, signed in others (offline, one key after the other), sent from any.
import { readFile, writeFile } from 'node:fs/promises';
import { asHash32, decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import type { TransactionBody } from '@weft/runtime/types/transaction';
import { encodeArguments } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import { preflight } from '@weft/sdk/client/preflight';
import {
  bodyOf,
  createSigningRequest,
  finishRequest,
  mergeRequests,
  missingSignatures,
  parseSigningRequest,
  type SigningRequest,
  signRequest,
} from '@weft/sdk/client/signing-request';
import { type Account, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { findContract, methodNamed } from '../contract-target.js';
import { CliError } from '../errors.js';
import { createKeystore, storedAccount } from '../keys/keystore.js';
import { readPassword } from '../keys/secrets.js';
import { assertCurrent, signatoryOf } from '../keys/signers.js';
import { parseArguments } from '../method-arguments.js';
import { addCommand, addGroup, parseAmount, parseIndex, shared, withAccount, withNode } from '../options.js';
import type { Output } from '../output.js';
import { working } from '../progress.js';
import { connect } from '../session.js';

const EXPIRY_BLOCKS = 1_000;

interface CreateOptions {
  readonly out: string;
  readonly pay?: bigint;
  readonly payer?: string;
  readonly gasLimit?: number;
  readonly gasPrice?: bigint;
  readonly lane?: number;
  readonly expiryBlocks: number;
}

export function addTx(program: Command): void {
  const tx = addGroup(program, 'tx', ABOUT.tx);
  addCreate(tx);
  addShow(tx);
  addSign(tx);
  addMerge(tx);
  addSend(tx);
}

function addCreate(tx: Command): void {
  const command = addCommand(
    tx,
    'create <contract> <method> [arguments...]',
    'write a transaction of an account, a key or a policy, to be signed',
  );
  withAccount(withNode(command))
    .usage('<contract> <method> [--argument value ...] --out <file>')
    .allowUnknownOption()
    .requiredOption('--out <file>', 'where the request goes')
    .option('--payer <name>', 'key or policy that pays the fee in place of the account, and signs too')
    .option('--pay <amount>', 'native units sent along', parseAmount)
    .option('--gas-limit <gas>', 'most it may use (default: what a simulation needs)', parseIndex)
    .option('--gas-price <units>', 'native units a gas (default: 1)', parseAmount)
    .option('--lane <n>', 'nonce lane, 0 to 15 (default: 0)', parseIndex)
    .option('--expiry-blocks <n>', 'blocks it stays valid', parseIndex, EXPIRY_BLOCKS)
    .action(
      async (contract: string, name: string, words: string[], options: CreateOptions, command: Command) => {
        const { output, network } = shared(command);
        const target = await network();
        const { transport, node, status } = await connect(target);
        const sender = await signatoryOf(target.account, status);
        const payer = options.payer === undefined ? undefined : await signatoryOf(options.payer, status);
        for (const one of payer === undefined ? [sender] : [sender, payer])
          await assertCurrent(transport, one);
        const found = await findContract(node, status, contract);
        const method = methodNamed(found.abi, name);
        const args = encodeArguments(found.abi, method.args, parseArguments(found.abi, method.args, words));
        const call = createCall(found.address, method.selector, args, options.pay ?? 0n);
        const checked = await preflight(node, sender.address, [call], {
          signatures: sender.signatures + (payer?.signatures ?? 0),
          authorisationBytes: sender.authorisationBytes + (payer?.authorisationBytes ?? 0),
        });
        if (checked.simulation.status !== 'OK')
          output.note(`as things are now it would end ${checked.simulation.status}`);
        const lane = options.lane ?? 0;
        const body: TransactionBody = {
          version: 1,
          genesisHash: asHash32(fromNodeHex(status.genesisHash)),
          sender: decodeAddress(sender.address),
          payer: payer === undefined ? undefined : decodeAddress(payer.address),
          nonce: { kind: 'lane', lane, sequence: await node.nextSequence(sender.address, lane) },
          gasLimit: options.gasLimit ?? checked.gasLimit,
          gasPrice: options.gasPrice ?? 1n,
          expiry: status.height + options.expiryBlocks,
          calls: [call],
          extraAccess: checked.extraAccess,
        };
        const request = createSigningRequest(status.chainName, body, sender.signer, payer?.signer);
        await write(options.out, request, true);
        report(request, output, `${options.out}: `);
      },
    );
}

function addShow(tx: Command): void {
  addCommand(tx, 'show <file>', 'what a request would do, and who has still to sign').action(
    async (file: string, _options: unknown, command: Command) => {
      report(await read(file), shared(command).output);
    },
  );
}

function addSign(tx: Command): void {
  withAccount(addCommand(tx, 'sign <file>', 'add the signature of a key; no node is asked'))
    .option('--out <file>', 'where the signed request goes (default: the same file)')
    .action(async (file: string, options: { account?: string; out?: string }, command: Command) => {
      const { output } = shared(command);
      const request = await read(file);
      if (!output.json) output.note(describe(request));
      const signed = signRequest(request, await signerNamed(options.account ?? '0'));
      await write(options.out ?? file, signed);
      report(signed, output, `${options.out ?? file}: `, false);
    });
}

function addMerge(tx: Command): void {
  addCommand(tx, 'merge <files...>', 'put the signatures of copies of one request together')
    .requiredOption('--out <file>', 'where the whole request goes')
    .action(async (files: string[], options: { out: string }, command: Command) => {
      const [first, ...others] = await Promise.all(files.map(read));
      const merged = mergeRequests(first!, ...others);
      await write(options.out, merged);
      report(merged, shared(command).output, `${options.out}: `, false);
    });
}

function addSend(tx: Command): void {
  withNode(
    addCommand(tx, 'send <file>', 'send a request that nothing is missing from, and wait for its block'),
  ).action(async (file: string, _options: unknown, command: Command) => {
    const { output, network } = shared(command);
    const wire = finishRequest(await read(file));
    const { node } = await connect(await network());
    const id = await node.sendTransaction(wire);
    const { height, receipt } = await working(output, 'waiting for a block', node.waitForReceipt(id));
    const { transaction, status, gasUsed, paid } = receipt;
    if (status !== 'OK')
      throw new CliError('CLI_TRANSACTION_FAILED', { got: status, transaction, height, gasUsed });
    output.result(
      { transaction, height, gasUsed, paid },
      `included in block ${height}, gas ${gasUsed}\ntransaction ${transaction}`,
    );
  });
}

/** A development account signs by number: its key is public. @throws CLI_KEY_*, CLI_SECRET */
async function signerNamed(name: string): Promise<Account> {
  if (/^\d+$/.test(name))
    return accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, parseIndex(name))[0] as Account;
  const store = createKeystore();
  const key = await store.show(name);
  return storedAccount(key, await store.open(name, await readPassword(`Password of ${name}: `)));
}

async function read(file: string): Promise<SigningRequest> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError('CLI_FILE', { place: file }, error);
  }
  return parseSigningRequest(text);
}

/** `fresh`: the file must not exist. */
async function write(file: string, request: SigningRequest, fresh = false): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(request, undefined, 2)}\n`, { flag: fresh ? 'wx' : 'w' });
  } catch (error) {
    throw new CliError('CLI_FILE', { place: file }, error);
  }
}

function report(request: SigningRequest, output: Output, before = '', whole = true): void {
  const missing = missingSignatures(request);
  const rest = missing.map(({ role, count, keys }) => `${count} more for the ${role}, of ${keys.join(', ')}`);
  const state = rest.length === 0 ? 'every signature is there' : `missing: ${rest.join('; ')}`;
  output.result({ ...plain(request), missing }, `${whole ? `${describe(request)}\n` : ''}${before}${state}`);
}

function plain(request: SigningRequest) {
  const { sender, payer, nonce, gasLimit, gasPrice, expiry, calls, extraAccess } = bodyOf(request);
  return {
    chainName: request.chainName,
    sender: encodeAddress(sender),
    payer: payer === undefined ? null : encodeAddress(payer),
    nonce: nonce.kind === 'lane' ? `lane ${nonce.lane}, ${nonce.sequence}` : 'expiring',
    gasLimit,
    gasPrice: `${gasPrice}`,
    expiry,
    calls: calls.map(({ contract, selector, args, value }) => ({
      contract: encodeAddress(contract),
      selector: `0x${selector.toString(16).padStart(8, '0')}`,
      args: `0x${Buffer.from(args).toString('hex')}`,
      value: `${value}`,
    })),
    extraAccess: extraAccess.length,
  };
}

function describe(request: SigningRequest): string {
  const { chainName, sender, payer, nonce, gasLimit, gasPrice, expiry, calls, extraAccess } = plain(request);
  return [
    `chain ${chainName}`,
    `from ${sender}${payer === null ? '' : `, paid by ${payer}`}`,
    `nonce ${nonce}, valid to block ${expiry}, at most ${gasLimit} gas at ${gasPrice}`,
    ...calls.map(
      ({ contract, selector, args, value }) =>
        `call ${contract} ${selector} ${args}${value === '0' ? '' : `, ${value} native units along`}`,
    ),
    ...(extraAccess === 0 ? [] : [`${extraAccess} keys of extra access`]),
  ].join('\n');
}
