// The ledger as somebody sees it who trusts one header hash and nobody: each value is read with its proof, and checked.
// What is listed by the node (which events there are) is held against the proven count. Runs in browsers.

import { traceLedgerAbi } from '@weft/contracts/trace-ledger/client/trace-ledger.abi';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { abiLayout } from '@weft/runtime/types/abi';
import { decodeAddress } from '@weft/runtime/types/address';
import { encodeStateKey, fieldId, type KeyKind } from '@weft/runtime/types/key';
import { decodeValues, encodeValues } from '@weft/runtime/types/layout-value';
import { decodeBytesValue, decodeCell } from '@weft/runtime/types/value';
import type { NodeClient } from '@weft/sdk/client/node-client';
import { verifyProofFile } from '@weft/sdk/client/proof';
import type { Transport } from '@weft/sdk/client/transport';
import { fromLayoutValue, toLayoutValue, type Value } from '@weft/sdk/client/values';
import { SupplyChainError } from './errors.js';

/** Where a good stands. */
export interface Head {
  readonly last: Uint8Array;
  readonly latest: bigint;
  readonly flags: number;
  readonly container: string;
  readonly custodian: string;
}
export interface Good {
  readonly epc: string;
  readonly lot: boolean;
}
/** An event as recorded. `previous`, `findings`: per parent, good, input and output, in this order. */
export interface Entry {
  readonly recorder: string;
  readonly recordedAt: bigint;
  readonly previous: readonly Uint8Array[];
  readonly findings: readonly number[];
  readonly aboveYield: boolean;
  readonly trace: {
    readonly id: Uint8Array;
    readonly kind: number;
    readonly action: number;
    readonly time: bigint;
    readonly goods: readonly Good[];
    readonly parents: readonly string[];
    readonly inputs: readonly Good[];
    readonly outputs: readonly Good[];
    readonly bizStep: string;
    readonly readPoint: string;
  };
}

/** The newest header a reader decided to trust. */
export interface Trusted {
  readonly height: number;
  /** 0x hex. */
  readonly hash: string;
  readonly stateRoot: string;
}

/** Events a page of the node's list holds. */
const PAGE = 500;

export class ProvenLedger {
  /** Values read and checked so far. */
  proofs = 0;
  readonly #entries = new Map<string, Promise<Entry | undefined>>();

  private constructor(
    readonly trusted: Trusted,
    readonly address: string,
    private readonly node: NodeClient,
    private readonly transport: Transport,
  ) {}

  /** As the newest block left it. Its header hash is the one thing that is believed. */
  static async newest(node: NodeClient, transport: Transport, address: string): Promise<ProvenLedger> {
    const { hash, header } = await node.block();
    const trusted = { height: header.height, hash, stateRoot: header.stateRoot };
    return new ProvenLedger(trusted, address, node, transport);
  }

  /** undefined: proven that nothing was ever recorded about the good. @throws what `verifyProofFile` throws */
  async head(epc: string): Promise<Head | undefined> {
    return (await this.#value('heads', epc)) as Head | undefined;
  }

  /** undefined: proven that there is no such event. */
  entry(id: Uint8Array): Promise<Entry | undefined> {
    const name = toHex(id);
    const known = this.#entries.get(name) ?? (this.#value('entries', id) as Promise<Entry | undefined>);
    this.#entries.set(name, known);
    return known;
  }

  /** All events, in the order of recording. @throws SUPPLY_EVENTS_MISSING when the node left some out */
  async entries(): Promise<Entry[]> {
    const ids = await this.#recorded();
    const count = await this.#cell('eventTotal');
    if (BigInt(ids.length) !== count)
      throw new SupplyChainError('SUPPLY_EVENTS_MISSING', { expected: count, got: ids.length });
    const entries: Entry[] = [];
    for (const id of ids) {
      const entry = await this.entry(id);
      if (entry === undefined) throw new SupplyChainError('SUPPLY_EVENT_UNKNOWN', { got: toHex(id) });
      entries.push(entry);
    }
    return entries;
  }

  async #recorded(): Promise<Uint8Array[]> {
    const event = traceLedgerAbi.events.find(({ name }) => name === 'EventRecorded');
    const ids = new Map<string, Uint8Array>();
    let cursor: string | undefined;
    do {
      const page = (await this.transport.request('weft_getEvents', {
        contract: this.address,
        event: `0x${event?.id}`,
        to: this.trusted.height,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      })) as {
        readonly events: readonly { readonly topics: readonly string[] }[];
        readonly next: string | null;
      };
      for (const { topics } of page.events) {
        const id = fromHex((topics[0] ?? '').replace(/^0x/, ''));
        ids.set(toHex(id), id);
      }
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return [...ids.values()];
  }

  async #value(field: 'heads' | 'entries', key: Value): Promise<unknown> {
    const { stored, type } = await this.#read(field, [key]);
    if (stored === undefined) return undefined;
    const layout = abiLayout(traceLedgerAbi, type);
    const [value] = decodeValues([layout], decodeBytesValue(stored));
    return fromLayoutValue(layout, value);
  }

  async #cell(field: 'eventTotal'): Promise<bigint> {
    const { stored, kind } = await this.#read(field, []);
    return decodeCell(kind, stored);
  }

  async #read(name: string, keys: readonly Value[]) {
    const field = traceLedgerAbi.fields.find((one) => one.name === name);
    if (field === undefined) throw new SupplyChainError('SUPPLY_EVENT_UNKNOWN', { got: name });
    const components = (field.keys as readonly string[]).map((type, index) => {
      const layout = abiLayout(traceLedgerAbi, type);
      return encodeValues([layout], [toLayoutValue(layout, keys[index], name)]);
    });
    const kind = field.kind as KeyKind;
    const key = encodeStateKey(kind, decodeAddress(this.address), fieldId(name), components);
    const file = await this.node.proof(key, this.trusted.height);
    const root = fromHex(this.trusted.stateRoot.slice(2));
    const stored = verifyProofFile(file, { root, headerHash: fromHex(this.trusted.hash.slice(2)) });
    this.proofs++;
    return { stored, kind, type: field.type };
  }
}
