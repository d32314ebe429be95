// A signed native transfer of one unit.
import { Writer } from '@weft/runtime/base/codec';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';

/** Wire bytes; `from` and `to` are addresses, `seed` is the sender's. */
export function signedTransfer(
  genesisHash: Hash32,
  { seed, from, to }: { readonly seed: Uint8Array; readonly from: Address; readonly to: Address },
  sequence: bigint,
): Uint8Array {
  const args = new Writer().fixed(to, 32).u128(1n).finish();
  return signTransaction(
    {
      version: 1,
      genesisHash,
      sender: from,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [{ contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS.transfer.selector, args, value: 0n }],
      extraAccess: [],
    },
    seed,
  );
}
