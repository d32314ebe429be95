// Records what a real CometBFT says to the application, and what it answers: `node --import tsx test/golden/abci/record.ts`.
// One validator, a few transfers, a query with proof. The test beside it replays the file everywhere.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '@weft/runtime/consensus/comet/engine';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { Trial, trialReceiver } from '@weft/runtime/node/conformance/trial';
import { DEVELOPMENT_VALIDATOR_SEED } from '@weft/runtime/node/development';
import { writeHome } from '@weft/runtime/node/network/home';
import { balanceKey } from '@weft/runtime/types/system';
import { wholeFrame } from '../../support/abci-client.js';
import { cometBinary } from '../../support/comet-binary.js';

const HEIGHT = 6;
const folder = await mkdtemp(join(tmpdir(), 'weft-record-'));
const [listening, dialled] = [join(folder, 'a.sock'), join(folder, 'b.sock')];
const trial = await Trial.open(createSequentialExecutor());
const engine = createEngine({ abci: `unix://${listening}` });
await engine.start(trial.executor, trial.environment);

const lines: string[] = [];
let connections = 0;
const proxy = createServer((comet) => record(connections++, comet, connect(listening)));
await new Promise<void>((resolve) => proxy.listen(dialled, resolve));

await mkdir(join(folder, 'home'));
await writeHome(join(folder, 'home'), {
  settings: { moniker: 'one', rpc: { host: '127.0.0.1', port: 0 }, cometRpc: '', snapshotEvery: 100 },
  comet: { moniker: 'one', p2p: '127.77.7.1:26656', rpc: '127.77.7.1:26657', peers: [], commitMs: 200 },
  genesis: trial.genesis,
  validatorSeed: DEVELOPMENT_VALIDATOR_SEED,
  nodeSeed: new Uint8Array(32).fill(5),
  command: [],
});
const binary = cometBinary() ?? 'cometbft';
const home = join(folder, 'home', 'cometbft');
const child = spawn(binary, ['start', '--home', home, '--proxy_app', `unix://${dialled}`], { stdio: 'inherit' });
const ended = new Promise((resolve) => child.once('exit', resolve));
const reached = async (height: number) => {
  while (engine.status().height < height) await new Promise((resolve) => setTimeout(resolve, 20));
};
const ask = (path: string) => fetch(`http://127.77.7.1:26657/${path}`);
await reached(2);
for (let turn = 0; turn < 3; turn++) {
  await ask(`broadcast_tx_sync?tx=0x${Buffer.from(trial.transfer()).toString('hex')}`);
}
await ask('broadcast_tx_sync?tx=0x010203');
await reached(4);
const key = Buffer.from(balanceKey(trialReceiver)).toString('hex');
await ask(`abci_query?path="/state"&data=0x${key}&height=3&prove=true`);
await reached(HEIGHT);
child.kill('SIGTERM');
await ended;
await engine.stop();
proxy.close();
await writeFile(fileURLToPath(new URL('conversation.txt', import.meta.url)), `${lines.join('\n')}\n`);
await rm(folder, { recursive: true });
process.exit(0);

/** Passes bytes both ways; notes each request with its answer, in the order of the answers. */
function record(number: number, comet: Socket, application: Socket): void {
  const asked: Buffer[] = [];
  follow(comet, application, (frame) => asked.push(frame));
  follow(application, comet, (frame) =>
    lines.push(`${number} ${asked.shift()?.toString('hex')} ${frame.toString('hex')}`),
  );
}

function follow(from: Socket, to: Socket, note: (frame: Buffer) => void): void {
  let kept = Buffer.alloc(0);
  from.on('data', (bytes) => {
    to.write(bytes);
    kept = Buffer.concat([kept, bytes]);
    for (let frame = wholeFrame(kept); frame !== undefined; frame = wholeFrame(kept)) {
      note(kept.subarray(0, frame.end));
      kept = kept.subarray(frame.end);
    }
  });
  from.on('close', () => to.destroy());
  from.on('error', () => undefined);
}
