// The structured log: what is written, what is left out, and that no text of a stranger gets past it raw.
import { createNode } from '@weft/runtime/node/create-node';
import { createLog } from '@weft/runtime/node/log';
import { StoreError } from '@weft/runtime/store/errors';
import { describe, expect, it } from 'vitest';
import { testGenesis } from '../support/transfers.js';

function lines(use: (log: ReturnType<typeof createLog>) => void): string[] {
  const written: string[] = [];
  use(createLog({ level: 'debug', write: (line) => written.push(line) }));
  return written;
}

describe('log', () => {
  it('leaves tokens, keys and passwords out, wherever they stand', () => {
    const [named, deep, header, url] = lines((log) => {
      log.info({ token: 'sesame', seed: 'sesame', mnemonic: 'sesame' }, 'named');
      log.info({ rpc: { token: 'sesame', inner: { password: 'sesame', last: { secretKey: 'sesame' } } } });
      log.info({ headers: { authorization: 'sesame' } }, 'with Bearer sesame');
      log.warn('protocol weft-token.sesame, weft');
    }) as [string, string, string, string];
    for (const line of [named, deep, header, url]) {
      expect(line).not.toContain('sesame');
      expect(line).toContain('[redacted]');
      expect(JSON.parse(line)).toMatchObject({ level: expect.stringMatching(/^(info|warn)$/) });
    }
  });

  it('writes out control and direction characters, and stays JSON of the same text', () => {
    const evil = 'a\u001b[2J\u0007\u009b1m\u202eb\u2028c\u{e0001}d\nnext';
    const [line = ''] = lines((log) => log.info({ text: evil }, evil));
    expect(line).toMatch(/^[\x20-\x7e]*\n$/);
    expect(JSON.parse(line)).toMatchObject({ text: evil, msg: evil });
  });

  it('says of an error its code, context and causes, and a stack only where there is no code', () => {
    const cause = new RangeError('why');
    const [line = ''] = lines((log) =>
      log.error(
        { place: 'disk', error: new StoreError('STORE_DISK_FULL', { place: 'folder' }, cause) },
        'fault',
      ),
    );
    const { error } = JSON.parse(line) as { error: { code?: string; stack?: string }[] };
    expect(error).toMatchObject([
      { code: 'STORE_DISK_FULL', context: { place: 'folder' } },
      { message: 'why', stack: expect.stringContaining('RangeError') },
    ]);
    expect(error[0]?.stack).toBeUndefined();
  });

  it('tells of a node’s life and blocks', async () => {
    const genesis = testGenesis();
    const written: string[] = [];
    const node = createNode({
      genesis,
      executor: 'sequential',
      seal: { trigger: { kind: 'manual' } },
      rpc: { token: 'sesame' },
      log: { level: 'debug', write: (line) => written.push(line) },
    });
    await node.start();
    await node.seal();
    await node.pause();
    await node.reopen();
    await node.stop();
    const entries = written.map((line) => JSON.parse(line) as { msg: string; height?: number; time: string });
    expect(entries.map(({ msg }) => msg)).toEqual(['started', 'block', 'paused', 'reopened', 'stopped']);
    expect(entries[1]).toMatchObject({ level: 'debug', height: 1 });
    expect(entries[0]?.time).toMatch(/^\d{4}-\d{2}-\d{2}T/);
    expect(written.join('')).not.toContain('sesame');
  });
});
