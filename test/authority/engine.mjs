// An example of an engine from outside the packages: proof of authority, round robin. At height h the validator
// `(h mod n)` of the state, by key, makes the block and seals it; nobody else may. Safe whatever the network does, since
// a block is decided the moment its one author has written it down; it waits for an author that is away.
// A node runs it by configuration alone: `engine: { module: <this file>, options }`.
import { bytesEqual, concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { decodeExact, Writer } from '@weft/runtime/base/codec';
import { ed25519VerifyStrict } from '@weft/runtime/base/crypto/native';
import { defineErrors, WeftError } from '@weft/runtime/base/errors';
import { accountAddress } from '@weft/runtime/types/address';

class AuthorityError extends defineErrors('AuthorityError', {
  AUTHORITY_STARTED: { what: 'the engine was started before' },
  AUTHORITY_STOPPED: { what: 'the engine is not running' },
  AUTHORITY_FORK: { what: 'a sealed block gives another header here than its author signed' },
  AUTHORITY_REFUSED: { what: 'the chain refused the block its own prepare had proposed' },
}) {}

const DOMAIN = utf8('authority/seal');
const KIND = { transaction: 0, block: 1, want: 2 };
const BLOCK_BYTES_MAX = 1 << 20;
const MESSAGE_BYTES_MAX = 8 << 20;
const TRANSACTIONS_MAX = 65_536;

/** @param {import('./engine.mjs').AuthorityOptions} options */
export function createEngine(options) {
  return new AuthorityEngine(options);
}

class AuthorityEngine {
  #state = 'new';
  /** Blocks, messages and ticks follow each other. */
  #path = Promise.resolve();

  constructor({ blockMs = 1000, log = new Map(), network = NO_NETWORK } = {}) {
    this.blockMs = blockMs;
    this.log = log;
    this.network = network;
  }

  async start(executor, environment) {
    if (this.#state !== 'new') throw new AuthorityError('AUTHORITY_STARTED');
    this.#state = 'running';
    this.executor = executor;
    this.environment = environment;
    await executor.initChain(environment.genesis);
    await this.#replay();
    this.unsubscribe = this.network.onMessage((bytes, reply) =>
      this.#serial(() => this.#receive(bytes, reply)),
    );
    this.#tick();
  }

  async stop() {
    if (this.#state !== 'halted') this.#state = 'stopped';
    this.cancel?.();
    this.unsubscribe?.();
    await this.#path;
  }

  async submit(bytes) {
    if (this.#state !== 'running') throw new AuthorityError('AUTHORITY_STOPPED');
    const id = await this.environment.admit(bytes);
    this.network.broadcast(message(KIND.transaction, bytes));
    return id;
  }

  status() {
    const info = this.executor?.initialised ? this.executor.info() : undefined;
    const producing = this.#state === 'running';
    return { engine: 'authority', height: info?.height ?? 0, producing, validators: info?.validators ?? [] };
  }

  #tick() {
    this.cancel = this.environment.clock.after(this.blockMs, () => {
      if (this.#state !== 'running') return;
      this.#tick();
      return this.#serial(() => this.#turn());
    });
  }

  /** Runs a step alone; one that fails ends the engine. */
  #serial(step) {
    this.#path = this.#path.then(async () => {
      if (this.#state !== 'running') return;
      try {
        await step();
      } catch (error) {
        this.#state = 'halted';
        this.cancel?.();
        this.unsubscribe?.();
        this.environment.onFailure(error);
      }
    });
    return this.#path;
  }

  /** After a crash: what was decided and not yet committed comes first; a head that only its log lacks is sealed again. */
  async #replay() {
    for (;;) {
      const { height, hash } = this.executor.info();
      const head = this.log.get(height);
      if (head !== undefined && decodeBlock(head).seal.length === 0)
        this.log.set(height, encodeBlock({ ...decodeBlock(head), hash, seal: await this.#seal(hash) }));
      const next = this.log.get(height + 1);
      if (next === undefined) return;
      await this.#decide(decodeBlock(next));
    }
  }

  async #turn() {
    const { height, time, validators } = this.executor.info();
    const { clock, pool, signer } = this.environment;
    const author = validators[(height + 1) % validators.length].publicKey;
    if (signer === undefined || !bytesEqual(author, signer.publicKey))
      return this.network.broadcast(message(KIND.want, new Writer().number64(height + 1).finish()));
    const block = {
      height: height + 1,
      time: Math.max(time, clock.now()),
      author,
      seal: NOTHING,
      hash: NOTHING,
    };
    const context = contextOf(block);
    const transactions = await this.executor.prepare(context, pool(), BLOCK_BYTES_MAX);
    const refusal = await this.executor.process(context, transactions);
    if (refusal !== undefined) throw new AuthorityError('AUTHORITY_REFUSED', { got: refusal });
    await this.#decide({ ...block, transactions });
  }

  /** Written down first: from here on this author makes no other block of this height. */
  async #decide(block) {
    this.log.set(block.height, encodeBlock(block));
    const finalized = await this.executor.finalize(contextOf(block), block.transactions);
    const own = block.seal.length === 0;
    if (!own && !bytesEqual(finalized.hash, block.hash))
      throw new AuthorityError('AUTHORITY_FORK', { place: `height ${block.height}` });
    const seal = own ? await this.#seal(finalized.hash) : block.seal;
    await this.executor.commit(seal);
    const sealed = encodeBlock({ ...block, hash: finalized.hash, seal });
    this.log.set(block.height, sealed);
    this.environment.onBlock(finalized);
    if (own) this.network.broadcast(message(KIND.block, sealed));
  }

  #seal(hash) {
    return this.environment.signer.sign(concatBytes(DOMAIN, hash));
  }

  async #receive(bytes, reply) {
    const content = bytes.subarray(1);
    if (bytes[0] === KIND.transaction) return this.environment.admit(content).catch(onlyRefusals);
    if (bytes[0] === KIND.want) {
      const kept = this.log.get(new DataView(content.slice().buffer).getUint32(0, true));
      if (kept !== undefined && decodeBlock(kept).seal.length > 0) reply(message(KIND.block, kept));
      return;
    }
    if (bytes[0] !== KIND.block) return;
    const block = decodeBlock(content);
    const { height, validators } = this.executor.info();
    if (block.height !== height + 1) return;
    const author = validators[block.height % validators.length].publicKey;
    if (!bytesEqual(author, block.author)) return;
    if (!ed25519VerifyStrict(block.seal, concatBytes(DOMAIN, block.hash), author)) return;
    if ((await this.executor.process(contextOf(block), block.transactions)) === undefined)
      await this.#decide(block);
  }
}

const NOTHING = new Uint8Array(0);
const NO_NETWORK = { broadcast: () => {}, onMessage: () => () => {} };

function contextOf({ height, time, author }) {
  return { height, time, proposer: accountAddress(0, author) };
}

function message(kind, content) {
  return concatBytes(Uint8Array.of(kind), content);
}

function encodeBlock({ height, time, author, hash, seal, transactions }) {
  const writer = new Writer().number64(height).number64(time).bytes(author).bytes(hash).bytes(seal);
  return writer.list(transactions, (bytes) => writer.bytes(bytes)).finish();
}

function decodeBlock(bytes) {
  return decodeExact(bytes, 'authority block', (reader) => ({
    height: reader.number64(),
    time: reader.number64(),
    author: reader.bytes(32),
    hash: reader.bytes(32),
    seal: reader.bytes(64),
    transactions: reader.list(() => reader.bytes(MESSAGE_BYTES_MAX), TRANSACTIONS_MAX),
  }));
}

/** What a peer's transaction is refused for is no fault. */
function onlyRefusals(error) {
  if (!(error instanceof WeftError)) throw error;
}
