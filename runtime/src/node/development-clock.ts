// The clock of a development chain: the machine's, moved. It says the time of each next block; the block's header keeps
// it, so a replay needs no clock.
import type { Clock } from '../ports/clock.js';

/** Where a clock stands, to be put back. */
export interface ClockSetting {
  /** Milliseconds ahead of the machine's. */
  readonly ahead: number;
  /** Of the next block, where it was set. */
  readonly next: number | undefined;
}

export class DevelopmentClock {
  #setting: ClockSetting = { ahead: 0, next: undefined };

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    /** The time of blocks without this clock; default: the machine's. */
    private readonly base: (height: number, now: number) => number = (_height, now) => now,
  ) {}

  /** After opening a chain whose newest block is ahead of the machine: time goes on from there. */
  follow(newest: number): void {
    this.#setting = { ahead: Math.max(0, newest - this.clock.now()), next: undefined };
  }

  /** Milliseconds: of a block at this height, were it made now. */
  timeOf(height: number, now = this.clock.now()): number {
    return this.#setting.next ?? this.base(height, now) + this.#setting.ahead;
  }

  /** The next block is at `time`, and later ones as much later as they are made later. */
  set(height: number, time: number): void {
    this.#setting = { ahead: time - this.base(height, this.clock.now()), next: time };
  }

  /** A block has been made. */
  sealed(): void {
    this.#setting = { ...this.#setting, next: undefined };
  }

  get setting(): ClockSetting {
    return this.#setting;
  }

  set setting(setting: ClockSetting) {
    this.#setting = setting;
  }
}
