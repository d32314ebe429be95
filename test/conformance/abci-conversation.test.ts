// A conversation recorded with a real CometBFT v0.38.25, replayed byte for byte where there is none. After a change of what
// is hashed: `node --import tsx test/golden/abci/record.ts`, with CometBFT installed.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '@weft/runtime/consensus/comet/engine';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { Trial } from '@weft/runtime/node/conformance/trial';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { expect, it } from 'vitest';
import { AbciClient, wholeFrame } from '../support/abci-client.js';

const FILE = fileURLToPath(new URL('../golden/abci/conversation.txt', import.meta.url));

/** The answer without its text for people, which may change. */
function hashed(frame: Uint8Array): Response {
  const response = Response.decode(wholeFrame(Buffer.from(frame))!.message);
  return { ...response, ...(response.checkTx && { checkTx: { ...response.checkTx, log: '' } }) };
}

it('answers what a real CometBFT asked as it was recorded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-conversation-'));
  const runner = createSequentialExecutor();
  const trial = await Trial.open(runner);
  const path = join(folder, 'abci.sock');
  const engine = createEngine({ abci: `unix://${path}` });
  await engine.start(trial.executor, trial.environment);
  const connections = await Promise.all([0, 1, 2, 3].map(() => AbciClient.connect(path)));
  try {
    const seen = new Set<string>();
    for (const line of (await readFile(FILE, 'utf8')).trim().split('\n')) {
      const [connection, request, response] = line.split(' ') as [string, string, string];
      const frame = Buffer.from(request, 'hex');
      const [kind = 'none'] = Object.keys(
        Request.toJSON(Request.decode(wholeFrame(frame)!.message)) as object,
      );
      seen.add(kind);
      const answer = await connections[Number(connection)]!.exchange(frame);
      expect(hashed(answer), `${kind} at height ${engine.status().height}`).toEqual(
        hashed(Buffer.from(response, 'hex')),
      );
    }
    expect([...seen].sort()).toEqual([
      'checkTx',
      'commit',
      'finalizeBlock',
      'flush',
      'info',
      'initChain',
      'prepareProposal',
      'processProposal',
      'query',
    ]);
    expect(trial.executor.breaches).toEqual([]);
    expect(engine.status().height).toBeGreaterThanOrEqual(6);
  } finally {
    for (const connection of connections) connection.close();
    await engine.stop();
    await runner.close();
    await rm(folder, { recursive: true });
  }
});
