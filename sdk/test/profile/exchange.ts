// A contract with every habit that makes transactions wait, for tests of the profile.

export const EXCHANGE_SOURCE = `
@contract
export class Exchange {
  totalVolume: Value<u128>;
  price: Value<u64>;
  vault: Accumulator;
  journal: List<u64>;
  seats: Map<u64, u64>;

  @call
  swap(amount: u128): void {
    this.totalVolume.set(this.totalVolume.get() + amount);
  }

  @call
  setPrice(price: u64): void {
    this.price.set(price);
  }

  @call
  quote(limit: u64): void {
    require(this.price.get() <= limit, 'too dear');
  }

  @call
  put(amount: u128): void {
    this.vault.add(amount);
  }

  @call
  take(amount: u128): void {
    this.vault.sub(amount);
  }

  @call
  note(entry: u64): void {
    this.journal.push(entry);
  }

  @call
  sit(seat: u64): void {
    this.seats.set(seat, this.seats.get(seat) + 1);
  }
}
`;
