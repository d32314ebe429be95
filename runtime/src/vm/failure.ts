// Why a contract's call failed, as numbers: they stand in receipts, so they never change and never carry text.
// `Failure.code` and what `try_call` hands to the caller (code as u16, then data) are these.

/** Host codes of a failure; the table in runtime/docs/spec/host.md is made from it. */
export const FAILURE_CODE = {
  /** The contract reverted; `data` holds its error. */
  CONTRACT_ERROR: 0,
  /** The contract called `abort`. */
  ABORTED: 1,
  /** An engine trap: unreachable, out of bounds, division by zero, a bad indirect call. */
  TRAPPED: 2,
  OUT_OF_GAS: 3,
  DEPTH: 4,

  /** No contract at the address. */
  UNKNOWN_CONTRACT: 16,
  /** The contract has no such method, or it is the `@init` method, which nobody may call. */
  UNKNOWN_METHOD: 17,
  /** Value sent to a method that does not accept any. */
  NOT_PAYABLE: 18,
  /** The contract is already running further up. */
  REENTERED: 19,
  INSUFFICIENT_BALANCE: 20,
  /** A view, or something it called, tried to change state or to emit. */
  VIEW_WRITES: 21,

  /** A pointer and length outside the contract's memory. */
  BAD_POINTER: 32,
  /** Key bytes that are not field(8) and length-prefixed components, or past the limit. */
  BAD_KEY: 33,
  /** A value past the limit of stored values, results, errors or log lines. */
  TOO_LARGE: 34,
  /** A cell width that is not 64, 128 or 256. */
  BAD_CELL: 35,
  /** Topics that are not a Borsh list of byte strings, or too many. */
  BAD_EVENT: 36,
  /** More events than a transaction may emit. */
  TOO_MANY_EVENTS: 37,

  /** Arguments of a system method that do not decode exactly. */
  BAD_ARGUMENTS: 48,
  /** Uploaded bytes that are not a valid contract. */
  CODE_INVALID: 49,
  /** No such code on chain at the block's start. */
  CODE_UNKNOWN: 50,
  /** A contract with this creator, salt and code exists. */
  CONTRACT_EXISTS: 51,
  /** The caller is not who may upgrade the contract, or nobody is. */
  NOT_AUTHORITY: 52,
  /** The next block has no room for another upgrade. */
  UPGRADES_FULL: 53,
  /** An authorisation is replaced by the account itself, the sender, and by nobody for it. */
  NOT_ACCOUNT: 54,
  /** A scheme that cannot stand in an account record, or key bytes that are not its form. */
  BAD_AUTHORISATION: 55,
  /** A development method on a chain that is none. */
  DEVELOPMENT_ONLY: 56,
} as const;

/** Names of the codes. */
export type FailureName = keyof typeof FAILURE_CODE;

const NAMES = new Map<number, FailureName>(
  Object.entries(FAILURE_CODE).map(([name, code]) => [code, name as FailureName]),
);

/** The name of a failure code, or undefined for a number that is none. */
export function failureName(code: number): FailureName | undefined {
  return NAMES.get(code);
}
