// Probes of calls: entering contracts, how calls end, what is resolved and planned before, signatures, uploads.
import { createEnforcer } from '@weft/runtime/access/enforce';
import { type Resolution, resolveAccess } from '@weft/runtime/access/resolve';
import { concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { checkSignatures } from '@weft/runtime/chain/admit';
import { planSchedule } from '@weft/runtime/schedule/plan-sets';
import type { AccessTemplate, Expression } from '@weft/runtime/types/access';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import { intrinsicGas } from '@weft/runtime/types/gas-schedule';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { createContractCall } from '@weft/sdk/client/system-abi';
import { accountFromSeed } from '@weft/sdk/client/wallet';
import { buildContract, leb, selectorIn, withAccess } from '../../hostile/contracts.js';
import { repeatFunctions } from '../vm/instrument-speed.js';
import { tokenBench } from '../vm/token-calls.js';
import { accessOver, FIELD, named, ProbeChain, SENDER, u32 } from './chain.js';
import type { Probe } from './probe.js';

const NONE = new Uint8Array(0);
const CALLS = 100;

/** Entering contracts by pages, calls of contracts by how they end, growth, and first touches. */
export function callProbes(): Probe[] {
  const target = `(i32.const 1024) (i32.const %) (i32.const 0) (i32.const ~) (i32.const 0) (i64.const 2000000)`;
  const loop = (body: string): string => `(local $i i32) (call $input (i32.const 1024))
    (loop $again ${body} (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${CALLS}))))`;
  const calling = (host: string, method: string, args: number): string =>
    loop(
      `(drop (call $${host} ${target.replace('%', String(selectorIn(CALLEE, method))).replace('~', String(args))}))`,
    );
  const methods = {
    call: { body: calling('call', 'nothing', 0) },
    callLarge: { body: calling('call', 'nothing', 30_000) },
    callReturning: { body: calling('call', 'gives', 0) },
    returned: {
      body: loop(`(drop (call $returned (i32.const 2048) (i32.const 30000)))`).replace(
        '(loop',
        `(drop (call $call ${target.replace('%', String(selectorIn(CALLEE, 'gives'))).replace('~', '0')})) (loop`,
      ),
    },
    revert: { body: calling('try_call', 'reverts', 0) },
    abort: { body: calling('try_call', 'aborts', 0) },
    grow: { body: calling('call', 'grows', 0) },
  };
  const chain = new ProbeChain();
  const caller = chain.install('caller', buildContract(methods));
  const callee = chain.install('callee', buildContract(CALLEE));
  const access = createEnforcer(accessOver([], 'read', [caller, callee]));
  const probe = (name: string, method: string): Probe => ({
    kind: 'call',
    name,
    run: () => spent(chain.run(caller, selectorIn(methods, method), callee, access)),
  });
  return [
    probe('call, empty callee', 'call'),
    probe('call, 30,000 bytes of arguments', 'callLarge'),
    probe('call, 30,000 bytes of result', 'callReturning'),
    probe('host returned, 30,000 bytes', 'returned'),
    probe('try_call, callee reverts', 'revert'),
    probe('try_call, callee aborts', 'abort'),
    probe('memory.grow by 1 page, instance dropped', 'grow'),
    ...[1, 16].map((pages) => entryProbe(pages)),
  ];
}

const CALLEE = {
  nothing: { body: '' },
  gives: { body: '(call $output (i32.const 0) (i32.const 30000))' },
  reverts: { body: '(call $revert (i32.const 0) (i32.const 100))' },
  aborts: { body: '(call $abort (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 1))' },
  grows: { body: '(drop (memory.grow (i32.const 1)))' },
};

/** A transaction that enters a contract which stores to the end of its memory, many times. */
function entryProbe(pages: number): Probe {
  const methods = { store: { body: `(i32.store8 (i32.const ${pages * 65_536 - 1}) (i32.const 1))` } };
  const chain = new ProbeChain();
  const contract = chain.install('pages', buildContract(methods, '', pages));
  const access = createEnforcer(accessOver([], 'read', [contract]));
  return {
    kind: 'call',
    name: `entering ${pages} pages, restored whole`,
    run: () => {
      let gas = 0;
      for (let count = 0; count < CALLS; count++)
        gas += spent(chain.run(contract, 1, NONE, access)) + CALL_GAS;
      return gas;
    },
  };
}

/** A transaction's own call is paid by its intrinsic gas. */
const CALL_GAS = 5_000;

function spent({ gas, status }: { gas: number; status: string }): number {
  if (status !== 'OK') throw new RangeError(`a probe ended ${status}`);
  return gas;
}

/** Uploads, and the first touch of a code in the tail: compiling what is not compiled yet, and its instance. */
export async function codeProbes(): Promise<Probe[]> {
  const { wasm } = await tokenBench();
  const large = withAccess(repeatFunctions(wasm, 12));
  const chain = new ProbeChain();
  const upload = (name: string, bytes: Uint8Array): Probe => {
    const args = new Writer().bytes(bytes).finish();
    return {
      kind: 'system',
      name: `upload and compile ${name}`,
      run: () => {
        const { gas } = chain.run(SYSTEM_ADDRESS, SYSTEM_METHODS.upload.selector, args);
        // Every node compiles it, in time for the next block.
        compileCode(bytes);
        return gas;
      },
    };
  };
  return [
    createProbe(),
    upload('the token', wasm),
    upload(`${large.length} bytes`, large),
    ...touchProbes(wasm),
  ];
}

/** Contracts made of code on chain, with nothing to run at their creation. */
function createProbe(): Probe {
  const chain = new ProbeChain();
  chain.install('made', buildContract(CALLEE));
  const [code] = chain.codes.values();
  const args = createContractCall(code!.codeHash, new Uint8Array(32), NONE).args;
  return {
    kind: 'system',
    name: 'create',
    run: () => {
      let gas = 0;
      for (let count = 0; count < CALLS; count++) {
        gas += spent(chain.run(SYSTEM_ADDRESS, SYSTEM_METHODS.create.selector, args));
      }
      return gas;
    },
  };
}

/** Signed transactions as they come in: decoded, their signature checked. */
export function transactionProbe(): Probe {
  const seed = named('seed');
  const wire = signTransaction(
    {
      version: 1,
      genesisHash: named('genesis') as unknown as Hash32,
      sender: accountFromSeed(seed).address,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence: 0n },
      gasLimit: 1_000_000,
      gasPrice: 1n,
      expiry: 100,
      calls: [{ contract: named('contract'), selector: 1, args: new Uint8Array(48), value: 0n }],
      extraAccess: [],
    },
    seed,
  );
  return {
    kind: 'transaction',
    name: 'decode, identify, one signature',
    run: () => {
      for (let count = 0; count < 20; count++) {
        checkSignatures(decodeTransaction(wire), false, () => undefined);
      }
      return 20 * intrinsicGas(wire.length, 1, 1);
    },
  };
}

