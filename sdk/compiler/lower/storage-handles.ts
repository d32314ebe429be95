// Storage fields of a contract in compiled code. Which storage a field is, is known before the contract runs: its object
// (sdk/assembly/key.ts, `Stored`) is data of the module, and reading the field gives its address.

import { assert } from '@weft/runtime/base/assert';
import type { FieldDeclaration } from 'assemblyscript';
import type { StorageField } from '../contract-model.js';
import { type CompilerLike, FUNCTION_FLAGS, type PropertyLike, REFS } from './compiler-internals.js';

/** Bytes of a `Stored`: field u64, path and its length (none), limit u32, up to a multiple of 8. */
const STORED_BYTES = 24;
const LIMIT_AT = 16;

/** The objects of a contract's storage fields. */
export class StorageHandles {
  readonly #fields: ReadonlyMap<FieldDeclaration, StorageField>;
  readonly #addresses = new Map<FieldDeclaration, number>();

  constructor(fields: readonly StorageField[]) {
    this.#fields = new Map(fields.map((field) => [field.declaration, field]));
  }

  /** The function that reads the field; undefined for one that is no storage. */
  getter(compiler: CompilerLike, property: PropertyLike): number | undefined {
    const declaration = property.prototype.fieldDeclaration;
    const field = declaration === null ? undefined : this.#fields.get(declaration);
    if (field === undefined) return undefined;
    const getter = property.getterInstance;
    getter.set(FUNCTION_FLAGS.compiled);
    const address = compiler.module.i32(this.#addressOf(compiler, field));
    return compiler.module.addFunction(getter.internalName, REFS.i32, REFS.i32, null, address);
  }

  #addressOf(compiler: CompilerLike, { declaration, id, maxBytes }: StorageField): number {
    const known = this.#addresses.get(declaration);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(STORED_BYTES);
    bytes.set(id);
    new DataView(bytes.buffer).setUint32(LIMIT_AT, maxBytes ?? 0, true);
    const { offset } = compiler.addAlignedMemorySegment(bytes, 8);
    // The compiler's 64-bit numbers are objects or bigints, as it was built.
    const address = Number(offset);
    assert(Number.isSafeInteger(address), 'data of a module has an address');
    this.#addresses.set(declaration, address);
    return address;
  }
}
