// From EPCIS documents to what TraceLedger's `record` takes: the event's dimensions, its hash, the hash of its document.
// Sizes are checked here, before anything is signed.
import { utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { Value } from '@weft/sdk/client/values';
import { Containment } from './containment.js';
import { type EpcisEvent, type EpcisGood, parseEpcisDocument } from './epcis.js';
import { EpcisError } from './errors.js';
import { eventHash } from './event-hash.js';

/** Numbers of `TraceEvent.kind`. */
export const EVENT_KINDS = {
  ObjectEvent: 0,
  AggregationEvent: 1,
  TransactionEvent: 2,
  TransformationEvent: 3,
  AssociationEvent: 4,
} as const;
/** Numbers of `TraceEvent.action`; 3 says none (transformations have no action). */
export const ACTIONS = { ADD: 0, OBSERVE: 1, DELETE: 2, NONE: 3 } as const;

/** What one transaction carries. An event as stored stays below the 64 KiB of a value, its keys below those of an access set. */
export const LEDGER_LIMITS = {
  /** UTF-8 bytes of one identifier. */
  textBytes: 512,
  /** Goods, inputs, outputs and parents together. */
  goods: 400,
  /** Of the event as stored. */
  eventBytes: 60_000,
  /** Of a document. */
  documentBytes: 64 * 1024 * 1024,
} as const;

/** One event, ready to be sent. */
export interface LedgerEvent {
  /** The CBV 2.0 event hash: the ledger's key, and what makes a second recording visible however it is written. */
  readonly id: Uint8Array;
  /** The same as the standard writes it: `ni:///sha-256;…?ver=CBV2.0`. */
  readonly uri: string;
  readonly event: EpcisEvent;
  /** Gas that is enough to record it, twice what it is measured to use; a quarter of it is paid at least. */
  readonly gasLimit: number;
  /** The arguments of `record`, by name. */
  readonly args: { readonly event: { readonly [field: string]: Value } };
}
export interface NamedDocument {
  readonly name: string;
  readonly text: string;
}

/**
 * The events of the documents, in order. `containment`: what earlier documents of the ledger said; default nothing.
 * @throws what `parseEpcisDocument` throws; EPCIS_TOO_LARGE; EPCIS_FIELD_INVALID for a time before 1970
 */
export function readLedgerEvents(
  documents: readonly NamedDocument[],
  containment = new Containment(),
): LedgerEvent[] {
  return documents.flatMap(({ name, text }) => {
    const bytes = utf8(text);
    if (bytes.length > LEDGER_LIMITS.documentBytes) {
      throw tooLarge(name, LEDGER_LIMITS.documentBytes, bytes.length, 'bytes');
    }
    const hash = sha256(bytes);
    return parseEpcisDocument(text, name).map((event, index) =>
      toLedgerEvent(event, {
        document: hash,
        ...containment.follow(event),
        place: `${name}.epcisBody.eventList[${index}]`,
      }),
    );
  });
}

/** What an event does not say itself. */
export interface LedgerContext {
  /** Hash of the document it came in; 32 zero bytes for none. */
  readonly document: Uint8Array;
  /** Containers the goods were packed in before and that were emptied without naming them. Default none. */
  readonly formerParents?: readonly string[];
  /** Containers the parent of a packing is in, innermost first. Default none. */
  readonly ancestors?: readonly string[];
  /** For errors. */
  readonly place?: string;
}

/** The arguments of `record` for one event. @throws EPCIS_TOO_LARGE, EPCIS_FIELD_INVALID */
export function toLedgerEvent(event: EpcisEvent, context: LedgerContext): LedgerEvent {
  const place = context.place ?? 'event';
  const { bytes: id, uri } = eventHash(event.json, event.namespaces);
  const parents = event.parent === undefined ? [] : [event.parent];
  const { formerParents = [], ancestors = [] } = context;
  const texts = {
    bizStep: event.bizStep ?? '',
    disposition: event.disposition ?? '',
    readPoint: event.readPoint ?? '',
    bizLocation: event.bizLocation ?? '',
    from: event.from ?? '',
    to: event.to ?? '',
  };
  const goods = [...event.goods, ...event.inputs, ...event.outputs].map(({ epc }) => epc);
  const names = [...goods, ...parents, ...formerParents, ...ancestors];
  assertSizes(names, Object.values(texts), place);
  if (event.eventTime < 0) {
    const got = new Date(event.eventTime).toISOString();
    throw new EpcisError('EPCIS_FIELD_INVALID', {
      expected: 'a time from 1970 on',
      got,
      place: `${place}.eventTime`,
    });
  }
  const traceEvent = {
    id,
    kind: EVENT_KINDS[event.type],
    action: ACTIONS[event.action ?? 'NONE'],
    correction: event.correction,
    time: BigInt(event.eventTime),
    document: context.document,
    goods: event.goods.map(good),
    parents,
    formerParents,
    ancestors,
    inputs: event.inputs.map(good),
    outputs: event.outputs.map(good),
    ...texts,
    inputAmount: thousandths(event.amounts?.input),
    outputAmount: thousandths(event.amounts?.output),
  };
  return { id, uri, event, gasLimit: gasFor(names), args: { event: traceEvent } };
}

/** As the ledger compares amounts; what passes u64 is not compared. */
function thousandths(amount = 0): bigint {
  const whole = Math.round(amount * 1000);
  return Number.isSafeInteger(whole) ? BigInt(whole) : 0n;
}

function good({ epc, lot }: EpcisGood): { epc: string; lot: boolean } {
  return { epc, lot };
}

/** Measured (test "gas"): about 230,000 an event, 25,000 and 700 a byte each name. */
const GAS = { event: 500_000, name: 60_000, nameByte: 1_200 } as const;

function gasFor(names: readonly string[]): number {
  return names.reduce<number>((gas, name) => gas + GAS.name + GAS.nameByte * utf8(name).length, GAS.event);
}

/** Bytes of an event as stored beside its lists: numbers, hashes, lengths. */
const EVENT_OVERHEAD = 256;
/** Of one good: its length, its flag, the hash of the event before, its findings. */
const GOOD_OVERHEAD = 41;

function assertSizes(goods: readonly string[], texts: readonly string[], place: string): void {
  const { goods: goodsMax, textBytes, eventBytes } = LEDGER_LIMITS;
  if (goods.length > goodsMax) throw tooLarge(place, goodsMax, goods.length, 'goods');
  let total = EVENT_OVERHEAD;
  for (const text of [...goods, ...texts]) {
    const { length } = utf8(text);
    if (length > textBytes) throw tooLarge(`${place}: ${text.slice(0, 60)}`, textBytes, length, 'bytes');
    total += length + GOOD_OVERHEAD;
  }
  if (total > eventBytes) throw tooLarge(place, eventBytes, total, 'bytes');
}

function tooLarge(place: string, expected: number, got: number, unit: string): EpcisError {
  return new EpcisError('EPCIS_TOO_LARGE', { expected: `at most ${expected}`, got, unit, place });
}
