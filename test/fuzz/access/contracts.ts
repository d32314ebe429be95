// Every contract in the repository, compiled: the ready ones, the cases of the inference suite that compile, the bases,
// and one others call.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WeftError } from '@weft/runtime/base/errors';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import { ROOT } from '../../support/source-tree.js';

const CASES = path.join(ROOT, 'sdk/test/inference/cases');
const READY = path.join(ROOT, 'contracts');

export interface Named {
  readonly name: string;
  readonly artifact: Artifact;
}

/** Answers what the cases call through their interfaces. */
const TARGET = `import { Accumulator, AccumulatorMap, Address, Map, u128, value } from '@weft/sdk/assembly';
@contract
export class Target {
  balances: AccumulatorMap<Address>;
  bought: Map<u64, u128>;
  @call move(to: Address, n: u128): void { this.balances.add(to, n); }
  @view of(who: Address): u128 { return this.balances.get(who); }
  @call @payable buy(id: u64): void { this.bought.set(id, value()); }
}`;
const BASES = `import { hashOf, Value } from '@weft/sdk/assembly';
import { Pausable } from '@weft/sdk/assembly/bases/pausable';
@contract
export class Paused extends Pausable {
  n: Value<u64>;
  @init init(): void { this.claimOwnership(); }
  @call set(n: u64): void { this.whenRunning(); this.n.set(n); }
}`;
const ROLES = `import { hashOf, Value } from '@weft/sdk/assembly';
import { Roles } from '@weft/sdk/assembly/bases/roles';
@contract
export class Guarded extends Roles {
  n: Value<u64>;
  @init init(): void { this.claimRoles(); }
  @call set(n: u64): void { this.onlyRole(hashOf('setter')); this.n.set(n); }
}`;

/** `limit`: cases of the inference suite, by name; absent: all. */
export async function compileAll(limit = Infinity): Promise<Named[]> {
  const named: Named[] = [{ name: 'target', artifact: await compileSource(TARGET) }];
  for (const entry of await readdir(READY, { withFileTypes: true })) {
    if (!entry.isDirectory() || ['dist', 'test', 'node_modules'].includes(entry.name)) continue;
    const folder = path.join(READY, entry.name);
    const isContract = (await readdir(folder)).includes(`${entry.name}.ts`);
    if (isContract) named.push({ name: entry.name, artifact: await compileContract({ entry: folder }) });
  }
  named.push({ name: 'bases/pausable', artifact: await compileSource(BASES) });
  named.push({ name: 'bases/roles', artifact: await compileSource(ROLES) });
  const files = (await readdir(CASES)).filter((name) => name.endsWith('.case')).sort();
  for (const file of files.slice(0, limit)) {
    const [source = ''] = (await readFile(path.join(CASES, file), 'utf8')).split('\n---\n');
    try {
      named.push({ name: file, artifact: await compileSource(`${source}\n`) });
    } catch (error) {
      // Cases that are refused say so in their golden part.
      if (!(error instanceof WeftError)) throw error;
    }
  }
  return named;
}

async function compileSource(source: string): Promise<Artifact> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-fuzz-'));
  try {
    await writeFile(path.join(folder, 'contract.ts'), source);
    return await compileContract({ entry: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}
