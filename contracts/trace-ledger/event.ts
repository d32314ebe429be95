// What an EPCIS event is on the ledger, and what the ledger keeps of events and goods.
import { Address, Hash } from '@weft/sdk/assembly';

// Kinds and actions, in the order of EPCIS 2.0 §7.4; `NONE` is the action of transformations.
export const AGGREGATION: u8 = 1;
export const TRANSFORMATION: u8 = 3;
export const ASSOCIATION: u8 = 4;
export const OBJECT: u8 = 0;
export const ADD: u8 = 0;
export const OBSERVE: u8 = 1;
export const DELETE: u8 = 2;
export const NONE: u8 = 3;

// What a good is in an event.
export const AS_GOOD: u8 = 0;
export const AS_PARENT: u8 = 1;
export const AS_INPUT: u8 = 2;
export const AS_OUTPUT: u8 = 3;

/** A thing an event is about: an instance, or a lot (a class of goods), of which any amount may be about. */
@struct
export class Good {
  epc: string;
  lot: bool;
}

/**
 * One EPCIS event: its CBV 2.0 hash, and the dimensions rules are about. `from`, `to`: the possessing parties it names.
 * `ancestors`, of a packing: the container the parent is in, the one that is in, and so on; the ledger checks them.
 * Amounts are sums of a transformation in 1/1,000 of its one unit; 0 where it has none, or several.
 */
@struct
export class TraceEvent {
  id: Hash;
  kind: u8;
  action: u8;
  correction: bool;
  time: u64;
  document: Hash;
  goods: Good[];
  parents: string[];
  formerParents: string[];
  ancestors: string[];
  inputs: Good[];
  outputs: Good[];
  bizStep: string;
  disposition: string;
  readPoint: string;
  bizLocation: string;
  from: string;
  to: string;
  inputAmount: u64;
  outputAmount: u64;
}

/**
 * An event as recorded. For each parent, good, input and output, in this order: the event before in its chain (none:
 * 32 zero bytes), and the rules it breaks.
 */
@struct
export class Entry {
  recorder: Address;
  recordedAt: u64;
  trace: TraceEvent;
  previous: Hash[];
  findings: u32[];
  aboveYield: bool;
}

/** Of an event, for contracts: unknown ones are not sound, and have no recorder. */
@struct
export class Proof {
  sound: bool;
  recorder: Address;
  kind: u8;
  bizStep: string;
  time: u64;
  goods: u32;
}

/** Where a good stands: its last event, the latest time of any, the container it is in at which filling, who has it. */
@struct
export class Head {
  last: Hash;
  latest: u64;
  flags: u8;
  container: string;
  containerFilling: u32;
  filling: u32;
  custodian: string;
}

/** The recorder of an event says that it is wrong. */
@struct
export class Correction {
  reason: string;
  by: Hash;
  correctedAt: u64;
}
