// One instance of a contract's module: its exports, views of its memory, and the reset that makes it equal to a
// new one. An instance serves one call at a time.
import { assert } from '../base/assert.js';
import { STORE_REACH } from '../wasm/track-stores.js';
import type { CompiledCode } from './compiled-code.js';
import { VmError } from './errors.js';

/** Exports of an instrumented module, by their names in the binary. */
interface InstrumentedExports {
  readonly memory: WebAssembly.Memory;
  readonly weft_call: (selector: number, argsLength: number) => void;
  readonly _start?: () => void;
  readonly 'weft.gas': () => number;
  readonly 'weft.set_gas': (gas: number) => void;
  readonly 'weft.depth': () => number;
  readonly 'weft.set_depth': (depth: number) => void;
  readonly 'weft.halt': () => number;
  readonly 'weft.stored': () => number;
  readonly 'weft.reset': () => void;
}

/** A live instance. Create it with `createInstance`. */
export class Instance {
  readonly gas: () => number;
  readonly setGas: (gas: number) => void;
  readonly depth: () => number;
  readonly setDepth: (depth: number) => void;
  readonly halt: () => number;
  readonly start: (() => void) | undefined;
  readonly call: (selector: number, argsLength: number) => void;
  readonly #memory: WebAssembly.Memory;
  readonly #stored: () => number;
  readonly #reset: () => void;
  /** Initial memory; everything after it is 0. */
  readonly #image: Uint8Array;
  /** As much of it as was restored last: most calls of a code reach as far. */
  #head: Uint8Array;
  #bytes: Uint8Array;
  #words: Uint32Array;
  /** The call returned, so the module's own record of its stores is whole. */
  #returned = true;
  /** End of the highest range the host wrote. */
  #hostEnd = 0;

  constructor(
    readonly code: CompiledCode,
    exports: InstrumentedExports,
  ) {
    this.gas = exports['weft.gas'];
    this.setGas = exports['weft.set_gas'];
    this.depth = exports['weft.depth'];
    this.setDepth = exports['weft.set_depth'];
    this.halt = exports['weft.halt'];
    this.start = exports._start;
    this.call = exports.weft_call;
    this.#stored = exports['weft.stored'];
    this.#reset = exports['weft.reset'];
    this.#memory = exports.memory;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#image = initialImage(code, this.#bytes);
    this.#head = this.#image;
  }

  /** The whole memory now. Growing detaches earlier views, so never keep it over a call. */
  bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#attach();
    return this.#bytes;
  }

  /** The same memory as little-endian words: what lies at a multiple of 4 is copied four bytes at a time. */
  words(): Uint32Array {
    if (this.#words.length === 0) this.#attach();
    return this.#words;
  }

  /** The unsigned word at any address. */
  wordAt(address: number): number {
    if ((address & 3) === 0) return this.words()[address >>> 2]!;
    const bytes = this.bytes();
    const low = bytes[address]! | (bytes[address + 1]! << 8);
    return (low | (bytes[address + 2]! << 16) | (bytes[address + 3]! << 24)) >>> 0;
  }

  /** The memory is larger than at the start: such an instance cannot be made new again. */
  get grown(): boolean {
    return this.bytes().length !== this.code.initialPages * 65_536;
  }

  /** Records that the host writes up to `end`: whoever writes to `bytes` or `words` says so. */
  wrote(end: number): void {
    if (end > this.#hostEnd) this.#hostEnd = end;
  }

  /** Records that the contract did not return: it trapped, or the host ended it. */
  stopped(): void {
    this.#returned = false;
  }

  /**
   * Makes an instance that has not grown equal to a new one: every byte of memory that could have been written, every
   * mutable global. Memory costs about 0.03 us a KiB.
   */
  reset(): void {
    assert(!this.grown, 'a grown instance is never reused');
    const bytes = this.#bytes;
    const end = this.#returned
      ? Math.min(bytes.length, Math.max((this.#stored() >>> 0) + STORE_REACH, this.#hostEnd))
      : bytes.length;
    this.#restore(end);
    this.#reset();
    this.#returned = true;
    this.#hostEnd = 0;
  }

  #restore(end: number): void {
    const bytes = this.#bytes;
    const image = this.#image;
    if (end > image.length) {
      bytes.fill(0, image.length, end);
      bytes.set(image);
    } else {
      if (this.#head.length !== end) this.#head = image.subarray(0, end);
      bytes.set(this.#head);
    }
  }

  #attach(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#words = new Uint32Array(this.#memory.buffer);
  }
}

const images = new WeakMap<CompiledCode, Uint8Array>();

/** Memory of a new instance up to its last 8 bytes that are not all 0; the same for every instance of a code. */
function initialImage(code: CompiledCode, bytes: Uint8Array): Uint8Array {
  const known = images.get(code);
  if (known !== undefined) return known;
  const words = new BigUint64Array(bytes.buffer, 0, bytes.length / 8);
  let end = words.length;
  while (end > 0 && words[end - 1] === 0n) end--;
  const image = bytes.slice(0, end * 8);
  images.set(code, image);
  return image;
}

/** A new instance; 50 to 185 us. @throws VM_NODE_FAULT when the engine has no memory for it */
export function createInstance(code: CompiledCode, imports: WebAssembly.Imports): Instance {
  try {
    const { exports } = new WebAssembly.Instance(code.module, imports);
    return new Instance(code, exports as unknown as InstrumentedExports);
  } catch (cause) {
    if (cause instanceof RangeError) throw new VmError('VM_NODE_FAULT', { place: 'instantiation' }, cause);
    throw cause;
  }
}
