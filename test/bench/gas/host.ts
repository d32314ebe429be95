// Probes of the host functions: a contract calls one many times, at several sizes and each time with another key, over a
// state far larger than the caches. Writes go on into a state tree, as a block's do.
import { createEnforcer } from '@weft/runtime/access/enforce';
import { createTree } from '@weft/runtime/state/tree';
import type { KeyAccess } from '@weft/runtime/types/access';
import type { HostName } from '@weft/runtime/types/gas-schedule';
import type { KeyKind, StateKey } from '@weft/runtime/types/key';
import { balanceKey } from '@weft/runtime/types/system';
import type { RunOutcome } from '@weft/runtime/vm/run-transaction';
import { buildContract, selectorIn } from '../../hostile/contracts.js';
import { accessOver, named, ProbeChain, probeKey, SENDER } from './chain.js';
import type { Probe } from './probe.js';
import { SIGNED } from './signed.js';

const LARGE = 60_000;
const KEY = 64;
const KEY_BYTES = 14;
/** Where `$i` goes in the key: behind the field and the component's length. */
const INDEX_AT = KEY + 10;
const STATE_KEYS = 40_000;

/** One case: the host call in text, with `$i` counting; how often; what it needs. */
interface HostCase {
  readonly host: HostName;
  readonly label: string;
  readonly call: string;
  readonly count: number;
  readonly mode?: KeyAccess['mode'] | 'past';
  readonly kind?: KeyKind;
  /** Bytes each key holds before. */
  readonly stored?: number;
  readonly writes?: true;
  readonly args?: Uint8Array;
}

const key = `(i32.const ${KEY}) (i32.const ${KEY_BYTES})`;
const plain = (
  host: HostName,
  label: string,
  call: string,
  count: number,
  rest: Partial<HostCase> = {},
): HostCase => ({
  host,
  label,
  call,
  count,
  ...rest,
});

function storageCases(): HostCase[] {
  const cases: HostCase[] = [];
  for (const size of [0, 100, LARGE]) {
    const count = size === LARGE ? 24 : 500;
    const get = `(drop (call $storage_get ${key} (i32.const 4096) (i32.const ${LARGE})))`;
    cases.push(plain('storage_get', `${size} bytes`, get, count, { mode: 'read', stored: size }));
    const past = get.replace('storage_get', 'storage_past');
    cases.push(plain('storage_past', `${size} bytes`, past, count, { mode: 'past', stored: size }));
    const set = `(call $storage_set ${key} (i32.const 4096) (i32.const ${size}))`;
    cases.push(
      plain('storage_set', `${size} bytes`, set, count, { mode: 'write', stored: 10, writes: true }),
    );
  }
  const has = `(drop (call $storage_has ${key}))`;
  cases.push(plain('storage_has', 'present', has, 500, { mode: 'read', stored: 100 }));
  const remove = `(call $storage_delete ${key})`;
  cases.push(plain('storage_delete', 'present', remove, 500, { mode: 'write', stored: 100, writes: true }));
  for (const [bits, kind] of [
    [64, 1],
    [256, 3],
  ] as const) {
    const cell = (name: HostName, mode: HostCase['mode'], writes?: true): void => {
      const tail = name === 'cell_add' || name === 'cell_sub' ? ' (i32.const 0)' : '';
      const call = `(call $${name} (i32.const ${bits}) ${key} (i32.const 200)${tail})`;
      const text = tail === '' ? call : `(drop ${call})`;
      cases.push({
        ...plain(name, `${bits} bits`, text, 500),
        mode: mode!,
        kind,
        ...(writes ? { writes } : {}),
      });
    };
    cell('cell_get', 'read');
    cell('cell_past', 'past');
    cell('cell_set', 'write', true);
    cell('cell_add', 'add', true);
    cell('cell_sub', 'add', true);
  }
  return cases;
}

function otherCases(): HostCase[] {
  const bytes = (host: HostName, text: (size: number) => string, sizes = [0, 1_000, LARGE]): HostCase[] =>
    sizes.map((size) => plain(host, `${size} bytes`, text(size), size === LARGE ? 30 : 500));
  return [
    ...[0, 1_000, LARGE].map((size) =>
      plain('input', `${size} bytes`, '(call $input (i32.const 4096))', size === LARGE ? 50 : 500, {
        args: new Uint8Array(size),
      }),
    ),
    ...bytes('output', (size) => `(call $output (i32.const 0) (i32.const ${size}))`),
    ...bytes('log', (size) => `(call $log (i32.const 0) (i32.const ${Math.min(size, 4096)}))`, [0, 4_096]),
    plain('context', '160 bytes', '(call $context (i32.const 4096))', 500),
    ...bytes(
      'emit',
      (size) =>
        `(call $emit (i32.const 600) (i32.const 2048) (i32.const 4) (i32.const 2048) (i32.const ${size}))`,
    ),
    plain(
      'emit',
      '8 topics of 32 bytes',
      `(i32.store (i32.const 3000) (i32.const 8)) ${Array.from({ length: 8 }, (_, topic) => `(i32.store (i32.const ${3004 + 36 * topic}) (i32.const 32))`).join(' ')}
       (call $emit (i32.const 600) (i32.const 3000) (i32.const 292) (i32.const 0) (i32.const 0))`,
      500,
    ),
    ...bytes('sha256', (size) => `(call $sha256 (i32.const 0) (i32.const ${size}) (i32.const 61000))`),
    ...bytes('keccak256', (size) => `(call $keccak256 (i32.const 0) (i32.const ${size}) (i32.const 61000))`),
    ...bytes('blake3', (size) => `(call $blake3 (i32.const 0) (i32.const ${size}) (i32.const 61000))`),
    ...bytes(
      'ed25519_verify',
      (size) =>
        `(drop (call $ed25519_verify (i32.const ${SIGNED.ed25519.signature}) (i32.const ${SIGNED.ed25519.key}) (i32.const 0) (i32.const ${size})))`,
      [32, LARGE],
    ).map((one) => ({ ...one, count: 20 })),
    plain('secp256k1_verify', '33 byte key', ecdsa('secp256k1_verify'), 4),
    plain(
      'secp256k1_recover',
      'valid',
      `(drop (call $secp256k1_recover (i32.const ${SIGNED.secp256k1.signature}) (i32.const 0) (i32.const ${SIGNED.secp256k1.digest}) (i32.const 61000)))`,
      4,
    ),
    plain('p256_verify', '33 byte key', ecdsa('p256_verify'), 4),
    plain(
      'mul_div',
      'wide',
      '(drop (call $mul_div (i32.const 40000) (i32.const 40032) (i32.const 40064) (i32.const 61000)))',
      500,
    ),
    plain('balance', 'present', '(call $balance (i32.const 3500) (i32.const 4096))', 500),
    plain('balance_past', 'present', '(call $balance_past (i32.const 3500) (i32.const 4096))', 500, {
      mode: 'past',
    }),
    plain('transfer', 'new receivers', '(drop (call $transfer (i32.const 3500) (i32.const 200)))', 500, {
      writes: true,
    }),
  ];
}

