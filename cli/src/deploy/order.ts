// A plan as a list of steps, each after those it needs; and its arguments with addresses in the place of names.
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { CliError } from '../errors.js';
import type { DeployPlan, PlanArguments, PlannedCall, PlannedContract, PlanValue } from '../plan.js';

export type PlanStep =
  | { readonly kind: 'contract'; readonly name: string; readonly contract: PlannedContract }
  | { readonly kind: 'call'; readonly name: string; readonly call: PlannedCall };

/** A plan's default export, checked for its form. @throws CLI_PLAN */
export function assertPlan(plan: unknown, place: string): asserts plan is DeployPlan {
  const known = plan as Partial<DeployPlan> | null;
  if (typeof known !== 'object' || known === null || typeof known.contracts !== 'object')
    throw new CliError('CLI_PLAN', { expected: 'contracts by name', place });
  for (const [name, contract] of Object.entries(known.contracts)) {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
      throw new CliError('CLI_PLAN', { expected: 'a name of a-z, 0-9 and -', got: name, place });
    if (typeof contract?.contract !== 'string')
      throw new CliError('CLI_PLAN', {
        expected: 'contract: a folder or file',
        place: `${place} contracts.${name}`,
      });
  }
  for (const [name, call] of Object.entries(known.calls ?? {})) {
    const at = `${place} calls.${name}`;
    if (Object.hasOwn(known.contracts, name))
      throw new CliError('CLI_PLAN', { expected: 'a name no contract has', got: name, place: at });
    if (typeof call?.on !== 'string' || typeof call.method !== 'string')
      throw new CliError('CLI_PLAN', { expected: 'on and method', place: at });
  }
}

/** Every step after those it needs; otherwise in the plan's own order. @throws CLI_PLAN for a circle or an unknown name */
export function orderSteps(plan: DeployPlan): readonly PlanStep[] {
  const steps = new Map<string, PlanStep>();
  for (const [name, contract] of Object.entries(plan.contracts))
    steps.set(name, { kind: 'contract', name, contract });
  for (const [name, call] of Object.entries(plan.calls ?? {})) steps.set(name, { kind: 'call', name, call });
  const ordered: PlanStep[] = [];
  const state = new Map<string, 'open' | 'placed'>();
  const place = (name: string, from: readonly string[]): void => {
    const step = steps.get(name);
    if (step === undefined)
      throw new CliError('CLI_PLAN', { expected: [...steps.keys()], got: name, place: from.at(-1) });
    if (state.get(name) === 'placed') return;
    if (state.get(name) === 'open')
      throw new CliError('CLI_PLAN', { expected: 'no circle', got: [...from, name].join(' → ') });
    state.set(name, 'open');
    for (const needed of needsOf(step)) place(needed, [...from, name]);
    state.set(name, 'placed');
    ordered.push(step);
  };
  for (const name of steps.keys()) place(name, []);
  return ordered;
}

/** Arguments as the codec takes them; `addresses`: of the contracts deployed so far. */
export function resolveArguments(args: PlanArguments, addresses: ReadonlyMap<string, string>): NamedValues {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, resolveValue(value, addresses)]),
  );
}

function needsOf(step: PlanStep): Set<string> {
  const { args = {}, after = [] } = step.kind === 'contract' ? step.contract : step.call;
  const needs = new Set(after);
  if (step.kind === 'call') needs.add(step.call.on);
  for (const value of Object.values(args)) collect(value, needs);
  return needs;
}

function collect(value: PlanValue, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isReference(value)) into.add(value.$address);
  else for (const inner of Object.values(value)) collect(inner as PlanValue, into);
}

function resolveValue(value: PlanValue, addresses: ReadonlyMap<string, string>): NamedValues[string] {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  if (isReference(value)) return addresses.get(value.$address) as string;
  if (Array.isArray(value)) return value.map((one) => resolveValue(one as PlanValue, addresses));
  return resolveArguments(value as PlanArguments, addresses);
}

function isReference(value: object): value is { readonly $address: string } {
  return '$address' in value && typeof value.$address === 'string';
}
