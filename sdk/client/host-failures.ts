// The host's failure codes in words. The numbers stand in receipts and never change; their meaning is in
// runtime/docs/spec/host.md.

/** A failure of the host's: its name, one clause, and what the caller can do. */
export interface HostFailureRow {
  readonly name: string;
  readonly what: string;
  readonly fix?: string;
}

/** By code. Code 0 is no failure of the host's: the contract reverted with an error of its own. */
const HOST_FAILURES: Readonly<Record<number, HostFailureRow>> = {
  0: { name: 'CONTRACT_ERROR', what: 'the contract reverted' },
  1: { name: 'ABORTED', what: 'the contract aborted', fix: 'Its text is in the log of a call or a trace.' },
  2: { name: 'TRAPPED', what: 'the contract trapped: unreachable code, memory or a division by zero' },
  3: { name: 'OUT_OF_GAS', what: 'the gas limit was too low', fix: 'Send it with a higher gas limit.' },
  4: { name: 'DEPTH', what: 'calls nested too deeply' },
  16: { name: 'UNKNOWN_CONTRACT', what: 'there is no contract at the address' },
  17: {
    name: 'UNKNOWN_METHOD',
    what: 'the contract has no such method',
    fix: 'Use the ABI of the deployed code.',
  },
  18: { name: 'NOT_PAYABLE', what: 'the method accepts no value', fix: 'Send it without value.' },
  19: { name: 'REENTERED', what: 'the contract was already running further up' },
  20: { name: 'INSUFFICIENT_BALANCE', what: 'the native balance is lower than the value sent' },
  21: { name: 'VIEW_WRITES', what: 'a view tried to change state or to emit an event' },
  32: { name: 'BAD_POINTER', what: 'the contract passed memory it does not have' },
  33: { name: 'BAD_KEY', what: 'the contract passed a malformed or too long key' },
  34: { name: 'TOO_LARGE', what: 'a value, result or error was past its limit' },
  35: { name: 'BAD_CELL', what: 'the contract named a cell width that does not exist' },
  36: { name: 'BAD_EVENT', what: 'the contract emitted a malformed event' },
  37: { name: 'TOO_MANY_EVENTS', what: 'the transaction emitted too many events' },
  48: { name: 'BAD_ARGUMENTS', what: 'the arguments of a system method do not decode' },
  49: {
    name: 'CODE_INVALID',
    what: 'the uploaded bytes are not a valid contract',
    fix: 'Build it with `weft build`.',
  },
  50: {
    name: 'CODE_UNKNOWN',
    what: 'the code was not on chain when the block began',
    fix: 'Upload it, and create the contract from the next block on.',
  },
  51: {
    name: 'CONTRACT_EXISTS',
    what: 'a contract of this creator, salt and code exists',
    fix: 'Choose another salt.',
  },
  52: {
    name: 'NOT_AUTHORITY',
    what: 'the caller is not who may upgrade the contract, or nobody may',
    fix: 'Send it from the upgrade authority in the contract record.',
  },
  53: {
    name: 'UPGRADES_FULL',
    what: 'the next block has no room for another upgrade',
    fix: 'Send it again in the next block.',
  },
  54: {
    name: 'NOT_ACCOUNT',
    what: 'only an account itself may replace what speaks for it',
    fix: 'Call setAuthorisation in the transaction, not from a contract.',
  },
  55: {
    name: 'BAD_AUTHORISATION',
    what: 'the scheme or key cannot stand behind an account',
    fix: 'Use scheme 0 with a public key, or scheme 1 with the bytes of a policy.',
  },
  56: { name: 'DEVELOPMENT_ONLY', what: 'the method exists on development chains only' },
};

/** What a code means; codes of later versions get their number as name. */
export function hostFailure(code: number): HostFailureRow {
  return HOST_FAILURES[code] ?? { name: String(code), what: `the host stopped it with code ${code}` };
}

/** What a receipt's status means where no contract is to blame. */
export function statusFailure(status: string): HostFailureRow {
  return STATUS_FAILURES[status] ?? { name: status, what: `it ended with status ${status}` };
}

const STATUS_FAILURES: Readonly<Record<string, HostFailureRow>> = {
  REVERT: { name: 'REVERT', what: 'a contract reverted' },
  TRAP: { name: 'TRAP', what: 'a contract trapped' },
  OUT_OF_GAS: {
    name: 'OUT_OF_GAS',
    what: 'the gas limit was too low',
    fix: 'Send it with a higher gas limit.',
  },
  DEPTH: { name: 'DEPTH', what: 'calls nested too deeply' },
  ACCESS_TAIL_FULL: {
    name: 'ACCESS_TAIL_FULL',
    what: 'its access was not covered by what it declared, and the block had no room left to run it again',
    fix: 'Send it again.',
  },
  INVALID_FORM: { name: 'INVALID_FORM', what: 'the transaction was malformed' },
  INVALID_CHAIN: { name: 'INVALID_CHAIN', what: 'the transaction was signed for another chain' },
  INVALID_SIGNATURE: { name: 'INVALID_SIGNATURE', what: 'a signature did not verify' },
  INVALID_EXPIRED: { name: 'INVALID_EXPIRED', what: 'the transaction had expired', fix: 'Sign it again.' },
  INVALID_NONCE: { name: 'INVALID_NONCE', what: 'its nonce was not the next one', fix: 'Sign it again.' },
  INVALID_LIMIT: { name: 'INVALID_LIMIT', what: 'a limit of the chain was exceeded' },
  INVALID_FUNDS: { name: 'INVALID_FUNDS', what: 'the payer could not reserve the fee' },
};
