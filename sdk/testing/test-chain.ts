// A chain for tests, in this process and on the real machine: deploy a contract, call it as anybody, move time, go back.
// Works under any test runner; every chain is closed by its test.
import { utf8 } from '@weft/runtime/base/bytes';
import { sha256Domain } from '@weft/runtime/base/hash';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { MemoryDisk } from '@weft/runtime/store/memory/memory-store';
import type { Abi } from '@weft/runtime/types/abi';
import { type Address, encodeAddress } from '@weft/runtime/types/address';
import type { Parameters } from '@weft/runtime/types/genesis';
import type { RunNotes, Trace, TransactionNotes } from '@weft/runtime/types/run-notes';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import type { InitInputs } from '../client/abi-types.js';
import { type ContractClient, createContractClient, deployContract } from '../client/contract-client.js';
import type { SourcePlace } from '../client/errors.js';
import { keyLabel } from '../client/key-label.js';
import { createNodeClient, type NodeClient } from '../client/node-client.js';
import { createSession, type DeployOptions, type Session } from '../client/session.js';
import { createSourceMaps } from '../client/source-map.js';
import { SYSTEM_ABI } from '../client/system-abi.js';
import {
  type Account,
  accountFromSeed,
  accountsFromMnemonic,
  DEVELOPMENT_MNEMONIC,
} from '../client/wallet.js';
import { TestingError } from './errors.js';
import { acquireExecutors, releaseExecutors } from './executors.js';
import { LocalNode, type RunBlock } from './local-node.js';
import { nodeTransport } from './node-transport.js';
import { leaveReport } from './report-file.js';
import { type AccessLine, type GasLine, Reports } from './reports.js';

export interface TestChainOptions {
  /** Funded accounts; default 10. */
  readonly accounts?: number;
  /** Native units each; default 10^24. */
  readonly balance?: bigint;
  /** Refuse a transaction that touches what it does not declare, instead of running it in the tail. Default true. */
  readonly strict?: boolean;
  /** Milliseconds since the epoch at genesis; default 2026-01-01. */
  readonly time?: number;
  /** Takes console lines of contracts; default: to console.log. False: none. */
  readonly console?: ((line: ConsoleLine) => void) | false;
  /** What differs from the default parameters. */
  readonly parameters?: Partial<Parameters>;
}

/** A line a contract wrote with `log`. */
export interface ConsoleLine {
  /** Class name of the contract where its ABI is known, else its address. */
  readonly contract: string;
  readonly text: string;
  /** Where in the source, if its source map is known. */
  readonly at: SourcePlace | undefined;
}

/** What `weft build` makes of a contract, as far as a test needs it. */
export interface TestArtifact<A extends Abi> {
  readonly abi: A;
  readonly wasm: Uint8Array;
  /** JSON text; lines are named where it is given. */
  readonly sourceMap?: string;
}

/** A deployed contract: the client of the account that deployed it, and of any other. */
export interface TestContract<A extends Abi> extends ContractClient<A> {
  /** The same contract called by another account. */
  as(caller: Account): ContractClient<A>;
}

/** A point to come back to, any number of times. */
export interface Snapshot {
  readonly height: number;
  /** Of the testing kit alone. */
  readonly disk: MemoryDisk;
}

export interface TestChain extends AsyncDisposable {
  /** Funded ones, those of a development node. */
  readonly accounts: readonly Account[];
  readonly node: NodeClient;
  readonly height: number;
  /** Of the newest block, ms. */
  readonly time: number;
  /** Console lines so far. */
  readonly console: readonly ConsoleLine[];
  /** A new account without funds, the same for the same name. */
  account(name: string): Account;
  /** Of an account; one an account. */
  session(account: Account): Session;
  /** Uploads, creates, and returns the client of `from` (default: the first account). */
  deploy<const A extends Abi>(
    artifact: TestArtifact<A>,
    args: InitInputs<A>,
    options?: Omit<DeployOptions, 'abi'> & { readonly from?: Account },
  ): Promise<TestContract<A>>;
  /** The client of a contract that is deployed already. */
  contract<const A extends Abi>(abi: A, address: string, from?: Account): TestContract<A>;
  /** Seals empty blocks; the height. */
  mine(count?: number): Promise<number>;
  /** Seals a block so much later. @throws TEST_TIME */
  increaseTime(ms: number): Promise<void>;
  /** Seals a block at a time. @throws TEST_TIME for one before the newest block's */
  setTime(time: number): Promise<void>;
  /** Everything sent while `work` begins its calls goes into one block. Resolves with what `work` gives. */
  inOneBlock<T>(work: () => readonly Promise<T>[]): Promise<T[]>;
  snapshot(): Promise<Snapshot>;
  /** Everything is as it was then: state, height, time, nonces. */
  revert(snapshot: Snapshot): Promise<void>;
  /** Gas by method, over all transactions so far. */
  gasReport(): readonly GasLine[];
  /** What was touched and declared, by method. */
  accessReport(): readonly AccessLine[];
  /** Wire bytes of the transactions after a snapshot, in order. */
  transactionsSince(snapshot: Snapshot): readonly Uint8Array[];
  close(): Promise<void>;
}

