// What a typed client refuses at compile time. Never run: `tsc -b` reads it, and fails both when a line that should be
// refused is accepted (an unused @ts-expect-error) and when a line that should pass is not.
import type { Call } from '@weft/runtime/types/transaction';
import type { ErrorOf, EventOf, InputOf, OutputOf } from '@weft/sdk/client/abi-types';
import type { ContractClient, ContractReader } from '@weft/sdk/client/contract-client';
import { createContractClient, deployContract } from '@weft/sdk/client/contract-client';
import type { Located, NodeClient } from '@weft/sdk/client/node-client';
import type { HeadJson } from '@weft/sdk/client/node-queries';
import type { Session } from '@weft/sdk/client/session';
import type { SocketTransport } from '@weft/sdk/client/socket-transport';
import { vaultAbi } from './vault.abi.js';

declare const session: Session;
declare const node: NodeClient;
declare const located: Located;
declare const wasm: Uint8Array;

/** True only for the very same type; `any` equals nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_ extends true>(): void {}

const client = createContractClient({ abi: vaultAbi, address: 'weft1', session });
const reader = createContractClient({ abi: vaultAbi, address: 'weft1', node });

export async function methods(): Promise<void> {
  await client.write.put({ amount: 1n });
  await client.write.fail();
  await client.write.fail({});
  await client.read.keptBy({ owner: 'weft1' });
  await client.read.keptBy({ owner: new Uint8Array(32) });
  await client.simulate.put({ amount: 1n }, { sender: 'weft1' });
  // @ts-expect-error no such method
  await client.write.putt({ amount: 1n });
  // @ts-expect-error a view is not written
  await client.write.keptBy({ owner: 'weft1' });
  // @ts-expect-error a call is not read
  await client.read.put({ amount: 1n });
  // @ts-expect-error a view is not simulated as a transaction
  await client.simulate.keptBy({ owner: 'weft1' });
  // @ts-expect-error the init method is nobody's to call
  await client.write.init({});
  // @ts-expect-error a reader writes nothing
  await reader.write.put({ amount: 1n });
}

export async function args(): Promise<void> {
  // @ts-expect-error missing
  await client.write.put({});
  // @ts-expect-error all missing
  await client.write.put();
  // @ts-expect-error misspelt
  await client.write.put({ amout: 1n });
  // @ts-expect-error one too many
  await client.write.put({ amount: 1n, other: 2n });
  // @ts-expect-error u64 is a bigint
  await client.write.put({ amount: 1 });
  // @ts-expect-error an address is text or bytes
  await client.read.keptBy({ owner: 5n });
  // @ts-expect-error put is not payable
  await client.write.put({ amount: 1n }, { value: 1n });
  await client.write.pay({}, { value: 1n });
  // @ts-expect-error no such option
  await client.write.put({ amount: 1n }, { gas: 1 });
  const call: Call = client.calls.put({ amount: 1n });
  // @ts-expect-error wrong argument of a call to be put together
  client.calls.put({ amount: 'x' });
  await session.send([call]);
}

export async function results(): Promise<void> {
  const { result, events } = await client.write.put({ amount: 1n });
  same<Same<typeof result, bigint>>();
  const kept = await reader.read.keptBy({ owner: 'weft1' });
  same<Same<typeof kept, bigint>>();
  const { result: nothing } = await client.write.fail();
  same<Same<typeof nothing, undefined>>();
  const simulated = await client.simulate.put({ amount: 1n });
  same<Same<typeof simulated.result, bigint>>();
  // @ts-expect-error the result is a bigint
  result.length;
  for (const event of events) same<Same<typeof event.name, 'Stored'>>();
}

export function events(): void {
  const [stored] = client.events(located, 'Stored');
  if (stored) {
    same<Same<typeof stored.fields.owner, string>>();
    same<Same<typeof stored.fields.amount, bigint>>();
    // @ts-expect-error no such field
    stored.fields.sum;
  }
  // @ts-expect-error no such event
  client.events(located, 'Storedd');
  same<Same<EventOf<typeof vaultAbi>['name'], 'Stored'>>();
}

export function errors(thrown: unknown): void {
  const error = client.errorIn(thrown, 'TooMuch');
  if (error) {
    same<Same<typeof error.fields.most, bigint>>();
    // @ts-expect-error no such argument
    error.fields.least;
  }
  // @ts-expect-error no such error
  client.errorIn(thrown, 'TooLittle');
  const any = client.errorIn(thrown);
  if (any?.name === 'Error') same<Same<typeof any.fields.message, string>>();
  // @ts-expect-error told apart by name: not every error has a message
  any?.fields.message;
  same<Same<ErrorOf<typeof vaultAbi, 'TooMuch'>['name'], 'TooMuch'>>();
}

export async function deployment(): Promise<void> {
  const deployed = await deployContract({ abi: vaultAbi, wasm, session, args: {} });
  same<Same<typeof deployed, ContractClient<typeof vaultAbi>>>();
  // @ts-expect-error init takes no arguments
  await deployContract({ abi: vaultAbi, wasm, session, args: { supply: 1n } });
  const read: ContractReader<typeof vaultAbi> = deployed;
  await read.read.keptBy({ owner: 'weft1' });
}

const shapes = {
  structs: [
    {
      name: 'Row',
      fields: [
        { name: 'id', type: 'u32' },
        { name: 'note', type: 'string?' },
        { name: 'ids', type: 'hash[]' },
        { name: 'tag', type: 'fixed8' },
      ],
    },
  ],
} as const;
type Shapes = typeof shapes & { version: 1; name: 'S'; methods: []; events: []; errors: []; fields: [] };

export function layouts(): void {
  same<Same<OutputOf<Shapes, 'u128[]'>, readonly bigint[]>>();
  same<Same<OutputOf<Shapes, 'address?'>, string | undefined>>();
  same<Same<OutputOf<Shapes, 'bool'>, boolean>>();
  const row: InputOf<Shapes, 'Row'> = { id: 1, ids: ['0x00', new Uint8Array(32)], tag: '0x0011223344556677' };
  const given: OutputOf<Shapes, 'Row'>['note'] = 'text';
  // @ts-expect-error u32 is a number
  const wrong: InputOf<Shapes, 'Row'> = { ...row, id: 1n };
  // @ts-expect-error hex has a 0x
  const bare: InputOf<Shapes, 'Row'> = { ...row, tag: '0011' };
  void [given, wrong, bare];
}

export function subscriptions(transport: SocketTransport): void {
  transport.subscribe({ kind: 'heads' }, { onMessage: (head) => same<Same<typeof head, HeadJson>>() });
  transport.subscribe(
    { kind: 'events', filter: { contract: 'weft1', topics: [[wasm]] }, from: 1 },
    { onMessage: ({ height, events }) => void [height + 1, events[0]?.topics] },
  );
  // @ts-expect-error ids are of receipts
  transport.subscribe({ kind: 'heads', ids: ['0x00'] }, { onMessage: () => undefined });
  // @ts-expect-error a filter is of events
  transport.subscribe({ kind: 'receipts', filter: {} }, { onMessage: () => undefined });
  // @ts-expect-error heads have no events
  transport.subscribe({ kind: 'heads' }, { onMessage: ({ events }) => void events });
}
