// The chain as an ABCI 2.0 application: what each request means for the executor. Nothing here knows sockets; the calls of
// one connection come one after the other, those of different connections beside each other.
import {
  CheckTxType,
  ResponseApplySnapshotChunk_Result as ChunkResult,
  ResponseOfferSnapshot_Result as OfferResult,
  ResponseProcessProposal_ProposalStatus as ProposalStatus,
  type Request,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestOfferSnapshot,
  type RequestQuery,
  Response,
} from 'cosmjs-types/tendermint/abci/types';
import { bytesEqual, toHex, utf8 } from '../../base/bytes.js';
import { WeftError } from '../../base/errors.js';
import type { BlockContext, EngineEnvironment, Executor, FinalizedBlock } from '../../ports/consensus.js';
import type { ChunkVerdict } from '../../ports/snapshots.js';
import { genesisHash } from '../../types/genesis-codec.js';
import { CometError } from './errors.js';
import { encodeFrame } from './frames.js';
import { millisecondsOf, offerOf, proposerOf, refusalOf, resultOf, validatorUpdate } from './messages.js';

/** The ABCI both lines of CometBFT speak that this runs under. */
const ABCI_VERSION = '2.0.0';
const NOTHING = new Uint8Array(0);
/** The answers there are most of, made once. */
const FLUSHED = encodeFrame(Response.fromPartial({ flush: {} }));
const ADMITTED = encodeFrame(Response.fromPartial({ checkTx: {} }));
/** A transaction takes up to 5 bytes more in a block than its own, and none is shorter than 160. */
const BLOCK_SHARE = 32 / 33;

const CHUNK_RESULTS: Readonly<Record<ChunkVerdict, ChunkResult>> = {
  accepted: ChunkResult.ACCEPT,
  restored: ChunkResult.ACCEPT,
  damaged: ChunkResult.RETRY,
  refused: ChunkResult.REJECT_SNAPSHOT,
};

type ExtraContext = Pick<RequestFinalizeBlock, 'height' | 'time' | 'proposerAddress'>;

export class Application {
  #finalized: FinalizedBlock | undefined;
  #finalizing = false;
  /** The snapshot offered is the state that is here already. */
  #isRestored = false;

  constructor(
    private readonly executor: Executor,
    private readonly environment: EngineEnvironment,
    /** Told of proposals of others that are refused. */
    private readonly onRefusal: (code: string, height: number) => void = () => undefined,
  ) {}

  /** Whether a decided block is under way: finalized or about to be, and not committed. */
  get isBusy(): boolean {
    return this.#finalizing || this.#finalized !== undefined;
  }

  /** The frame of a request's one response. What it throws ends the engine: refusals are responses. */
  answer(request: Request): Uint8Array | Promise<Uint8Array> {
    if (request.flush) return FLUSHED;
    if (request.checkTx) {
      const { tx, type } = request.checkTx;
      return type === CheckTxType.RECHECK ? this.#recheck(tx) : this.#check(tx);
    }
    return this.#respond(request).then(encodeFrame);
  }

