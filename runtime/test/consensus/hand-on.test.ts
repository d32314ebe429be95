// What is added is handed on at whatever moment it comes, also in the one between the last look at the queue and the end of a
// sending.
import { createHandOn } from '@weft/runtime/consensus/comet/hand-on';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

/** Microtasks between an answer of CometBFT and the next transaction: more than a sending takes to end. */
const HOPS = 20;

test('hand-on: a transaction that comes while a sending ends is sent as well', async () => {
  for (let hops = 0; hops < HOPS; hops++) {
    const sent: string[] = [];
    let answered = (): void => undefined;
    const firstAnswer = new Promise<void>((resolve) => (answered = resolve));
    vi.stubGlobal('fetch', async (_url: string, { body }: { readonly body: string }) => {
      for (const { params } of JSON.parse(body) as { params: { tx: string } }[]) sent.push(params.tx);
      return {
        async json() {
          answered();
          return [];
        },
      };
    });
    const handOn = createHandOn('http://127.0.0.1:1', { after: () => () => undefined }, () => true);
    const later = firstAnswer.then(async () => {
      for (let hop = 0; hop < hops; hop++) await undefined;
      handOn.add(Uint8Array.of(2));
    });
    handOn.add(Uint8Array.of(1));
    await later;
    // A sending begins a turn after it is asked for.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(sent, `${hops} microtasks later`).toEqual(['AQ==', 'Ag==']);
    await handOn.stop();
  }
});
