// State keys: kind(1) ‖ contract(32) ‖ field(8) ‖ components, each with a u16 length before it. At most 1 KiB.
import type { Address } from './address.js';

/** 0 plain bytes; 1, 2, 3 a cell of 64, 128, 256 bits. The kind is part of the key, so the two never meet. */
export type KeyKind = 0 | 1 | 2 | 3;
export type StateKey = Uint8Array & { readonly __brand: 'StateKey' };

// H1: encodeStateKey(kind, contract, field, components), decodeStateKey, fieldId(name), keyKind, keyContract, keyField,
// cellBits(kind), cellMax(kind), keyText(key) -> latin1 string for Maps, compareKeys.
export type { Address };
