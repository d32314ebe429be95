// What each command is for, by group, in the order help shows them: all that `weft --help` needs, so that it loads no command.

/** One line each. */
export const ABOUT = {
  init: 'write a new project with a contract and its tests',
  build: 'compile a contract (a folder or a .ts file)',
  test: "build the project's contracts and run its tests (vitest)",
  node: 'run a development chain with funded accounts',
  dev: 'drive a development chain: blocks, time, balances, snapshot and revert',
  network: 'a network of validators on CometBFT',
  networks: 'list the networks of weft.config.ts, or ask one how it is',
  demo: 'run token transfers and supply-chain events in parallel, and prove it by replay',
  deploy: 'put a contract on a chain, or carry out weft.deploy.ts',
  upgrade: 'give a deployed contract other code',
  verify: 'build a contract and compare it with what a chain runs',
  call: 'read from a contract',
  send: 'call a contract in a transaction',
  events: 'list events, of one contract or of all',
  balance: 'ask what an account holds',
  block: 'show a block and its transactions',
  receipt: 'show what became of a transaction',
  inspect: 'show a contract on chain: methods, events, errors, storage, who may upgrade it',
  rpc: 'ask a node anything its RPC answers',
  keys: 'accounts of your own, encrypted on this machine',
  tx: 'sign in another place than you send from, or with several keys',
  trace: 'show how a transaction ran: calls, events, storage, gas, lines',
  explain: 'say what a code means, why a transaction waited, or who waited in a block',
  profile: 'rank what transactions wait over, and say what to change',
  replay: 'execute recorded blocks again and compare every root and receipt',
  proof: 'prove what a state key holds, check such a proof offline',
  snapshot: 'write the state of a chain to files, check them, start a node from them',
  doctor: 'find and name damage in a data folder, and repair what its records allow',
  completions: 'print a completion script for bash, zsh or fish',
} as const;

export type CommandName = keyof typeof ABOUT;

/** What people look for a command under. */
export const GROUPS: Readonly<Record<string, readonly CommandName[]>> = {
  'Write contracts': ['init', 'build', 'test'],
  'Run a chain': ['node', 'dev', 'network', 'networks', 'demo'],
  'Use contracts': ['deploy', 'upgrade', 'verify', 'call', 'send', 'events'],
  'Ask a chain': ['balance', 'block', 'receipt', 'inspect', 'rpc'],
  Sign: ['keys', 'tx'],
  'Look closer': ['trace', 'explain', 'profile', 'replay', 'proof'],
  'Look after data': ['snapshot', 'doctor'],
  'This command line': ['completions'],
};
