// What CometBFT does over ABCI with one validator, without CometBFT: the handshake with its replay, then heights one after
// the other (block saved, FinalizeBlock, Commit), its blocks kept in `home` over crashes.

import { toHex } from '@weft/runtime/base/bytes';
import { cometAddress } from '@weft/runtime/consensus/comet/messages';
import type { EngineEnvironment } from '@weft/runtime/ports/consensus';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { ResponseProcessProposal_ProposalStatus as Status } from 'cosmjs-types/tendermint/abci/types';
import { AbciClient } from './abci-client.js';

interface SavedBlock {
  readonly height: number;
  readonly time: number;
  readonly txs: Uint8Array[];
}

export class CometDriver {
  /** Header hashes by height, as FinalizeBlock gave them. */
  readonly appHashes = new Map<number, Uint8Array>();

  private constructor(
    private readonly consensus: AbciClient,
    private readonly query: AbciClient,
    private readonly environment: EngineEnvironment,
    private readonly blocks: SavedBlock[],
  ) {}

  /** Connects and brings the application to the height of the saved blocks. */
  static async open(
    path: string,
    environment: EngineEnvironment,
    home: Map<string, unknown>,
  ): Promise<CometDriver> {
    const blocks = (home.get('blocks') ?? []) as SavedBlock[];
    home.set('blocks', blocks);
    const driver = new CometDriver(
      await AbciClient.connect(path),
      await AbciClient.connect(path),
      environment,
      blocks,
    );
    await driver.#handshake();
    return driver;
  }

  /** Decides the next block: proposed by the application, saved, finalized, committed. */
  async decide(): Promise<void> {
    const { clock } = this.environment;
    const last = this.blocks.at(-1);
    const height = this.blocks.length + 1;
    const time = Math.max(last?.time ?? this.environment.genesis.time, clock.now());
    const context = this.#context(height, time);
    const { prepareProposal } = await this.consensus.ask({
      prepareProposal: { ...context, maxTxBytes: 1_000_000n },
    });
    const txs = prepareProposal?.txs ?? [];
    const { processProposal } = await this.consensus.ask({ processProposal: { ...context, txs } });
    if (processProposal?.status !== Status.ACCEPT) throw new Error('an honest proposal was rejected');
    const block = { height, time, txs };
    this.blocks.push(block);
    await this.#apply(block);
  }

  close(): void {
    this.consensus.close();
    this.query.close();
  }

  async #handshake(): Promise<void> {
    const { info } = await this.query.ask({ info: { abciVersion: '2.0.0' } });
    const height = Number(info?.lastBlockHeight);
    if (height > this.blocks.length) throw new Error('the application is ahead of the blocks');
    if (height === 0) await this.#initChain();
    for (const block of this.blocks.slice(height)) await this.#apply(block);
  }

  async #initChain(): Promise<void> {
    const { genesis } = this.environment;
    await this.consensus.ask({
      initChain: {
        time: timestamp(genesis.time),
        chainId: genesis.chainName,
        validators: genesis.validators.map(({ publicKey, power }) => ({
          pubKey: { ed25519: publicKey },
          power,
        })),
        appStateBytes: Buffer.from(`{"genesisHash":"0x${toHex(genesisHash(genesis))}"}`),
        initialHeight: 1n,
      },
    });
  }

  async #apply({ height, time, txs }: SavedBlock): Promise<void> {
    const { finalizeBlock } = await this.consensus.ask({
      finalizeBlock: { ...this.#context(height, time), txs },
    });
    if (finalizeBlock?.txResults.length !== txs.length) throw new Error('one result a transaction is due');
    this.appHashes.set(height, finalizeBlock.appHash);
    await this.consensus.ask({ commit: {} });
  }

  #context(height: number, time: number) {
    const key = this.environment.signer?.publicKey ?? new Uint8Array(32);
    return { height: BigInt(height), time: timestamp(time), proposerAddress: cometAddress(key) };
  }
}

export function timestamp(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}
