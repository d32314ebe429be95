// Every bound of every decoder, queue, loop and recursion, in one place. Bytes unless a name says otherwise.
// Consensus limits (those of formats) are part of the protocol version's table.
export const LIMITS = {
  /** Largest integer a JS number holds exactly: the range of gas, heights and times. */
  numberMax: Number.MAX_SAFE_INTEGER,

  keyBytes: 1024,
  /** A stored value, its header byte included. */
  valueBytes: 65_536,
  /** Code bytes of one stored chunk. */
  codeChunkBytes: 65_000,
  codeBytes: 393_216,

  /** Room for one upload of the largest code. */
  transactionBytes: 524_288,
  calls: 64,
  extraAccess: 256,
  authorisationBytes: 16_384,
  /** Largest block distance of an expiring nonce. */
  nonceExpiryBlocks: 128,
  nonceLanes: 16,

  layoutDepth: 16,
  /** Nodes of one layout. */
  layoutNodes: 256,
  structFields: 64,
  fixedBytes: 1024,
  /** Items of one list inside arguments; each takes at least one byte. */
  listItems: 65_536,

  /** The payload of a `weft.access` section; it is kept inside one stored value. */
  accessSectionBytes: 61_440,
  accessMethods: 256,
  methodArguments: 32,
  methodTemplates: 256,
  expressionDepth: 16,
  /** Components of a key, parts of a hash, expressions of a call's arguments. */
  expressionParts: 32,
  /** Steps of an `args` or `field` path. */
  pathSteps: 16,
  constantBytes: 1024,

  /** What one call returns, and what a failure carries. */
  resultBytes: 65_536,
  eventTopics: 8,
  eventBytes: 65_536,
  /** An encoded receipt: every call may return a whole result. */
  receiptBytes: 8_388_608,

  blockTransactions: 65_536,
  blockBytes: 67_108_864,
  blockEvents: 1_048_576,
  blockChanges: 4_194_304,
  /** An encoded block record. */
  recordBytes: 1_073_741_824,
  sealBytes: 4096,

  chainNameBytes: 64,
  genesisBytes: 67_108_864,
  genesisAccounts: 1_048_576,
  validators: 1024,
  hooks: 64,
  /** Upgrades one block may carry out, and what their entries take together, in one stored value. */
  upgrades: 64,
  upgradesBytes: 65_000,

  /** Steps of a Merkle path; the state tree's keys have 256 bits. */
  proofSteps: 256,

  /** Recent heights that can be read, proven and gone back to, and the bytes they may take before there are fewer. */
  stateWindowBlocks: 32,
  stateWindowBytes: 268_435_456,
  /** Values remembered for execution, in each of two generations. */
  stateCacheKeys: 262_144,
  /** A checkpoint of the state is written once this many keys have changed, */
  checkpointChanges: 100_000,
  /** and one in this many of all keys; */
  checkpointShare: 4,
  /** at a stop once this fraction of it has. */
  checkpointCloseDivisor: 16,

  /** Flat state is flushed once it is this many blocks behind, */
  flushBlocks: 16,
  /** and from this many on the next block waits for it. */
  flushLagBlocks: 128,
} as const;
