// The CometBFT engine without CometBFT: the suite, driven over a socket as CometBFT drives it, and its own rules.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '@weft/runtime/consensus/comet/engine';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { engineChecks } from '@weft/runtime/node/conformance/engine-checks';
import { eventually } from '@weft/runtime/node/conformance/errors';
import { Trial, trialReceiver } from '@weft/runtime/node/conformance/trial';
import type { ConsensusEngine } from '@weft/runtime/ports/consensus';
import { asAddress } from '@weft/runtime/types/address';
import { verifyCommitments } from '@weft/runtime/types/commitment-proof';
import { balanceKey } from '@weft/runtime/types/system';
import {
  ResponseApplySnapshotChunk_Result as Chunk,
  ResponseOfferSnapshot_Result as Offer,
} from 'cosmjs-types/tendermint/abci/types';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AbciClient } from '../support/abci-client.js';
import { CometDriver, timestamp } from '../support/comet-driver.js';

let folder: string;
let sockets = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-abci-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newSocket = () => join(folder, `${sockets++}.sock`);

describe('consensus engine comet', () => {
  const places = new WeakMap<ConsensusEngine, { path: string; home: Map<string, unknown> }>();
  const drivers = new WeakMap<ConsensusEngine, CometDriver>();
  const checks = engineChecks({
    name: 'comet',
    create(home) {
      const path = newSocket();
      const engine = createEngine({ abci: `unix://${path}` });
      places.set(engine, { path, home });
      return engine;
    },
    async decide(engine, { environment }, count) {
      const { path, home } = places.get(engine)!;
      const { failures } = environment;
      try {
        const driver = drivers.get(engine) ?? (await CometDriver.open(path, environment, home));
        drivers.set(engine, driver);
        for (let index = 0; index < count; index++) await driver.decide();
      } catch (error) {
        // The engine's end shows as a connection that breaks.
        await eventually('the failure behind it', () => failures.length > 0 || !engine.status().producing);
        if (failures.length === 0) throw error;
      }
    },
    codes: { startedTwice: 'COMET_STARTED', stopped: 'COMET_STOPPED' },
  });
  for (const check of checks) it(check.name, () => check.run());
});

