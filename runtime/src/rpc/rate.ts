// Shares by address: each has a bucket of units that fills at a rate; a read costs one, a long body and a costly method
// more. The buckets of addresses that have not come for a while are forgotten: they would be full.
import { RpcError } from './errors.js';

export interface RateOptions {
  /** Units a second; one is a plain read. */
  readonly perSecond: number;
  /** Units at most at once. */
  readonly burst: number;
}

/** Addresses remembered before full buckets are forgotten. */
const BUCKETS_MAX = 4096;
/** Bytes of a request that cost a unit more. */
const UNIT_BYTES = 1024;

/** The share of one address. */
export interface Bucket {
  /** Takes the price of a request of so many bytes. @throws RPC_RATE */
  takeRequest(bytes: number): void;
  /** @throws RPC_RATE */
  take(units: number): void;
}

/** The shares of all addresses. */
export interface Rates {
  of(address: string): Bucket;
}

/** `now`: milliseconds of a clock that never goes back. */
export function createRates({ perSecond, burst }: RateOptions, now = () => performance.now()): Rates {
  const buckets = new Map<string, TokenBucket>();
  return {
    of(address) {
      const name = networkOf(address);
      const known = buckets.get(name);
      if (known !== undefined) return known;
      if (buckets.size >= BUCKETS_MAX)
        for (const [other, bucket] of buckets) if (bucket.full) buckets.delete(other);
      const bucket = new TokenBucket(perSecond / 1000, burst, now);
      buckets.set(name, bucket);
      return bucket;
    },
  };
}

class TokenBucket implements Bucket {
  #units: number;
  #filled: number;

  constructor(
    private readonly perMs: number,
    private readonly burst: number,
    private readonly now: () => number,
  ) {
    this.#units = burst;
    this.#filled = now();
  }

  get full(): boolean {
    this.#fill();
    return this.#units >= this.burst;
  }

  takeRequest(bytes: number): void {
    this.take(1 + bytes / UNIT_BYTES);
  }

  take(units: number): void {
    if (this.#units < units) this.#fill();
    if (this.#units >= units) {
      this.#units -= units;
      return;
    }
    const price = Math.min(units, this.burst);
    if (this.#units >= price) {
      // More than the whole share at once: it waits for a full bucket and empties it.
      this.#units = 0;
      return;
    }
    const retryMs = Math.ceil((price - this.#units) / this.perMs);
    throw new RpcError('RPC_RATE', { expected: `at most ${1000 * this.perMs} units a second`, retryMs });
  }

  #fill(): void {
    const time = this.now();
    this.#units = Math.min(this.burst, this.#units + (time - this.#filled) * this.perMs);
    this.#filled = time;
  }
}

/** An IPv4 address stands for itself, an IPv6 address for its /64: one host has all of it. */
export function networkOf(address: string): string {
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (!mapped.includes(':')) return mapped;
  const [head = '', tail] = mapped.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: zeros }, () => '0'), ...right].slice(0, 4).join(':');
}
