// Idle instances by code, bounded. A pooled instance was reset when it came back, so taking one cannot be told from
// making one: the pool changes speed, never a result (adr: instance reset).
import type { CompiledCode } from './compiled-code.js';
import { VmError } from './errors.js';
import { createInstance, type Instance } from './instance.js';

/** Bounds of a pool. */
export interface InstancePoolOptions {
  /** Most idle instances over all codes; default 256. A process has room for about 13,000 memories. */
  readonly instancesMax?: number;
  /** Most memory pages (64 KiB) they hold together; default 4,096. */
  readonly pagesMax?: number;
}

/** A pool for one thread. */
export class InstancePool {
  readonly #instancesMax: number;
  readonly #pagesMax: number;
  /** Idle instances by code hash; the code used longest ago first. */
  readonly #idle = new Map<string, Instance[]>();
  /** The list that stands last, and whose. */
  #latest: Instance[] | undefined;
  #latestText = '';
  #instances = 0;
  #pages = 0;

  /** `imports`: the host functions every instance gets. */
  constructor(
    private readonly imports: WebAssembly.Imports,
    options: InstancePoolOptions = {},
  ) {
    this.#instancesMax = options.instancesMax ?? 256;
    this.#pagesMax = options.pagesMax ?? 4096;
  }

  /** Idle instances now. */
  get size(): number {
    return this.#instances;
  }

  /** An instance equal to a new one. @throws VM_NODE_FAULT */
  take(code: CompiledCode): Instance {
    const list = this.#listOf(code.hashText);
    const instance = list?.pop();
    if (instance === undefined) return this.#create(code);
    this.#instances -= 1;
    this.#pages -= code.initialPages;
    return instance;
  }

  /** Takes an instance back after a call, however it ended. A grown one is dropped. */
  give(instance: Instance): void {
    const { code } = instance;
    if (instance.grown || code.initialPages > this.#pagesMax || this.#instancesMax === 0) return;
    while (this.#instances >= this.#instancesMax || this.#pages + code.initialPages > this.#pagesMax) {
      this.#dropOldest();
    }
    instance.reset();
    const list = this.#listOf(code.hashText) ?? [];
    list.push(instance);
    if (this.#latest !== list) {
      this.#latest = list;
      this.#latestText = code.hashText;
      this.#idle.delete(code.hashText);
      this.#idle.set(code.hashText, list);
    }
    this.#instances += 1;
    this.#pages += code.initialPages;
  }

  /** Drops every idle instance. */
  clear(): void {
    this.#idle.clear();
    this.#latest = undefined;
    this.#instances = 0;
    this.#pages = 0;
  }

  #listOf(text: string): Instance[] | undefined {
    return this.#latest !== undefined && text === this.#latestText ? this.#latest : this.#idle.get(text);
  }

  #create(code: CompiledCode): Instance {
    try {
      return createInstance(code, this.imports);
    } catch (error) {
      // Idle instances may be what fills the address space: once without them before it is a fault.
      if (this.#instances === 0 || !(error instanceof VmError)) throw error;
      this.clear();
      return createInstance(code, this.imports);
    }
  }

  #dropOldest(): void {
    for (const [text, list] of this.#idle) {
      const instance = list.pop();
      if (list.length === 0) {
        this.#idle.delete(text);
        if (this.#latest === list) this.#latest = undefined;
      }
      if (instance === undefined) continue;
      this.#instances -= 1;
      this.#pages -= instance.code.initialPages;
      return;
    }
  }
}
