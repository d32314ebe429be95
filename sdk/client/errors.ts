// What the client refuses or reports: a tree of coded errors. The outermost says what failed, its causes say why: the
// contract's own error, a host failure, the node's refusal.
import { defineErrors, type ErrorContext, explainError } from '@weft/runtime/base/errors';

/** A place in a contract's source; line and column from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The base of everything the client throws. */
export class ClientError extends defineErrors('ClientError', {
  CLIENT_MNEMONIC: {
    what: 'the mnemonic is not valid BIP-39 English',
    fix: 'Check the words and their order.',
  },
  CLIENT_KEY_PATH: {
    what: 'the key path is not one SLIP-0010 defines for ed25519',
    fix: "Write every step hardened, as in m/44'/1'/0'.",
  },
  CLIENT_ARGUMENT: { what: 'an argument does not fit its type', fix: 'Pass the type the ABI names.' },
  CLIENT_ARGUMENTS: {
    what: 'the arguments do not match the method',
    fix: 'Pass exactly the arguments the ABI lists.',
  },
  CLIENT_METHOD: { what: 'the contract has no such method', fix: 'Pick one of the methods listed.' },
  CLIENT_ABI: {
    what: 'the contract answered something its ABI does not describe',
    fix: 'Use the ABI of the code that is deployed at this address.',
  },
  CLIENT_SOURCE_MAP: {
    what: 'the source map cannot be read',
    fix: 'Use the .wasm.map that `weft build` wrote beside the module.',
  },
  CLIENT_REQUEST: {
    what: 'the signing request is not one, or not for this',
    fix: 'Use the file as `weft tx create` wrote it, and the keys it asks for.',
  },
  CLIENT_NO_ABI: {
    what: 'the contract carries no ABI',
    fix: 'Name an ABI file, or deploy a module built by `weft build`.',
  },
  CLIENT_TRANSPORT: {
    what: 'the node did not answer',
    fix: 'Is a node running at this address? Start one with `weft node`.',
  },
  CLIENT_ANSWER: {
    what: 'the answer is not JSON-RPC 2.0',
    fix: 'Is this the RPC address of a Weft node?',
  },
  CLIENT_RPC: { what: 'the node refused the request' },
  CLIENT_RECEIPT_TIMEOUT: {
    what: 'no block included the transaction in time',
    fix: 'Check the node still seals blocks; the transaction stays valid until its expiry.',
  },
  CLIENT_FAILED: { what: 'the transaction failed' },
  CLIENT_SIMULATION_FAILED: { what: 'the transaction would fail, so it was not sent' },
  CLIENT_VIEW_FAILED: { what: 'the view failed' },
  CLIENT_REVERTED: { what: 'the contract reverted' },
  CLIENT_HOST_FAILURE: { what: 'the call was stopped' },
}) {
  /** One line for people, without code and facts. */
  get shortMessage(): string {
    return explainError(this.code)?.what ?? this.message;
  }

  /** The first error of this one and its causes, outermost first, that `match` accepts. */
  walk<E extends Error>(match: (error: Error) => error is E): E | undefined;
  walk(match: (error: Error) => boolean): Error | undefined;
  /** The innermost cause; the error itself if it has none. */
  walk(): Error;
  walk(match?: (error: Error) => boolean): Error | undefined {
    let last: Error = this;
    for (let error: unknown = this; error instanceof Error; error = error.cause) {
      if (match?.(error)) return error;
      last = error;
    }
    return match === undefined ? last : undefined;
  }
}

/** What a node says of a refusal. */
export interface RefusalJson {
  readonly message: string;
  /** The node's own code, such as ADMIT_NONCE. */
  readonly code?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly fix?: string;
}

/** CLIENT_RPC: the node refused, with a code and facts of its own. */
export class NodeRefusal extends ClientError {
  /** The node's code, such as ADMIT_FUNDS; the number of JSON-RPC where the node gave none. */
  readonly nodeCode: string;
  readonly nodeContext: Readonly<Record<string, unknown>>;
  override readonly fix: string | undefined;

  /** `place`: the RPC method. */
  constructor(refusal: RefusalJson, place: string) {
    const nodeCode = refusal.code ?? 'unknown';
    super('CLIENT_RPC', { reason: refusal.message, nodeCode, place });
    this.nodeCode = nodeCode;
    this.nodeContext = refusal.context ?? {};
    this.fix = refusal.fix;
  }

  override get shortMessage(): string {
    return String(this.context['reason']);
  }
}

/** What is known of a revert. */
export type RevertFacts = Pick<
  ContractRevert,
  'contract' | 'method' | 'data' | 'errorName' | 'fields' | 'at'
>;

/** CLIENT_REVERTED: a contract's own error. */
export class ContractRevert extends ClientError {
  /** bech32m text of the one that reverted, innermost. */
  readonly contract: string;
  /** Name of the method that reverted, where its ABI and a trace are known. */
  readonly method: string | undefined;
  /** Selector ‖ Borsh arguments. */
  readonly data: Uint8Array;
  /** What the ABI makes of `data`; undefined where it does not know it. */
  readonly errorName: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  /** Where in the contract's source, as far as a trace and a source map tell. */
  readonly at: SourcePlace | undefined;

  constructor(facts: RevertFacts, context: ErrorContext) {
    super('CLIENT_REVERTED', context);
    this.contract = facts.contract;
    this.method = facts.method;
    this.data = facts.data;
    this.errorName = facts.errorName;
    this.fields = facts.fields;
    this.at = facts.at;
  }

  override get shortMessage(): string {
    if (this.errorName === undefined) return 'the contract reverted with an error its ABI does not describe';
    const { message } = this.fields ?? {};
    const text = this.errorName === 'Error' && typeof message === 'string' ? message : this.errorName;
    return `the contract reverted: ${text}`;
  }
}

/** `contract at file:line:column`, as far as known. */
export function placeOf(contract: string | undefined, at: SourcePlace | undefined): string | undefined {
  if (at === undefined) return contract;
  const line = `${at.file}:${at.line}:${at.column}`;
  return contract === undefined ? line : `${contract} at ${line}`;
}

/** CLIENT_HOST_FAILURE: the runtime stopped a call. */
export class HostFailure extends ClientError {
  override readonly fix: string | undefined;

  /** `hostName`: such as OUT_OF_GAS. `what`: the same as a clause. `at`: where in the source, if known. */
  constructor(
    readonly contract: string | undefined,
    readonly hostName: string,
    readonly what: string,
    fix: string | undefined,
    readonly at?: SourcePlace,
  ) {
    super('CLIENT_HOST_FAILURE', { reason: what, hostName, place: placeOf(contract, at) });
    this.fix = fix;
  }

  override get shortMessage(): string {
    return this.what;
  }
}
