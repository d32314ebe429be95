// Compiled code a thread keeps, bounded by weight: its bytes and what an engine keeps beside any module. The code used
// longest ago makes room.

/** What every code weighs beside its bytes: the engine's objects, the tables of its functions. */
const BASE_WEIGHT = 8_192;
/** Four times the distinct code a block may declare by default, or 8,192 contracts of no size. */
export const CODE_WEIGHT_MAX = 67_108_864;

/** The weight of code of so many bytes as uploaded. */
export function codeWeight(codeBytes: number): number {
  return BASE_WEIGHT + codeBytes;
}

/** Values by name, least recently used first. */
export class CodeShelf<T> {
  readonly #entries = new Map<string, { readonly value: T; readonly weight: number }>();
  #weight = 0;

  /** `weightMax`: what all entries weigh together at most; a heavier one is kept alone. */
  constructor(private readonly weightMax: number = CODE_WEIGHT_MAX) {}

  get size(): number {
    return this.#entries.size;
  }

  get weight(): number {
    return this.#weight;
  }

  /** The value, now the one used last; undefined if it is not kept. */
  get(name: string): T | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.value;
  }

  /** Keeps a value; names that had to go, oldest first. */
  put(name: string, value: T, weight: number): readonly string[] {
    this.#drop(name);
    const dropped: string[] = [];
    for (const oldest of this.#entries.keys()) {
      if (this.#weight + weight <= this.weightMax) break;
      this.#drop(oldest);
      dropped.push(oldest);
    }
    this.#entries.set(name, { value, weight });
    this.#weight += weight;
    return dropped;
  }

  #drop(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#weight -= entry.weight;
  }
}
