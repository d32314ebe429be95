// A small host: one contract over a JS map, without gas or access, to test what the compiler generates.
import { createHash } from 'node:crypto';
import { bytesText } from '@weft/runtime/base/bytes';
import { Reader, Writer } from '@weft/runtime/base/codec';
import { blake3, keccak256 } from '@weft/runtime/base/crypto/digests';
import { p256Verify, secp256k1Recover, secp256k1Verify } from '@weft/runtime/base/crypto/ecdsa';
import { ed25519VerifyStrict } from '@weft/runtime/base/signature';
import type { Artifact } from '@weft/sdk/compiler/compile';

export interface MockEvent {
  readonly event: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}
export interface MockOutcome {
  readonly status: 'OK' | 'REVERT' | 'TRAP';
  readonly result: Uint8Array;
  /** Error selector and arguments of a revert; empty for aborts. */
  readonly data: Uint8Array;
  readonly message: string;
  readonly line: number;
  readonly events: readonly MockEvent[];
}

/** 32 bytes of one number. */
export function address(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}

const STOP = { stop: true };

export class MockChain {
  readonly state = new Map<string, Uint8Array>();
  readonly cells = new Map<string, bigint>();
  readonly logs: string[] = [];
  /** Answers of other contracts: gets contract, selector and arguments. */
  remote: (contract: Uint8Array, selector: number, args: Uint8Array) => Uint8Array = () => new Uint8Array();
  self = address(0xc0);
  caller = address(1);
  /** The memory after the last call. */
  memory: Uint8Array = new Uint8Array();
  readonly #module: WebAssembly.Module;

  constructor(readonly artifact: Artifact) {
    this.#module = new WebAssembly.Module(artifact.wasm as BufferSource);
  }

  /** Runs a method by name with encoded arguments; what fails leaves no trace. */
  call(method: string, args: Uint8Array = new Uint8Array(), selector?: number): MockOutcome {
    const abi = this.artifact.abi.methods.find((one) => one.name === method);
    const state = new Map(this.state);
    const cells = new Map(this.cells);
    const run = new Run(this, args);
    const instance = new WebAssembly.Instance(this.#module, { weft: run.imports() });
    run.memory = instance.exports['memory'] as WebAssembly.Memory;
    try {
      (instance.exports['_start'] as () => void)();
      (instance.exports['weft_call'] as (selector: number, length: number) => void)(
        selector ?? abi?.selector ?? 0,
        args.length,
      );
    } catch (error) {
      if (error !== STOP && !(error instanceof WebAssembly.RuntimeError)) throw error;
      if (error !== STOP) run.status = 'TRAP';
      this.state.clear();
      this.cells.clear();
      for (const [key, value] of state) this.state.set(key, value);
      for (const [key, value] of cells) this.cells.set(key, value);
      run.events.length = 0;
    }
    this.memory = new Uint8Array(run.memory.buffer);
    return run;
  }

  /** The memory of a new instance. */
  initialMemory(): Uint8Array {
    const imports = { weft: new Run(this, new Uint8Array()).imports() };
    const { exports } = new WebAssembly.Instance(this.#module, imports);
    return new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer);
  }
}

/** One call. */
class Run implements MockOutcome {
  status: MockOutcome['status'] = 'OK';
  result: Uint8Array = new Uint8Array();
  data: Uint8Array = new Uint8Array();
  message = '';
  line = 0;
  readonly events: MockEvent[] = [];
  memory: WebAssembly.Memory | undefined;
  #returned: Uint8Array = new Uint8Array();

  constructor(
    readonly chain: MockChain,
    readonly args: Uint8Array,
  ) {}

