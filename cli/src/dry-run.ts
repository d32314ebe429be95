// What a transaction would do, touch and cost, without signing anything: `--dry-run`.
import { fromHex } from '@weft/runtime/base/bytes';
import type { AbiMethod } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { keyContract, type StateKey } from '@weft/runtime/types/key';
import type { Call } from '@weft/runtime/types/transaction';
import { decodeResult } from '@weft/sdk/client/contract-codec';
import { simulationFailure } from '@weft/sdk/client/failure';
import { keyLabel } from '@weft/sdk/client/key-label';
import { fromNodeHex, type NodeClient, type SimulationJson } from '@weft/sdk/client/node-client';
import { type Preflight, preflight } from '@weft/sdk/client/preflight';
import { valueToJson } from '@weft/sdk/client/values';
import type { ContractTarget } from './contract-target.js';
import { eventText } from './event-text.js';
import { createKnownContracts, failureKnowledge, type KnownContracts } from './known-contracts.js';
import type { Output } from './output.js';

export interface DryRun {
  readonly node: NodeClient;
  /** bech32m text. */
  readonly sender: string;
  readonly call: Call;
  readonly found: ContractTarget;
  readonly method: AbiMethod;
  /** Native units a gas. */
  readonly gasPrice: bigint;
  readonly output: Output;
}

/** @throws CLIENT_SIMULATION_FAILED with the line, where it would fail */
export async function dryRun({ node, sender, call, found, method, gasPrice, output }: DryRun): Promise<void> {
  const checked = await preflight(node, sender, [call]);
  const { simulation } = checked;
  const known = createKnownContracts(node);
  for (const { text } of simulation.logs) output.note(`log: ${text}`);
  if (simulation.status !== 'OK') {
    const knowledge = await failureKnowledge(
      known,
      found.address,
      simulation.trace,
      simulation.failure?.contract,
    );
    throw simulationFailure(simulation, `${found.abi.name}.${method.name}`, knowledge);
  }
  await known.learn(contractsOf(simulation));
  const result = valueToJson(decodeResult(found.abi, method, fromNodeHex(simulation.results[0] ?? '0x')));
  const events = simulation.events.map((event) => eventText(event, known.abiOf(event.contract)));
  const access = accessOf(simulation, known);
  const { gasLimit } = checked;
  const cost = { gasUsed: simulation.gasUsed, gasLimit, gasPrice, feeMax: BigInt(gasLimit) * gasPrice };
  output.result(
    {
      dryRun: true,
      result,
      events: events.map(({ json }) => json),
      access,
      extraAccess: checked.extraAccess,
      ...cost,
    },
    [
      'nothing was sent; it would succeed',
      ...(result === null ? [] : [`return ${JSON.stringify(result)}`]),
      ...events.map(({ text }) => text),
      '',
      ...accessLines(checked, access),
      '',
      `gas ${simulation.gasUsed} in the run; limit ${gasLimit}; at most ${cost.feeMax} native units`,
    ].join('\n'),
  );
}

interface AccessLine {
  readonly mode: string;
  readonly key: string;
  readonly declared: boolean;
}

/** What it touches, declared or not, by name. */
function accessOf(simulation: SimulationJson, known: KnownContracts): readonly AccessLine[] {
  const label = (key: string) => keyLabel(fromHex(key.slice(2)), (contract) => known.abiOf(contract));
  const { access, missing } = simulation;
  const declared = [
    ...(access?.keys ?? []).map(({ mode, key }) => ({ mode, key: label(key), declared: true })),
    ...(access?.locks ?? []).map(({ mode, contract, field }) => ({
      mode,
      key: `${known.abiOf(contract)?.name ?? contract}.${field ?? '*'} (all of it)`,
      declared: true,
    })),
    ...(access?.past ?? []).map((key) => ({ mode: 'past', key: label(key), declared: true })),
  ];
  const rest = missing.map(({ mode, key, contract }) => ({
    mode,
    key: key === undefined ? String(contract) : label(key),
    declared: false,
  }));
  return [...declared, ...rest];
}

function accessLines({ simulation, extraAccess }: Preflight, access: readonly AccessLine[]): string[] {
  if (simulation.access === null)
    return [`no access set: ${simulation.accessRefusal?.message ?? 'unknown'}; it would run in the tail`];
  return [
    'access set',
    ...access.map(({ mode, key, declared }) => `  ${mode.padEnd(5)}  ${key}${declared ? '' : '  (missing)'}`),
    ...(extraAccess.length === 0 ? [] : [`  ${extraAccess.length} of these as extra access`]),
  ];
}

function contractsOf({ access, events, missing }: SimulationJson): Set<string> {
  const keys = [...(access?.keys.map(({ key }) => key) ?? []), ...(access?.past ?? [])];
  const named = [...keys, ...missing.flatMap(({ key }) => (key === undefined ? [] : [key]))];
  const contracts = named.map((key) => encodeAddress(keyContract(fromHex(key.slice(2)) as StateKey)));
  const locks = access?.locks.map(({ contract }) => contract) ?? [];
  return new Set([...contracts, ...locks, ...events.map(({ contract }) => contract)]);
}
