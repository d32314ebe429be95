// How the process of a network's node is run.

/**
 * MiB of either half of V8's young generation; Node's own is 16. A transaction leaves about 25 KB behind from its check to its
 * block: with so much room most of it, and most of what was pending, has died before a collection looks. A sixth less
 * processor time on the main and V8's threads, for up to 150 MB more memory.
 */
const YOUNG_MIB = 64;

/** The words that run `weft`, whose file is `script`. */
export function nodeCommand(script: string): readonly string[] {
  const room = [`--min-semi-space-size=${YOUNG_MIB}`, `--max-semi-space-size=${YOUNG_MIB}`];
  return [process.execPath, ...room, script];
}
