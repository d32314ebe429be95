// A contract as an object: its methods called by name with typed arguments, its events and errors read back. All types
// come from the ABI (`Name.abi.ts`, written by `weft build`).
import { utf8 } from '@weft/runtime/base/bytes';
import { type Abi, type AbiMethod, decodeAbi } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import type {
  ErrorName,
  ErrorOf,
  EventName,
  EventOf,
  InitInputs,
  Inputs,
  MethodsOf,
  ResultOf,
} from './abi-types.js';
import {
  decodeEvent,
  decodeResult,
  encodeArguments,
  initParameters,
  type NamedValues,
} from './contract-codec.js';
import { createCall } from './create-call.js';
import { ClientError } from './errors.js';
import {
  type FailureKnowledge,
  revertIn,
  simulationFailure,
  transactionFailure,
  viewFailure,
} from './failure.js';
import {
  type EventJson,
  type FailureJson,
  fromNodeHex,
  type Located,
  type NodeClient,
} from './node-client.js';
import { type Preflight, preflight } from './preflight.js';
import type { DeployOptions, SendOptions, Session } from './session.js';
import { createSourceMaps, type SourceMaps } from './source-map.js';
import type { Value } from './values.js';

/** Native units sent along: only to a payable method. */
type ValueOption<M> = M extends { readonly payable: false }
  ? { readonly value?: never }
  : { readonly value?: bigint };

/** Of a view: whose eyes it sees with (default: the session's account, or nobody), and its gas (default the node's). */
export interface ReadOptions {
  readonly sender?: string;
  readonly gasLimit?: number;
}
/** `preflight`: default true. */
export type WriteOptions<M> = SendOptions & ValueOption<M>;
/** Of a simulated call: who makes it (default: the session's account, or nobody). */
export interface SimulateOptions {
  readonly sender?: string;
}

/** An included call. */
export interface Written<Result, Event> {
  readonly result: Result;
  /** The contract's own events of the transaction, in order. */
  readonly events: readonly Event[];
  readonly located: Located;
}

/** A call that was only simulated, and would succeed. */
export interface Simulated<Result, Event> extends Preflight {
  readonly result: Result;
  /** The contract's own events, in order. */
  readonly events: readonly Event[];
  /** Console lines of every contract that ran, on development chains. */
  readonly logs: readonly string[];
}

/** Arguments may be left out where every one of them may. */
type WithInputs<Arguments, Options, Result> =
  Readonly<Record<string, never>> extends Arguments
    ? (args?: Arguments, options?: Options) => Result
    : (args: Arguments, options?: Options) => Result;
type ArgumentsOf<A extends Abi, M> = M extends AbiMethod ? Inputs<A, M['args']> : never;

type ReadMethods<A extends Abi, Methods = MethodsOf<A, 'view'>> = {
  readonly [Name in keyof Methods]: WithInputs<
    ArgumentsOf<A, Methods[Name]>,
    ReadOptions & ValueOption<Methods[Name]>,
    Promise<ResultOf<A, Methods[Name]>>
  >;
};
type WriteMethods<A extends Abi, Methods = MethodsOf<A, 'call'>> = {
  readonly [Name in keyof Methods]: WithInputs<
    ArgumentsOf<A, Methods[Name]>,
    WriteOptions<Methods[Name]>,
    Promise<Written<ResultOf<A, Methods[Name]>, EventOf<A>>>
  >;
};
type SimulateMethods<A extends Abi, Methods = MethodsOf<A, 'call'>> = {
  readonly [Name in keyof Methods]: WithInputs<
    ArgumentsOf<A, Methods[Name]>,
    SimulateOptions & ValueOption<Methods[Name]>,
    Promise<Simulated<ResultOf<A, Methods[Name]>, EventOf<A>>>
  >;
};
type CallMethods<A extends Abi, Methods = MethodsOf<A, 'call'>> = {
  readonly [Name in keyof Methods]: WithInputs<
    ArgumentsOf<A, Methods[Name]>,
    ValueOption<Methods[Name]>,
    Call
  >;
};

/** A contract to read from. */
export interface ContractReader<A extends Abi> {
  readonly abi: A;
  /** bech32m text. */
  readonly address: string;
  /** Views, by name. @throws CLIENT_VIEW_FAILED, CLIENT_ARGUMENTS, CLIENT_ARGUMENT */
  readonly read: ReadMethods<A>;
  /**
   * What a call would do now: nothing is sent. @throws CLIENT_SIMULATION_FAILED with the contract, method, error, arguments
   * and (given a source map) file:line, CLIENT_ARGUMENTS, CLIENT_ARGUMENT
   */
  readonly simulate: SimulateMethods<A>;
  /** Calls to put together into one transaction or a batch, by name. @throws CLIENT_ARGUMENTS, CLIENT_ARGUMENT */
  readonly calls: CallMethods<A>;
  /** This contract's events of an included transaction; of one name, if given. @throws CLIENT_ABI */
  events<Name extends EventName<A> = EventName<A>>(
    of: Pick<Located, 'events'>,
    name?: Name,
  ): readonly EventOf<A, Name>[];
  /** The contract's own error in what a method threw; undefined if it failed otherwise, or with another error. */
  errorIn<Name extends ErrorName<A> = ErrorName<A>>(
    error: unknown,
    name?: Name,
  ): ErrorOf<A, Name> | undefined;
}

