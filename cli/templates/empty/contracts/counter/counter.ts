// A counter that many may use at once: adds to an accumulator never wait for each other.
import { Accumulator, emit, require, u128 } from '@weft/sdk/assembly';

@event
class Counted {
  amount: u128;
}

@contract
export class Counter {
  total: Accumulator;

  /** Adds 1 to 1000. */
  @call
  count(amount: u128): void {
    require(!amount.isZero() && amount <= u128.from(1000), 'between 1 and 1000');
    this.total.add(amount);
    emit(new Counted(amount));
  }

  @view
  totalCount(): u128 {
    return this.total.get();
  }
}