function ecdsa(name: 'secp256k1_verify' | 'p256_verify'): string {
  const at = name === 'p256_verify' ? SIGNED.p256 : SIGNED.secp256k1;
  return `(drop (call $${name} (i32.const ${at.signature}) (i32.const ${at.key}) (i32.const 33) (i32.const ${at.digest})))`;
}

/** Probes of every host function but calls and their ends, which stand in `calls.ts`. */
export function hostProbes(): Probe[] {
  const cases = [...storageCases(), ...otherCases()];
  const methods = Object.fromEntries(
    cases.map(({ call, count }, index) => [
      `m${index}`,
      {
        body: `(local $i i32) (i64.store (i32.const 200) (i64.const 3))
        (loop $again (i32.store (i32.const ${INDEX_AT}) (local.get $i)) (i32.store (i32.const 3500) (local.get $i)) ${call}
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${count}))))`,
      },
    ]),
  );
  const data = `(data (i32.const ${KEY}) "FIELD_P_\\04\\00") (data (i32.const 40000) "${'\\a7'.repeat(64)}${'\\ff'.repeat(32)}") ${SIGNED.data}`;
  const chain = new ProbeChain();
  const contract = chain.install('probe', buildContract(methods, data));
  const tree = filledTree();
  return cases.map((one, index) => {
    const selector = selectorIn(methods, `m${index}`);
    return probeOf(one, chain, contract, selector, tree);
  });
}

type Tree = ReturnType<typeof createTree>;

/** A tree of other keys, as the state of a chain is. */
export function filledTree(): Tree {
  const tree = createTree();
  const others = Array.from({ length: STATE_KEYS }, (_, index) => ({
    key: probeKey(named('others'), 0, index),
    value: new Uint8Array(20).fill(1),
  }));
  tree.apply(others);
  return tree;
}

function probeOf(
  one: HostCase,
  chain: ProbeChain,
  contract: ReturnType<typeof named>,
  selector: number,
  tree: Tree,
): Probe {
  const keys = keysOf(one, contract);
  const prepare = (): void => {
    for (const each of keys) {
      if (one.stored !== undefined) chain.setBytes(each, new Uint8Array(one.stored).fill(5));
      else chain.setCell(each, 2n ** 40n);
    }
    if (one.host === 'transfer') chain.fund(contract, 2n ** 90n);
  };
  const past = one.mode === 'past';
  const mode = past ? 'read' : (one.mode ?? 'read');
  const access = accessOver(
    past ? [] : keys,
    one.host === 'transfer' ? 'add' : mode,
    [contract],
    past ? keys : [],
  );
  const enforcer = createEnforcer(access);
  return {
    kind: 'host',
    name: `${one.host}, ${one.label}`,
    prepare,
    run: () => {
      const outcome = chain.run(contract, selector, one.args ?? new Uint8Array(0), enforcer);
      if (outcome.status !== 'OK') throw new RangeError(`${one.host}, ${one.label}: ${outcome.status}`);
      if (one.writes) stageWrites(tree, outcome);
      return outcome.gas;
    },
  };
}

/** The root over a run's writes, as the block's end computes it; the tree stays as it was. */
function stageWrites(tree: Tree, { writes }: RunOutcome): void {
  const changes = [...writes.values()].map(({ key: stateKey, value }) => ({ key: stateKey, value }));
  tree.stage(changes).discard();
}

function keysOf({ host, count, kind, mode }: HostCase, contract: ReturnType<typeof named>): StateKey[] {
  if (host === 'transfer' || host === 'balance' || host === 'balance_past') {
    const receivers = Array.from({ length: count }, (_, index) => {
      const address = new Uint8Array(32);
      new DataView(address.buffer).setUint32(0, index, true);
      return balanceKey(address);
    });
    return host === 'transfer' ? [balanceKey(contract), balanceKey(SENDER), ...receivers] : receivers;
  }
  if (mode === undefined) return [];
  return Array.from({ length: count }, (_, index) => probeKey(contract, kind ?? 0, index));
}
