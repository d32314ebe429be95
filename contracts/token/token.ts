// A fungible token. Balances are cells: any number of transfers from, to and between hot accounts run at once.
import {
  Accumulator,
  AccumulatorMap,
  AccumulatorMap2,
  accountOf,
  Address,
  blockHash,
  caller,
  ed25519Signs,
  emit,
  ensure,
  Hash,
  hashOf,
  hashOf2,
  hashOf3,
  Map,
  Map2,
  require,
  self,
  time,
  u128,
  Value,
} from '@weft/sdk/assembly';
import { Roles } from '@weft/sdk/assembly/bases/roles';

/** Tokens moved. Minting comes from the zero address, burning goes to it. */
@event
class Transfer {
  @indexed from: Address;
  @indexed to: Address;
  amount: u128;
}

/** `spender` may now move up to `amount` of the tokens of `owner`; the largest number means without end. */
@event
class Approval {
  @indexed owner: Address;
  @indexed spender: Address;
  amount: u128;
}

/** From the next block on nothing moves, or everything moves again. */
@event
class PauseChanged {
  by: Address;
  paused: bool;
}

/** The owner has less than was to be moved. */
@error
class InsufficientBalance {
  owner: Address;
  amount: u128;
}
/** The spender may not move that much. */
@error
class InsufficientAllowance {
  owner: Address;
  spender: Address;
  amount: u128;
}
/** Nothing moves now. */
@error
class TokenPaused {}
/** The permit's time is over. */
@error
class PermitExpired {
  deadline: u64;
}
/** A permit with this number was taken already, or cancelled. */
@error
class PermitUsed {
  owner: Address;
  nonce: u64;
}
/** The permit is not signed by the key that signs for the owner. */
@error
class BadPermit {
  owner: Address;
}

@contract
export class Token extends Roles {
  tokenName: Value<string>;
  tokenSymbol: Value<string>;
  tokenDecimals: Value<u8>;
  supply: Accumulator;
  balances: AccumulatorMap<Address>;
  allowances: AccumulatorMap2<Address, Address>;
  /** Pairs whose allowance has no end: what they move is not counted. */
  endless: Map2<Address, Address, bool>;
  pausedNow: Value<bool>;
  /** What permits are bound to: this contract on this chain. */
  @immutable domain: Value<Hash>;
  /** Keys that sign permits for owners whose address is not made of their key, or whose key was replaced. */
  permitKeys: Map<Address, Hash>;
  usedPermits: Map2<Address, u64, bool>;

  /** The creator holds the whole supply, administers the roles, mints and pauses. */
  @init
  init(name: string, symbol: string, decimals: u8, supply: u128): void {
    require(decimals <= 38, 'decimals above 38');
    this.tokenName.set(name);
    this.tokenSymbol.set(symbol);
    this.tokenDecimals.set(decimals);
    this.domain.set(hashOf3('weft/permit/1', self(), blockHash()));
    this.claimRoles();
    this.setRole(hashOf('minter'), caller());
    this.setRole(hashOf('pauser'), caller());
    this.credit(caller(), supply);
  }

  @call
  transfer(to: Address, amount: u128): void {
    this.move(caller(), to, amount);
  }

  /** Sets the allowance; what it was before does not matter. The largest number is an allowance without end. */
  @call
  approve(spender: Address, amount: u128): void {
    this.allow(caller(), spender, amount);
  }

  /** Moves tokens of `from` against the caller's allowance. */
  @call
  transferFrom(from: Address, to: Address, amount: u128): void {
    this.spend(from, amount);
    this.move(from, to, amount);
  }

  /**
   * Sets an allowance by the owner's signature, brought by anybody: Ed25519, by the key the owner's address is made of
   * or the one set with `setPermitKey`, over `permitDigest`. Numbers are the owner's to choose, each taken once.
   */
  @call
  permit(owner: Address, spender: Address, amount: u128, nonce: u64, deadline: u64, key: Hash, signature: Uint8Array): void {
    ensure(time() <= deadline, new PermitExpired(deadline));
    this.usePermit(owner, nonce);
    const registered = this.permitKeys.get(owner);
    const isKey = registered.isZero() ? accountOf(key) == owner : registered == key;
    const digest = digestOf(this.domain.get(), owner, spender, amount, nonce, deadline);
    ensure(isKey && ed25519Signs(signature, key, digest), new BadPermit(owner));
    this.allow(owner, spender, amount);
  }

