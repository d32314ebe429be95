// Asks a node what calls would do before anything is signed: the access their templates miss, and the gas they need.
import type { ExtraAccess } from '@weft/runtime/types/access';
import { intrinsicGas } from '@weft/runtime/types/gas-schedule';
import type { Call } from '@weft/runtime/types/transaction';
import { extraAccessFrom, type NodeClient, type SimulationJson } from './node-client.js';

export interface PreflightOptions {
  /** Access that is declared already. */
  readonly extraAccess?: readonly ExtraAccess[];
  /** Signatures it will carry, and bytes of its authorisations. Default: of a sender and a payer with a key each. */
  readonly signatures?: number;
  readonly authorisationBytes?: number;
}

/** What a node found. */
export interface Preflight {
  /** Of the calls with `extraAccess`; its status may be that of a failure. */
  readonly simulation: SimulationJson;
  /** What was given, and what the run touched beyond its templates. */
  readonly extraAccess: readonly ExtraAccess[];
  /** Enough for the run as simulated, in the ordered part or, after a first attempt, in the tail. */
  readonly gasLimit: number;
}

/** Declaring a key may change what later keys need (a pointer is read now): a few rounds settle it. */
const ROUNDS_MAX = 3;
/** A run in the tail costs twice its gas, after an attempt of the same size. An unused limit costs a quarter at most. */
const RUNS_RESERVED = 3;
/** State may move between simulation and block. */
const MARGIN = 1.1;

/** Simulates until nothing is missing. `sender`: bech32m text. @throws CLIENT_RPC, CLIENT_TRANSPORT */
export async function preflight(
  node: Pick<NodeClient, 'simulate'>,
  sender: string,
  calls: readonly Call[],
  options: PreflightOptions = {},
): Promise<Preflight> {
  let extraAccess = options.extraAccess ?? [];
  let simulation = await node.simulate({ sender, calls, extraAccess });
  for (let round = 1; simulation.missing.length > 0 && round < ROUNDS_MAX; round++) {
    extraAccess = [...extraAccess, ...simulation.missing.map(extraAccessFrom)];
    simulation = await node.simulate({ sender, calls, extraAccess });
  }
  return { simulation, extraAccess, gasLimit: gasNeeded(simulation, calls, extraAccess, options) };
}

function gasNeeded(
  { gasUsed, accessGas }: SimulationJson,
  calls: readonly Call[],
  extraAccess: readonly ExtraAccess[],
  { signatures = KEYS_SIGN, authorisationBytes = KEYS_SIGN * KEY_AUTHORISATION_BYTES }: PreflightOptions,
): number {
  const keyBytes = extraAccess.map((extra) => (extra.kind === 'key' ? extra.key.length : 0));
  const bytes =
    ENVELOPE_BYTES +
    authorisationBytes +
    sum(calls.map(({ args }) => CALL_BYTES + args.length)) +
    sum(keyBytes.map((length) => EXTRA_BYTES + length));
  const intrinsic = intrinsicGas(bytes, signatures, calls.length);
  return Math.ceil(MARGIN * (intrinsic + accessGas + RUNS_RESERVED * gasUsed));
}

/** Upper bounds of a transaction's parts (runtime/docs/spec/transaction.md). */
const ENVELOPE_BYTES = 310;
const KEY_AUTHORISATION_BYTES = 101;
const KEYS_SIGN = 2;
const CALL_BYTES = 64;
const EXTRA_BYTES = 80;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