/** Distinct codes that nobody has an instance of, their modules at hand or to be compiled. */
function touchProbes(wasm: Uint8Array): Probe[] {
  const codes = Array.from({ length: 12 }, (_, index) => distinct(wasm, index));
  const chain = new ProbeChain();
  const contracts = codes.map((bytes, index) => chain.install(`touched ${index}`, bytes));
  const view = compileCode(wasm).access.methods.find((method) => method.view && method.args.length === 0)!;
  return [
    {
      kind: 'system',
      name: 'first touch in the tail, compiled before',
      prepare: () => {
        chain.pool = new InstancePool(HOST_IMPORTS);
      },
      run: () =>
        contracts.reduce((gas, contract) => gas + chain.run(contract, view.selector, NONE).gas + CALL_GAS, 0),
    },
    {
      kind: 'system',
      name: 'first touch in the tail, checked, instrumented and compiled for it',
      prepare: () => {
        chain.pool = new InstancePool(HOST_IMPORTS);
      },
      run: () => {
        let gas = 0;
        codes.forEach((bytes, index) => {
          chain.install(`touched ${index}`, bytes);
          gas += chain.run(contracts[index]!, view.selector, NONE).gas + CALL_GAS;
        });
        return gas;
      },
    },
  ];
}

/** The same module under another code hash: a data segment more would move things, so a constant global does. */
function distinct(wasm: Uint8Array, index: number): Uint8Array {
  const name = new TextEncoder().encode(`n${index}`);
  return concatBytes(wasm, Uint8Array.of(0), leb(1 + name.length), leb(name.length), name);
}

/** Resolve and plan, priced by the declared key. */
export async function planProbes(): Promise<Probe[]> {
  const { bench, calls } = await tokenBench();
  const lookup = {
    contractCode: () => bench.code.codeHash,
    // Known to the node already: what a transaction pays for reading it is not counted here.
    codeAccess: () => ({ section: bench.code.access, bytes: 0 }),
    read: () => undefined,
    moduleHash: () => undefined,
  };
  const requests = calls.map(({ sender, call }) => ({ sender, calls: [call], extraAccess: [] }));
  const many = manyKeys(400);
  const manyLookup = { ...lookup, codeAccess: () => ({ section: many.section, bytes: 0 }) };
  const sets = requests.map((request) => resolveAccess(request, lookup));
  const wide = Array.from({ length: 20 }, (_, index) =>
    resolveAccess({ ...many.request, sender: named(`wide ${index}`) }, manyLookup),
  );
  return [
    {
      kind: 'access',
      name: 'resolve: token transfers',
      run: () => sum(requests.map((request) => resolveAccess(request, lookup).gas)),
    },
    {
      kind: 'access',
      name: 'resolve: a list of 400 keys',
      run: () => sum(wide.map(() => resolveAccess(many.request, manyLookup).gas)),
    },
    { kind: 'plan', name: 'plan: token transfers', run: () => plan(sets.concat(sets, sets, sets)) },
    { kind: 'plan', name: 'plan: 400 writes each on the same keys', run: () => plan(wide) },
  ];
}

function plan(sets: readonly Resolution[]): number {
  planSchedule(
    sets.map(({ access }, index) => ({ access, sender: named(`${index % 7}`), gasLimit: 1_000_000 })),
    () => 2n ** 60n,
  );
  return sum(sets.map(({ gas }) => gas));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A method that writes a key for each item of a list. */
function manyKeys(count: number) {
  const item: Expression = { kind: 'each', list: { kind: 'args', path: [0] } };
  const template: AccessTemplate = {
    kind: 'key',
    mode: 'write',
    key: { space: 'storage', kind: 0, field: FIELD, components: [item] },
  };
  const section = {
    version: 1 as const,
    methods: [
      {
        selector: 1,
        view: false,
        payable: false,
        init: false,
        args: [{ kind: 'list' as const, item: { kind: 'u32' as const } }],
        templates: [template],
      },
    ],
  };
  const args = concatBytes(u32(count), ...Array.from({ length: count }, (_, index) => u32(index)));
  const call = { contract: named('many') as Address, selector: 1, args, value: 0n };
  return { section, request: { sender: SENDER, calls: [call], extraAccess: [] } };
}