  /** Permits of the caller are signed by this key from now on; zeros: by the key the address is made of. */
  @call
  setPermitKey(key: Hash): void {
    this.permitKeys.set(caller(), key);
  }

  /** Takes back a permit that was signed and is not used yet. */
  @call
  cancelPermit(nonce: u64): void {
    this.usePermit(caller(), nonce);
  }

  @call
  mint(to: Address, amount: u128): void {
    this.onlyRole(hashOf('minter'));
    this.whenMoving();
    this.credit(to, amount);
  }

  @call
  burn(amount: u128): void {
    this.destroy(caller(), amount);
  }

  /** Burns tokens of `from` against the caller's allowance. */
  @call
  burnFrom(from: Address, amount: u128): void {
    this.spend(from, amount);
    this.destroy(from, amount);
  }

  /** Pausing takes hold in the next block: transfers read it as it was at their block's start, and stay parallel. */
  @call
  setPaused(paused: bool): void {
    this.onlyRole(hashOf('pauser'));
    this.pausedNow.set(paused);
    emit(new PauseChanged(caller(), paused));
  }

  @view
  balanceOf(owner: Address): u128 {
    return this.balances.get(owner);
  }

  @view
  allowance(owner: Address, spender: Address): u128 {
    return this.allowances.get(owner, spender);
  }

  @view
  totalSupply(): u128 {
    return this.supply.get();
  }

  @view
  name(): string {
    return this.tokenName.get();
  }

  @view
  symbol(): string {
    return this.tokenSymbol.get();
  }

  @view
  decimals(): u8 {
    return this.tokenDecimals.get();
  }

  @view
  paused(): bool {
    return this.pausedNow.get();
  }

  /** What the owner signs. */
  @view
  permitDigest(owner: Address, spender: Address, amount: u128, nonce: u64, deadline: u64): Hash {
    return digestOf(this.domain.get(), owner, spender, amount, nonce, deadline);
  }

  @view
  permitUsed(owner: Address, nonce: u64): bool {
    return this.usedPermits.get(owner, nonce);
  }

  private move(from: Address, to: Address, amount: u128): void {
    this.whenMoving();
    this.debit(from, amount);
    this.balances.add(to, amount);
    emit(new Transfer(from, to, amount));
  }

  private allow(owner: Address, spender: Address, amount: u128): void {
    this.allowances.set(owner, spender, amount);
    if (amount == u128.Max) this.endless.set(owner, spender, true);
    else this.endless.delete(owner, spender);
    emit(new Approval(owner, spender, amount));
  }

  private spend(from: Address, amount: u128): void {
    if (this.endless.get(from, caller())) return;
    const allowed = this.allowances.trySub(from, caller(), amount);
    ensure(allowed, new InsufficientAllowance(from, caller(), amount));
  }

  private usePermit(owner: Address, nonce: u64): void {
    ensure(!this.usedPermits.get(owner, nonce), new PermitUsed(owner, nonce));
    this.usedPermits.set(owner, nonce, true);
  }

  private whenMoving(): void {
    ensure(!this.pausedNow.past(), new TokenPaused());
  }

  private debit(from: Address, amount: u128): void {
    ensure(this.balances.trySub(from, amount), new InsufficientBalance(from, amount));
  }

  private credit(to: Address, amount: u128): void {
    this.supply.add(amount);
    this.balances.add(to, amount);
    emit(new Transfer(Address.zero(), to, amount));
  }

  private destroy(from: Address, amount: u128): void {
    this.whenMoving();
    this.debit(from, amount);
    this.supply.sub(amount);
    emit(new Transfer(from, Address.zero(), amount));
  }
}

function digestOf(domain: Hash, owner: Address, spender: Address, amount: u128, nonce: u64, deadline: u64): Hash {
  return hashOf3(hashOf3(domain, owner, spender), hashOf2(amount, nonce), deadline);
}
