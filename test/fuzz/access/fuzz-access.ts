// The access fuzzer: every method of every contract with random arguments, over random states, on the real machine.
// A run that leaves the access its templates resolve to is the finding.
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { type AbiMethod, type AbiParameter, abiLayout } from '@weft/runtime/types/abi';
import type { Artifact } from '@weft/sdk/compiler/compile';
import type { Named } from './contracts.js';
import { account, type Deployed, FuzzChain } from './fuzz-chain.js';
import { type Pools, Random, randomValue } from './random-value.js';

export interface FuzzResult {
  /** Calls by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly methods: number;
  readonly contracts: number;
  /** Methods that never ended well: what they do inside is less tried. */
  readonly neverOk: readonly string[];
}

const ACCOUNTS = ['creator', 'a', 'b', 'c'].map(account);
/** Some ask for lists without repetition and numbers that fit each other. */
const INIT_TRIES = 2_000;

/** @throws RangeError with contract, method, arguments and key of the first access outside the inferred set */
export async function fuzzAccess(
  executor: BlockExecutor,
  contracts: readonly Named[],
  calls: number,
  seed: number,
): Promise<FuzzResult> {
  const random = new Random(seed);
  const chain = new FuzzChain(executor);
  for (const one of contracts) await deploy(chain, one, random);
  const pools = poolsOf(chain, random);
  const targets = chain.contracts.flatMap((contract) =>
    contract.artifact.abi.methods
      .filter(({ kind }) => kind !== 'init')
      .map((method) => ({ contract, method })),
  );
  const outcomes: Record<string, number> = {};
  const succeeded = new Set<string>();
  for (let index = 0; index < calls; index++) {
    if (index % 25 === 0) chain.disturb(random, pools);
    // Every method in turn, then any.
    const target = index < targets.length ? targets[index] : random.pick(targets);
    if (!target) break;
    const status = await callOnce(chain, target.contract, target.method, random, pools, seed);
    outcomes[status] = (outcomes[status] ?? 0) + 1;
    if (status === 'OK') succeeded.add(`${target.contract.name}.${target.method.name}`);
  }
  const names = targets.map(({ contract, method }) => `${contract.name}.${method.name}`);
  return {
    outcomes,
    methods: targets.length,
    contracts: chain.contracts.length,
    neverOk: names.filter((name) => !succeeded.has(name)),
  };
}

async function deploy(chain: FuzzChain, { name, artifact }: Named, random: Random): Promise<void> {
  const pools: Pools = { addresses: ACCOUNTS, payloads: [new Uint8Array(0)] };
  const init = artifact.abi.methods.find(({ kind }) => kind === 'init');
  const args = () => encode(artifact, init?.args ?? [], random, pools);
  if (await chain.deploy(name, artifact, args, INIT_TRIES)) return;
  throw new RangeError(`${name}: no random arguments create it`);
}

function poolsOf(chain: FuzzChain, random: Random): Pools {
  const addresses = [...ACCOUNTS, ...chain.contracts.slice(0, 3).map(({ address }) => address)];
  const target = chain.contracts[0];
  const plain: Pools = { addresses, payloads: [new Uint8Array(0)] };
  const payloads = (target?.artifact.abi.methods ?? []).flatMap((method) =>
    [0, 1, 2].map(() =>
      concatBytes(
        new Writer().u32(method.selector).finish(),
        encode((target as Deployed).artifact, method.args, random, plain),
      ),
    ),
  );
  return { addresses, payloads };
}

function encode(artifact: Artifact, args: readonly AbiParameter[], random: Random, pools: Pools): Uint8Array {
  return concatBytes(
    ...args.map(({ name, type }) => {
      // Remote contracts are those that answer, most of the time.
      const answers = /^(?:coin|shop|target|contract)$/.test(name) && random.chance(0.8);
      const addresses = answers ? pools.addresses.slice(ACCOUNTS.length) : pools.addresses;
      const known = addresses.length > 0 ? { ...pools, addresses } : pools;
      return randomValue(random, abiLayout(artifact.abi, type), known);
    }),
  );
}

async function callOnce(
  chain: FuzzChain,
  contract: Deployed,
  method: AbiMethod,
  random: Random,
  pools: Pools,
  seed: number,
): Promise<string> {
  const args = encode(contract.artifact, method.args, random, pools);
  const value = method.payable ? BigInt(random.below(50)) : 0n;
  const call = { contract: contract.address, selector: method.selector, args, value };
  const outcome = await chain.run(random.pick(ACCOUNTS), call);
  const [receipt] = outcome.receipts;
  const notes = outcome.notes?.[0];
  const violation = notes?.ordered?.violation;
  if (violation) {
    throw new RangeError(
      `seed ${seed}: ${contract.name}.${method.name}(0x${toHex(args)}) value ${value} ` +
        `${violation.mode} 0x${toHex(violation.key)} outside ${method.access.join(' | ')}`,
    );
  }
  if (notes && notes.access === undefined) return 'NO_ACCESS';
  return receipt?.status ?? 'NONE';
}
