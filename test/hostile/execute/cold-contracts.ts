// 2,000 contracts of different code that no node has compiled, all of them touched in one block.
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { codeChunkKey, codeKey, encodeCodeRecord } from '@weft/runtime/types/system';
import { encodeValue } from '@weft/runtime/types/value';
import { assertUploadable } from '@weft/runtime/vm/compiled-code';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { addressOf, transactionOf, type World } from '../../fixtures/world.js';
import { wasmOf, withAccess } from '../contracts.js';

/** How many. */
export const COLD_CONTRACTS = 2_000;

/** Selectors: `number` returns what makes this code another one, `inTail` likewise, but its callers have no access set. */
const SELECTORS = { number: 1, inTail: 2 } as const;
const MARK = 0x5a5a_5a5a;
const TEXT = `(module (import "weft" "output" (func $output (param i32 i32)))
  (memory (export "memory") 1) (data (i32.const 512) "ZZZZ")
  (func (export "weft_call") (param i32 i32) (call $output (i32.const 512) (i32.const 4))))`;

/** The contracts of a world, each of its own code. */
export function addColdContracts(world: World): Address[] {
  const method = { view: false, payable: false, init: false, templates: [] };
  const bytes = withAccess(wasmOf(TEXT), [
    { ...method, selector: SELECTORS.number, args: [] },
    { ...method, selector: SELECTORS.inTail, args: [{ kind: 'u32' }] },
  ]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = bytes.findIndex((_, index) => index + 4 <= bytes.length && view.getUint32(index, true) === MARK);
  const { access, initialPages } = assertUploadable(bytes);
  // As `upload` stores code that it has found valid: these differ in four bytes of data.
  return Array.from({ length: COLD_CONTRACTS }, (_, index) => {
    view.setUint32(at, index, true);
    const hash = codeHash(bytes) as Hash32;
    world.set(codeKey(hash), encodeCodeRecord({ size: bytes.length, chunks: 1, access, initialPages }));
    world.set(codeChunkKey(hash, 0), encodeValue('CODE_CHUNK', bytes));
    return world.contract(hash, `cold ${index}`);
  });
}

/** One transaction a contract. */
export function coldTransactions(
  contracts: readonly Address[],
  method: keyof typeof SELECTORS,
  gasLimit: number,
): Uint8Array[] {
  return contracts.map((contract, index) =>
    transactionOf({
      sender: addressOf(`cold sender ${index}`),
      nonce: { kind: 'lane', lane: 0, sequence: 0n },
      gasLimit,
      calls: [{ contract, selector: SELECTORS[method], args: new Uint8Array(0) }],
    }),
  );
}
