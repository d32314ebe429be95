// A fungible token. Balances are cells: any number of transfers from, to and between hot accounts run at once.
import {
  AccumulatorMap,
  AccumulatorMap2,
  Accumulator,
  Address,
  caller,
  emit,
  ensure,
  require,
  u128,
  Value,
} from '@weft/sdk/assembly';

/** Tokens moved. Minting comes from the zero address, burning goes to it. */
@event
class Transfer {
  @indexed from: Address;
  @indexed to: Address;
  amount: u128;
}

/** `spender` may now move up to `amount` of the tokens of `owner`. */
@event
class Approval {
  @indexed owner: Address;
  @indexed spender: Address;
  amount: u128;
}

/** Only the minter mints. */
@error
class NotMinter {
  caller: Address;
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

@contract
export class Token {
  tokenName: Value<string>;
  tokenSymbol: Value<string>;
  tokenDecimals: Value<u8>;
  minter: Value<Address>;
  supply: Accumulator;
  balances: AccumulatorMap<Address>;
  allowances: AccumulatorMap2<Address, Address>;

  /** The creator becomes the minter and holds the whole supply. */
  @init
  init(name: string, symbol: string, decimals: u8, supply: u128): void {
    require(decimals <= 38, 'decimals above 38');
    this.tokenName.set(name);
    this.tokenSymbol.set(symbol);
    this.tokenDecimals.set(decimals);
    this.minter.set(caller());
    this.credit(caller(), supply);
  }

  @call
  transfer(to: Address, amount: u128): void {
    this.move(caller(), to, amount);
  }

  /** Sets the allowance; what it was before does not matter. */
  @call
  approve(spender: Address, amount: u128): void {
    this.allowances.set(caller(), spender, amount);
    emit(new Approval(caller(), spender, amount));
  }

  /** Moves tokens of `from` against the caller's allowance. */
  @call
  transferFrom(from: Address, to: Address, amount: u128): void {
    const allowed = this.allowances.trySub(from, caller(), amount);
    ensure(allowed, new InsufficientAllowance(from, caller(), amount));
    this.move(from, to, amount);
  }

  @call
  mint(to: Address, amount: u128): void {
    ensure(caller() == this.minter.get(), new NotMinter(caller()));
    this.credit(to, amount);
  }

  @call
  burn(amount: u128): void {
    this.debit(caller(), amount);
    this.supply.sub(amount);
    emit(new Transfer(caller(), Address.zero(), amount));
  }

  /** Hands the minter's right on; the zero address ends minting for ever. */
  @call
  setMinter(minter: Address): void {
    ensure(caller() == this.minter.get(), new NotMinter(caller()));
    this.minter.set(minter);
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

  private move(from: Address, to: Address, amount: u128): void {
    this.debit(from, amount);
    this.balances.add(to, amount);
    emit(new Transfer(from, to, amount));
  }

  private debit(from: Address, amount: u128): void {
    ensure(this.balances.trySub(from, amount), new InsufficientBalance(from, amount));
  }

  private credit(to: Address, amount: u128): void {
    this.supply.add(amount);
    this.balances.add(to, amount);
    emit(new Transfer(Address.zero(), to, amount));
  }
}
