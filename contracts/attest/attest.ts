// Attestations: who says what about whom, under a schema, until when; signed here or brought by somebody else. Each has a
// key of its own, so attesting never waits. What is attested stays off the chain, its hash on it.
import {
  accountOf,
  Address,
  blockHash,
  caller,
  ed25519Signs,
  emit,
  ensure,
  Hash,
  hashOf2,
  hashOf3,
  Map,
  Map2,
  self,
  time,
  Value,
} from '@weft/sdk/assembly';

/** What a schema's attestations say: a text (a JSON Schema, a link) and whether they can be taken back. */
@struct
class Schema {
  author: Address;
  text: string;
  revocable: bool;
}
/** `expiry`: ms since the epoch, 0 for never. `reference`: an attestation this one is about, or zeros. */
@struct
class Claim {
  schema: Hash;
  subject: Address;
  data: Hash;
  reference: Hash;
  expiry: u64;
  salt: Hash;
}
@struct
class Attestation {
  attester: Address;
  claim: Claim;
  attestedAt: u64;
}
/** A claim signed by somebody else, over `claimDigest`. */
@struct
class Delegated {
  attester: Address;
  key: Hash;
  deadline: u64;
  signature: Uint8Array;
}

@event
class SchemaRegistered {
  @indexed id: Hash;
  @indexed author: Address;
  revocable: bool;
}
@event
class Attested {
  @indexed uid: Hash;
  @indexed attester: Address;
  @indexed subject: Address;
  schema: Hash;
  data: Hash;
}
@event
class Revoked {
  @indexed uid: Hash;
  @indexed attester: Address;
}
@event
class SigningKeySet {
  @indexed attester: Address;
  key: Hash;
}

@error
class SchemaKnown {
  id: Hash;
}
@error
class UnknownSchema {
  id: Hash;
}
@error
class UnknownAttestation {
  uid: Hash;
}
/** The same attester attested exactly this, with this salt. */
@error
class AlreadyAttested {
  uid: Hash;
}
/** The claim's time is over before it begins. */
@error
class Expired {
  expiry: u64;
}
@error
class BadSignature {
  attester: Address;
}
@error
class NotAttester {
  uid: Hash;
}
@error
class NotRevocable {
  schema: Hash;
}
@error
class AlreadyRevoked {
  uid: Hash;
}
/** At most 64 claims at once. */
@error
class TooMany {}

const BATCH_MAX: i32 = 64;

@contract
export class Attest {
  @immutable domain: Value<Hash>;
  schemas: Map<Hash, Schema>;
  attestations: Map<Hash, Attestation>;
  /** When, ms. Never cleared. */
  revocations: Map<Hash, u64>;
  /** Keys that sign for attesters whose address is not made of their key, or whose key was replaced. */
  signingKeys: Map<Address, Hash>;
  /** Whom an account believes, by schema. */
  trusted: Map2<Address, Hash, Address>;

  @init
  init(): void {
    this.domain.set(hashOf3('weft/attest/1', self(), blockHash()));
  }

  /** Registers a schema; its id, the hash of author, text and whether it is revocable. */
  @call
  registerSchema(text: string, revocable: bool): Hash {
    const id = hashOf3(caller(), text, revocable);
    ensure(!this.schemas.has(id), new SchemaKnown(id));
    this.schemas.set(id, new Schema(caller(), text, revocable));
    emit(new SchemaRegistered(id, caller(), revocable));
    return id;
  }

  /** Attests a claim; its uid, the hash of the attester and the claim. */
  @call
  attest(claim: Claim): Hash {
    return this.keep(caller(), claim);
  }

  /** Attests several claims, all or none. */
  @call
  multiAttest(claims: Claim[]): void {
    ensure(claims.length <= BATCH_MAX, new TooMany());
    for (let i = 0; i < claims.length; i++) this.keep(caller(), claims[i]);
  }

