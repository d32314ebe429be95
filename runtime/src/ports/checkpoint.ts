// The port to the file a state checkpoint is kept in. It may lose it at any time: a checkpoint only saves time.

/**
 * Must: replace the checkpoint whole or not at all, durable (fsync) when `write` resolves.
 * Must: leave the earlier one readable while a new one is written.
 * May: return damaged bytes: the reader checks them.
 */
export interface CheckpointFile {
  /** The newest one from its first byte; undefined where there is none. */
  open(): Promise<CheckpointReader | undefined>;
  /** Takes the pieces as they are made. When one of them throws, the earlier checkpoint stays and so does the error. */
  write(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  remove(): Promise<void>;
}
export interface CheckpointReader {
  /** The next bytes; fewer than asked for at the end only. */
  read(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}
