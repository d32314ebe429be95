// A supply chain's memory: GS1 EPCIS 2.0 events. Every good (EPC) has a head of its own, so events about different
// goods never wait for each other. What contradicts a good's history is a finding, stored with the event.
import {
  Accumulator,
  Address,
  caller,
  emit,
  ensure,
  Hash,
  height,
  Map,
  Map2,
  revert,
  u128,
  Value,
} from '@weft/sdk/assembly';
import {
  ADD,
  AGGREGATION,
  AS_GOOD,
  AS_INPUT,
  AS_OUTPUT,
  AS_PARENT,
  ASSOCIATION,
  Correction,
  Entry,
  Head,
  NONE,
  OBJECT,
  OBSERVE,
  Proof,
  TraceEvent,
  TRANSFORMATION,
} from './event';
import {
  ABOVE_YIELD,
  CONSUMED,
  containerAfter,
  containerRules,
  DECOMMISSIONED,
  empties,
  fills,
  flagsOf,
  isAbove,
  lifeRules,
  nameOfFirst,
  PARENT_LOOP,
  REPEATED,
} from './rules';

/** A finding about the event as a whole. */
const THE_EVENT: string = '';

@event
class EventRecorded {
  @indexed id: Hash;
  @indexed recorder: Address;
  kind: u8;
  action: u8;
  time: u64;
  findings: u32;
}

/** A good is with another party now. */
@event
class CustodyChanged {
  @indexed epc: string;
  @indexed to: string;
  id: Hash;
}
@event
class Corrected {
  @indexed id: Hash;
  by: Hash;
  reason: string;
}
/** What a recorder's transformations of a business step may give at most, in 1/1,000 of their inputs. */
@event
class YieldDeclared {
  @indexed recorder: Address;
  bizStep: string;
  perMille: u64;
}

/** The rules one good breaks in one event; of the event as a whole: no EPC. */
@event
class Finding {
  @indexed id: Hash;
  @indexed epc: string;
  rules: u32;
}

/** Strict mode: the first rule a good breaks. */
@error
class RuleBroken {
  rule: string;
  epc: string;
}
@error
class AlreadyRecorded {
  id: Hash;
}
@error
class NotRecorded {
  id: Hash;
}
/** Only who recorded an event corrects it. */
@error
class NotRecorder {
  id: Hash;
}
@error
class AlreadyCorrected {
  id: Hash;
}
/** Not an EPCIS event: the field that is wrong. */
@error
class BadEvent {
  field: string;
}

@contract
export class TraceLedger {
  strict: Value<bool>;
  entries: Map<Hash, Entry>;
  heads: Map<string, Head>;
  corrections: Map<Hash, Correction>;
  yields: Map2<Address, string, u64>;
  eventTotal: Accumulator<u64>;
  findingTotal: Accumulator<u64>;

  /** A strict ledger refuses events that break a rule, any other records them with their findings. */
  @init
  init(strict: bool): void {
    this.strict.set(strict);
  }

  /** Records an event; the rules it breaks, those of all goods together. */
  @call
  record(event: TraceEvent): u32 {
    checkForm(event);
    ensure(!this.entries.has(event.id), new AlreadyRecorded(event.id));
    const entry = new Entry(caller(), height(), event, [], [], false);
    let filling: u32 = 0;
    for (let i = 0; i < event.parents.length; i++) {
      this.touch(entry, event.parents[i], false, AS_PARENT, 0);
      filling = this.heads.get(event.parents[i]).filling;
    }
    const depth = fills(event) ? this.depthOf(event) : 0;
    for (let i = 0; i < event.goods.length; i++) {
      this.touch(entry, event.goods[i].epc, event.goods[i].lot, AS_GOOD, filling, depth);
    }
    for (let i = 0; i < event.inputs.length; i++) {
      this.touch(entry, event.inputs[i].epc, event.inputs[i].lot, AS_INPUT, 0);
    }
    for (let i = 0; i < event.outputs.length; i++) {
      this.touch(entry, event.outputs[i].epc, event.outputs[i].lot, AS_OUTPUT, 0);
    }
    entry.aboveYield = event.inputAmount != 0 && !event.correction && this.isAboveYield(event);
    this.entries.set(event.id, entry);
    this.eventTotal.add(1);
    let rules: u32 = 0;
    let count: u64 = 0;
    if (entry.aboveYield) {
      rules = ABOVE_YIELD;
      count = 1;
      this.report(event.id, THE_EVENT, ABOVE_YIELD);
    }
    for (let i = 0; i < entry.findings.length; i++) {
      rules |= entry.findings[i];
      count += popcnt(entry.findings[i]);
    }
    if (count != 0) this.findingTotal.add(count);
    emit(new EventRecorded(event.id, caller(), event.kind, event.action, event.time, rules));
    return rules;
  }

