// The rules a good's events are held against: what each breaks, and what it leaves the good as.
import { wrappingSub } from '@weft/sdk/assembly';
import { ADD, AGGREGATION, AS_INPUT, AS_OUTPUT, DELETE, Head, OBJECT, TraceEvent } from './event';

// Flags of a head. They are set, never cleared.
export const COMMISSIONED: u8 = 1;
export const DECOMMISSIONED: u8 = 2;
export const CONSUMED: u8 = 4;

// The rules, as bits of a finding.
export const DELETE_WITHOUT_ADD: u32 = 1;
export const ADDED_TWICE: u32 = 2;
export const ADDED_AFTER_USE: u32 = 4;
export const USED_AFTER_DELETE: u32 = 8;
export const CONSUMED_TWICE: u32 = 16;
export const USED_AFTER_CONSUMED: u32 = 32;
export const IN_OTHER_PARENT: u32 = 64;
export const NOT_IN_PARENT: u32 = 128;
export const BEFORE_HEAD: u32 = 256;
export const REPEATED: u32 = 512;
export const WRONG_CUSTODIAN: u32 = 1024;
export const ABOVE_YIELD: u32 = 2048;
export const PARENT_LOOP: u32 = 4096;

/** Born once, gone once, nothing in between missing, time forwards. */
export function lifeRules(event: TraceEvent, head: Head, role: u8): u32 {
  let broken: u32 = 0;
  const known = !head.last.isZero();
  const commissioned = (head.flags & COMMISSIONED) != 0;
  if (known && event.time < head.latest) broken |= BEFORE_HEAD;
  if (event.from.length > 0 && head.custodian.length > 0 && event.from != head.custodian) broken |= WRONG_CUSTODIAN;
  if ((head.flags & DECOMMISSIONED) != 0) broken |= USED_AFTER_DELETE;
  if ((head.flags & CONSUMED) != 0) broken |= role == AS_INPUT ? CONSUMED_TWICE : USED_AFTER_CONSUMED;
  const flags = flagsOf(event, role);
  if ((flags & COMMISSIONED) != 0) {
    if (commissioned) broken |= ADDED_TWICE;
    else if (known) broken |= ADDED_AFTER_USE;
  }
  if ((flags & DECOMMISSIONED) != 0 && !commissioned) broken |= DELETE_WITHOUT_ADD;
  return broken;
}

/** In one container at a time, out of the one it is in. */
export function containerRules(event: TraceEvent, inside: string): u32 {
  if (event.parents.length == 0) return 0;
  const there = inside == event.parents[0];
  if (event.action == DELETE) return there ? 0 : NOT_IN_PARENT;
  if (there) return event.action == ADD ? ADDED_TWICE : 0;
  return inside.length > 0 ? IN_OTHER_PARENT : 0;
}

/** Where a packing event leaves a good that was inside a container (or in none). */
export function containerAfter(event: TraceEvent, inside: string): string {
  if (event.action == ADD) return event.parents[0];
  return event.action == DELETE && inside == event.parents[0] ? '' : inside;
}

/** A packing: from then on its goods are in its parent. */
export function fills(event: TraceEvent): bool {
  return event.kind == AGGREGATION && event.action == ADD && !event.correction;
}

/** Whether a good is the parent, or one of the first `depth` ancestors. */
export function isAbove(event: TraceEvent, epc: string, depth: i32): bool {
  if (epc == event.parents[0]) return true;
  for (let i = 0; i < depth; i++) if (epc == event.ancestors[i]) return true;
  return false;
}

/** An unpacking that names no goods takes all of them out. */
export function empties(event: TraceEvent): bool {
  return event.kind == AGGREGATION && event.action == DELETE && event.goods.length == 0;
}

/** The flags an event gives a good. */
export function flagsOf(event: TraceEvent, role: u8): u8 {
  if (role == AS_OUTPUT) return COMMISSIONED;
  if (role == AS_INPUT) return CONSUMED;
  if (event.kind != OBJECT) return 0;
  if (event.action == ADD) return COMMISSIONED;
  return event.action == DELETE ? DECOMMISSIONED : 0;
}

export function nameOfFirst(rules: u32): string {
  switch (rules & wrappingSub<u32>(0, rules)) {
    case DELETE_WITHOUT_ADD:
      return 'DELETE_WITHOUT_ADD';
    case ADDED_TWICE:
      return 'ADDED_TWICE';
    case ADDED_AFTER_USE:
      return 'ADDED_AFTER_USE';
    case USED_AFTER_DELETE:
      return 'USED_AFTER_DELETE';
    case CONSUMED_TWICE:
      return 'CONSUMED_TWICE';
    case USED_AFTER_CONSUMED:
      return 'USED_AFTER_CONSUMED';
    case IN_OTHER_PARENT:
      return 'IN_OTHER_PARENT';
    case NOT_IN_PARENT:
      return 'NOT_IN_PARENT';
    case BEFORE_HEAD:
      return 'BEFORE_HEAD';
    case WRONG_CUSTODIAN:
      return 'WRONG_CUSTODIAN';
    case PARENT_LOOP:
      return 'PARENT_LOOP';
    case ABOVE_YIELD:
      return 'ABOVE_YIELD';
    default:
      return 'REPEATED';
  }
}
