// A contract that wishes nobody well: it calls back, passes calls on, and declares less than it does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';

const SOURCE = `// Hostile.
import { Accumulator, Address, callPayload, Hash, Map, u128, Value } from '@weft/sdk/assembly';
@struct class Moved { id: Hash; amount: u128; }
@contract
export class Intruder {
  count: Accumulator<u64>;
  target: Value<Address>;
  payload: Value<Uint8Array>;
  refuses: Value<bool>;
  /** Counts calls, and takes value along. */
  @call @payable ping(): void { this.count.add(1); }
  /** What it calls when items arrive. */
  @call arm(target: Address, payload: Uint8Array, refuses: bool): void {
    this.target.set(target);
    this.payload.set(payload);
    this.refuses.set(refuses);
  }
  /** Passes any call on: back to who called it, too. */
  @call bounce(target: Address, payload: Uint8Array): void {
    this.count.add(1);
    callPayload(target, payload);
  }
  /** Says it reads a balance, and does whatever it is told. */
  @call @calls('args.token', 'balanceOf(address)', 'self')
  reach(token: Address, payload: Uint8Array): void { callPayload(token, payload.slice()); }
  /** Items arrive: calls what it was armed with. */
  @call onItemsReceived(operator: Address, from: Address, moved: Moved[]): bool {
    this.count.add(1);
    if (this.refuses.get()) return false;
    const target = this.target.get();
    const payload = this.payload.get();
    callPayload(target, payload);
    return true;
  }
  @view counted(): u64 { return this.count.get(); }
}
`;

/** Takes items, and does nothing with them. */
export const KEEPER = `// Agrees.
import { Accumulator, Address, Hash, u128 } from '@weft/sdk/assembly';
@struct class Moved { id: Hash; amount: u128; }
@contract
export class Keeper {
  taken: Accumulator<u64>;
  @call onItemsReceived(operator: Address, from: Address, moved: Moved[]): bool {
    this.taken.add(1);
    return true;
  }
}
`;

let compiled: Promise<Artifact> | undefined;

/** Compiled once a process. */
export function intruderArtifact(): Promise<Artifact> {
  compiled ??= compileText(SOURCE);
  return compiled;
}

/** The contract of a text. */
export async function compileText(source: string): Promise<Artifact> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-contracts-'));
  try {
    await writeFile(join(folder, 'contract.ts'), source);
    return await compileContract({ entry: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}
