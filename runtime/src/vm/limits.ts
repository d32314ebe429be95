// Bounds of one transaction's run. They are part of the protocol version: another value is another chain.

/** Depth in words of native stack: what a transaction may use over all its contracts. Half of a 64 MB stack. */
export const DEPTH_BUDGET = 4_000_000;

/** Words a nested call takes for the host's own frames, whatever it runs: about thirty calls deep at most. */
export const CALL_DEPTH_WEIGHT = 131_072;

/** The caller keeps one part in this many of its gas when it calls another contract. */
export const CALL_GAS_KEPT = 64;

/** Bounds of what a run gives back. */
export const VM_LIMITS = {
  /** Events of one transaction. */
  events: 1024,
  /** What a revert or an error carries. */
  errorBytes: 4096,
  /** One log line or abort message. */
  logBytes: 4096,
  /** Lines kept beside an outcome when somebody asks for them. */
  logLines: 1000,
  /** Steps kept of a run that is traced. */
  traceSteps: 10_000,
} as const;