  /** Attests a claim that somebody else signed; brought by anybody, once, until its deadline. */
  @call
  attestByDelegation(claim: Claim, delegated: Delegated): Hash {
    const attester = delegated.attester;
    ensure(time() <= delegated.deadline, new Expired(delegated.deadline));
    const registered = this.signingKeys.get(attester);
    const isKey = registered.isZero() ? accountOf(delegated.key) == attester : registered == delegated.key;
    const digest = digestOf(this.domain.get(), attester, claim, delegated.deadline);
    ensure(isKey && ed25519Signs(delegated.signature, delegated.key, digest), new BadSignature(attester));
    return this.keep(attester, claim);
  }

  /** Takes an attestation back, for ever; its attester only. */
  @call
  revoke(uid: Hash): void {
    ensure(this.attestations.has(uid), new UnknownAttestation(uid));
    const kept = this.attestations.get(uid);
    ensure(kept.attester == caller(), new NotAttester(uid));
    ensure(this.schemas.get(kept.claim.schema).revocable, new NotRevocable(kept.claim.schema));
    ensure(this.revocations.get(uid) == 0, new AlreadyRevoked(uid));
    this.revocations.set(uid, time());
    emit(new Revoked(uid, caller()));
  }

  /** The caller's delegated claims are signed by this key from now on; zeros: by the key its address is made of. */
  @call
  setSigningKey(key: Hash): void {
    this.signingKeys.set(caller(), key);
    emit(new SigningKeySet(caller(), key));
  }

  /** Says whose attestations of a schema the caller believes; the zero address: nobody's. */
  @call
  trust(schema: Hash, attester: Address): void {
    this.trusted.set(caller(), schema, attester);
  }

  @view
  schemaOf(id: Hash): Schema {
    ensure(this.schemas.has(id), new UnknownSchema(id));
    return this.schemas.get(id);
  }

  @view
  attestationOf(uid: Hash): Attestation {
    ensure(this.attestations.has(uid), new UnknownAttestation(uid));
    return this.attestations.get(uid);
  }

  /** Made, not taken back, not expired at the block's time, and so is what it refers to. */
  @view
  isValid(uid: Hash): bool {
    if (!this.isLive(uid)) return false;
    const reference = this.attestations.get(uid).claim.reference;
    return reference.isZero() || this.isLive(reference);
  }

  /** Valid, and by an attester the account believes for its schema. */
  @view
  isTrusted(uid: Hash, by: Address): bool {
    if (!this.isValid(uid)) return false;
    const kept = this.attestations.get(uid);
    return this.trusted.get(by, kept.claim.schema) == kept.attester;
  }

  /** ms; 0: never. */
  @view
  revokedAt(uid: Hash): u64 {
    return this.revocations.get(uid);
  }

  @view
  uidOf(attester: Address, claim: Claim): Hash {
    return hashOf2(attester, claim);
  }

  /** What a delegating attester signs. */
  @view
  claimDigest(attester: Address, claim: Claim, deadline: u64): Hash {
    return digestOf(this.domain.get(), attester, claim, deadline);
  }

  private isLive(uid: Hash): bool {
    if (!this.attestations.has(uid) || this.revocations.get(uid) != 0) return false;
    const expiry = this.attestations.get(uid).claim.expiry;
    return expiry == 0 || time() < expiry;
  }

  private keep(attester: Address, claim: Claim): Hash {
    ensure(this.schemas.has(claim.schema), new UnknownSchema(claim.schema));
    ensure(claim.expiry == 0 || claim.expiry > time(), new Expired(claim.expiry));
    ensure(claim.reference.isZero() || this.attestations.has(claim.reference), new UnknownAttestation(claim.reference));
    const uid = hashOf2(attester, claim);
    ensure(!this.attestations.has(uid), new AlreadyAttested(uid));
    this.attestations.set(uid, new Attestation(attester, claim, time()));
    emit(new Attested(uid, attester, claim.subject, claim.schema, claim.data));
    return uid;
  }
}

function digestOf(domain: Hash, attester: Address, claim: Claim, deadline: u64): Hash {
  return hashOf3(hashOf2(domain, attester), claim, deadline);
}
