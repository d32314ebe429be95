// A signed native transfer of one unit.
import { Writer } from '@weft/runtime/base/codec';
import { asHash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { signTransaction } from '@weft/runtime/types/transaction-codec';

/** Wire bytes; `from` and `to` are seeds. */
export function signedTransfer(
  genesis: Genesis,
  from: Uint8Array,
  to: Uint8Array,
  sequence: bigint,
): Uint8Array {
  const args = new Writer().fixed(ed25519Address(to), 32).u128(1n).finish();
  return signTransaction(
    {
      version: 1,
      genesisHash: asHash32(genesisHash(genesis)),
      sender: ed25519Address(from),
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [{ contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS.transfer.selector, args, value: 0n }],
      extraAccess: [],
    },
    from,
  );
}