  #read(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory!.buffer, at, length).slice();
  }
  #write(at: number, bytes: Uint8Array): void {
    new Uint8Array(this.memory!.buffer, at, bytes.length).set(bytes);
  }
  #number(at: number, bits: number): bigint {
    const bytes = this.#read(at, bits / 8);
    return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }
  #store(at: number, value: bigint, bits: number): void {
    this.#write(
      at,
      Uint8Array.from({ length: bits / 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)),
    );
  }
  #get(key: number, length: number, dst: number, capacity: number): number {
    const value = this.chain.state.get(bytesText(this.#read(key, length)));
    if (!value) return -1;
    this.#write(dst, value.subarray(0, capacity));
    return value.length;
  }
  #move(bits: number, key: number, length: number, sign: bigint, amount: number, bound: number): number {
    const name = bytesText(this.#read(key, length));
    const change = this.#number(amount, bits);
    const next = (this.chain.cells.get(name) ?? 0n) + sign * change;
    const limit = bound === 0 ? (sign < 0n ? 0n : (1n << BigInt(bits)) - 1n) : this.#number(bound, bits);
    if (change !== 0n && (sign < 0n ? next < limit : next > limit)) return 0;
    this.chain.cells.set(name, next);
    return 1;
  }

  #computing(): WebAssembly.ModuleImports {
    const verify =
      (check: typeof secp256k1Verify) => (signature: number, key: number, length: number, digest: number) =>
        check(this.#read(signature, 64), this.#read(digest, 32), this.#read(key, length)) ? 1 : 0;
    return {
      keccak256: (src: number, length: number, dst: number) =>
        this.#write(dst, keccak256(this.#read(src, length))),
      blake3: (src: number, length: number, dst: number) => this.#write(dst, blake3(this.#read(src, length))),
      secp256k1_verify: verify(secp256k1Verify),
      p256_verify: verify(p256Verify),
      secp256k1_recover: (signature: number, recovery: number, digest: number, dst: number) => {
        const key = secp256k1Recover(this.#read(signature, 64), recovery, this.#read(digest, 32));
        if (key !== undefined) this.#write(dst, key);
        return key === undefined ? 0 : 1;
      },
      mul_div: (a: number, b: number, denominator: number, dst: number) => {
        const product = this.#number(a, 256) * this.#number(b, 256);
        const divisor = this.#number(denominator, 256);
        if (divisor === 0n || product / divisor >= 1n << 256n) return 0;
        this.#store(dst, product / divisor, 256);
        this.#store(dst + 32, product % divisor, 256);
        return 1;
      },
    };
  }

  imports(): WebAssembly.ModuleImports {
    const text = (at: number, length: number): string => new TextDecoder().decode(this.#read(at, length));
    const name = (key: number, length: number): string => bytesText(this.#read(key, length));
    const cell = (bits: number, key: number, length: number, dst: number): void =>
      this.#store(dst, this.chain.cells.get(name(key, length)) ?? 0n, bits);
    const stop = (): never => {
      this.status = 'REVERT';
      throw STOP;
    };
    return {
      input: (dst: number) => this.#write(dst, this.args),
      output: (src: number, length: number) => {
        this.result = this.#read(src, length);
      },
      revert: (src: number, length: number) => {
        this.data = this.#read(src, length);
        stop();
      },
      abort: (message: number, length: number, line: number) => {
        this.message = text(message, length);
        this.line = line;
        stop();
      },
      context: (dst: number) => {
        const { self, caller } = this.chain;
        const writer = new Writer().fixed(self, 32).fixed(caller, 32).fixed(caller, 32);
        this.#write(dst, writer.u128(0n).u64(7n).u64(1000n).fixed(address(9), 32).finish());
      },
      storage_get: (key: number, length: number, dst: number, capacity: number) =>
        this.#get(key, length, dst, capacity),
      storage_past: (key: number, length: number, dst: number, capacity: number) =>
        this.#get(key, length, dst, capacity),
      storage_has: (key: number, length: number) => (this.chain.state.has(name(key, length)) ? 1 : 0),
      storage_set: (key: number, length: number, src: number, size: number) => {
        this.chain.state.set(name(key, length), this.#read(src, size));
      },
      storage_delete: (key: number, length: number) => {
        this.chain.state.delete(name(key, length));
      },
      cell_get: cell,
      cell_past: cell,
      cell_set: (bits: number, key: number, length: number, src: number) => {
        this.chain.cells.set(name(key, length), this.#number(src, bits));
      },
      cell_add: (bits: number, key: number, length: number, amount: number, ceiling: number) =>
        this.#move(bits, key, length, 1n, amount, ceiling),
      cell_sub: (bits: number, key: number, length: number, amount: number, floor: number) =>
        this.#move(bits, key, length, -1n, amount, floor),
      emit: (event: number, topics: number, topicsLength: number, data: number, dataLength: number) => {
        const reader = new Reader(this.#read(topics, topicsLength));
        const list = reader.list(() => reader.bytes().slice(), 64);
        reader.done();
        this.events.push({ event: this.#read(event, 8), topics: list, data: this.#read(data, dataLength) });
      },
      call: (contract: number, selector: number, args: number, length: number) => {
        this.#returned = this.chain.remote(
          this.#read(contract, 32),
          selector >>> 0,
          this.#read(args, length),
        );
        return this.#returned.length;
      },
      returned: (dst: number, capacity: number) => {
        this.#write(dst, this.#returned.subarray(0, capacity));
        return this.#returned.length;
      },
      balance: (_address: number, dst: number) => this.#store(dst, 1_000n, 128),
      balance_past: (_address: number, dst: number) => this.#store(dst, 900n, 128),
      transfer: (_to: number, amount: number) => (this.#number(amount, 128) <= 1_000n ? 1 : 0),
      sha256: (src: number, length: number, dst: number) => {
        this.#write(dst, createHash('sha256').update(this.#read(src, length)).digest());
      },
      ed25519_verify: (signature: number, key: number, src: number, length: number) =>
        ed25519VerifyStrict(this.#read(signature, 64), this.#read(src, length), this.#read(key, 32)) ? 1 : 0,
      ...this.#computing(),
      log: (src: number, length: number) => {
        this.chain.logs.push(text(src, length));
      },
    };
  }
}