describe('comet application', () => {
  const runner = createSequentialExecutor();
  afterAll(() => runner.close());
  let trial: Trial;
  let engine: ConsensusEngine;
  let path: string;
  let client: AbciClient;
  const home = () => new Map<string, unknown>();

  beforeEach(async () => {
    trial = await Trial.open(runner);
    path = newSocket();
    engine = createEngine({ abci: `unix://${path}` });
    await engine.start(trial.executor, trial.environment);
    client = await AbciClient.connect(path);
  });
  afterEach(async () => {
    client.close();
    await engine.stop();
  });

  it('answers the golden frames of Echo and Flush byte for byte', async () => {
    expect((await client.send(Buffer.from('090a070a0568656c6c6f', 'hex'))).echo?.message).toBe('hello');
    expect((await client.send(Buffer.from('021200', 'hex'))).flush).toEqual({});
  });

  it('reports height 0 and no hash before genesis', async () => {
    const { info } = await client.ask({ info: { abciVersion: '2.0.0' } });
    expect(info).toMatchObject({ data: 'weft', lastBlockHeight: 0n });
    expect(info?.lastBlockAppHash).toHaveLength(0);
  });

  it('killed after a restore, it takes that snapshot again without its chunks, and only that one', async () => {
    await CometDriver.open(path, trial.environment, home()).then((driver) => driver.decide());
    const { height, hash } = trial.executor.info();
    const offer = async (at: number, appHash: Uint8Array) => {
      const snapshot = { height: BigInt(at), format: 1, chunks: 2, hash, metadata: hash };
      return (await client.ask({ offerSnapshot: { snapshot, appHash } })).offerSnapshot?.result;
    };
    const apply = async () =>
      (await client.ask({ applySnapshotChunk: { index: 0, chunk: hash, sender: '' } })).applySnapshotChunk;
    expect(await offer(height + 20, hash)).toBe(Offer.REJECT);
    expect((await apply())?.result).not.toBe(Chunk.ACCEPT);
    expect(await offer(height, hash)).toBe(Offer.ACCEPT);
    for (let chunk = 0; chunk < 2; chunk++) expect((await apply())?.result).toBe(Chunk.ACCEPT);
    const { info } = await client.ask({ info: { abciVersion: '2.0.0' } });
    expect(info).toMatchObject({ lastBlockHeight: BigInt(height), lastBlockAppHash: hash });
    expect(await offer(height, new Uint8Array(32))).toBe(Offer.ABORT);
    expect(await offer(height - 1, hash)).toBe(Offer.ABORT);
    expect((await apply())?.result).not.toBe(Chunk.ACCEPT);
  });

  it('refuses another ABCI, and a genesis that is not its own', async () => {
    await expect(client.ask({ info: { abciVersion: '1.0.0' } })).rejects.toThrow('COMET_VERSION');
    expect(trial.environment.failures).toMatchObject([{ code: 'COMET_VERSION' }]);
  });

  it('refuses a genesis of CometBFT that is of another chain', async () => {
    const initChain = { time: timestamp(trial.genesis.time), appStateBytes: Buffer.from('{}') };
    await expect(client.ask({ initChain })).rejects.toThrow('COMET_GENESIS');
    expect(engine.status().producing).toBe(false);
    await expect(engine.submit(trial.transfer())).rejects.toMatchObject({ code: 'COMET_HALTED' });
  });

  it('a message of no ABCI 2.0 ends the engine, and so do bytes that are none', async () => {
    await expect(client.send(Buffer.from('00', 'hex'))).rejects.toThrow('COMET_REQUEST');
  });

  it('bytes that are no frame end the connection', async () => {
    await expect(client.send(Buffer.from('ffffffffff', 'hex'))).rejects.toThrow('COMET_FRAME');
  });

  it('CheckTx: pipelined ones are answered in order; known ones pass, dropped ones do not', async () => {
    const driver = await CometDriver.open(path, trial.environment, home());
    const good = Array.from({ length: 8 }, () => trial.transfer());
    const asked = good.flatMap((tx) => [tx, Uint8Array.of(1, 2, 3)]);
    const answers = await Promise.all([
      ...asked.map((tx) => client.ask({ checkTx: { tx } })),
      client.ask({ flush: {} }),
    ]);
    expect(answers.map((one) => one.checkTx?.code)).toEqual([...asked.map((_, at) => at % 2), undefined]);
    expect(answers[1]?.checkTx).toMatchObject({
      codespace: 'weft',
      log: expect.stringContaining('ADMIT_FORM'),
    });
    const check = async (tx: Uint8Array, type: number) =>
      (await client.ask({ checkTx: { tx, type } })).checkTx;
    expect((await check(good[0]!, 0))?.code).toBe(0);
    expect((await check(good[0]!, 1))?.code).toBe(0);
    await driver.decide();
    expect(trial.executor.blocks[0]?.transactions).toEqual(good);
    expect((await check(good[0]!, 1))?.log).toContain('COMET_NOT_PENDING');
    expect((await check(good[0]!, 0))?.log).toContain('ADMIT_NONCE');
    driver.close();
  });

  it('ProcessProposal: rejects what breaks a rule of blocks, and goes on', async () => {
    const driver = await CometDriver.open(path, trial.environment, home());
    const process = async (txs: Uint8Array[]) => {
      const context = {
        height: 1n,
        time: timestamp(trial.genesis.time),
        proposerAddress: new Uint8Array(20),
      };
      return (await client.ask({ processProposal: { ...context, txs } })).processProposal?.status;
    };
    const [first, second] = [trial.transfer(), trial.transfer()];
    expect(await process([first, second])).toBe(1);
    expect(await process([second, first])).toBe(2);
    expect(await process([Uint8Array.of(7)])).toBe(2);
    expect(await process([first, first])).toBe(2);
    expect(await process(Array.from({ length: 65_537 }, () => Uint8Array.of(1)))).toBe(2);
    await driver.decide();
    driver.close();
  });

  it('Query: values and absences with proofs that lead to the app hash; unknown paths are refused', async () => {
    const driver = await CometDriver.open(path, trial.environment, home());
    await engine.submit(trial.transfer());
    await driver.decide();
    const ask = async (data: Uint8Array) =>
      (await client.ask({ query: { path: '/state', data, prove: true } })).query!;
    for (const key of [balanceKey(trialReceiver), balanceKey(asAddress(new Uint8Array(32).fill(3)))]) {
      const { code, height, value, proofOps } = await ask(key);
      expect([code, height]).toEqual([0, 1n]);
      expect(proofOps?.ops.map(({ type }) => type)).toEqual(['ics23:weft', 'ics23:simple']);
      const commitments = proofOps!.ops.map(({ data }) => data);
      const proven = verifyCommitments(driver.appHashes.get(1)!, key, commitments);
      expect(proven ?? new Uint8Array(0)).toEqual(value);
    }
    const { query } = await client.ask({ query: { path: '/elsewhere', data: new Uint8Array(4) } });
    expect(query).toMatchObject({ code: 1, log: expect.stringContaining('QUERY_UNKNOWN_PATH') });
    expect((await client.ask({ query: { path: '/p2p/filter/addr/1' } })).query?.code).toBe(0);
    driver.close();
  });

  it('results: one a transaction, status as code, id as data', async () => {
    const driver = await CometDriver.open(path, trial.environment, home());
    const context = { height: 1n, time: timestamp(trial.genesis.time), proposerAddress: new Uint8Array(20) };
    const txs = [Uint8Array.of(9), trial.transfer()];
    const { finalizeBlock } = await client.ask({ finalizeBlock: { ...context, txs } });
    expect(finalizeBlock?.txResults.map(({ code }) => code)).toEqual([16, 0]);
    expect(finalizeBlock?.txResults[1]?.gasUsed).toBeGreaterThan(0n);
    driver.close();
  });

  it('refuses options it does not know how to take', () => {
    expect(() => createEngine({})).toThrow(expect.objectContaining({ code: 'COMET_OPTIONS' }));
    expect(() => createEngine({ abci: 'x', rpc: 7 })).toThrow(
      expect.objectContaining({ code: 'COMET_OPTIONS' }),
    );
  });

  it('says where it cannot listen', async () => {
    for (const abci of [`unix://${folder}/${'x'.repeat(120)}`, 'http://somewhere', 'tcp://192.0.2.1:1']) {
      const started = createEngine({ abci }).start(trial.executor, trial.environment);
      await expect(started).rejects.toMatchObject({ code: 'COMET_SOCKET' });
    }
  });

  it('starts no CometBFT that is not there', async () => {
    const other = createEngine({
      abci: `unix://${newSocket()}`,
      home: folder,
      binary: join(folder, 'nothing'),
    });
    const started = other.start(trial.executor, trial.environment);
    await expect(started).rejects.toMatchObject({ code: 'COMET_BINARY' });
  });
});
