// A traced transaction as text for people: the tree of its calls with arguments, results, events, console lines, gas and
// source lines, then what it changed.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import type { Abi } from '@weft/runtime/types/abi';
import { abiLayout } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { keyContract, keyField, keyKind, type StateKey } from '@weft/runtime/types/key';
import { decodeValues } from '@weft/runtime/types/layout-value';
import { decodeBytesValue, decodeCell } from '@weft/runtime/types/value';
import { decodeError, decodeEvent, decodeResult } from './contract-codec.js';
import type { SourcePlace } from './errors.js';
import { hostFailure } from './host-failures.js';
import { keyLabel } from './key-label.js';
import {
  type EventJson,
  type FailureJson,
  fromNodeHex,
  type TraceFrameJson,
  type TraceStepJson,
  type TransactionTraceJson,
} from './node-client.js';
import { type AbiOf, contractLabel } from './profile/names.js';
import type { SourceMaps } from './source-map.js';
import { SYSTEM_ABI, SYSTEM_CONTRACT } from './system-abi.js';
import { fromLayoutValue, type Value, valueToJson } from './values.js';

/** What helps to read a trace. */
export interface TraceKnowledge {
  readonly abiOf: AbiOf;
  readonly sourceMaps?: SourceMaps | undefined;
}

/** Every contract a trace speaks of, as text: whose ABIs give names. */
export function tracedContracts({ steps, storage }: TransactionTraceJson): Set<string> {
  const contracts = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'call') contracts.add(step.contract);
    else contracts.add(step.kind === 'event' ? step.event.contract : step.contract);
  }
  for (const { key } of storage) contracts.add(encodeAddress(keyContract(fromHex(key.slice(2)) as StateKey)));
  contracts.delete(SYSTEM_CONTRACT);
  return contracts;
}

/** The whole story, lines without a trailing newline. */
export function traceStory(trace: TransactionTraceJson, knowledge: TraceKnowledge): string {
  const { receipt, height, index, violation, steps, storage } = trace;
  const reader = new Reader(knowledge);
  const lines = [
    `${receipt.transaction}`,
    `block ${height}, index ${index}: ${receipt.status} in the ${receipt.phase} part, gas ${grouped(receipt.gasUsed)}`,
  ];
  if (violation !== null)
    lines.push(
      `left its access set: ${violation.mode} ${reader.key(violation.key)}; it ran again in the tail`,
    );
  lines.push('', ...steps.flatMap((step) => reader.step(step)));
  if (storage.length > 0) lines.push('', 'storage');
  for (const { key, before, after } of storage)
    lines.push(`  ${reader.key(key)}: ${reader.value(key, before)} → ${reader.value(key, after)}`);
  return lines.join('\n');
}

class Reader {
  readonly #abiOf: AbiOf;
  readonly #sourceMaps: SourceMaps | undefined;

  constructor({ abiOf, sourceMaps }: TraceKnowledge) {
    this.#abiOf = (contract) => (contract === SYSTEM_CONTRACT ? SYSTEM : abiOf(contract));
    this.#sourceMaps = sourceMaps;
  }

  step(step: TraceStepJson): string[] {
    const indent = '  '.repeat(step.depth);
    const at = this.#place(step.at, step.kind === 'event' ? this.#eventClass(step.event) : undefined);
    const place = at === undefined ? '' : `  at ${at.file}:${at.line}`;
    switch (step.kind) {
      case 'log':
        return [`${indent}log ${step.text}${place}`];
      case 'event':
        return [`${indent}event ${this.#event(step.event)}${place}`];
      case 'call':
        return this.#call(step, indent, place);
    }
  }

