// Histories of Timelock: what is executed was scheduled, waited its delay, was not cancelled, and is executed once.
import { encodeAddress } from '@weft/runtime/types/address';
import { encodePayload } from '@weft/sdk/client/contract-codec';
import { roleOf } from '@weft/sdk/client/roles';
import fc from 'fast-check';
import { account, ContractWorld, text, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, same } from '../support/histories.js';
import { intruderArtifact } from '../support/intruder.js';
import { readyArtifact } from '../support/ready-contract.js';

const DELAY = 1_000n;
const ZERO = new Uint8Array(32);
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');

export const timelockHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const timelock = await world.deploy(await readyArtifact('timelock'), { delay: DELAY });
  const target = await world.deploy(await intruderArtifact(), {});
  for (const role of ['proposer', 'canceller', 'executor'])
    for (const name of ['creator', 'A'])
      await world.call(timelock, 'grantRole', { role: roleOf(role), account: text(name) });
  const payload = encodePayload(target.artifact.abi, 'ping', {});
  const salts = [0, 1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const base = { target: target.text, payload, value: 0n };
  const ids: Uint8Array[] = [];
  for (const salt of salts)
    ids.push(
      (await world.view(timelock, 'operationId', { ...base, after: ZERO, salt })).result as Uint8Array,
    );

  const who = fc.constantFrom('creator', 'creator', 'A', 'A', 'A', 'stranger').map(account);
  const by = (method: string, args: fc.Arbitrary<WorldCall['args']>): fc.Arbitrary<WorldCall> =>
    fc.tuple(who, args).map(([sender, given]) => ({ to: timelock, method, args: given, sender }));
  const after = fc.oneof({ weight: 3, arbitrary: fc.constant(ZERO) }, fc.constantFrom(...ids));
  const what = fc.record({ after, salt: fc.constantFrom(...salts) }).map((given) => ({ ...base, ...given }));
  const delay = fc.oneof(fc.bigInt(0n, 3_000n), fc.constantFrom(DELAY, DELAY, 2n ** 64n - 1n));
  const id = fc.constantFrom(...ids);
  const call = fc.oneof(
    {
      weight: 4,
      arbitrary: by(
        'schedule',
        fc.tuple(what, delay).map(([given, ms]) => ({ ...given, delay: ms })),
      ),
    },
    { weight: 5, arbitrary: by('execute', what) },
    by('cancel', fc.record({ id })),
    by('scheduleDelay', fc.record({ delay: fc.bigInt(0n, 2_000n) })),
    by('applyDelay', fc.constant({})),
  );

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const readyAt = new Map<string, bigint>();
    const executed = new Set<string>();
    let minimum = DELAY;
    for (const { time, done } of blocks) {
      for (const { name, fields } of done.flatMap(({ events }) => events)) {
        const op = fields['id'] === undefined ? '' : hex(fields['id']);
        if (name === 'DelayChanged') minimum = fields['delay'] as bigint;
        if (name === 'Scheduled') {
          const at = fields['readyAt'] as bigint;
          if (at < BigInt(time) + minimum) throw new RangeError(`${op} is ready before its delay`);
          if (executed.has(op)) throw new RangeError(`${op} was scheduled again`);
          readyAt.set(op, at);
        }
        if (name === 'Cancelled' && !readyAt.delete(op)) throw new RangeError(`${op} was not pending`);
        if (name === 'Executed') {
          const at = readyAt.get(op);
          if (at === undefined) throw new RangeError(`${op} was executed and not pending`);
          if (BigInt(time) < at) throw new RangeError(`${op} was executed before its time`);
          readyAt.delete(op);
          executed.add(op);
        }
      }
    }
    same(
      state.cell(target, 'count'),
      BigInt(executed.size),
      `calls made of ${encodeAddress(target.address)}`,
    );
  };
  return { world, call, check, pause: fc.integer({ min: 0, max: 2_500 }) };
};
