// Which block records nobody needs any more.

/** What holds records back; undefined: nothing does. Heights. */
export interface PruneBounds {
  readonly head: number;
  /** Records that are kept below the head; undefined: all (an archive). */
  readonly keep: number | undefined;
  /** Flat state is of this height: records above it are its only source. */
  readonly flushed: number;
  /** The newest checkpoint of the tree: opening reads the records above it. */
  readonly checkpoint?: number | undefined;
  /** The oldest snapshot that is offered: who starts from it needs the records above. */
  readonly oldestSnapshot?: number | undefined;
}

/** The lowest height whose record has to stay; records below it may go. At least 1. */
export function pruneHeight(bounds: PruneBounds): number {
  const { head, keep, flushed, checkpoint, oldestSnapshot } = bounds;
  if (keep === undefined) return 1;
  const lowest = Math.min(
    // The newest record stays whatever is kept: the head's header is in it.
    head - Math.max(1, keep) + 1,
    // So do those whose headers a stored state is compared with.
    flushed,
    checkpoint ?? head,
    oldestSnapshot ?? head,
  );
  return Math.max(1, lowest);
}