  async #respond(request: Request): Promise<Response> {
    if (request.finalizeBlock) return this.#finalize(request.finalizeBlock);
    if (request.commit) return this.#commit();
    if (request.processProposal) return this.#process(request.processProposal);
    if (request.prepareProposal) return this.#prepare(request.prepareProposal);
    if (request.query) return this.#query(request.query);
    if (request.info) return this.#info(request.info.abciVersion);
    if (request.initChain) return this.#initChain(request.initChain);
    if (request.echo) return Response.fromPartial({ echo: { message: request.echo.message } });
    return this.#answerSnapshots(request);
  }

  /** The signatures of all CheckTx among the requests, together. */
  async checkAhead(requests: readonly Request[]): Promise<void> {
    const news: Uint8Array[] = [];
    for (const { checkTx } of requests) if (checkTx?.type === CheckTxType.NEW) news.push(checkTx.tx);
    if (news.length > 1 && this.executor.initialised) await this.executor.checkSignatures(news);
  }

  #info(abciVersion: string): Response {
    if (abciVersion !== ABCI_VERSION)
      throw new CometError('COMET_VERSION', { expected: ABCI_VERSION, got: abciVersion });
    const { height, hash } = this.executor.initialised ? this.executor.info() : { height: 0, hash: NOTHING };
    return Response.fromPartial({
      info: {
        data: 'weft',
        lastBlockHeight: BigInt(height),
        lastBlockAppHash: height === 0 ? NOTHING : hash,
      },
    });
  }

  async #initChain(request: RequestInitChain): Promise<Response> {
    const { genesis } = this.environment;
    const expected = `0x${toHex(genesisHash(genesis))}`;
    const got = namedGenesis(request.appStateBytes);
    if (got !== expected) throw new CometError('COMET_GENESIS', { expected, got, place: 'app_state' });
    const time = millisecondsOf(request.time);
    if (time !== genesis.time)
      throw new CometError('COMET_GENESIS', { expected: genesis.time, got: time, place: 'genesis_time' });
    const same =
      request.validators.length === genesis.validators.length &&
      genesis.validators.every(({ publicKey, power }) =>
        request.validators.some(
          (one) => one.power === power && bytesEqual(one.pubKey.ed25519 ?? NOTHING, publicKey),
        ),
      );
    if (!same) throw new CometError('COMET_GENESIS', { place: 'validators' });
    const appHash = await this.executor.initChain(genesis);
    return Response.fromPartial({ initChain: { appHash } });
  }

  /** Into the pool, where it may be already: by our own RPC, or by the journal. */
  #check(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    try {
      const id = this.environment.admit(bytes);
      return id instanceof Promise ? id.then(() => ADMITTED, notAdmitted) : ADMITTED;
    } catch (error) {
      return notAdmitted(error);
    }
  }

  /** CometBFT asks again after a block: the pool has settled, and what is in it is good. */
  #recheck(bytes: Uint8Array): Uint8Array {
    return this.#isPending(bytes) ? ADMITTED : refused(new CometError('COMET_NOT_PENDING'));
  }

  #isPending(bytes: Uint8Array): boolean {
    try {
      return this.environment.isPending(bytes);
    } catch (error) {
      if (error instanceof WeftError) return false;
      throw error;
    }
  }

  async #prepare(request: ExtraContext & { readonly maxTxBytes: bigint }): Promise<Response> {
    const bytesMax = Math.floor(Number(request.maxTxBytes) * BLOCK_SHARE);
    const pool = this.environment.pool();
    const txs = await this.executor.prepare(this.#contextOf(request), pool, bytesMax);
    return Response.fromPartial({ prepareProposal: { txs: [...txs] } });
  }

  async #process(request: ExtraContext & { readonly txs: readonly Uint8Array[] }): Promise<Response> {
    const context = this.#contextOf(request);
    const refusal = await this.executor.process(context, request.txs);
    if (refusal !== undefined) this.onRefusal(refusal, context.height);
    const status = refusal === undefined ? ProposalStatus.ACCEPT : ProposalStatus.REJECT;
    return Response.fromPartial({ processProposal: { status } });
  }

  async #finalize(request: RequestFinalizeBlock): Promise<Response> {
    this.#finalizing = true;
    const block = await this.executor.finalize(this.#contextOf(request), request.txs);
    this.#finalized = block;
    this.#finalizing = false;
    // Whole as it is: `fromPartial` would copy every result.
    return {
      finalizeBlock: {
        events: [],
        txResults: block.receipts.map(resultOf),
        validatorUpdates: block.validatorUpdates.map(validatorUpdate),
        appHash: block.hash,
      },
    };
  }

  async #commit(): Promise<Response> {
    const block = this.#finalized;
    const retainHeight = await this.executor.commit(NOTHING);
    this.#finalized = undefined;
    // Before the answer: CometBFT then asks about what is still pending.
    if (block !== undefined) this.environment.onBlock(block);
    return Response.fromPartial({ commit: { retainHeight: BigInt(retainHeight) } });
  }

  #contextOf({ height, time, proposerAddress }: ExtraContext): BlockContext {
    const { validators } = this.executor.info();
    return {
      height: Number(height),
      time: millisecondsOf(time),
      proposer: proposerOf(proposerAddress, validators),
    };
  }

  async #query({ path, data, height, prove }: RequestQuery): Promise<Response> {
    // Asked before a peer is let in, where the configuration says so.
    if (path.startsWith('/p2p/filter/')) return Response.fromPartial({ query: {} });
    if (path === '/snapshots') {
      const heights = (await this.executor.snapshots.list()).map((one) => one.height);
      return Response.fromPartial({ query: { value: utf8(JSON.stringify(heights)) } });
    }
    try {
      const answer = await this.executor.query({
        path: path.replace(/^\//, ''),
        data,
        prove,
        ...(height === 0n ? {} : { height: Number(height) }),
      });
      const ops = answer.proof.map(({ tree, key, commitment }) => ({
        type: tree === 'state' ? 'ics23:weft' : 'ics23:simple',
        key,
        data: commitment,
      }));
      return Response.fromPartial({
        query: {
          key: data,
          value: answer.value,
          height: BigInt(answer.height),
          ...(prove ? { proofOps: { ops } } : {}),
        },
      });
    } catch (error) {
      return Response.fromPartial({ query: refusalOf(error) });
    }
  }

  async #answerSnapshots(request: Request): Promise<Response> {
    const { snapshots } = this.executor;
    if (request.listSnapshots) {
      const offers = await snapshots.list();
      return Response.fromPartial({
        listSnapshots: { snapshots: offers.map((one) => ({ ...one, height: BigInt(one.height) })) },
      });
    }
    if (request.offerSnapshot) return this.#offer(request.offerSnapshot);
    if (request.loadSnapshotChunk) {
      const { height, format, chunk: index } = request.loadSnapshotChunk;
      const chunk = (await snapshots.load(Number(height), format, index)) ?? NOTHING;
      return Response.fromPartial({ loadSnapshotChunk: { chunk } });
    }
    if (request.applySnapshotChunk) {
      const { index, chunk, sender } = request.applySnapshotChunk;
      if (this.#isRestored)
        return Response.fromPartial({ applySnapshotChunk: { result: ChunkResult.ACCEPT } });
      const verdict = await snapshots.apply(index, chunk);
      const bad = verdict === 'damaged' ? { refetchChunks: [index], rejectSenders: [sender] } : {};
      return Response.fromPartial({ applySnapshotChunk: { result: CHUNK_RESULTS[verdict], ...bad } });
    }
    throw new CometError('COMET_REQUEST', { got: Object.keys(request).join(' ') || 'nothing' });
  }

  async #offer({ snapshot, appHash }: RequestOfferSnapshot): Promise<Response> {
    const answer = (result: OfferResult) => Response.fromPartial({ offerSnapshot: { result } });
    if (snapshot === undefined) return answer(OfferResult.ABORT);
    if (this.executor.initialised) return answer(this.#offerAgain(Number(snapshot.height), appHash));
    switch (await this.executor.snapshots.offer(offerOf(snapshot), appHash)) {
      case 'accepted':
        return answer(OfferResult.ACCEPT);
      case 'refused':
        return answer(OfferResult.REJECT);
      case 'unknown format':
        return answer(OfferResult.REJECT_FORMAT);
    }
  }

  /**
   * Who was killed after the restore, and before CometBFT had saved that it is done, is offered snapshots again, from the
   * newest on: those above its state are passed over until its own comes, whose chunks it needs no more.
   */
  #offerAgain(offered: number, appHash: Uint8Array): OfferResult {
    const { height, hash } = this.executor.info();
    this.#isRestored = offered === height && bytesEqual(appHash, hash);
    if (this.#isRestored) return OfferResult.ACCEPT;
    return offered > height ? OfferResult.REJECT : OfferResult.ABORT;
  }
}

/** The frame of a new transaction that did not enter the pool: it may be there already. */
function notAdmitted(error: unknown): Uint8Array {
  return error instanceof WeftError && error.code === 'MEMPOOL_DUPLICATE' ? ADMITTED : refused(error);
}

/** The frame of a CheckTx that is refused. */
function refused(error: unknown): Uint8Array {
  return encodeFrame(Response.fromPartial({ checkTx: refusalOf(error) }));
}

/** The genesis hash that CometBFT's genesis names in its `app_state`. */
function namedGenesis(appState: Uint8Array): string {
  try {
    return String((JSON.parse(new TextDecoder().decode(appState)) as { genesisHash?: unknown }).genesisHash);
  } catch {
    return 'no JSON';
  }
}
