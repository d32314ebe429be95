// Runs transactions on a thread with the stack that contracts get; posts back how each ended.
import { parentPort, workerData } from 'node:worker_threads';
import { bytesText } from '@weft/runtime/base/bytes';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { runTransaction } from '@weft/runtime/vm/run-transaction';

const { code, addresses, requests } = workerData;
const known = new Set(addresses.map((address) => bytesText(address)));
const record = { codeHash: code.codeHash, creator: addresses[0], authority: undefined };
const block = {
  state: { read: () => undefined, past: () => undefined },
  codes: {
    contractAt: (address) => (known.has(bytesText(address)) ? record : undefined),
    sizeOf: () => code.codeBytes,
    code: () => code,
  },
  pool: new InstancePool(HOST_IMPORTS),
  height: 1,
  time: 1,
  grandparentHash: new Uint8Array(32),
};
const ends = requests.map((request) => {
  const { status, gas, failure, results } = runTransaction(
    { ...request, enforcer: null, tail: false },
    block,
  );
  return { status, gas, failure, results };
});
parentPort.postMessage(ends);
