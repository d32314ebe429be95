// Every price of the chain, as plain data. One gas is about half a nanosecond of a slow core: calibrated by
// `npm run bench -- gas`, so that nothing takes more than three times as long for its gas as the median does.
// The instrumenter, the host functions, Reserve, Resolve and clients all read this table; the page
// runtime/docs/spec/gas.md is generated from it. A change of a price is a change of the protocol version.

/** Price of a host function or a system method: `base`, and `byte` for each byte it is given or gives back. */
export interface HostPrice {
  readonly base: number;
  readonly byte: number;
}

/** Gas per executed instruction, by class; what the instrumenter sums per basic block. */
export interface InstructionPrices {
  /** Constants, locals, arithmetic, comparison, drop, select, global access. */
  readonly simple: number;
  /** Integer division and remainder. */
  readonly divide: number;
  /** Loads, stores and memory.size: dear enough for loads that miss every cache. */
  readonly memory: number;
  /** br, br_if, if, loop header, return. */
  readonly branch: number;
  /** br_table. */
  readonly branchTable: number;
  /** Direct call, the callee's prologue included. */
  readonly call: number;
  readonly callIndirect: number;
  /** The fixed part of memory.copy and memory.fill. */
  readonly bulk: number;
  /** The fixed part of memory.grow. */
  readonly grow: number;
  /** memory.copy and memory.fill, for each 8 bytes begun. */
  readonly bulkWord: number;
  /** memory.grow, for each page asked for; a grown instance is not reused, so it pays for the next one too. */
  readonly growPage: number;
}

const HOST_PRICES = {
  input: { base: 400, byte: 1 },
  output: { base: 500, byte: 1 },
  revert: { base: 500, byte: 1 },
  abort: { base: 500, byte: 1 },
  context: { base: 600, byte: 0 },
  storage_get: { base: 2_500, byte: 2 },
  storage_has: { base: 2_000, byte: 2 },
  storage_set: { base: 8_000, byte: 10 },
  storage_delete: { base: 5_000, byte: 2 },
  storage_past: { base: 2_500, byte: 2 },
  cell_get: { base: 3_000, byte: 2 },
  cell_set: { base: 7_000, byte: 2 },
  cell_add: { base: 8_000, byte: 2 },
  cell_sub: { base: 8_000, byte: 2 },
  cell_past: { base: 3_000, byte: 2 },
  emit: { base: 1_500, byte: 5 },
  call: { base: 10_000, byte: 2 },
  try_call: { base: 10_000, byte: 2 },
  returned: { base: 400, byte: 1 },
  balance: { base: 4_000, byte: 0 },
  balance_past: { base: 3_500, byte: 0 },
  transfer: { base: 12_000, byte: 0 },
  sha256: { base: 1_500, byte: 4 },
  keccak256: { base: 10_000, byte: 60 },
  blake3: { base: 8_000, byte: 25 },
  ed25519_verify: { base: 100_000, byte: 4 },
  secp256k1_verify: { base: 1_800_000, byte: 0 },
  secp256k1_recover: { base: 1_900_000, byte: 0 },
  p256_verify: { base: 2_900_000, byte: 0 },
  mul_div: { base: 4_000, byte: 0 },
  log: { base: 400, byte: 1 },
} as const;

/** Names of the host functions. */
export type HostName = keyof typeof HOST_PRICES;

/** All prices of one protocol version. */
export interface GasSchedule {
  readonly instructions: InstructionPrices;
  /** Intrinsic gas of a transaction, charged before it runs, in every phase. */
  readonly transaction: {
    readonly base: number;
    /** For each wire byte. */
    readonly byte: number;
    /** For each signature check: sender, and payer if any. */
    readonly authorisation: number;
    readonly call: number;
  };
  /** Declared access, paid while it is resolved. */
  readonly access: {
    readonly key: number;
    /** A field or contract lock counts as this many keys. */
    readonly lockKeys: number;
    /** Evaluating an expression, an element of a list, each 64 bytes handled. */
    readonly step: number;
    /** Each byte of the `weft.access` section of each code the calls reach. */
    readonly sectionByte: number;
  };
  readonly code: {
    /** Tail only: first touch in a transaction of a code no access set of the block reaches, for each byte as uploaded. */
    readonly touchByte: number;
    /** Entering a contract: restoring one page of its instance's memory. */
    readonly page: number;
  };
  /** By host function name; the table of functions is vm/host-table.ts. */
  readonly host: Readonly<Record<HostName, HostPrice>>;
  /** Methods of the system contract; `byte` counts the code of an upload. */
  readonly system: {
    readonly upload: HostPrice;
    readonly create: HostPrice;
    readonly transfer: HostPrice;
    readonly upgrade: HostPrice;
    readonly setUpgradeAuthority: HostPrice;
    readonly setAuthorisation: HostPrice;
    readonly devSetBalance: HostPrice;
    readonly devMint: HostPrice;
  };
}

/** The prices of protocol version 0. */
export const GAS_SCHEDULE: GasSchedule = {
  instructions: {
    simple: 1,
    divide: 8,
    memory: 12,
    branch: 2,
    branchTable: 4,
    call: 8,
    callIndirect: 16,
    bulk: 130,
    grow: 500,
    bulkWord: 1,
    growPage: 100_000,
  },
  transaction: { base: 20_000, byte: 10, authorisation: 100_000, call: 5_000 },
  access: { key: 5_000, lockKeys: 64, step: 200, sectionByte: 10 },
  code: { touchByte: 100, page: 3_000 },
  host: HOST_PRICES,
  system: {
    upload: { base: 50_000, byte: 1_000 },
    create: { base: 50_000, byte: 2 },
    transfer: { base: 10_000, byte: 0 },
    upgrade: { base: 80_000, byte: 20 },
    setUpgradeAuthority: { base: 20_000, byte: 0 },
    setAuthorisation: { base: 20_000, byte: 6_000 },
    devSetBalance: { base: 10_000, byte: 0 },
    devMint: { base: 10_000, byte: 0 },
  },
};

/**
 * Intrinsic gas of a transaction: what it pays before anything runs.
 * @param wireBytes length of its wire bytes; @param authorisations signatures checked, the payer's included; @param calls number of calls.
 */
export function intrinsicGas(
  wireBytes: number,
  authorisations: number,
  calls: number,
  schedule: GasSchedule = GAS_SCHEDULE,
): number {
  const price = schedule.transaction;
  return price.base + price.byte * wireBytes + price.authorisation * authorisations + price.call * calls;
}
