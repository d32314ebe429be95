// A courtesy of admission: a call whose contract is known and has no such method, or other arguments than it takes, can
// only fail, so it is refused before it costs a fee. A contract not known yet may be created by a pending transaction.

import { bytesEqual, bytesText, toHex } from '../base/bytes.js';
import { CodecError } from '../base/codec-error.js';
import type { AccessSection } from '../types/access.js';
import { decodeAccessSection } from '../types/access-codec.js';
import { decodeGenesisInfo } from '../types/genesis-codec.js';
import { assertLayout, type Layout } from '../types/layout.js';
import type { ReadState } from '../types/outcome.js';
import {
  codeKey,
  contractKey,
  DEVELOPMENT_SELECTORS,
  decodeCodeRecord,
  decodeContractRecord,
  genesisKey,
  SYSTEM_ADDRESS,
  SYSTEM_METHODS,
  type SystemMethod,
} from '../types/system.js';
import type { Call, SignedTransaction } from '../types/transaction.js';
import { AdmitError } from './errors.js';

/** @throws ADMIT_METHOD, ADMIT_ARGUMENTS */
export type CallChecks = (transaction: SignedTransaction, read: ReadState) => void;

const SYSTEM_METHODS_BY_SELECTOR: ReadonlyMap<number, SystemMethod> = new Map(
  Object.values(SYSTEM_METHODS).map((method) => [method.selector, method]),
);
/** Sections kept decoded. */
const SECTIONS_MAX = 256;

/** Checks with a bounded memory of decoded sections, by code hash. */
export function createCallChecks(): CallChecks {
  const sections = new Map<string, AccessSection>();
  const sectionOf = (codeHash: Uint8Array, read: ReadState): AccessSection | undefined => {
    const name = bytesText(codeHash);
    const known = sections.get(name);
    if (known !== undefined) return known;
    const stored = read(codeKey(codeHash));
    if (stored === undefined) return undefined;
    const section = decodeAccessSection(decodeCodeRecord(stored).access);
    if (sections.size >= SECTIONS_MAX) sections.clear();
    sections.set(name, section);
    return section;
  };
  return (transaction, read) => {
    transaction.calls.forEach((call, index) => {
      const layouts = layoutsOf(call, read, sectionOf);
      if (layouts === undefined) return;
      const place = `calls[${index}]`;
      if (layouts === 'unknown') {
        throw new AdmitError('ADMIT_METHOD', {
          expected: 'a method of its ABI',
          got: selectorText(call),
          place,
        });
      }
      try {
        assertLayout(call.args, layouts);
      } catch (cause) {
        if (!(cause instanceof CodecError)) throw cause;
        throw new AdmitError(
          'ADMIT_ARGUMENTS',
          { expected: 'its argument layouts', ...cause.context, place: `${place}.args` },
          cause,
        );
      }
    });
  };
}

/** Argument layouts of the method called; `unknown`: the contract has none such; undefined: no contract there yet. */
function layoutsOf(
  call: Call,
  read: ReadState,
  sectionOf: (codeHash: Uint8Array, read: ReadState) => AccessSection | undefined,
): readonly Layout[] | 'unknown' | undefined {
  if (bytesEqual(call.contract, SYSTEM_ADDRESS)) {
    const method = SYSTEM_METHODS_BY_SELECTOR.get(call.selector);
    if (method === undefined || (DEVELOPMENT_SELECTORS.has(method.selector) && !isDevelopment(read)))
      return 'unknown';
    return method.args;
  }
  const stored = read(contractKey(call.contract));
  const section = stored && sectionOf(decodeContractRecord(stored).codeHash, read);
  if (section === undefined) return undefined;
  return section.methods.find(({ selector, init }) => selector === call.selector && !init)?.args ?? 'unknown';
}

function isDevelopment(read: ReadState): boolean {
  const stored = read(genesisKey());
  return stored !== undefined && decodeGenesisInfo(stored).dev;
}

function selectorText(call: Call): string {
  return `selector ${call.selector} of ${toHex(call.contract)}`;
}
