// One network namespace a validator on a bridge, so that each can be cut off from the others as a cable would be. Linux, as root.
import { execFileSync } from 'node:child_process';

const run = (...words: string[]): void => {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
};

export class Namespaces {
  readonly hosts: readonly string[];

  private constructor(
    private readonly name: string,
    private readonly block: string,
    count: number,
  ) {
    this.hosts = Array.from({ length: count }, (_, index) => `${block}.${index + 1}`);
  }

  /** Undefined where this machine gives no namespaces: one line says so. */
  static create(count: number): Namespaces | undefined {
    const number = process.pid % 250;
    const made = new Namespaces(`wf${process.pid % 100_000}`, `10.${101 + (number % 100)}.${number}`, count);
    try {
      made.#create();
      return made;
    } catch (error) {
      made.remove();
      console.warn(`skipped: network namespaces (${(error as Error).message.split('\n')[0]})`);
      return undefined;
    }
  }

  /** What runs a command inside namespace `index`. */
  prefix(index: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#space(index)];
  }

  cut(index: number): void {
    run('link', 'set', this.#link(index), 'down');
  }

  heal(index: number): void {
    run('link', 'set', this.#link(index), 'up');
  }

  remove(): void {
    for (const [index] of this.hosts.entries()) {
      try {
        run('netns', 'del', this.#space(index));
      } catch {
        // It was never made.
      }
    }
    try {
      run('link', 'del', this.name);
    } catch {
      // Nor was the bridge.
    }
  }

  #create(): void {
    run('link', 'add', this.name, 'type', 'bridge');
    run('addr', 'add', `${this.block}.254/24`, 'dev', this.name);
    run('link', 'set', this.name, 'up');
    for (const [index, host] of this.hosts.entries()) {
      const [space, link] = [this.#space(index), this.#link(index)];
      run('netns', 'add', space);
      run('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      run('link', 'set', link, 'master', this.name, 'up');
      run('-n', space, 'addr', 'add', `${host}/24`, 'dev', 'eth0');
      run('-n', space, 'link', 'set', 'eth0', 'up');
      run('-n', space, 'link', 'set', 'lo', 'up');
    }
  }

  #space(index: number): string {
    return `${this.name}n${index}`;
  }

  #link(index: number): string {
    return `${this.name}v${index}`;
  }
}
