// A storage key as an author knows it: `balances[weft1…]` instead of bytes, through the ABI's list of fields.
import { bytesEqual, fromHex, toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { type Abi, abiLayout } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { decodeStateKey, type StateKey } from '@weft/runtime/types/key';
import { decodeValues } from '@weft/runtime/types/layout-value';
import { SYSTEM_ADDRESS, SYSTEM_FIELD } from '@weft/runtime/types/system';
import { fromLayoutValue, valueToJson } from './values.js';

/** `abiOf`: the ABI of a contract by its address as text, as far as known. */
export function keyLabel(key: Uint8Array, abiOf: (contract: string) => Abi | undefined): string {
  const { contract, field, components } = decodeStateKey(key as StateKey);
  if (bytesEqual(contract, SYSTEM_ADDRESS)) return systemLabel(field, components);
  const abi = abiOf(encodeAddress(contract));
  const known = abi?.fields.find(({ id }) => bytesEqual(fromHex(id), field));
  if (abi === undefined || known === undefined)
    return `${encodeAddress(contract)}.${toHex(field)}${componentsLabel(components.map(toHex))}`;
  const values = components.map((bytes, index) => componentLabel(abi, known.keys[index], bytes));
  return `${abi.name}.${known.name}${componentsLabel(values)}`;
}

function systemLabel(field: Uint8Array, components: readonly Uint8Array[]): string {
  const [name = toHex(field)] = Object.entries(SYSTEM_FIELD).find(([, id]) => bytesEqual(id, field)) ?? [];
  const shown = components.map((bytes) => (bytes.length === 32 ? encodeAddress(bytes) : `0x${toHex(bytes)}`));
  return `native ${name}${componentsLabel(shown)}`;
}

function componentLabel(abi: Abi, type: string | undefined, bytes: Uint8Array): string {
  if (type === undefined) return `0x${toHex(bytes)}`;
  try {
    const layout = abiLayout(abi, type);
    const [value] = decodeValues([layout], bytes);
    const shown = valueToJson(fromLayoutValue(layout, value));
    return typeof shown === 'string' ? shown : JSON.stringify(shown);
  } catch (error) {
    if (error instanceof WeftError) return `0x${toHex(bytes)}`;
    throw error;
  }
}

const componentsLabel = (values: readonly string[]): string => values.map((value) => `[${value}]`).join('');
