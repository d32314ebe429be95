// Attest on the real machine: claims stand by their attester's word alone, once, until they expire or are taken back.
import {
  attestationUid,
  attestDomain,
  type Claim,
  claimDigest,
  schemaId,
  signClaim,
} from '@weft/contracts/attest/client/delegated';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { accountFromSeed } from '@weft/sdk/client/wallet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractWorld, type Done, GAS_LIMIT, type Placed, text } from './support/contract-world.js';
import { readyArtifact } from './support/ready-contract.js';

const ZERO = new Uint8Array(32);
const LATER = 2n ** 60n;
const oracle = createSequentialExecutor();
const issuer = accountFromSeed(new Uint8Array(32).fill(4));
let start: ContractWorld;
let world: ContractWorld;
let attest: Placed;
let schema: Uint8Array;
beforeAll(async () => {
  start = new ContractWorld(oracle);
  attest = await start.deploy(await readyArtifact('attest'), {});
  const args = { text: 'organic', revocable: true };
  schema = (await start.call(attest, 'registerSchema', args)).result as Uint8Array;
});
beforeEach(() => {
  world = start.fork();
});
afterAll(() => oracle.close());

const claim = (change: Partial<Claim> = {}): Claim => ({
  schema,
  subject: text('farm'),
  data: new Uint8Array(32).fill(1),
  reference: ZERO,
  expiry: 0n,
  salt: ZERO,
  ...change,
});
const as = (by: string, method: string, args: NamedValues): Promise<Done> =>
  world.call(attest, method, args, account(by));
const make = (given = claim(), by = 'A'): Promise<Done> => as(by, 'attest', { claim: { ...given } });
const isValid = async (uid: Uint8Array) => (await world.view(attest, 'isValid', { uid })).result;

describe('attest', () => {
  it('keeps who said what about whom under an id known before, once', async () => {
    expect(schema).toEqual(schemaId(text('creator'), 'organic', true));
    const done = await make();
    const uid = attestationUid(text('A'), claim());
    expect(done.result).toEqual(uid);
    expect(done.events[0]).toMatchObject({
      name: 'Attested',
      fields: { uid, attester: text('A'), subject: text('farm') },
    });
    expect((await make()).error).toEqual({ name: 'AlreadyAttested', fields: { uid } });
    expect((await make(claim({ salt: new Uint8Array(32).fill(1) }))).receipt.status).toBe('OK');
    expect((await world.view(attest, 'attestationOf', { uid })).result).toMatchObject({
      attester: text('A'),
    });
    expect(await isValid(uid)).toBe(true);
  });

  it('refuses schemas nobody registered, and a second registration', async () => {
    const done = await make(claim({ schema: ZERO }));
    expect(done.error?.name).toBe('UnknownSchema');
    const again = await as('creator', 'registerSchema', { text: 'organic', revocable: true });
    expect(again.error).toEqual({ name: 'SchemaKnown', fields: { id: schema } });
    expect((await as('A', 'registerSchema', { text: 'organic', revocable: true })).receipt.status).toBe('OK');
  });

  it('ends at its expiry', async () => {
    const expiry = BigInt(world.time + 10_000);
    const uid = (await make(claim({ expiry }))).result as Uint8Array;
    expect(await isValid(uid)).toBe(true);
    world.time = Number(expiry);
    expect(await isValid(uid)).toBe(false);
    expect((await make(claim({ expiry, data: ZERO }))).error?.name).toBe('Expired');
  });

  it('is taken back by its attester only, for ever, where the schema allows it', async () => {
    const uid = (await make()).result as Uint8Array;
    expect((await as('B', 'revoke', { uid })).error?.name).toBe('NotAttester');
    expect((await as('A', 'revoke', { uid: ZERO })).error?.name).toBe('UnknownAttestation');
    expect((await as('A', 'revoke', { uid })).receipt.status).toBe('OK');
    expect([await isValid(uid), (await as('A', 'revoke', { uid })).error?.name]).toEqual([
      false,
      'AlreadyRevoked',
    ]);
    expect((await make()).error?.name).toBe('AlreadyAttested');
    const fixed = (await as('A', 'registerSchema', { text: 'birth', revocable: false })).result as Uint8Array;
    const kept = (await make(claim({ schema: fixed }))).result as Uint8Array;
    expect((await as('A', 'revoke', { uid: kept })).error?.name).toBe('NotRevocable');
  });

  it('what refers to an attestation that is no more is not valid either', async () => {
    const uid = (await make()).result as Uint8Array;
    expect((await make(claim({ reference: new Uint8Array(32).fill(9) }))).error?.name).toBe(
      'UnknownAttestation',
    );
    const about = (await make(claim({ reference: uid }), 'B')).result as Uint8Array;
    expect(await isValid(about)).toBe(true);
    await as('A', 'revoke', { uid });
    expect(await isValid(about)).toBe(false);
  });

  it('an account believes whom it says', async () => {
    const uid = (await make()).result as Uint8Array;
    const trusted = async () => (await world.view(attest, 'isTrusted', { uid, by: text('buyer') })).result;
    expect(await trusted()).toBe(false);
    await as('buyer', 'trust', { schema, attester: text('A') });
    expect(await trusted()).toBe(true);
    await as('buyer', 'trust', { schema, attester: text('B') });
    expect(await trusted()).toBe(false);
  });

  it('many at once: all or none', async () => {
    const claims = [1, 2, 3].map((n) => ({ ...claim({ salt: new Uint8Array(32).fill(n) }) }));
    expect((await as('A', 'multiAttest', { claims: [...claims, claims[0]!] })).error?.name).toBe(
      'AlreadyAttested',
    );
    expect((await as('A', 'multiAttest', { claims })).events).toHaveLength(3);
    expect(
      (await as('A', 'multiAttest', { claims: Array.from({ length: 65 }, () => claims[0]!) })).error?.name,
    ).toBe('TooMany');
  });

  it('an issuer never waits for itself', async () => {
    const calls = Array.from({ length: 30 }, (_, n) => ({
      to: attest,
      method: 'attest',
      args: { claim: { ...claim({ salt: new Uint8Array(32).fill(n) }) } },
      sender: account('A'),
    }));
    const { outcome, done } = await world.block(calls);
    expect(done.every(({ receipt }) => receipt.status === 'OK')).toBe(true);
    expect(outcome.criticalPathGas).toBe(GAS_LIMIT);
  });
});

