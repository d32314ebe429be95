// Says what takes longer than a second, on stderr: a line that counts seconds on a terminal, plain lines elsewhere.
import type { Output } from './output.js';

const SILENT_MS = 1_000;
const AGAIN_MS = 10_000;

/** The work's result; `what` is said while it takes longer than a second. */
export async function working<T>(
  output: Pick<Output, 'note' | 'status'>,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  let timer: NodeJS.Timeout | undefined;
  const say = (): void => {
    const shown = output.status(`${what} (${seconds()} s)`);
    if (!shown) output.note(`${what} (${seconds()} s)`);
    timer = setTimeout(say, shown ? SILENT_MS : AGAIN_MS);
  };
  timer = setTimeout(say, SILENT_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    output.status('');
  }
}