  key(key: string): string {
    return keyLabel(fromHex(key.slice(2)), this.#abiOf);
  }

  /** A stored value as its field's type says; bytes where nothing is known. */
  value(key: string, stored: string | null): string {
    const bytes = fromHex(key.slice(2)) as StateKey;
    const kind = keyKind(bytes);
    if (kind !== 0) return String(decodeCell(kind, stored === null ? undefined : fromHex(stored.slice(2))));
    if (stored === null) return 'nothing';
    const abi = this.#abiOf(encodeAddress(keyContract(bytes)));
    const field = abi?.fields.find(({ id }) => id === toHex(keyField(bytes)));
    if (abi === undefined || field === undefined) return shortened(stored);
    return orBytes(stored, () => {
      const layout = abiLayout(abi, field.type);
      const [value] = decodeValues([layout], decodeBytesValue(fromHex(stored.slice(2))));
      return shown(fromLayoutValue(layout, value));
    });
  }

  #call(step: Extract<TraceStepJson, { kind: 'call' }>, indent: string, place: string): string[] {
    const abi = this.#abiOf(step.contract);
    const method = abi?.methods.find(({ selector }) => selector === step.selector);
    const name = `${contractLabel(step.contract, this.#abiOf)}.${method?.name ?? `method ${step.selector}`}`;
    const args = orBytes(step.args, () => {
      if (abi === undefined || method === undefined) return undefined;
      const layouts = method.args.map(({ type }) => abiLayout(abi, type));
      const values = decodeValues(layouts, fromNodeHex(step.args));
      const named = layouts.map(
        (layout, index) => `${method.args[index]?.name}: ${shown(fromLayoutValue(layout, values[index]))}`,
      );
      return named.join(', ');
    });
    const value = step.value === '0' ? '' : ` with ${step.value} units`;
    const status = step.status === 'OK' ? '' : `  ${step.status}${this.#failure(step.failure)}`;
    const lines = [`${indent}${name}(${args})${value}  gas ${grouped(step.gasUsed)}${status}${place}`];
    const returned = step.status === 'OK' && step.output !== '0x';
    if (returned)
      lines.push(
        `${indent}  returns ${orBytes(step.output, () =>
          abi === undefined || method === undefined
            ? undefined
            : shown(decodeResult(abi, method, fromNodeHex(step.output))),
        )}`,
      );
    return lines;
  }

  #event(event: EventJson): string {
    const abi = this.#abiOf(event.contract);
    const name = contractLabel(event.contract, this.#abiOf);
    return orBytes(`${name} ${event.event} ${event.data}`, () => {
      const known =
        abi &&
        decodeEvent(abi, {
          event: fromNodeHex(event.event),
          topics: event.topics.map(fromNodeHex),
          data: fromNodeHex(event.data),
        });
      return known && `${name}.${known.name} ${shown(known.fields)}`;
    });
  }

  #failure(failure: FailureJson | null): string {
    if (failure === null) return '';
    if (failure.code !== 0) return `: ${hostFailure(failure.code).name}`;
    const abi = this.#abiOf(failure.contract);
    return `: ${orBytes(failure.data, () => {
      const known = abi && decodeError(abi, fromNodeHex(failure.data));
      return known && `${known.name} ${shown(known.fields)}`;
    })}`;
  }

  #eventClass({ contract, event }: EventJson): string | undefined {
    return this.#abiOf(contract)?.events.find(({ id }) => `0x${id}` === event)?.name;
  }

  #place(at: TraceFrameJson | null, event?: string): SourcePlace | undefined {
    return at === null ? undefined : this.#sourceMaps?.place([at], this.#abiOf(at.contract), event);
  }
}

const SYSTEM: Abi = SYSTEM_ABI;
const BYTES_SHOWN = 66;

const shown = (value: Value): string => {
  const json = valueToJson(value);
  return typeof json === 'string' ? shortened(json) : JSON.stringify(json);
};

/** What `read` makes of it; the bytes where it makes nothing, or they are not what they should be. */
function orBytes(bytes: string, read: () => string | undefined): string {
  try {
    return read() ?? shortened(bytes);
  } catch (error) {
    if (error instanceof WeftError) return shortened(bytes);
    throw error;
  }
}

const shortened = (text: string): string =>
  text.startsWith('0x') && text.length > BYTES_SHOWN ? `${text.slice(0, BYTES_SHOWN)}…` : text;

const grouped = (gas: number): string => gas.toLocaleString('en-US');
