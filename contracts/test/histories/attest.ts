// Histories of Attest: what is kept was said by its attester, never changes, and once revoked stays so.
import {
  attestationUid,
  attestDomain,
  type Claim,
  claimDigest,
  schemaId,
  signClaim,
} from '@weft/contracts/attest/client/delegated';
import { toHex } from '@weft/runtime/base/bytes';
import { encodeAddress } from '@weft/runtime/types/address';
import { accountFromSeed } from '@weft/sdk/client/wallet';
import fc from 'fast-check';
import { account, ContractWorld, FIRST_TIME, text, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, same } from '../support/histories.js';
import { readyArtifact } from '../support/ready-contract.js';

const ZERO = new Uint8Array(32);
const signers = [1, 2].map((seed) => accountFromSeed(new Uint8Array(32).fill(seed)));
const accounts = [account('A'), ...signers.map(({ address }) => address)];

export const attestHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const attest = await world.deploy(await readyArtifact('attest'), {});
  for (const revocable of [true, false]) await world.call(attest, 'registerSchema', { text: 'S', revocable });
  const schemas = [true, false].map((revocable) => schemaId(text('creator'), 'S', revocable));
  const domain = attestDomain(attest.text, ZERO);

  const claim: fc.Arbitrary<Claim> = fc.record({
    schema: fc.constantFrom(...schemas, schemas[0]!, ZERO),
    subject: fc.constant(text('farm')),
    data: fc.constant(ZERO),
    reference: fc.constantFrom(ZERO, ZERO, attestationUid(text('A'), plain(schemas[0]!))),
    expiry: fc.constantFrom(0n, 0n, BigInt(FIRST_TIME) * 2n, 1n),
    salt: fc.constantFrom(ZERO, new Uint8Array(32).fill(1)),
  });
  const uid = fc
    .tuple(fc.constantFrom(...accounts), fc.constantFrom(...schemas))
    .map(([by, schema]) => attestationUid(encodeAddress(by), plain(schema)));
  const delegated = fc
    .tuple(claim, fc.constantFrom(...signers), fc.boolean())
    .map(([given, signer, forged]) => {
      const deadline = BigInt(FIRST_TIME) * 2n;
      const made = signClaim(signer, given, deadline, claimDigest(domain, signer.text, given, deadline));
      return forged ? { ...made, claim: { ...made.claim, salt: new Uint8Array(32).fill(7) } } : made;
    });
  const calls: fc.Arbitrary<Omit<WorldCall, 'to' | 'sender'>> = fc.oneof(
    { weight: 4, arbitrary: claim.map((given) => ({ method: 'attest', args: { claim: { ...given } } })) },
    { weight: 3, arbitrary: delegated.map((args) => ({ method: 'attestByDelegation', args })) },
    fc
      .array(claim, { maxLength: 3 })
      .map((claims) => ({ method: 'multiAttest', args: { claims: claims.map((one) => ({ ...one })) } })),
    { weight: 3, arbitrary: uid.map((given) => ({ method: 'revoke', args: { uid: given } })) },
  );
  const call = fc
    .tuple(calls, fc.constantFrom(...accounts))
    .map(([given, sender]) => ({ ...given, to: attest, sender }));

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const attested = new Map<string, string>();
    const revoked = new Set<string>();
    for (const { calls: sent, done } of blocks) {
      for (const [index, { events }] of done.entries()) {
        const { method, sender, args } = sent[index]!;
        const by =
          method === 'attestByDelegation'
            ? (args['delegated'] as { attester: string }).attester
            : encodeAddress(sender!);
        for (const { name, fields } of events) {
          const key = toHex(fields['uid'] as Uint8Array);
          same(fields['attester'], by, 'attester');
          if (name === 'Attested' && attested.has(key)) throw new RangeError(`${key} was attested twice`);
          if (name === 'Attested') attested.set(key, by);
          if (name === 'Revoked') {
            same(attested.get(key), by, 'who revokes');
            if (revoked.has(key)) throw new RangeError(`${key} was revoked twice`);
            revoked.add(key);
          }
        }
      }
    }
    for (const [key, by] of attested) {
      const id = Uint8Array.from(Buffer.from(key, 'hex'));
      const kept = state.value(attest, 'attestations', id) as unknown as { attester: string; claim: Claim };
      same(kept.attester, by, 'attester kept');
      same(toHex(attestationUid(by, kept.claim)), key, 'uid of what is kept');
      same(state.value(attest, 'revocations', id) !== undefined, revoked.has(key), 'revocation');
    }
  };
  return { world, call, check };
};

const plain = (schema: Uint8Array): Claim => ({
  schema,
  subject: text('farm'),
  data: ZERO,
  reference: ZERO,
  expiry: 0n,
  salt: ZERO,
});
