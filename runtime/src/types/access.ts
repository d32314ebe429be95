// Access: what a method says it touches (templates, over expressions) and what a transaction touches (concrete keys).
// The canonical bytes of the `weft.access` section are in access-codec.ts; SPEC: runtime/docs/spec/access.md.
import type { Address } from './address.js';
import type { KeyKind, StateKey } from './key.js';
import type { Layout } from './layout.js';

/** How a key is used. `past` is the value at the block's start and conflicts with nothing. */
export type AccessMode = 'read' | 'write' | 'add' | 'past';

/** Bytes known before execution: an expression over a call's arguments and context. */
export type Expression =
  /** Borsh bytes fixed at compile time. */
  | { readonly kind: 'const'; readonly bytes: Uint8Array }
  /** path[0] is the argument's index, later steps are struct field indexes. */
  | { readonly kind: 'args'; readonly path: readonly number[] }
  /** The transaction's sender. */
  | { readonly kind: 'sender' }
  /** Who called this method: the sender, or the calling contract. */
  | { readonly kind: 'caller' }
  /** The contract this method belongs to. */
  | { readonly kind: 'self' }
  /** The call's value, as u128. */
  | { readonly kind: 'value' }
  /**
   * The current element of a list. A template is expanded once per element; all `each` of one template over the
   * same list (equal encoded expressions) advance together, different lists form their product.
   */
  | { readonly kind: 'each'; readonly list: Expression }
  /** SHA-256 of the parts' bytes, concatenated. */
  | { readonly kind: 'hash'; readonly parts: readonly Expression[] }
  /** The value stored under a key of this contract (an indirection): implies that read, or past. Absent = zero value. */
  | {
      readonly kind: 'valueOf';
      readonly mode: 'read' | 'past';
      readonly key: KeyExpression;
      readonly layout: Layout;
    }
  /** A field of a struct-typed expression; path of field indexes, at least one. */
  | { readonly kind: 'field'; readonly of: Expression; readonly path: readonly number[] };

/** A key of this contract's storage, or the native balance (a u128 cell) of an address. */
export type KeyExpression =
  | {
      readonly space: 'storage';
      readonly kind: KeyKind;
      /** 8 bytes: `fieldId(name)`. */
      readonly field: Uint8Array;
      /** Each evaluates to the Borsh bytes of one key component. */
      readonly components: readonly Expression[];
    }
  | { readonly space: 'balance'; readonly address: Expression };

/** One line of what a method touches. */
export type AccessTemplate =
  | {
      readonly kind: 'key';
      readonly mode: AccessMode;
      readonly key: KeyExpression;
      /** Adds only, and required there: an increase (`up`) or a decrease (`down`). */
      readonly direction?: 'up' | 'down';
      /** Largest total of the add, unsigned; absent: 2^(bits-32). */
      readonly amount?: Expression;
      /** Lower bound of a `down` add; absent: 0. Upper bound of an `up` add; absent: the type's maximum. */
      readonly bound?: Expression;
    }
  /** Every key of one field of this contract (`*`). */
  | { readonly kind: 'field'; readonly mode: 'read' | 'write'; readonly field: Uint8Array }
  /** Every key of this contract. */
  | { readonly kind: 'contract'; readonly mode: 'read' | 'write' }
  /** A call into another contract: its templates apply with these arguments. Args are concatenated Borsh bytes. */
  | {
      readonly kind: 'call';
      readonly contract: Expression;
      readonly selector: number;
      readonly args: readonly Expression[];
      readonly value?: Expression;
    }
  /** A call whose selector and arguments are bytes, decoded by the callee's own layout: selector(u32 LE) ‖ args. */
  | {
      readonly kind: 'payload';
      readonly contract: Expression;
      readonly payload: Expression;
      readonly value?: Expression;
    };

/** A method as the chain knows it. */
export interface AccessMethod {
  /** First 4 bytes (LE u32) of the hash of its signature, `name(type,…)`; see `selectorOf`. */
  readonly selector: number;
  /** Reads only; refused in transactions that would write through it. */
  readonly view: boolean;
  /** Accepts a value above 0. */
  readonly payable: boolean;
  /** Runs once, at creation; never callable afterwards. */
  readonly init: boolean;
  /** Argument layouts in order. */
  readonly args: readonly Layout[];
  readonly templates: readonly AccessTemplate[];
}

/** The content of a module's `weft.access` section: methods by ascending selector, at most one `init`. */
export interface AccessSection {
  /** Template version; 1. */
  readonly version: number;
  readonly methods: readonly AccessMethod[];
}

/** Extra access of a transaction: like a template with its key already known. */
export type ExtraAccess =
  | {
      readonly kind: 'key';
      readonly mode: AccessMode;
      readonly key: StateKey;
      readonly direction?: 'up' | 'down';
      readonly amount?: bigint;
      readonly bound?: bigint;
    }
  | {
      readonly kind: 'field';
      readonly mode: 'read' | 'write';
      readonly contract: Address;
      readonly field: Uint8Array;
    }
  | { readonly kind: 'contract'; readonly mode: 'read' | 'write'; readonly contract: Address };

/** One concrete key of a transaction's access, its mode joined over everything the transaction declares. */
export interface KeyAccess {
  readonly key: StateKey;
  /** Joined, the transaction's own locks included. */
  readonly mode: 'read' | 'write' | 'add';
  /** Summed increases and decreases of all templates on the key, saturating at the type's maximum; 0n unless added. */
  readonly up: bigint;
  readonly down: bigint;
  /** Highest floor of its decreases (0n), lowest ceiling of its increases (the type's maximum). */
  readonly floor: bigint;
  readonly ceiling: bigint;
  /** The key stands in hand-written extra access (pays again when never touched). */
  readonly extra: boolean;
}

/** A lock of a field (8 bytes) or, with `field` undefined, of a whole contract. */
export interface LockAccess {
  readonly contract: Address;
  readonly field: Uint8Array | undefined;
  readonly mode: 'read' | 'write';
  readonly extra: boolean;
}

/** A(t): everything a transaction may touch in the ordered part. */
export interface AccessSet {
  /** Distinct, ascending by key bytes. */
  readonly keys: readonly KeyAccess[];
  /** Distinct, by contract then field (a contract lock first). */
  readonly locks: readonly LockAccess[];
  /** Keys read as of the block's start; distinct, ascending. */
  readonly past: readonly StateKey[];
  /** Contracts the resolved calls reach, each with its code hash as resolved; distinct, ascending. */
  readonly contracts: readonly { readonly address: Address; readonly codeHash: Uint8Array }[];
  /** Key expansions counted with repeats, a lock as 64: what the key limit and the price are about. */
  readonly keyCount: number;
  /** Bytes of the arguments of every upload, by the transaction itself or by what it calls: a block's are bounded. */
  readonly deployBytes: number;
}
