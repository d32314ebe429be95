// Which events somebody asks for, in subscriptions and in history alike.
import { bytesEqual } from '../base/bytes.js';
import type { ContractEvent } from './receipt.js';

/** Absent parts match all. */
export interface EventFilter {
  readonly contract?: Uint8Array | undefined;
  /** 8 bytes. */
  readonly event?: Uint8Array | undefined;
  /** By place: the values a topic may have; empty or absent: any. */
  readonly topics?: readonly (readonly Uint8Array[])[] | undefined;
}

export function matchesEvent({ contract, event, topics = [] }: EventFilter, one: ContractEvent): boolean {
  if (contract !== undefined && !bytesEqual(contract, one.contract)) return false;
  if (event !== undefined && !bytesEqual(event, one.event)) return false;
  return topics.every((values, place) => {
    if (values.length === 0) return true;
    const topic = one.topics[place];
    return topic !== undefined && values.some((value) => bytesEqual(value, topic));
  });
}
