// The attackers, in a process of their own that gets what processor the others leave: they would be on machines of their
// own, and what they take of this one the node's clients would wait for.
import { constants, setPriority } from 'node:os';
import { attacksOf, type Codes, type Target } from './attacks.js';
import type { FloodOptions } from './flood.js';

export interface Siege extends FloodOptions {
  readonly url: string;
  /** The attack's name. */
  readonly name: string;
  readonly scale: number;
}
export type AttackerOrder =
  | { readonly kind: 'begin'; readonly siege: Siege }
  | { readonly kind: 'look' }
  /** Answered when everybody has left. */
  | { readonly kind: 'end' };
export interface AttackerReport {
  readonly codes: Codes;
  readonly running: boolean;
}

/** One attack under way. */
class Attacking {
  readonly codes: Codes = {};
  running = true;
  readonly #run: Promise<void>;
  #over = false;

  constructor({ url, name, scale, ...options }: Siege) {
    const attack = attacksOf(options).find((one) => one.name === name);
    if (attack === undefined) throw new Error(`no attack is called ${name}`);
    const target: Target = { url, scale, codes: this.codes, stopped: () => this.#over };
    this.#run = attack.run(target).finally(() => {
      this.running = false;
    });
    // Told to whoever ends it.
    this.#run.catch(() => undefined);
  }

  end(): Promise<void> {
    this.#over = true;
    return this.#run;
  }
}

let attacking: Attacking | undefined;

async function obey(order: AttackerOrder): Promise<AttackerReport> {
  if (order.kind === 'begin') attacking = new Attacking(order.siege);
  if (order.kind === 'end') await attacking?.end();
  return { codes: attacking?.codes ?? {}, running: attacking?.running ?? false };
}

setPriority(constants.priority.PRIORITY_LOW);
process.on('message', (order: AttackerOrder) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      throw error;
    },
  );
});
