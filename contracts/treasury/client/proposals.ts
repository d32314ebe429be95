// Ids of proposals, as the contract computes them: owners confirm an id, whoever executes brings what it stands for.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeAddress } from '@weft/runtime/types/address';

/** What owners may agree to. Addresses are text; `salt` (32 bytes) tells equal proposals apart. */
export type Proposal =
  | {
      readonly kind: 'call';
      readonly target: string;
      /** Of `encodePayload`. */
      readonly payload: Uint8Array;
      readonly value: bigint;
      readonly salt: Uint8Array;
    }
  | { readonly kind: 'pay'; readonly to: string; readonly amount: bigint; readonly salt: Uint8Array }
  | {
      readonly kind: 'owners';
      readonly epoch: bigint;
      readonly owners: readonly string[];
      readonly threshold: bigint;
    }
  | { readonly kind: 'limit'; readonly asset: string; readonly daily: bigint; readonly salt: Uint8Array };

/** The id of a proposal, 32 bytes. */
export function proposalId(proposal: Proposal): Uint8Array {
  const subject = new Writer().string(proposal.kind);
  const writer = new Writer();
  switch (proposal.kind) {
    case 'call':
      subject.fixed(decodeAddress(proposal.target), 32).bytes(proposal.payload);
      writer.fixed(sha256(subject.finish()), 32).u128(proposal.value).fixed(proposal.salt, 32);
      break;
    case 'pay':
      subject.fixed(decodeAddress(proposal.to), 32);
      writer.fixed(sha256(subject.finish()), 32).u128(proposal.amount).fixed(proposal.salt, 32);
      break;
    case 'limit':
      subject.fixed(decodeAddress(proposal.asset), 32);
      writer.fixed(sha256(subject.finish()), 32).u128(proposal.daily).fixed(proposal.salt, 32);
      break;
    case 'owners':
      subject.u64(proposal.epoch);
      writer.fixed(sha256(subject.finish()), 32).u32(proposal.owners.length);
      for (const owner of proposal.owners) writer.fixed(decodeAddress(owner), 32);
      writer.u64(proposal.threshold);
  }
  return sha256(writer.finish());
}

/** The day a payment within the limit names: days since the epoch of a time in ms, UTC. */
export function dayOf(time: number): bigint {
  return BigInt(Math.floor(time / 86_400_000));
}
