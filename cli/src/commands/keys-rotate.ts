// `weft keys rotate`: the account stays, who signs for it changes. The new key is on disk before anything is sent, and the
// old one stays until somebody removes it.
import { fromHex } from '@weft/runtime/base/bytes';
import { createSession, type Session } from '@weft/sdk/client/session';
import { setAuthorisationCall } from '@weft/sdk/client/system-abi';
import { createMnemonic } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { createKeystore, type Keystore, type StoredKey, storedAccount } from '../keys/keystore.js';
import { readPassword } from '../keys/secrets.js';
import { recordedSigner, signatoryOf } from '../keys/signers.js';
import { addCommand, shared, withNode } from '../options.js';
import { working } from '../progress.js';
import { connect } from '../session.js';

export function addRotate(keys: Command): void {
  withNode(
    addCommand(keys, 'rotate <name>', 'have another key, or a policy, sign for an account from now on'),
  )
    .option('--to <policy>', 'a policy of `weft keys threshold`, in place of a new key')
    .action(async (name: string, options: { to?: string }, command: Command) => {
      const { output, network } = shared(command);
      const { transport, node, status } = await connect(await network());
      const store = createKeystore();
      const key = await store.show(name);
      const password = await readPassword(`Password of ${name}: `);
      const session = createSession(node, storedAccount(key, await store.open(name, password)));
      if (options.to !== undefined) {
        const { signer } = await signatoryOf(options.to, status);
        await working(output, 'waiting for a block', setSigner(session, signer.scheme, signer.key));
        return output.result(
          { address: key.address, policy: options.to },
          `${key.address} is signed for by ${options.to} from the next block on`,
        );
      }
      const next = await nextKey(store, key, password);
      const recorded = await recordedSigner(transport, key.address);
      // An earlier attempt may have got as far as the chain.
      if (recorded?.key !== next.publicKey)
        await working(output, 'waiting for a block', setSigner(session, 0, next.publicKey));
      const before = await freeName(store, `${name}-before`);
      await store.rename(name, before, password);
      const rotated = await store.rename(next.name, name, password);
      output.result(
        { ...rotated, before },
        `${name} signs for ${key.address} with a new key from the next block on; the old key is kept as ${before}`,
      );
      output.note(`\`weft keys show ${name} --reveal\` shows the words to write down`);
    });
}

/** The key to come: kept under a name of its own until the chain has it. An interrupted rotation goes on with its key. */
async function nextKey(store: Keystore, { name, address }: StoredKey, password: string): Promise<StoredKey> {
  const coming = `${name}-next`;
  const known = (await store.list()).find((one) => one.name === coming);
  if (known?.address === address) return known;
  return store.add(coming, { kind: 'mnemonic', mnemonic: createMnemonic(), index: 0 }, password, address);
}

async function setSigner(session: Session, scheme: number, key: string): Promise<void> {
  const call = setAuthorisationCall(scheme, fromHex(key.slice(2)));
  const { receipt, height } = await session.send([call], { preflight: true });
  if (receipt.status === 'OK') return;
  throw new CliError('CLI_TRANSACTION_FAILED', {
    got: receipt.status,
    transaction: receipt.transaction,
    height,
  });
}

async function freeName(store: Keystore, name: string): Promise<string> {
  const taken = new Set((await store.list()).map((one) => one.name));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