/** A contract to read from and to send to. */
export interface ContractClient<A extends Abi> extends ContractReader<A> {
  /**
   * One call in a transaction of its own, by name; waits for the receipt. It is simulated first unless `preflight` is
   * false: then it carries the access and gas it needs, and one that would fail costs nothing.
   * @throws CLIENT_SIMULATION_FAILED, CLIENT_FAILED when it was included and failed, CLIENT_RPC when it was refused, CLIENT_RECEIPT_TIMEOUT,
   * CLIENT_ARGUMENTS, CLIENT_ARGUMENT
   */
  readonly write: WriteMethods<A>;
}

interface ContractOf<A extends Abi> {
  readonly abi: A;
  /** bech32m text. */
  readonly address: string;
  /** Where failures stand in the source; see `createSourceMaps`. */
  readonly sourceMaps?: SourceMaps | undefined;
}

/** The client of a deployed contract: with a session it reads and writes, over a node alone it reads. */
export function createContractClient<const A extends Abi>(
  contract: ContractOf<A> & { readonly session: Session },
): ContractClient<A>;
export function createContractClient<const A extends Abi>(
  contract: ContractOf<A> & { readonly node: NodeClient },
): ContractReader<A>;
export function createContractClient(
  contract: ContractOf<Abi> & { readonly session?: Session; readonly node?: NodeClient },
): unknown {
  const { abi, address, session } = contract;
  const node = session?.node ?? contract.node;
  const subject: Subject = { abi, address, sourceMaps: contract.sourceMaps };
  const account = session?.account.text;
  const views = abi.methods.filter(({ kind }) => kind === 'view');
  const calls = abi.methods.filter(({ kind }) => kind === 'call');
  return {
    abi,
    address,
    read: node && byName(views, (method) => reader(subject, node, method, account)),
    simulate: node && byName(calls, (method) => simulator(subject, node, method, account)),
    calls: byName(calls, (method) => caller(abi, address, method)),
    write: session && byName(calls, (method) => writer(subject, session, method)),
    events: (of: Pick<Located, 'events'>, name?: string) =>
      eventsOf(abi, address, of.events).filter((event) => name === undefined || event.name === name),
    errorIn: (error: unknown, name?: string) => errorIn(abi, error, name),
  };
}

/**
 * Uploads a module, creates a contract of it and returns its client. `args`: of the init method.
 * @throws CLIENT_FAILED with the step and its cause, CLIENT_RPC, CLIENT_ARGUMENTS, CLIENT_ARGUMENT
 */
export async function deployContract<const A extends Abi>(
  contract: {
    readonly abi: A;
    readonly wasm: Uint8Array;
    readonly session: Session;
    readonly args: InitInputs<A>;
    /** JSON text of the module's source map: failures then name file and line. */
    readonly sourceMap?: string;
    /** Shared by several contracts; default: of this one alone. */
    readonly sourceMaps?: SourceMaps;
  } & Omit<DeployOptions, 'abi'>,
): Promise<ContractClient<A>> {
  const { abi, wasm, session, args, sourceMap, sourceMaps = createSourceMaps(), ...options } = contract;
  const init = encodeArguments(abi, initParameters(abi), args as NamedValues);
  const { address } = await session.deploy(wasm, init, { ...options, abi });
  if (sourceMap !== undefined) sourceMaps.add(address, sourceMap);
  return createContractClient({ abi, address, session, sourceMaps }) as ContractClient<A>;
}

function byName<T>(
  methods: readonly AbiMethod[],
  make: (method: AbiMethod) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(methods.map((method) => [method.name, make(method)]));
}

interface AnyOptions extends SendOptions, ReadOptions {
  readonly value?: bigint;
}

/** What the functions of one client share. */
interface Subject {
  readonly abi: Abi;
  readonly address: string;
  readonly sourceMaps: SourceMaps | undefined;
}