describe('delegated claims', () => {
  const signed = (given = claim(), deadline = LATER, signer = issuer) => {
    const domain = attestDomain(attest.text, ZERO);
    const digest = claimDigest(domain, issuer.text, given, deadline);
    const made = signClaim(signer, given, deadline, digest);
    return { ...made, delegated: { ...made.delegated, attester: issuer.text } };
  };
  const bring = (args: NamedValues): Promise<Done> => as('anybody', 'attestByDelegation', args);

  it('are the attester’s, whoever brings them, and not to be replayed', async () => {
    const args = signed();
    const onChain = { attester: issuer.text, claim: args.claim, deadline: LATER };
    expect(args.delegated.signature).toEqual(
      issuer.sign((await world.view(attest, 'claimDigest', onChain)).result as Uint8Array),
    );
    const uid = (await bring(args)).result as Uint8Array;
    expect(uid).toEqual(attestationUid(issuer.text, claim()));
    expect((await bring(args)).error?.name).toBe('AlreadyAttested');
    expect((await world.call(attest, 'revoke', { uid }, issuer.address)).receipt.status).toBe('OK');
    expect((await bring(args)).error?.name).toBe('AlreadyAttested');
    expect((await as('anybody', 'revoke', { uid })).error?.name).toBe('NotAttester');
  });

  it('are refused when anything of them is another', async () => {
    const args = signed();
    const stranger = accountFromSeed(new Uint8Array(32).fill(5));
    const twin = await world.deploy(attest.artifact, {});
    const cases: [string, NamedValues][] = [
      ['BadSignature', { ...args, claim: { ...claim({ data: ZERO }) } }],
      ['BadSignature', { ...args, delegated: { ...args.delegated, deadline: LATER - 1n } }],
      ['BadSignature', { ...args, delegated: { ...args.delegated, attester: text('A') } }],
      ['BadSignature', { ...args, delegated: { ...args.delegated, signature: new Uint8Array(64) } }],
      ['BadSignature', signed(claim(), LATER, stranger)],
      ['Expired', signed(claim(), 5n)],
    ];
    for (const [name, given] of cases) expect((await bring(given)).error?.name).toBe(name);
    await world.call(twin, 'registerSchema', { text: 'organic', revocable: true });
    expect((await world.call(twin, 'attestByDelegation', args)).error?.name).toBe('BadSignature');
    await world.call(attest, 'setSigningKey', { key: stranger.publicKey }, issuer.address);
    expect((await bring(args)).error?.name).toBe('BadSignature');
    expect((await bring(signed(claim(), LATER, stranger))).receipt.status).toBe('OK');
  });
});
