// What the first word of a code says: where in the data's way it arises, what it leaves undone, and what helps when its
// own row says nothing better.

export interface LayerPage {
  readonly where: string;
  readonly fix: string;
  readonly see: string;
}

const spec = (page: string): string => `runtime/docs/spec/${page}.md`;
const REPORT = 'This should not happen: report it with the message and, if you can, the data folder.';

/** By the first word of a code. */
export const LAYERS: Readonly<Record<string, LayerPage>> = {
  ABI: {
    where: 'Reading an ABI, the JSON that a contract carries for people and clients. Nothing was sent.',
    fix: 'Build the contract with `weft build` of this version.',
    see: spec('abi'),
  },
  ACCESS: {
    where:
      'Resolving the access of a call: from its templates and arguments to concrete keys. A transaction whose access cannot be ' +
      'resolved is not refused for it; it runs in the serial tail of its block.',
    fix: 'Compare the call with the ABI of the contract; `weft send --dry-run` shows what is resolved.',
    see: spec('access'),
  },
  ADMIT: {
    where:
      'A node refused the transaction before it could wait for a block. Nothing was paid and its nonce is still free.',
    fix: 'Correct what the message names and send it again; `weft send` fills in gas, nonce and expiry by itself.',
    see: spec('transaction'),
  },
  BASE: {
    where: 'A rule that the program itself should keep was broken.',
    fix: REPORT,
    see: 'ARCHITECTURE.md',
  },
  CHAIN: {
    where: 'The chain between consensus and execution. No block was made of it.',
    fix: 'It names what the engine or the configuration asked for wrongly; an engine of your own must keep its Must list.',
    see: 'runtime/src/ports/consensus.ts',
  },
  CLI: {
    where: 'The command line itself, before or after it talked to a node.',
    fix: 'The message names what was given and what is expected; `weft COMMAND --help` shows its form.',
    see: 'README.md',
  },
  CLIENT: {
    where:
      'The client, from a contract, a node or an answer. Its cause, on the next line, says why: the error of the contract, a ' +
      'failure of the runtime, or the refusal of the node.',
    fix: 'Read the cause; `weft trace TRANSACTION` shows an included transaction call by call.',
    see: 'sdk/README.md',
  },
  CODEC: {
    where: 'Bytes that are not what their format says, or a value that has no encoding. Nothing was changed.',
    fix: 'Make the bytes with the client, or as the page of their format says; `place` names the field.',
    see: spec('transaction'),
  },
  COMET: {
    where: 'The engine that runs CometBFT beside the node. No block was decided by it.',
    fix: "Read CometBFT's own log in the node's home, mend its cause, and start the node again.",
    see: 'README.md',
  },
  COMPILE: {
    where: 'Building a contract. Nothing was written; the message shows the line.',
    fix: 'Change the line the message shows; it says what would be accepted.',
    see: 'sdk/README.md',
  },
  CONFORMANCE: {
    where: 'The suite that checks a consensus engine of somebody against the rules of the port.',
    fix: 'The message names the rule of the Must list that the engine broke.',
    see: 'runtime/src/ports/consensus.ts',
  },
  EPCIS: {
    where: 'Reading an EPCIS 2.0 document for the trace ledger. Nothing of it was sent.',
    fix: 'Correct the event that the message names.',
    see: 'contracts/trace-ledger/README.md',
  },
  EXECUTE: {
    where: 'Running a block or a question on worker threads. A block that ends so is not decided.',
    fix: REPORT,
    see: 'ARCHITECTURE.md',
  },
  GENESIS: {
    where: 'Reading a genesis document. No chain was made.',
    fix: 'Correct the field that `place` names.',
    see: spec('genesis'),
  },
  MEMPOOL: {
    where:
      'The pool of pending transactions did not take it, or gave it up. Nothing was paid and its nonce is still free.',
    fix: 'Send it later or at a higher gas price; `weft_getMempool` says how full the pool is.',
    see: spec('rpc'),
  },
  NODE: {
    where: 'Putting a node together, or asking one for what it cannot do now. The chain is as it was.',
    fix: 'Correct what the message names and start the node again.',
    see: 'README.md',
  },
  PROOF: {
    where: 'Checking a proof. What it claims is not shown by it.',
    fix: 'Take the proof anew, and the root or header hash from a source you trust; a proof that fails proves nothing.',
    see: spec('proof'),
  },
  QUERY: {
    where: 'A question about the chain that has no answer here. Nothing was changed.',
    fix: 'Ask within the bounds the message names.',
    see: spec('rpc'),
  },
  REPLAY: {
    where: 'Executing recorded blocks again. The folder was not changed.',
    fix: 'Name heights the folder has; where records and execution differ, report it with the data folder.',
    see: spec('record'),
  },
  RPC: {
    where: "The node's server, before a method ran. Nothing was changed.",
    fix: 'Send what the OpenRPC document (rpc.discover) says, within the bounds of the server.',
    see: spec('rpc'),
  },
  SEAL: {
    where: 'The engine that makes blocks in one process. The block it was about was not made.',
    fix: 'Read the first failure in the log, mend its cause, and restart the node if it halted.',
    see: 'ARCHITECTURE.md',
  },
  SNAPSHOT: {
    where: 'Writing, checking or importing a snapshot. A half imported folder is not opened by a node.',
    fix: 'Copy or make the snapshot again.',
    see: spec('snapshot'),
  },
  STATE: {
    where: 'The state tree or its files. Nothing was served from what is damaged.',
    fix: '`weft doctor --data FOLDER` finds out more and repairs what the records allow.',
    see: spec('checkpoint'),
  },
  STORE: {
    where: 'The files a node keeps. What it could not prove whole it did not serve.',
    fix: '`weft doctor --data FOLDER` names the damage and repairs what the records allow.',
    see: spec('store'),
  },
  SUPPLY: {
    where: 'The supply-chain application: its story, its page, or what it reads of the ledger.',
    fix: 'Compare the good or the event with what the documents say; ask another node if this one leaves something out.',
    see: 'contracts/apps/supply-chain/README.md',
  },
  TEST: {
    where: 'The testing kit of contracts, in your own tests.',
    fix: 'Change the test or the contract as the message says.',
    see: 'sdk/README.md',
  },
  VM: {
    where: 'Loading or running a contract. At upload: the code was not stored.',
    fix: 'Build the contract with `weft build`; a node fault halts the node rather than deciding a block.',
    see: spec('contract'),
  },
  WASM: {
    where: 'Checking an uploaded module. The code was not stored.',
    fix: 'Build it with `weft build`, which uses no instruction that the chain refuses.',
    see: spec('contract'),
  },
};
