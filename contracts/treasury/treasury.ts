// Money that several owners keep together: calls by a threshold of them, and small payments by one within a daily limit.
import {
  AccumulatorMap,
  Address,
  caller,
  callPayload,
  emit,
  ensure,
  Hash,
  hashOf2,
  hashOf3,
  Map,
  Map2,
  require,
  self,
  time,
  transfer,
  u128,
  value,
  Value,
} from '@weft/sdk/assembly';

/** A token the treasury holds. */
@remote
abstract class Coin {
  abstract transfer(to: Address, amount: u128): void;
}

@event
class Deposited {
  @indexed from: Address;
  amount: u128;
}
@event
class Confirmed {
  @indexed id: Hash;
  @indexed owner: Address;
}
@event
class Revoked {
  @indexed id: Hash;
  @indexed owner: Address;
}
@event
class Executed {
  @indexed id: Hash;
  @indexed target: Address;
  value: u128;
}
/** One owner paid within the limit; the zero address stands for native value. */
@event
class Spent {
  @indexed owner: Address;
  @indexed asset: Address;
  @indexed to: Address;
  amount: u128;
}
/** Confirmations given before count no more. */
@event
class OwnersChanged {
  epoch: u64;
  owners: u32;
  threshold: u64;
}
@event
class LimitChanged {
  @indexed asset: Address;
  daily: u128;
}

@error
class NotTreasuryOwner {
  account: Address;
}
@error
class AlreadyConfirmed {
  id: Hash;
  owner: Address;
}
@error
class NotConfirmed {
  id: Hash;
  owner: Address;
}
@error
class BelowThreshold {
  id: Hash;
  confirmations: u64;
  threshold: u64;
}
@error
class AlreadyExecuted {
  id: Hash;
}
/** Between 1 and 64 owners, each once, and a threshold among them. */
@error
class BadOwners {}
/** `day` is not the day of the block (days since the epoch, UTC). */
@error
class WrongDay {
  day: u64;
  today: u64;
}
@error
class LimitExceeded {
  asset: Address;
  amount: u128;
  daily: u128;
}
/** The treasury does not call itself. */
@error
class TargetsItself {}

const OWNERS_MAX: i32 = 64;
const DAY_MS: u64 = 86_400_000;

@contract
export class Treasury {
  /** Counts changes of owners: who was an owner, and what was confirmed, belongs to one epoch. */
  epoch: Value<u64>;
  threshold: Value<u64>;
  owners: Map2<u64, Address, bool>;
  /** By hashOf2(proposal, epoch), and owner. */
  confirmations: Map2<Hash, Address, bool>;
  confirmed: AccumulatorMap<Hash, u64>;
  executed: Map<Hash, bool>;
  /** What one owner may pay a day, by asset; the zero address is native value. */
  limits: Map<Address, u128>;
  /** By hashOf3(asset, owner, day). */
  spent: AccumulatorMap<Hash>;

  @init
  init(owners: Address[], threshold: u64): void {
    this.seat(0, owners, threshold);
  }

  /** Native value comes in. Tokens are simply transferred here. */
  @call
  @payable
  deposit(): void {
    emit(new Deposited(caller(), value()));
  }

  /** Agrees to a proposal, by its id; it needs no other form before it is executed. */
  @call
  confirm(id: Hash): void {
    const epoch = this.epoch.get();
    this.onlyOwner(epoch);
    const vote = hashOf2(id, epoch);
    ensure(!this.executed.get(id), new AlreadyExecuted(id));
    ensure(!this.confirmations.get(vote, caller()), new AlreadyConfirmed(id, caller()));
    this.confirmations.set(vote, caller(), true);
    this.confirmed.add(vote, 1);
    emit(new Confirmed(id, caller()));
  }

  /** Takes an agreement back. */
  @call
  revoke(id: Hash): void {
    const epoch = this.epoch.get();
    const vote = hashOf2(id, epoch);
    ensure(this.confirmations.get(vote, caller()), new NotConfirmed(id, caller()));
    this.confirmations.delete(vote, caller());
    this.confirmed.sub(vote, 1);
    emit(new Revoked(id, caller()));
  }

