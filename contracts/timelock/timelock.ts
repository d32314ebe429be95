// Calls that wait: whoever depends on a contract's owner sees what will be done to it before it can be done.
import {
  Address,
  caller,
  callPayload,
  emit,
  ensure,
  Hash,
  hashOf,
  hashOf3,
  Map,
  self,
  time,
  u128,
  Value,
} from '@weft/sdk/assembly';
import { Roles } from '@weft/sdk/assembly/bases/roles';

/** The call may be made from `readyAt` (ms) on. */
@event
class Scheduled {
  @indexed id: Hash;
  @indexed target: Address;
  payload: Uint8Array;
  value: u128;
  after: Hash;
  readyAt: u64;
}
@event
class Executed {
  @indexed id: Hash;
  @indexed target: Address;
}
@event
class Cancelled {
  @indexed id: Hash;
  by: Address;
}
@event
class DelayScheduled {
  delay: u64;
  readyAt: u64;
}
@event
class DelayChanged {
  delay: u64;
}

@error
class DelayTooShort {
  delay: u64;
  minimum: u64;
}
@error
class AlreadyScheduled {
  id: Hash;
}
/** Never scheduled, cancelled, or executed already. */
@error
class NotPending {
  id: Hash;
}
/** The call's time has not come. */
@error
class TooEarly {
  readyAt: u64;
}
/** The call that has to be made first was not made. */
@error
class PredecessorPending {
  id: Hash;
}
/** The timelock does not call itself. */
@error
class TargetsItself {}

/** Longest delay that can be asked for: a hundred years, ms. */
const DELAY_MAX: u64 = 3_155_760_000_000;
/** Instead of a time: the call was made. */
const EXECUTED: u64 = u64.MAX_VALUE;

@contract
export class Timelock extends Roles {
  minimumDelay: Value<u64>;
  nextDelay: Value<u64>;
  nextDelayAt: Value<u64>;
  /** When the call may be made, ms; 0: unknown, 2^64-1: it was made. */
  operations: Map<Hash, u64>;

  /**
   * The creator administers the roles `proposer`, `canceller` and `executor`; nobody has any of them at first. Once the
   * zero address is an executor, anybody executes.
   */
  @init
  init(delay: u64): void {
    ensure(delay <= DELAY_MAX, new DelayTooShort(DELAY_MAX, delay));
    this.minimumDelay.set(delay);
    this.claimRoles();
  }

  /** Takes native value in, for calls that need some. */
  @call
  @payable
  deposit(): void {}

  /**
   * Names a call: a method's selector(4) and encoded arguments. `after`: the id of a call that has to be made first, or
   * zeros. `salt` tells equal calls apart. Delay in ms from now. The id.
   */
  @call
  schedule(target: Address, payload: Uint8Array, value: u128, after: Hash, salt: Hash, delay: u64): Hash {
    this.onlyRole(hashOf('proposer'));
    ensure(target != self(), new TargetsItself());
    const minimum = this.minimumDelay.get();
    ensure(delay >= minimum && delay <= DELAY_MAX, new DelayTooShort(delay, minimum));
    const id = idOf(target, payload, value, after, salt);
    ensure(this.operations.get(id) == 0, new AlreadyScheduled(id));
    const readyAt = time() + delay;
    this.operations.set(id, readyAt);
    emit(new Scheduled(id, target, payload, value, after, readyAt));
    return id;
  }

  @call
  cancel(id: Hash): void {
    this.onlyRole(hashOf('canceller'));
    this.pending(id);
    this.operations.delete(id);
    emit(new Cancelled(id, caller()));
  }

  /** Makes a call whose time has come, once. What the call returned, encoded. */
  @call
  execute(target: Address, payload: Uint8Array, value: u128, after: Hash, salt: Hash): Uint8Array {
    if (!this.roleMembers.get(hashOf('executor'), Address.zero())) this.onlyRole(hashOf('executor'));
    const id = idOf(target, payload, value, after, salt);
    const readyAt = this.pending(id);
    ensure(time() >= readyAt, new TooEarly(readyAt));
    ensure(after.isZero() || this.operations.get(after) == EXECUTED, new PredecessorPending(after));
    this.operations.set(id, EXECUTED);
    emit(new Executed(id, target));
    return callPayload(target, payload, value);
  }

  /** A new minimum delay; it has to wait out the one there is. */
  @call
  scheduleDelay(delay: u64): void {
    this.onlyRole(Hash.zero());
    ensure(delay <= DELAY_MAX, new DelayTooShort(DELAY_MAX, delay));
    const readyAt = time() + this.minimumDelay.get();
    this.nextDelay.set(delay);
    this.nextDelayAt.set(readyAt);
    emit(new DelayScheduled(delay, readyAt));
  }

  @call
  applyDelay(): void {
    this.onlyRole(Hash.zero());
    const readyAt = this.nextDelayAt.get();
    ensure(readyAt != 0, new NotPending(Hash.zero()));
    ensure(time() >= readyAt, new TooEarly(readyAt));
    const delay = this.nextDelay.get();
    this.minimumDelay.set(delay);
    this.nextDelay.delete();
    this.nextDelayAt.delete();
    emit(new DelayChanged(delay));
  }

  /** ms */
  @view
  delay(): u64 {
    return this.minimumDelay.get();
  }

  /** When the call may be made, ms; 0: unknown or cancelled. */
  @view
  readyAt(id: Hash): u64 {
    const at = this.operations.get(id);
    return at == EXECUTED ? 0 : at;
  }

  @view
  wasExecuted(id: Hash): bool {
    return this.operations.get(id) == EXECUTED;
  }

  @view
  operationId(target: Address, payload: Uint8Array, value: u128, after: Hash, salt: Hash): Hash {
    return idOf(target, payload, value, after, salt);
  }

  private pending(id: Hash): u64 {
    const at = this.operations.get(id);
    ensure(at != 0 && at != EXECUTED, new NotPending(id));
    return at;
  }
}

function idOf(target: Address, payload: Uint8Array, value: u128, after: Hash, salt: Hash): Hash {
  return hashOf3(hashOf3(target, payload, value), after, salt);
}
