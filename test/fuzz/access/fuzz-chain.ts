// Contracts on the real machine for the access fuzzer: one transaction a block, so that whatever leaves its declared
// access is the compiler's fault and no other transaction's.
import { fromHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256Domain } from '@weft/runtime/base/hash';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { type AbiField, abiLayout } from '@weft/runtime/types/abi';
import { type Address, contractAddress, type Hash32, SCHEME } from '@weft/runtime/types/address';
import { encodeGenesisInfo } from '@weft/runtime/types/genesis-codec';
import { decodeStateKey, encodeStateKey, type KeyKind, keyText } from '@weft/runtime/types/key';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS, encodeParameters } from '@weft/runtime/types/parameters';
import { balanceKey, genesisKey, nonceKey, parametersKey } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeCell, encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { type Pools, type Random, randomValue } from './random-value.js';

const GENESIS_HASH = sha256Domain('weft/test/1', utf8('genesis')) as Hash32;
const CALL_GAS = 20_000_000;

export function account(name: string): Address {
  return sha256Domain('weft/test/1', utf8(name)) as Address;
}

export interface Deployed {
  readonly name: string;
  readonly artifact: Artifact;
  readonly address: Address;
}

export class FuzzChain {
  readonly state = new Map<string, Uint8Array>();
  readonly contracts: Deployed[] = [];
  #height = 0;

  constructor(readonly executor: BlockExecutor) {
    const parameters = { ...DEFAULT_PARAMETERS, gasPriceMin: 0n };
    const info = encodeGenesisInfo({ chainName: 'fuzz', protocolVersion: 0, dev: true });
    this.state.set(keyText(genesisKey()), info);
    this.state.set(keyText(parametersKey()), encodeParameters(parameters));
  }

  /** Uploads once and creates with the first arguments that it takes, of `tries`. False: it takes none. */
  async deploy(name: string, artifact: Artifact, init: () => Uint8Array, tries: number): Promise<boolean> {
    const creator = account('creator');
    const uploaded = await this.run(creator, uploadCall(artifact.wasm), 1e9);
    const codeHash = uploaded.receipts[0]?.results[0];
    if (!codeHash) throw new RangeError(`${name}: upload ${uploaded.receipts[0]?.status}`);
    const salt = new Uint8Array(32).fill(this.contracts.length + 1) as Hash32;
    for (let tried = 0; tried < tries; tried++) {
      const created = await this.run(creator, createContractCall(codeHash, salt, init()), CALL_GAS);
      if (created.receipts[0]?.status !== 'OK') continue;
      const address = contractAddress(creator, salt, codeHash as Hash32);
      this.contracts.push({ name, artifact, address });
      return true;
    }
    return false;
  }

  /** One call in a block of its own, with notes. */
  async run(sender: Address, call: Call, gasLimit = CALL_GAS): Promise<BlockOutcome> {
    this.#height++;
    const sequence = decodeCell(1, this.state.get(keyText(nonceKey(sender, 0))));
    const transaction = encodeTransaction({
      version: 1,
      genesisHash: GENESIS_HASH,
      sender,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit,
      gasPrice: 0n,
      expiry: 1_000_000_000,
      calls: [call],
      extraAccess: [],
      senderAuthorisation: { scheme: SCHEME.DEVELOPMENT, bytes: new Uint8Array(0) },
      payerAuthorisation: undefined,
    });
    const outcome = await this.executor.execute(
      {
        height: this.#height,
        time: 1_700_000_000_000 + this.#height,
        grandparentHash: new Uint8Array(32),
        proposer: account('proposer'),
        genesisHash: GENESIS_HASH,
        expiring: [],
        transactions: [transaction],
        rule: 'finalize',
        notes: true,
      },
      (key) => this.state.get(keyText(key)),
    );
    for (const { key, after } of outcome.stateDiff) {
      if (after === undefined) this.state.delete(keyText(key));
      else this.state.set(keyText(key), after);
    }
    return outcome;
  }

  /** Puts random values of their types under keys the contracts have, and random native balances. */
  disturb(random: Random, pools: Pools): void {
    for (const address of pools.addresses) {
      if (!random.chance(0.3)) continue;
      const balance = encodeCell(2, BigInt(random.below(2 ** 31)));
      this.#put(keyText(balanceKey(address as Address)), balance);
    }
    for (const text of [...this.state.keys()]) {
      if (!random.chance(0.1)) continue;
      const parts = decodeStateKey(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
      const owner = this.contracts.find(({ address }) => equal(address, parts.contract));
      const field = owner?.artifact.abi.fields.find(({ id }) => id === hex(parts.field));
      if (!owner || !field) continue;
      // A list's length has no index: it is a u32 of its own.
      const isLength = parts.components.length < field.keys.length;
      if (field.kind === 0) {
        const layout = isLength ? ({ kind: 'u32' } as const) : abiLayout(owner.artifact.abi, field.type);
        this.#put(text, encodeBytesValue(randomValue(random, layout, pools)));
      } else this.#put(text, encodeCell(parts.kind, BigInt(random.below(2 ** 31))));
    }
    for (const contract of this.contracts)
      for (const field of contract.artifact.abi.fields)
        if (random.chance(0.1)) this.#fill(contract, field, random, pools);
  }

  /** Puts a random value under a random key of a field, whether or not a method can. */
  #fill({ artifact: { abi }, address }: Deployed, field: AbiField, random: Random, pools: Pools): void {
    const components = field.keys.map((type) => randomValue(random, abiLayout(abi, type), pools));
    const kind = field.kind as KeyKind;
    const put = (parts: readonly Uint8Array[], value: Uint8Array | undefined): void =>
      this.#put(keyText(encodeStateKey(kind, address, fromHex(field.id), parts)), value);
    if (kind !== 0) put(components, encodeCell(kind, BigInt(random.below(2 ** 31))));
    else put(components, encodeBytesValue(randomValue(random, abiLayout(abi, field.type), pools)));
    // Perhaps a list, whose length stands under the keys without the index.
    if (kind === 0 && field.keys.at(-1) === 'u32')
      put(components.slice(0, -1), encodeBytesValue(randomValue(random, { kind: 'u32' }, pools)));
  }

  #put(key: string, value: Uint8Array | undefined): void {
    if (value === undefined) this.state.delete(key);
    else this.state.set(key, value);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, at) => byte === b[at]);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
