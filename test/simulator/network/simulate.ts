// One run: four runtimes, three clients, faults drawn from the seed for twenty virtual seconds, then all is healed. Holds:
// one header hash a height on every node and over every restart; a transaction once seen in a block stays there; after
// healing every node goes on and every transaction that was sent gets in.

import { toHex } from '@weft/runtime/base/bytes';
import { ed25519PublicKey } from '@weft/runtime/base/crypto/native';
import { canonicalGenesis } from '@weft/runtime/chain/genesis';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { FinalizedBlock } from '@weft/runtime/ports/consensus';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { asHash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { SimulatedNetwork } from './network.js';
import { BLOCK_MS, type Mutation, SimulatedNode } from './node.js';
import { signedTransfer } from './transfer.js';
import { World } from './world.js';

const NODES = 4;
const CLIENTS = 3;
const FAULTY_MS = 20_000;
/** Virtual time in which healed nodes have to go on. */
const HEALED_MS = 60_000;
const FAULTS = 8;
const RESEND_MS = 2500;

export interface Outcome {
  readonly heights: number;
  readonly transactions: number;
  readonly crashes: number;
  /** Over everything that was decided: equal for equal seeds. */
  readonly fingerprint: string;
}

/** @throws an error that names the seed and the breach */
export async function simulate(seed: number, runner: BlockExecutor, mutation?: Mutation): Promise<Outcome> {
  const run = new Run(seed, runner, mutation);
  try {
    return await run.whole();
  } catch (cause) {
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    for (const node of run.nodes) node.crash();
  }
}

class Run {
  readonly nodes: readonly SimulatedNode[];
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #genesis: Genesis;
  /** Header hash of each height, by whoever was first. */
  readonly #hashes = new Map<number, string>();
  /** Where each transaction was first seen. */
  readonly #places = new Map<string, string>();
  readonly #sent = new Set<string>();
  #breach: string | undefined;
  #crashes = 0;

  constructor(seed: number, runner: BlockExecutor, mutation: Mutation | undefined) {
    const seeds = Array.from({ length: NODES }, (_, index) => new Uint8Array(32).fill(101 + index));
    const accounts = Array.from({ length: CLIENTS }, (_, index) => ed25519Address(clientSeed(index)));
    this.#genesis = canonicalGenesis({
      ...developmentGenesis({ accounts }),
      validators: seeds.map((one) => ({ publicKey: ed25519PublicKey(one), power: 1n })),
    });
    this.#world = new World(seed);
    this.#network = new SimulatedNetwork(this.#world, NODES);
    this.nodes = seeds.map(
      (one, index) =>
        new SimulatedNode(index, {
          world: this.#world,
          network: this.#network,
          runner,
          mutation,
          genesis: this.#genesis,
          seed: one,
          onBlock: (node, block) => this.#watch(node, block),
          onFailure: (node, error) => {
            this.#breach ??= `node ${node} failed: ${error instanceof Error ? error.message : String(error)}`;
          },
        }),
    );
  }

  async whole(): Promise<Outcome> {
    const world = this.#world;
    for (const node of this.nodes) await node.start();
    this.#network.lossPercent = world.random(20);
    this.#network.latencyMaxMs = world.pick([20, 100, 800]);
    for (let client = 0; client < CLIENTS; client++) this.#runClient(client, 0n);
    for (let fault = 0; fault < FAULTS; fault++)
      world.after(world.random(FAULTY_MS - 2000), () => this.#fault());
    await this.#advance(FAULTY_MS);
    await this.#heal();
    const target = Math.max(...this.nodes.map(({ height }) => height)) + NODES;
    const wellAgain = () =>
      this.nodes.every(({ height }) => height >= target) &&
      [...this.#sent].every((id) => this.#places.has(id));
    await this.#advance(world.now + HEALED_MS, wellAgain);
    if (!wellAgain())
      throw new Error(`no progress after healing: heights ${this.nodes.map(({ height }) => height)}`);
    await this.#assertKept();
    const fingerprint = [...this.#hashes].map(([height, hash]) => `${height}${hash.slice(0, 8)}`).join('');
    return { heights: target, transactions: this.#places.size, crashes: this.#crashes, fingerprint };
  }

  async #advance(until: number, done: () => boolean = () => false): Promise<void> {
    await this.#world.run(until, () => this.#breach !== undefined || done());
    if (this.#breach !== undefined) throw new Error(this.#breach);
  }

  #watch(node: number, { header, hash, receipts }: FinalizedBlock): void {
    const text = toHex(hash);
    const known = this.#hashes.get(header.height);
    if (known !== undefined && known !== text)
      this.#breach ??= `two header hashes at height ${header.height}, node ${node}`;
    this.#hashes.set(header.height, text);
    receipts.forEach(({ transaction }, index) => {
      const id = toHex(transaction);
      const place = `${header.height}.${index}`;
      const before = this.#places.get(id);
      if (before !== undefined && before !== place)
        this.#breach ??= `transaction ${id} at ${before} and at ${place}`;
      this.#places.set(id, place);
    });
  }

  /** What was seen in a block is there on every node, in its own store. */
  async #assertKept(): Promise<void> {
    for (const { index, life } of this.nodes) {
      for (const [id, place] of this.#places) {
        const found = await life?.store.locate(Uint8Array.from(Buffer.from(id, 'hex')));
        const [height] = place.split('.').map(Number);
        if (
          (height as number) <= (life?.chain.info().height ?? 0) &&
          `${found?.height}.${found?.index}` !== place
        )
          throw new Error(`node ${index} lost transaction ${id} of ${place}`);
      }
    }
  }

  /** Sends the next transfer, again and again until it is in a block, then the one after. */
  #runClient(client: number, sequence: bigint): void {
    const seed = clientSeed(client);
    const to = ed25519Address(clientSeed((client + 1) % CLIENTS));
    const hash = asHash32(genesisHash(this.#genesis));
    const bytes = signedTransfer(hash, { seed, from: ed25519Address(seed), to }, sequence);
    const id = toHex(decodeTransaction(bytes).id);
    const send = async (): Promise<void> => {
      if (this.#places.has(id)) {
        if (this.#world.now < FAULTY_MS) this.#runClient(client, sequence + 1n);
        return;
      }
      this.#sent.add(id);
      await this.#world.pick(this.nodes).submit(bytes);
      this.#world.after(RESEND_MS / 5 + this.#world.random(RESEND_MS), send);
    };
    this.#world.after(this.#world.random(BLOCK_MS), send);
  }

  #fault(): void {
    const world = this.#world;
    const node = world.pick(this.nodes);
    const lasting = 500 + world.random(5000);
    const faults: readonly (() => void)[] = [
      () => this.#crash(node, lasting),
      () => {
        node.crashAtAppend = world.pick(['before', 'after']);
        this.#restartWhenDown(node, lasting);
      },
      () => {
        this.#network.sides.forEach((_, index, sides) => {
          sides[index] = world.random(2);
        });
        world.after(lasting, () => this.#network.sides.fill(0));
      },
      () => {
        node.slowDiskMs = 1 + world.random(1500);
        world.after(lasting, () => {
          node.slowDiskMs = 0;
        });
      },
      () => {
        node.diskIsFull = true;
        world.after(lasting, () => {
          node.diskIsFull = false;
        });
      },
      () => {
        node.clockSkewMs = world.random(4000) - 2000;
      },
      () => {
        for (const one of this.nodes) this.#crash(one, lasting + world.random(2000));
      },
    ];
    world.pick(faults)();
  }

  #crash(node: SimulatedNode, downMs: number): void {
    if (node.life === undefined) return;
    node.crash();
    this.#restartWhenDown(node, downMs);
  }

  #restartWhenDown(node: SimulatedNode, everyMs: number): void {
    this.#world.after(everyMs, async () => {
      if (node.life !== undefined && node.crashAtAppend === undefined) return;
      if (node.life !== undefined) return this.#restartWhenDown(node, everyMs);
      this.#crashes++;
      await node.start();
    });
  }

  async #heal(): Promise<void> {
    this.#network.sides.fill(0);
    this.#network.lossPercent = 0;
    this.#network.latencyMaxMs = 20;
    for (const node of this.nodes) {
      Object.assign(node, { slowDiskMs: 0, diskIsFull: false, crashAtAppend: undefined });
      if (node.life === undefined) await node.start();
    }
  }
}

function clientSeed(index: number): Uint8Array {
  return new Uint8Array(32).fill(index + 1);
}
