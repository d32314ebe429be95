// An escrow: a buyer deposits native units, and releases them to the seller, or takes them back after the deadline.
import { Address, caller, emit, ensure, Map, require, time, transfer, u128, value } from '@weft/sdk/assembly';

@event
class Opened {
  @indexed id: u64;
  buyer: Address;
  seller: Address;
  amount: u128;
}

@event
class Closed {
  @indexed id: u64;
  to: Address;
  amount: u128;
}

/** Only the buyer decides about a deal. */
@error
class NotBuyer {
  caller: Address;
}

/** The buyer promised to wait until then (milliseconds). */
@error
class TooEarly {
  deadline: u64;
}

@struct
class Deal {
  buyer: Address;
  seller: Address;
  amount: u128;
  deadline: u64;
}

@contract
export class Escrow {
  /** Written once: where the money goes is known before a transaction runs. */
  deals: Map<u64, Deal>;
  closed: Map<u64, bool>;

  /** Deposits the value sent along for a seller. `deadline`: milliseconds; from then on the buyer may take it back. */
  @call
  @payable
  open(id: u64, seller: Address, deadline: u64): void {
    require(!this.deals.has(id), 'a deal with this id exists');
    require(!value().isZero(), 'nothing was deposited');
    this.deals.set(id, new Deal(caller(), seller, value(), deadline));
    emit(new Opened(id, caller(), seller, value()));
  }

  /** Pays the seller. */
  @call
  release(id: u64): void {
    const deal = this.deals.get(id);
    ensure(caller() == deal.buyer, new NotBuyer(caller()));
    this.close(id);
    transfer(deal.seller, deal.amount);
    emit(new Closed(id, deal.seller, deal.amount));
  }

  /** Pays the buyer back, after the deadline. */
  @call
  refund(id: u64): void {
    const deal = this.deals.get(id);
    ensure(caller() == deal.buyer, new NotBuyer(caller()));
    ensure(time() >= deal.deadline, new TooEarly(deal.deadline));
    this.close(id);
    transfer(deal.buyer, deal.amount);
    emit(new Closed(id, deal.buyer, deal.amount));
  }

  @view
  deal(id: u64): Deal {
    return this.deals.get(id);
  }

  @view
  isClosed(id: u64): bool {
    return this.closed.get(id);
  }

  private close(id: u64): void {
    require(!this.closed.get(id), 'the deal is closed');
    this.closed.set(id, true);
  }
}
