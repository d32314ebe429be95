// Names of what an explain record speaks of: fields, keys and methods as the author wrote them, through the ABIs.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import type { Abi, AbiField } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import type {
  ExplainedResource,
  ExplainedTransaction,
  ExplainRecord,
} from '@weft/runtime/types/explain-record';
import { keyContract, keyField, type StateKey } from '@weft/runtime/types/key';
import { SYSTEM_FIELD } from '@weft/runtime/types/system';
import { keyLabel } from '../key-label.js';
import { SYSTEM_ABI, SYSTEM_CONTRACT } from '../system-abi.js';

/** The ABI of a contract by its address as text, as far as known. */
export type AbiOf = (contract: string) => Abi | undefined;

/** The field a resource belongs to; without `field` (16 hexadecimal digits) a lock of the whole contract. */
export interface FieldPlace {
  readonly contract: string;
  readonly field?: string;
}

/** One text a place, for Maps. */
export function placeId({ contract, field }: FieldPlace): string {
  return field === undefined ? contract : `${contract}.${field}`;
}

export function placeOf(resource: ExplainedResource): FieldPlace {
  if (resource.kind === 'contract') return { contract: resource.contract };
  if (resource.kind === 'field') return { contract: resource.contract, field: resource.field.slice(2) };
  const key = fromHex(resource.key.slice(2)) as StateKey;
  return { contract: encodeAddress(keyContract(key)), field: toHex(keyField(key)) };
}

/** Every contract a record speaks of: whose ABIs give names. */
export function contractsOf({ transactions, resources }: ExplainRecord): Set<string> {
  const contracts = new Set(resources.map((resource) => placeOf(resource).contract));
  for (const { calls } of transactions) for (const { contract } of calls) contracts.add(contract);
  return contracts;
}

/** `Token.supply`, `native balance`, `Token.*` for the whole contract. */
export function placeLabel({ contract, field }: FieldPlace, abiOf: AbiOf): string {
  if (contract === SYSTEM_CONTRACT) return field === undefined ? 'native *' : `native ${systemField(field)}`;
  const name = contractLabel(contract, abiOf);
  if (field === undefined) return `${name}.*`;
  return `${name}.${fieldAt({ contract, field }, abiOf)?.name ?? field}`;
}

/** `Token.balances[weft1…]`; of a lock `Token.balances[*]` or `Token.*`. */
export function resourceLabel(resource: ExplainedResource, abiOf: AbiOf): string {
  if (resource.kind === 'key') return keyLabel(fromHex(resource.key.slice(2)), abiOf);
  const place = placeLabel(placeOf(resource), abiOf);
  return resource.kind === 'field' ? `${place}[*]` : place;
}

/** The ABI's line of a field. */
export function fieldAt({ contract, field }: FieldPlace, abiOf: AbiOf): AbiField | undefined {
  return abiOf(contract)?.fields.find(({ id }) => id === field);
}

/** Its methods, `transfer` or `transfer + approve`; those of other contracts than `within` with their contract's name. */
export function methodLabel(
  { calls }: Pick<ExplainedTransaction, 'calls'>,
  abiOf: AbiOf,
  within?: string,
): string {
  const names = calls.map(({ contract, selector }) => {
    const abi: Abi | undefined = contract === SYSTEM_CONTRACT ? SYSTEM_ABI : abiOf(contract);
    const method = abi?.methods.find((one) => one.selector === selector)?.name ?? `method ${selector}`;
    return contract === within ? method : `${contractLabel(contract, abiOf)}.${method}`;
  });
  return [...new Set(names)].join(' + ');
}

export function contractLabel(contract: string, abiOf: AbiOf): string {
  return contract === SYSTEM_CONTRACT ? SYSTEM_ABI.name : (abiOf(contract)?.name ?? contract);
}

function systemField(field: string): string {
  return Object.entries(SYSTEM_FIELD).find(([, id]) => toHex(id) === field)?.[0] ?? field;
}
