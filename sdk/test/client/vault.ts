// A contract for tests of the client: every kind of argument, a failure of each kind, and a method that declares too
// little access.
export const VAULT_SOURCE = `
@event class Stored { @indexed owner: Address; amount: u64; }
@error class TooMuch { asked: u64; most: u64; }
@contract export class Vault {
  kept: Map<Address, u64>;
  names: Map<string, u64>;
  total: Accumulator;
  @init init(): void {}
  @call put(amount: u64): u64 {
    log('putting ' + amount.toString());
    ensure(amount <= 100, new TooMuch(amount, 100));
    const sum = this.kept.get(caller()) + amount;
    this.kept.set(caller(), sum);
    this.total.add(u128.from(amount));
    emit(new Stored(caller(), amount));
    return sum;
  }
  @call @writes("names['a']")
  rename(n: u64): void { this.names.set('slot ' + (n % 4).toString(), n); }
  @call fail(): void { require(false, 'never'); }
  @call stop(): void { throw new Error('stopped'); }
  @call divide(by: u64): u64 { return 100 / by; }
  @call @payable pay(): void {}
  @view keptBy(owner: Address): u64 { return this.kept.get(owner); }
  @view @reads("names[*]") nameOf(n: u64): u64 { return this.names.get('slot ' + (n % 4).toString()); }
  @view broken(): u64 { require(false, 'no view'); return 0; }
}
`;
