// The port between execute and where instrumented code is kept beside the chain, so that a restart need not make it
// again. Nothing in it is ever trusted: execute checks what comes back and makes it anew when anything is wrong.

/**
 * Must: answer at once, from one file at most; never throw.
 * Must: give under a name what was last written under it, or nothing.
 * May: forget anything at any time. Should: stay within a bound of its own.
 */
export interface CodeCache {
  /** `name`: 64 hexadecimal digits. */
  read(name: string): Uint8Array | undefined;
  /** Takes the content; it may reach the disk later, or never. */
  write(name: string, content: Uint8Array): void;
  /** Ends writes under way. */
  close(): Promise<void>;
}