  /** Says that an event of one's own is wrong, once; `by`: the event that is right instead, or zeros. */
  @call
  correct(id: Hash, reason: string, by: Hash): void {
    ensure(this.entries.has(id), new NotRecorded(id));
    ensure(this.entries.get(id).recorder == caller(), new NotRecorder(id));
    ensure(!this.corrections.has(id), new AlreadyCorrected(id));
    ensure(by != id, new BadEvent('by'));
    this.corrections.set(id, new Correction(reason, by, height()));
    emit(new Corrected(id, by, reason));
  }

  /** Declares what one's own transformations of a business step give at most, in 1/1,000 of their inputs; 0: anything. */
  @call
  @maxBytes('bizStep', 256)
  declareYield(bizStep: string, perMille: u64): void {
    this.yields.set(caller(), bizStep, perMille);
    emit(new YieldDeclared(caller(), bizStep, perMille));
  }

  /** Of an event that was corrected; the others have none, with `correctedAt` 0. */
  @view
  correctionOf(id: Hash): Correction {
    return this.corrections.get(id);
  }

  /** Whether an event is recorded, uncorrected, and breaks no rule. */
  @view
  isSound(id: Hash): bool {
    if (!this.entries.has(id) || this.corrections.has(id)) return false;
    const entry = this.entries.get(id);
    for (let i = 0; i < entry.findings.length; i++) if (entry.findings[i] != 0) return false;
    return !entry.aboveYield;
  }

  /** What happened, by whose word, and whether it stands: for contracts that act on events. */
  @view
  proofOf(id: Hash): Proof {
    const entry = this.entries.get(id);
    const event = entry.trace;
    const goods = event.goods.length + event.outputs.length;
    return new Proof(this.isSound(id), entry.recorder, event.kind, event.bizStep, event.time, goods);
  }

  @view
  yieldOf(recorder: Address, bizStep: string): u64 {
    return this.yields.get(recorder, bizStep);
  }

  /** Where a good stands; an unknown one has no last event (32 zero bytes). */
  @view
  head(epc: string): Head {
    return this.heads.get(epc);
  }

  @view
  eventOf(id: Hash): Entry {
    ensure(this.entries.has(id), new NotRecorded(id));
    return this.entries.get(id);
  }

  @view
  eventCount(): u64 {
    return this.eventTotal.get();
  }

  /** Rules broken, each counted once per good and event. */
  @view
  findingCount(): u64 {
    return this.findingTotal.get();
  }

  @view
  isStrict(): bool {
    return this.strict.get();
  }

