// The attacks of `npm run soak -- rpc`, small: every refusal coded, memory bounded, the honest client never refused.
import { expect, it } from 'vitest';
import { ATTACKS } from '../soak/rpc/attacks.js';
import { runRpcSoak } from '../soak/rpc/run-rpc.js';

it('a node withstands slow, large, deep, many and deaf clients, and senders without end', async () => {
  const rows = await runRpcSoak({
    seconds: 1,
    scale: 0.02,
    senders: 600,
    poolCountMax: 500,
    judgeTimes: false,
  });
  expect(rows).toHaveLength(ATTACKS.length + 1);
  for (const { attack, codes } of rows) expect(codes, attack).not.toBe('');
}, 300_000);
