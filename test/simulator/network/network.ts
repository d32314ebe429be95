// Messages between nodes: late, twice, out of order, lost, or cut off by a partition.
import type { AuthorityNetwork } from '../../authority/engine.mjs';
import type { World } from './world.js';

type Receive = (message: Uint8Array, reply: (message: Uint8Array) => void) => Promise<void>;

export class SimulatedNetwork {
  lossPercent = 0;
  latencyMaxMs = 50;
  /** Side of each node; messages cross no border. */
  readonly sides: number[];
  readonly #receivers: (Receive | undefined)[];

  constructor(
    private readonly world: World,
    nodes: number,
  ) {
    this.sides = Array.from({ length: nodes }, () => 0);
    this.#receivers = Array.from({ length: nodes }, () => undefined);
  }

  /** What node `own` is given; `deliver` runs a message's effect on it. */
  endpoint(own: number, deliver: (effect: () => Promise<void>) => Promise<void>): AuthorityNetwork {
    return {
      broadcast: (message) => {
        for (let to = 0; to < this.sides.length; to++) if (to !== own) this.#send(own, to, message);
      },
      onMessage: (run) => {
        const receive: Receive = (message, reply) => deliver(() => run(message, reply));
        this.#receivers[own] = receive;
        return () => {
          if (this.#receivers[own] === receive) this.#receivers[own] = undefined;
        };
      },
    };
  }

  #send(from: number, to: number, message: Uint8Array): void {
    const { world } = this;
    for (let copy = world.chance(5) ? 2 : 1; copy > 0; copy--) {
      if (world.chance(this.lossPercent)) continue;
      world.after(1 + world.random(this.latencyMaxMs), async () => {
        if (this.sides[from] !== this.sides[to]) return;
        await this.#receivers[to]?.(message, (answer) => this.#send(to, from, answer));
      });
    }
  }
}
