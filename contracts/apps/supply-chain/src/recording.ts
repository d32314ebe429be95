// From EPCIS documents to the ledger: any EPCIS 2.0 JSON document, recorded by a company's account. What a packing has to
// say of containers is asked of the ledger, so documents may come in any number and from anybody. Runs in browsers.

import { type EpcisEvent, parseEpcisDocument } from '@weft/contracts/trace-ledger/client/epcis';
import { type LedgerEvent, toLedgerEvent } from '@weft/contracts/trace-ledger/client/ledger-event';
import { traceLedgerAbi } from '@weft/contracts/trace-ledger/client/trace-ledger.abi';
import { utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { type ContractClient, createContractClient } from '@weft/sdk/client/contract-client';
import type { Session } from '@weft/sdk/client/session';

/** An event that was recorded. */
export interface Recorded {
  readonly event: LedgerEvent;
  /** Rules it breaks, as bits; 0 for none. */
  readonly findings: number;
}

type Ledger = ContractClient<typeof traceLedgerAbi>;

/**
 * Records the events of one document, in order; those on the ledger already are left out, and those that declare one of
 * them an error correct it. @throws EPCIS_*, CLIENT_*
 */
export async function recordDocument(
  session: Session,
  address: string,
  document: { readonly name: string; readonly text: string },
): Promise<Recorded[]> {
  const ledger = createContractClient({ abi: traceLedgerAbi, address, session });
  const hash = sha256(utf8(document.text));
  const recorded: Recorded[] = [];
  for (const [index, event] of parseEpcisDocument(document.text, document.name).entries()) {
    const place = `${document.name}.epcisBody.eventList[${index}]`;
    const ready = toLedgerEvent(event, { document: hash, place, ...(await containersOf(ledger, event)) });
    const findings = await recordOne(ledger, ready);
    if (findings !== undefined) recorded.push({ event: ready, findings });
  }
  return recorded;
}

/** undefined: the event was there. */
async function recordOne(ledger: Ledger, ready: LedgerEvent): Promise<number | undefined> {
  const { id, gasLimit, event, args } = ready;
  try {
    return (await ledger.write.record(args as never, { gasLimit })).result;
  } catch (error) {
    if (ledger.errorIn(error, 'AlreadyRecorded') === undefined) throw error;
  }
  if (event.correction) await ledger.write.correct({ id, reason: reasonOf(event), by: new Uint8Array(32) });
  return undefined;
}

function reasonOf({ json }: EpcisEvent): string {
  const declaration = json['errorDeclaration'] as { readonly reason?: unknown } | undefined;
  return typeof declaration?.reason === 'string' ? declaration.reason : '';
}

/** What the ledger knows of the containers a packing is about. */
async function containersOf(ledger: Ledger, { type, action, parent, goods, correction }: EpcisEvent) {
  if (type !== 'AggregationEvent' || parent === undefined || correction) return {};
  const former = new Set<string>();
  for (const { epc, lot } of goods) {
    const { container } = lot ? { container: '' } : await ledger.read.head({ epc });
    if (container !== '' && container !== parent) former.add(container);
  }
  const ancestors: string[] = [];
  for (let at = await ledger.read.head({ epc: parent }); action === 'ADD' && at.container !== ''; ) {
    const outer = await ledger.read.head({ epc: at.container });
    ancestors.push(at.container);
    // Emptied since: the parent is in nothing any more.
    if (outer.filling !== at.containerFilling) break;
    at = outer;
  }
  return { formerParents: [...former], ancestors };
}