function reader(
  { abi, address, sourceMaps }: Subject,
  node: NodeClient,
  method: AbiMethod,
  account?: string,
) {
  return async (args: NamedValues = {}, options: AnyOptions = {}): Promise<Value> => {
    const { value, gasLimit, sender = account } = options;
    const view = await node.call({
      contract: address,
      selector: method.selector,
      args: encodeArguments(abi, method.args, args),
      ...(sender === undefined ? {} : { sender }),
      ...(value === undefined ? {} : { value }),
      ...(gasLimit === undefined ? {} : { gasLimit }),
    });
    if (view.status !== 'OK') {
      const known = await knowledge({ abi, address, sourceMaps }, node, view.failure);
      throw viewFailure(view, placeOf(abi, method), known);
    }
    return decoded(abi, method, view.result);
  };
}

function caller(abi: Abi, address: string, method: AbiMethod) {
  return (args: NamedValues = {}, options: { readonly value?: bigint } = {}): Call =>
    createCall(address, method.selector, encodeArguments(abi, method.args, args), options.value);
}

function simulator(subject: Subject, node: NodeClient, method: AbiMethod, account = NOBODY) {
  const { abi, address } = subject;
  const call = caller(abi, address, method);
  return async (args: NamedValues = {}, options: AnyOptions = {}): Promise<Simulated<Value, unknown>> => {
    const checked = await preflight(node, options.sender ?? account, [call(args, options)]);
    const { simulation } = checked;
    await expectSuccess(subject, node, method, checked);
    return {
      ...checked,
      result: decoded(abi, method, simulation.results[0] ?? '0x'),
      events: eventsOf(abi, address, simulation.events),
      logs: simulation.logs.map(({ text }) => text),
    };
  };
}

/** The sender of a simulation without an account: 32 zero bytes. */
const NOBODY = encodeAddress(new Uint8Array(32));

async function expectSuccess(
  subject: Subject,
  node: NodeClient,
  method: AbiMethod,
  { simulation }: Preflight,
): Promise<void> {
  if (simulation.status === 'OK') return;
  const known = await knowledge(subject, node, simulation.failure);
  throw simulationFailure(simulation, placeOf(subject.abi, method), known);
}

/** The ABI of the contract that failed is asked of the node where it is another one than was called. */
async function knowledge(
  { abi, address, sourceMaps }: Subject,
  node: NodeClient,
  failure: FailureJson | null,
): Promise<FailureKnowledge> {
  const own = { abi, contract: address, sourceMaps };
  if (failure === null || failure.contract === address) return own;
  const text = (await node.contract(failure.contract))?.abi;
  if (text === undefined) return own;
  return { ...own, abis: new Map([[failure.contract, decodeAbi(utf8(text))]]) };
}

function writer(subject: Subject, session: Session, method: AbiMethod) {
  const { abi, address } = subject;
  const { node } = session;
  const call = caller(abi, address, method);
  const prepared = async (calls: readonly Call[], options: AnyOptions): Promise<SendOptions> => {
    const { preflight: wanted = true, ...rest } = options;
    if (!wanted) return rest;
    const checked = await session.preflight(calls, options);
    await expectSuccess(subject, node, method, checked);
    return { gasLimit: checked.gasLimit, ...rest, extraAccess: checked.extraAccess };
  };
  return async (args: NamedValues = {}, options: AnyOptions = {}): Promise<Written<Value, unknown>> => {
    const calls = [call(args, options)];
    const located = await session.send(calls, await prepared(calls, options));
    if (located.receipt.status !== 'OK') {
      const known = await knowledge(subject, node, located.receipt.failure);
      throw transactionFailure(located, placeOf(abi, method), known);
    }
    const result = decoded(abi, method, located.receipt.results[0] ?? '0x');
    return { result, events: eventsOf(abi, address, located.events), located };
  };
}

const placeOf = (abi: Abi, method: AbiMethod): string => `${abi.name}.${method.name}`;

function decoded(abi: Abi, method: AbiMethod, result: string): Value {
  return describing(placeOf(abi, method), () => decodeResult(abi, method, fromNodeHex(result)));
}

/** Events the ABI does not know are left out: their contract may be newer than it. */
function eventsOf(abi: Abi, address: string, events: readonly EventJson[]) {
  return events
    .filter(({ contract }) => contract === address)
    .flatMap(({ event, topics, data }) => {
      const raw = { event: fromNodeHex(event), topics: topics.map(fromNodeHex), data: fromNodeHex(data) };
      return describing(`event ${event} of ${abi.name}`, () => decodeEvent(abi, raw)) ?? [];
    });
}

/** Bytes that do not decode mean another ABI than the contract's. @throws CLIENT_ABI */
function describing<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new ClientError('CLIENT_ABI', { place }, cause);
  }
}

function errorIn(abi: Abi, error: unknown, name: string | undefined): unknown {
  const revert = revertIn(error);
  const known = abi.errors.some((one) => one.name === revert?.errorName);
  if (!revert || !known || (name !== undefined && revert.errorName !== name)) return undefined;
  return { name: revert.errorName, fields: revert.fields };
}
