// What resolving one transaction costs, paid while it is done: whoever makes a node work pays for the work, whether or not
// an access set comes of it. SPEC: runtime/docs/spec/access.md, "Price".
import { GAS_SCHEDULE, type GasSchedule } from '../types/gas-schedule.js';
import { AccessError } from './errors.js';
import { ACCESS_LIMITS } from './limits.js';

/** The prices access needs; a whole GasSchedule fits. */
export type AccessPrices = Pick<GasSchedule, 'access'>;

/** Every method throws ACCESS_GAS once the price is above what the transaction can pay. */
export class ResolutionMeter {
  #gas = 0;
  #steps = 0;
  #gasMax = Number.POSITIVE_INFINITY;

  constructor(private readonly prices: AccessPrices = GAS_SCHEDULE) {}

  /** The next transaction. `gasMax`: what it can pay. */
  begin(gasMax: number): void {
    this.#gas = 0;
    this.#steps = 0;
    this.#gasMax = gasMax;
  }

  /** Paid so far, never above `gasMax`. */
  get gas(): number {
    return this.#gas;
  }

  /** One step, and one more for every 64 bytes handled. @throws ACCESS_LIMIT */
  spend(bytes = 0): void {
    const steps = 1 + (bytes >> 6);
    this.#steps += steps;
    this.#pay(steps * this.prices.access.step);
    if (this.#steps > ACCESS_LIMITS.steps) {
      throw new AccessError('ACCESS_LIMIT', { expected: `at most ${ACCESS_LIMITS.steps}`, unit: 'steps' });
    }
  }

  /** Expansions, hand-written ones counted twice, a lock as `lockKeys`; and each callee that is looked up. */
  keys(count: number): void {
    this.#pay(count * this.prices.access.key);
  }

  /** A code's `weft.access` section, for each of its bytes; each code once a transaction. */
  section(bytes: number): void {
    this.#pay(bytes * this.prices.access.sectionByte);
  }

  #pay(gas: number): void {
    this.#gas += gas;
    if (this.#gas <= this.#gasMax) return;
    this.#gas = this.#gasMax;
    throw new AccessError('ACCESS_GAS', { expected: `at most ${this.#gasMax}`, unit: 'gas' });
  }
}
