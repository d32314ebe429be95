// Signed native transfers between a few fixed accounts of a development chain: the plainest transactions there are.
import { Writer } from '@weft/runtime/base/codec';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis, Parameters } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call, TransactionBody } from '@weft/runtime/types/transaction';

/** Ed25519 seed of account `index`. */
export function seedOf(index: number): Uint8Array {
  return new Uint8Array(32).fill(index + 1);
}

export function addressOf(index: number): Address {
  return ed25519Address(seedOf(index));
}

/** Accounts 0 to 3 hold 10^12 each; account 4 holds nothing. */
export function testGenesis(parameters: Partial<Parameters> = {}, chainName = 'weft-test'): Genesis {
  const accounts = [0, 1, 2, 3].map(addressOf);
  return developmentGenesis({ accounts, balance: 10n ** 12n, chainName, parameters });
}

export function transferCall(to: Address, amount: bigint): Call {
  const args = new Writer().fixed(to, 32).u128(amount).finish();
  return { contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS.transfer.selector, args, value: 0n };
}

export interface TransferOptions extends Partial<TransactionBody> {
  /** Account index; default 0. */
  readonly from?: number;
  /** Account index; default 1. */
  readonly to?: number;
  readonly amount?: bigint;
  /** Of lane 0; default 0. */
  readonly sequence?: bigint;
  /** Signs in the place of `from`. */
  readonly signer?: number;
  /** Account index of the payer. */
  readonly payerIndex?: number;
}

/** Wire bytes of a transfer of 5 units with a gas limit of 300,000, valid for 1,000 heights unless told otherwise. */
export function transfer(genesis: Genesis, options: TransferOptions = {}): Uint8Array {
  const { from = 0, to = 1, amount = 5n, sequence = 0n, signer = from, payerIndex, ...rest } = options;
  const body: TransactionBody = {
    version: 1,
    genesisHash: genesisHash(genesis) as Hash32,
    sender: addressOf(from),
    payer: payerIndex === undefined ? undefined : addressOf(payerIndex),
    nonce: { kind: 'lane', lane: 0, sequence },
    gasLimit: payerIndex === undefined ? 300_000 : 400_000,
    gasPrice: 1n,
    expiry: 1000,
    calls: [transferCall(addressOf(to), amount)],
    extraAccess: [],
    ...rest,
  };
  return signTransaction(body, seedOf(signer), payerIndex === undefined ? undefined : seedOf(payerIndex));
}
