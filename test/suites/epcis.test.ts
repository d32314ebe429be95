// EPCIS documents of the event-hash reference implementation: each is read, and each of its events recorded on chain.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { preHash } from '@weft/contracts/trace-ledger/client/event-hash';
import { EVENT_KINDS, type LedgerEvent } from '@weft/contracts/trace-ledger/client/ledger-event';
import { readLedgerFiles } from '@weft/contracts/trace-ledger/client/read-documents';
import { toHex } from '@weft/runtime/base/bytes';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { decodeResult, encodeArguments, methodOf } from '@weft/sdk/client/contract-codec';
import { compileContract } from '@weft/sdk/compiler/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, blockOf, transactionOf, World } from '../fixtures/world.js';
import { sharedData } from '../support/shared-data.js';

const folder = sharedData('epcis-hash-vectors');
const CONTRACT = fileURLToPath(new URL('../../contracts/trace-ledger', import.meta.url));

describe.runIf(folder !== undefined)('EPCIS documents of epcis-event-hash-generator', () => {
  const files = readdirSync(folder ?? '.')
    .filter((file) => file.endsWith('.jsonld'))
    .sort()
    .map((file) => `${folder}${file}`);
  let events: readonly LedgerEvent[];
  const executor = createSequentialExecutor();
  beforeAll(async () => {
    events = await readLedgerFiles(files);
  });
  afterAll(() => executor.close());

  it('has the 14 events, and each has the pre-hash text and the hash of the reference implementation', () => {
    const lines = (ending: string): string[] =>
      files.flatMap((file) =>
        readFileSync(file.replace('.jsonld', `.CBV2.0.${ending}`), 'utf8')
          .trim()
          .split('\n'),
      );
    expect(events).toHaveLength(14);
    expect(events.map(({ event }) => preHash(event.json, event.namespaces))).toEqual(lines('prehashes'));
    expect(events.map(({ uri }) => uri)).toEqual(lines('hashes'));
    expect(events.map(({ id }) => toHex(id))).toEqual(
      lines('hashes').map((line) => /^ni:\/\/\/sha-256;([0-9a-f]{64})\?ver=CBV2\.0$/.exec(line)?.[1]),
    );
    expect(new Set(events.map(({ event }) => event.type))).toEqual(
      new Set(Object.keys(EVENT_KINDS).filter((kind) => kind !== 'AssociationEvent')),
    );
  });

  it('records every event in the ordered part, with what its document contradicts', async () => {
    const { abi, wasm } = await compileContract({ entry: CONTRACT });
    const world = new World({ gasPriceMin: 0n });
    const contract = world.contract(world.code(wasm), 'ledger');
    const record = methodOf(abi, 'record');
    const transactions = events.map(({ args }, index) =>
      transactionOf({
        sender: addressOf(`recorder ${index}`),
        nonce: { kind: 'lane', lane: 0, sequence: 0n },
        gasLimit: 20_000_000,
        calls: [{ contract, selector: record.selector, args: encodeArguments(abi, record.args, args) }],
      }),
    );
    const outcome = await executor.execute(blockOf(transactions), world.read);
    expect(outcome.receipts.map(({ status, phase }) => [status, phase])).toEqual(
      events.map(() => ['OK', 'ordered']),
    );
    const findings = outcome.receipts.map(({ results }) =>
      decodeResult(abi, record, results[0] as Uint8Array),
    );
    // The documents are examples, not a history: three goods are unpacked from a container nobody packed them in
    // (128), three transformations consume the same inputs (16), two of them with the same outputs (2), and a pallet is
    // handed over by a party it was not with (1024).
    expect(findings).toEqual([0, 0, 1024, 0, 0, 0, 0, 0, 128, 0, 0, 0, 18, 16]);
  });
});
