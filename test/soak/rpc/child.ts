// A process of the soak: it answers orders, one at a time.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export class Child<Order, Report> {
  readonly #process: ChildProcess;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.#process = fork(path, { execArgv: ['--expose-gc', '--import', 'tsx'] });
  }

  order(order: Order): Promise<Report> {
    const turn = this.#turn.then(
      () =>
        new Promise<Report>((resolve, reject) => {
          const gone = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
          this.#process.once('exit', gone);
          this.#process.once('message', (report: Report) => {
            this.#process.off('exit', gone);
            resolve(report);
          });
          this.#process.send(order as object);
        }),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  kill(): void {
    this.#process.kill();
  }
}