  /** Makes a call that enough owners confirmed, once: selector(4) and encoded arguments. What it returned, encoded. */
  @call
  execute(target: Address, payload: Uint8Array, value: u128, salt: Hash): Uint8Array {
    ensure(target != self(), new TargetsItself());
    const id = hashOf3(hashOf3('call', target, payload), value, salt);
    this.take(id);
    emit(new Executed(id, target, value));
    return callPayload(target, payload, value);
  }

  /** Pays native value that enough owners confirmed, once. */
  @call
  pay(to: Address, amount: u128, salt: Hash): void {
    const id = hashOf3(hashOf2('pay', to), amount, salt);
    this.take(id);
    emit(new Executed(id, to, amount));
    transfer(to, amount);
  }

  /** Other owners, and how many of them it takes; confirmed by the owners there are. `epoch`: the one that begins. */
  @call
  setOwners(epoch: u64, owners: Address[], threshold: u64): void {
    require(epoch == this.epoch.get() + 1, 'not the next epoch');
    this.take(hashOf3(hashOf2('owners', epoch), owners, threshold));
    this.seat(epoch, owners, threshold);
  }

  /** What one owner may pay a day of an asset (the zero address: native value). */
  @call
  setLimit(asset: Address, daily: u128, salt: Hash): void {
    this.take(hashOf3(hashOf2('limit', asset), daily, salt));
    this.limits.set(asset, daily);
    emit(new LimitChanged(asset, daily));
  }

  /** One owner pays native value within the limit of the day. */
  @call
  spend(to: Address, amount: u128, day: u64): void {
    this.count(Address.zero(), amount, day);
    emit(new Spent(caller(), Address.zero(), to, amount));
    transfer(to, amount);
  }

  /** One owner pays tokens within the limit of the day. */
  @call
  spendToken(token: Address, to: Address, amount: u128, day: u64): void {
    this.count(token, amount, day);
    emit(new Spent(caller(), token, to, amount));
    new Coin(token).transfer(to, amount);
  }

  @view
  isOwner(account: Address): bool {
    return this.owners.get(this.epoch.get(), account);
  }

  @view
  thresholdNow(): u64 {
    return this.threshold.get();
  }

  @view
  epochNow(): u64 {
    return this.epoch.get();
  }

  /** Of the owners there are. */
  @view
  confirmationsOf(id: Hash): u64 {
    return this.confirmed.get(hashOf2(id, this.epoch.get()));
  }

  @view
  wasExecuted(id: Hash): bool {
    return this.executed.get(id);
  }

  @view
  limitOf(asset: Address): u128 {
    return this.limits.get(asset);
  }

  @view
  spentOn(asset: Address, owner: Address, day: u64): u128 {
    return this.spent.get(hashOf3(asset, owner, day));
  }

  private onlyOwner(epoch: u64): void {
    ensure(this.owners.get(epoch, caller()), new NotTreasuryOwner(caller()));
  }

  /** Owners only; enough of them; once. */
  private take(id: Hash): void {
    const epoch = this.epoch.get();
    this.onlyOwner(epoch);
    ensure(!this.executed.get(id), new AlreadyExecuted(id));
    const confirmations = this.confirmed.get(hashOf2(id, epoch));
    const threshold = this.threshold.get();
    ensure(confirmations >= threshold, new BelowThreshold(id, confirmations, threshold));
    this.executed.set(id, true);
  }

  private seat(epoch: u64, owners: Address[], threshold: u64): void {
    ensure(owners.length > 0 && owners.length <= OWNERS_MAX, new BadOwners());
    ensure(threshold > 0 && threshold <= <u64>owners.length, new BadOwners());
    for (let i = 0; i < owners.length; i++) {
      ensure(!owners[i].isZero() && !this.owners.get(epoch, owners[i]), new BadOwners());
      this.owners.set(epoch, owners[i], true);
    }
    this.threshold.set(threshold);
    this.epoch.set(epoch);
    emit(new OwnersChanged(epoch, owners.length, threshold));
  }

  /** Adds to what the caller paid today, up to the limit. */
  private count(asset: Address, amount: u128, day: u64): void {
    this.onlyOwner(this.epoch.get());
    const today = time() / DAY_MS;
    ensure(day == today, new WrongDay(day, today));
    const daily = this.limits.get(asset);
    const within = this.spent.tryAdd(hashOf3(asset, caller(), day), amount, daily);
    // Nothing is always within the limit, and would let one owner have any contract called.
    ensure(within && !amount.isZero(), new LimitExceeded(asset, amount, daily));
  }
}
