// What the conformance suite throws: a breach of a port's contract, and the crashes it makes itself.
import { defineErrors } from '../../base/errors.js';

export class ConformanceError extends defineErrors('ConformanceError', {
  CONFORMANCE_BREACH: {
    what: 'an implementation breaks the contract of its port',
    fix: 'Compare it with the Must list of runtime/src/ports/consensus.ts.',
  },
  CONFORMANCE_CRASH: { what: 'the process of this trial has ended' },
  CONFORMANCE_FAILURE: { what: 'the executor of this trial fails here, as it was told to' },
}) {}

/** @throws CONFORMANCE_BREACH unless `holds` */
export function expectThat(
  holds: boolean,
  expected: string,
  got?: string | number | readonly string[],
): asserts holds {
  if (!holds) throw new ConformanceError('CONFORMANCE_BREACH', { expected, got });
}

/** Waits until `holds`; checks every turn of the event loop. @throws CONFORMANCE_BREACH after ten seconds of turns */
export async function eventually(expected: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    expectThat(turn < 10_000, expected, 'nothing of the kind');
    await new Promise((resolve) => setTimeout(resolve, turn < 100 ? 0 : 1));
  }
}

/** Resolves with the code of the refusal; undefined where nothing is refused. */
export async function codeOf(action: Promise<unknown>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    return String((error as { readonly code?: unknown }).code);
  }
}