/** Starts one; ready in about 0.2 s, the next ones of a process in a few ms. */
export async function createTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  const chain = new LocalChain(options);
  await chain.start();
  return chain;
}

class LocalChain implements TestChain {
  readonly accounts: readonly Account[];
  readonly console: ConsoleLine[] = [];
  readonly #options: TestChainOptions;
  readonly #sourceMaps = createSourceMaps();
  readonly #abis = new Map<string, Abi>();
  readonly #sessions = new Map<string, Session>();
  readonly #reports = new Reports();
  readonly #covered = new Map<string, Set<number>>();
  #node: LocalNode | undefined;
  #client: NodeClient | undefined;

  constructor(options: TestChainOptions) {
    this.#options = options;
    this.accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, options.accounts ?? 10);
  }

  async start(): Promise<void> {
    const { balance, time, parameters } = this.#options;
    const genesis = developmentGenesis({
      accounts: this.accounts.map(({ address }) => address),
      chainName: 'weft-test',
      ...(balance === undefined ? {} : { balance }),
      ...(time === undefined ? {} : { time }),
      ...(parameters === undefined ? {} : { parameters }),
    });
    acquireExecutors();
    const node = await LocalNode.start(genesis, (block) => this.#inspect(block));
    this.#node = node;
    const serving = {
      query: () => this.#watched(node),
      submit: (bytes: Uint8Array) => node.submit(bytes),
    };
    this.#client = createNodeClient(nodeTransport(serving), { pollMs: 1, timeoutMs: 10_000 });
  }

  get node(): NodeClient {
    if (this.#client === undefined) throw new TestingError('TEST_CLOSED');
    return this.#client;
  }

  get height(): number {
    return this.#running().query().status().height;
  }

  get time(): number {
    return this.#running().query().status().time;
  }

  account(name: string): Account {
    return accountFromSeed(seedOf(name));
  }

  session(account: Account): Session {
    const known = this.#sessions.get(account.text) ?? createSession(this.node, account);
    this.#sessions.set(account.text, known);
    return known;
  }

  async deploy<const A extends Abi>(
    { abi, wasm, sourceMap }: TestArtifact<A>,
    args: InitInputs<A>,
    { from = this.#first(), ...options }: Omit<DeployOptions, 'abi'> & { readonly from?: Account } = {},
  ): Promise<TestContract<A>> {
    const salt = options.salt ?? saltOf(this.#abis.size);
    const session = this.session(from);
    const { address } = await deployContract({ abi, wasm, args, session, ...options, salt });
    if (sourceMap !== undefined) this.#sourceMaps.add(address, sourceMap);
    return this.contract(abi, address, from);
  }

  contract<const A extends Abi>(abi: A, address: string, from: Account = this.#first()): TestContract<A> {
    this.#abis.set(address, abi);
    const as = (caller: Account): ContractClient<A> => {
      const session = this.session(caller);
      return createContractClient({ abi, address, session, sourceMaps: this.#sourceMaps });
    };
    return { ...as(from), as };
  }

  mine(count = 1): Promise<number> {
    return this.#running().seal(count);
  }

  async increaseTime(ms: number): Promise<void> {
    await this.setTime(this.time + ms);
  }

  async setTime(time: number): Promise<void> {
    this.#running().setTime(time);
    await this.mine();
  }

  async inOneBlock<T>(work: () => readonly Promise<T>[]): Promise<T[]> {
    const node = this.#running();
    node.gather(true);
    try {
      const results = work();
      await allArrived(() => node.gathered, results);
      node.gather(false);
      await node.seal();
      return await Promise.all(results);
    } finally {
      node.gather(false);
    }
  }

  async snapshot(): Promise<Snapshot> {
    const disk = await this.#running().copy();
    return { height: this.height, disk };
  }

  async revert(snapshot: Snapshot): Promise<void> {
    await this.#running().restore(snapshot.disk);
    for (const session of this.#sessions.values()) session.forgetNonces();
  }

  gasReport(): readonly GasLine[] {
    return this.#reports.gas();
  }

  accessReport(): readonly AccessLine[] {
    return this.#reports.access();
  }

  transactionsSince({ height }: Snapshot): readonly Uint8Array[] {
    return this.#running()
      .blocksAfter(height)
      .flatMap(({ block }) => block.transactions);
  }

  async close(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    this.#client = undefined;
    if (node === undefined) return;
    const covered = Object.fromEntries([...this.#covered].map(([name, points]) => [name, [...points]]));
    await leaveReport({ gas: this.#reports.gasUsed(), covered });
    await node.close();
    releaseExecutors();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The node's questions; in strict mode a simulation fills nothing, so that what is missing shows when it is sent. */
  #watched(node: LocalNode): ReturnType<LocalNode['query']> {
    const query = node.query();
    return {
      ...query,
      call: async (request) => {
        const outcome = await query.call(request);
        const contract = encodeAddress(request.contract as Address);
        const logs = outcome.logs.filter((text) => !this.#noteCovered(text, contract));
        return { ...outcome, logs };
      },
      simulate: async (request) => {
        const outcome = await query.simulate(request);
        if (outcome.status !== 'OK') this.#print(outcome.notes);
        return (this.#options.strict ?? true) ? { ...outcome, missing: [] } : outcome;
      },
    };
  }

  /** @throws TEST_UNDECLARED_ACCESS, TEST_NO_ACCESS in strict mode */
  #inspect({ transactions, outcome }: RunBlock): void {
    const all = transactions.map((transaction, index) => ({ transaction, notes: outcome.notes?.[index] }));
    if (this.#options.strict ?? true) {
      for (const { transaction, notes } of all) if (notes) this.#assertDeclared(transaction, notes);
    }
    all.forEach(({ transaction, notes }, index) => {
      const receipt = outcome.receipts[index];
      if (notes === undefined || receipt === undefined) return;
      this.#print(notes.tail ?? notes.ordered);
      const label = (key: Uint8Array) => this.#label(key);
      this.#reports.add(this.#methodOf(transaction), receipt.gasUsed, notes, label);
    });
  }

  #assertDeclared(transaction: SignedTransaction, { access, ordered }: TransactionNotes): void {
    const method = this.#methodOf(transaction);
    if (access === undefined) throw new TestingError('TEST_NO_ACCESS', { place: method });
    const violation = ordered?.violation;
    if (violation === undefined) return;
    const { mode, key } = violation;
    const what = mode === 'call' ? encodeAddress(key) : this.#label(key);
    const at = this.#place(ordered?.trace);
    const line = at === undefined ? '' : ` at ${at.file}:${at.line}:${at.column}`;
    throw new TestingError('TEST_UNDECLARED_ACCESS', { got: `${mode} ${what}`, place: `${method}${line}` });
  }

  #print(notes: RunNotes | undefined): void {
    for (const { text, trace } of notes?.logs ?? []) {
      const address = trace[0] === undefined ? '' : encodeAddress(trace[0].contract);
      if (this.#noteCovered(text, address)) continue;
      const contract = this.#abis.get(address)?.name ?? address;
      const line: ConsoleLine = { contract, text, at: this.#place(trace) };
      this.console.push(line);
      const { console: print = printLine } = this.#options;
      if (print !== false) print(line);
    }
  }

  /** Whether the line is one of a coverage build, which is for `weft test`. */
  #noteCovered(text: string, contract: string): boolean {
    if (!text.startsWith('\0')) return false;
    const name = this.#abis.get(contract)?.name ?? contract;
    const points = this.#covered.get(name) ?? new Set();
    this.#covered.set(name, points.add(Number(text.slice(1))));
    return true;
  }

  #place(trace: Trace | undefined): SourcePlace | undefined {
    const frames = trace?.map(({ contract, ...rest }) => ({ contract: encodeAddress(contract), ...rest }));
    return this.#sourceMaps.place(frames ?? null, this.#abis.get(frames?.[0]?.contract ?? ''));
  }

  #label(key: Uint8Array): string {
    return keyLabel(key, (contract) => this.#abis.get(contract));
  }

  /** `Contract.method` of each call. */
  #methodOf({ calls }: Pick<SignedTransaction, 'calls'>): string {
    const names = calls.map(({ contract, selector }) => {
      const abi = this.#abis.get(encodeAddress(contract)) ?? SYSTEM;
      const method = abi.methods.find((one) => one.selector === selector);
      return `${abi.name}.${method?.name ?? selector}`;
    });
    return names.join(' + ');
  }

  #first(): Account {
    const [first] = this.accounts;
    if (first === undefined) throw new TestingError('TEST_CLOSED', { expected: 'at least one account' });
    return first;
  }

  #running(): LocalNode {
    if (this.#node === undefined) throw new TestingError('TEST_CLOSED');
    return this.#node;
  }
}

/** The system contract's calls have names too. */
const SYSTEM: Abi = SYSTEM_ABI;

function printLine({ contract, text, at }: ConsoleLine): void {
  const place = at === undefined ? '' : ` (${at.file}:${at.line})`;
  console.log(`${contract}: ${text}${place}`);
}

/** The 32 bytes a name stands for. */
function seedOf(name: string): Uint8Array {
  return sha256Domain('weft/test-account/1', utf8(name));
}

/** Contracts of the same code and creator differ by it. */
function saltOf(index: number): Uint8Array {
  const salt = new Uint8Array(32);
  new DataView(salt.buffer).setUint32(0, index, true);
  return salt;
}

/** How long calls may take to reach the node, ms. */
const GATHER_MS = 10_000;

/** Resolves when every call has reached the node, or has ended before it did. */
async function allArrived(arrived: () => number, calls: readonly Promise<unknown>[]): Promise<void> {
  let ended = 0;
  for (const call of calls) {
    call.then(
      () => ended++,
      () => ended++,
    );
  }
  const deadline = performance.now() + GATHER_MS;
  while (arrived() + ended < calls.length && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