  /** Puts the event at the end of one good's chain and notes what it breaks there. */
  private touch(entry: Entry, epc: string, lot: bool, role: u8, filling: u32, depth: i32 = 0): void {
    const event = entry.trace;
    ensure(epc.length > 0, new BadEvent('epc'));
    const head = this.heads.get(epc);
    if (head.last == event.id) {
      entry.previous.push(Hash.zero());
      this.note(entry, epc, lot ? 0 : REPEATED);
      return;
    }
    entry.previous.push(head.last);
    const latest = event.time > head.latest ? event.time : head.latest;
    if (lot || event.correction) {
      head.last = event.id;
      head.latest = latest;
      this.heads.set(epc, head);
      this.note(entry, epc, 0);
      return;
    }
    const packs = event.kind == AGGREGATION && role == AS_GOOD;
    const inside = packs ? this.containerOf(event, head, filling) : head.container;
    const flags = head.flags | flagsOf(event, role);
    const gone = (flags & (DECOMMISSIONED | CONSUMED)) != 0;
    const loops = packs && fills(event) && isAbove(event, epc, depth);
    const next = gone ? '' : packs && !loops ? containerAfter(event, inside) : inside;
    const nextFilling = packs && event.action == ADD && !loops ? filling : head.containerFilling;
    const emptied = role == AS_PARENT && empties(event) ? head.filling + 1 : head.filling;
    const custodian = event.to.length > 0 ? event.to : head.custodian;
    if (custodian != head.custodian) emit(new CustodyChanged(epc, custodian, event.id));
    this.heads.set(epc, new Head(event.id, latest, flags, next, nextFilling, emptied, custodian));
    this.note(entry, epc, lifeRules(event, head, role) | (loops ? PARENT_LOOP : packs ? containerRules(event, inside) : 0));
  }

  /** How many of the ancestors the parent is inside of, having checked that they are those the ledger knows. */
  private depthOf(event: TraceEvent): i32 {
    let container = '';
    let filling: u32 = 0;
    for (let i = 0; i < event.parents.length; i++) {
      const head = this.heads.get(event.parents[i]);
      container = head.container;
      filling = head.containerFilling;
    }
    let depth = 0;
    for (let i = 0; i < event.ancestors.length; i++) {
      const head = this.heads.get(event.ancestors[i]);
      ensure(container.length > 0 && event.ancestors[i] == container, new BadEvent('ancestors'));
      // Emptied since: the parent is in nothing any more.
      if (head.filling != filling) container = '';
      else {
        depth++;
        container = head.container;
        filling = head.containerFilling;
      }
    }
    ensure(container.length == 0, new BadEvent('ancestors'));
    return depth;
  }

  private isAboveYield(event: TraceEvent): bool {
    const perMille = this.yields.get(caller(), event.bizStep);
    if (perMille == 0) return false;
    return u128.from(event.outputAmount) * u128.from(1000) > u128.from(event.inputAmount) * u128.from(perMille);
  }

  /** The container a good is in, or none if it was emptied since: an emptied container counts its fillings. */
  private containerOf(event: TraceEvent, head: Head, filling: u32): string {
    if (event.parents.length > 0 && event.parents[0] == head.container) {
      return filling == head.containerFilling ? head.container : '';
    }
    for (let i = 0; i < event.formerParents.length; i++) {
      const former = this.heads.get(event.formerParents[i]);
      if (event.formerParents[i] == head.container && former.filling != head.containerFilling) return '';
    }
    return head.container;
  }

  private note(entry: Entry, epc: string, rules: u32): void {
    entry.findings.push(rules);
    if (rules != 0) this.report(entry.trace.id, epc, rules);
  }

  private report(id: Hash, epc: string, rules: u32): void {
    if (this.strict.get()) revert(new RuleBroken(nameOfFirst(rules), epc));
    emit(new Finding(id, epc, rules));
  }
}

/** What EPCIS 2.0 fixes for each kind of event. */
function checkForm(event: TraceEvent): void {
  const transforms = event.kind == TRANSFORMATION;
  ensure(!event.id.isZero(), new BadEvent('id'));
  ensure(event.kind <= ASSOCIATION, new BadEvent('kind'));
  ensure(event.action <= NONE && transforms == (event.action == NONE), new BadEvent('action'));
  ensure(event.parents.length <= (transforms || event.kind == OBJECT ? 0 : 1), new BadEvent('parents'));
  const parentNeeded = event.kind == ASSOCIATION || (event.kind == AGGREGATION && event.action != OBSERVE);
  ensure(!parentNeeded || event.parents.length == 1, new BadEvent('parents'));
  ensure(!transforms || event.goods.length == 0, new BadEvent('goods'));
  ensure(transforms || event.inputs.length == 0, new BadEvent('inputs'));
  ensure(transforms || event.outputs.length == 0, new BadEvent('outputs'));
}
