// From purchase order to payment: a buyer funds an order, milestones are proven by events on a TraceLedger, the seller is
// paid milestone by milestone, what is left goes back. Stock per lot and site is a cell: many orders draw on one lot at once.
import {
  AccumulatorMap,
  Address,
  caller,
  emit,
  ensure,
  Hash,
  hashOf2,
  hashOf3,
  Map,
  self,
  time,
  u128,
} from '@weft/sdk/assembly';

/** The token orders are paid in. */
@remote
abstract class Coin {
  abstract transfer(to: Address, amount: u128): void;
  abstract transferFrom(from: Address, to: Address, amount: u128): void;
}
/** What a TraceLedger says of an event. */
@struct
class Proof {
  sound: bool;
  recorder: Address;
  kind: u8;
  bizStep: string;
  time: u64;
  goods: u32;
}
@remote
abstract class Ledger {
  abstract proofOf(id: Hash): Proof;
}

/** A part of the price, and what proves that it is earned: a business step, recorded by a party. */
@struct
class Milestone {
  bizStep: string;
  recorder: Address;
  amount: u128;
}
/** What buyer and seller agree on. It never changes. `deadline`: ms; what is not earned by then goes back. */
@struct
class Terms {
  seller: Address;
  arbiter: Address;
  token: Address;
  ledger: Address;
  lot: Hash;
  quantity: u64;
  total: u128;
  deadline: u64;
}
/** The terms as kept. */
@struct
class Order {
  buyer: Address;
  openedAt: u64;
  terms: Terms;
  milestones: Milestone[];
}
/** The seller's invoice: what the three-way match holds against order and receipt. */
@struct
class Invoice {
  document: Hash;
  quantity: u64;
  amount: u128;
}

@event
class OrderOpened {
  @indexed id: Hash;
  @indexed buyer: Address;
  @indexed seller: Address;
  total: u128;
}
@event
class OrderFunded {
  @indexed id: Hash;
  amount: u128;
}
@event
class StockChanged {
  @indexed lot: Hash;
  @indexed site: Address;
  added: u64;
  taken: u64;
}
@event
class MilestoneReached {
  @indexed id: Hash;
  milestone: u32;
  proof: Hash;
  amount: u128;
}
@event
class Invoiced {
  @indexed id: Hash;
  document: Hash;
  quantity: u64;
  amount: u128;
}
@event
class Disputed {
  @indexed id: Hash;
  by: Address;
  reason: Hash;
}
/** The order is over: what went to the seller and back to the buyer at its end. */
@event
class OrderClosed {
  @indexed id: Hash;
  state: u8;
  paid: u128;
  refunded: u128;
}

@error
class UnknownOrder {
  id: Hash;
}
@error
class OrderExists {
  id: Hash;
}
/** The order's state does not allow this. */
@error
class WrongState {
  id: Hash;
  state: u8;
}
@error
class NotParty {
  id: Hash;
  caller: Address;
}
/** No milestones or more than 32; amounts that do not sum to the total; a deadline that is over. */
@error
class BadTerms {
  field: string;
}
@error
class InsufficientStock {
  lot: Hash;
  site: Address;
  quantity: u64;
}
/** The event is not recorded, has findings or was corrected, or is not the step and recorder agreed on. */
@error
class NotProven {
  id: Hash;
  proof: Hash;
}
/** The event proves another milestone already. */
@error
class ProofUsed {
  proof: Hash;
}
@error
class WrongMilestone {
  id: Hash;
  milestone: u32;
}
/** Order, receipt and invoice do not say the same. */
@error
class NoMatch {
  id: Hash;
  field: string;
}
@error
class TooEarly {
  deadline: u64;
}

const OPEN: u8 = 1;
const FUNDED: u8 = 2;
const DISPUTED: u8 = 3;
const PAID: u8 = 4;
const REFUNDED: u8 = 5;
const RESOLVED: u8 = 6;
const CANCELLED: u8 = 7;

const MILESTONES_MAX: i32 = 32;
/** How long after the deadline an arbiter may still decide: 30 days. */
const DEADLINE_MAX: u64 = 1 << 53;
const ARBITER_MS: u64 = 2_592_000_000;

@contract
export class OrderEscrow {
  orders: Map<Hash, Order>;
  states: Map<Hash, u8>;
  /** Milestones reached: the next one's number. */
  reached: Map<Hash, u32>;
  /** What is held for an order. */
  held: AccumulatorMap<Hash>;
  invoices: Map<Hash, Invoice>;
  /** Events that proved a milestone between a buyer and a seller, by hash of ledger, event and both. */
  usedProofs: Map<Hash, bool>;
  /** Pieces by hashOf2(lot, site); the site is the account that put them there. */
  stock: AccumulatorMap<Hash, u64>;

  /** Adds to the caller's stock of a lot. */
  @call
  addStock(lot: Hash, quantity: u64): void {
    this.stock.add(hashOf2(lot, caller()), quantity);
    emit(new StockChanged(lot, caller(), quantity, 0));
  }

  /** Takes from the caller's stock of a lot. */
  @call
  takeStock(lot: Hash, quantity: u64): void {
    this.draw(lot, caller(), quantity);
  }

  /** Opens an order: the caller buys. Its id, the hash of buyer, terms and salt. */
  @call
  open(terms: Terms, milestones: Milestone[], salt: Hash): Hash {
    const id = hashOf3(caller(), terms, salt);
    ensure(!this.orders.has(id), new OrderExists(id));
    ensure(milestones.length > 0 && milestones.length <= MILESTONES_MAX, new BadTerms('milestones'));
    ensure(terms.deadline > time() && terms.deadline < DEADLINE_MAX, new BadTerms('deadline'));
    ensure(!terms.seller.isZero() && terms.seller != caller(), new BadTerms('seller'));
    ensure(terms.arbiter != caller() && terms.arbiter != terms.seller, new BadTerms('arbiter'));
    let total = u128.Zero;
    for (let i = 0; i < milestones.length; i++) total = total + milestones[i].amount;
    ensure(total == terms.total, new BadTerms('total'));
    this.orders.set(id, new Order(caller(), time(), terms, milestones));
    this.states.set(id, OPEN);
    emit(new OrderOpened(id, caller(), terms.seller, terms.total));
    return id;
  }

  /** The buyer takes an order back that is not funded. */
  @call
  cancel(id: Hash): void {
    ensure(this.known(id).buyer == caller(), new NotParty(id, caller()));
    this.move(id, OPEN, CANCELLED);
    emit(new OrderClosed(id, CANCELLED, u128.Zero, u128.Zero));
  }

  /** The buyer pays the price in, which takes the goods from the seller's stock. */
  @call
  fund(id: Hash): void {
    const order = this.known(id);
    const terms = order.terms;
    ensure(order.buyer == caller(), new NotParty(id, caller()));
    ensure(time() < terms.deadline, new BadTerms('deadline'));
    this.move(id, OPEN, FUNDED);
    this.draw(terms.lot, terms.seller, terms.quantity);
    this.held.add(id, terms.total);
    emit(new OrderFunded(id, terms.total));
    new Coin(terms.token).transferFrom(caller(), self(), terms.total);
  }

  /** The seller's invoice; the last one counts. */
  @call
  invoice(id: Hash, invoice: Invoice): void {
    ensure(this.known(id).terms.seller == caller(), new NotParty(id, caller()));
    this.expect(id, FUNDED);
    this.invoices.set(id, invoice);
    emit(new Invoiced(id, invoice.document, invoice.quantity, invoice.amount));
  }

  /**
   * Pays the next milestone, proven by an event of the ledger; anybody may bring it. The last one is paid only when order,
   * receipt and invoice say the same: the event names as many goods as were ordered, the invoice asks for them and the
   * price. `amount`: the milestone's.
   */
  @call
  reach(id: Hash, milestone: u32, amount: u128, proof: Hash): void {
    const order = this.known(id);
    const terms = order.terms;
    this.expect(id, FUNDED);
    ensure(milestone == this.reached.get(id), new WrongMilestone(id, milestone));
    const agreed = order.milestones[milestone];
    ensure(amount == agreed.amount, new BadTerms('amount'));
    const use = hashOf3(hashOf2(terms.ledger, proof), order.buyer, terms.seller);
    ensure(!this.usedProofs.get(use), new ProofUsed(proof));
    this.usedProofs.set(use, true);
    this.reached.set(id, milestone + 1);
    this.held.sub(id, amount);
    const last = milestone + 1 == <u32>order.milestones.length;
    if (last) this.states.set(id, PAID);
    const found = new Ledger(terms.ledger).proofOf(proof);
    const fits = found.sound && found.recorder == agreed.recorder && found.bizStep == agreed.bizStep;
    ensure(fits && found.time >= order.openedAt, new NotProven(id, proof));
    if (last) {
      const asked = this.invoices.get(id);
      ensure(<u64>found.goods == terms.quantity, new NoMatch(id, 'receipt'));
      ensure(asked.quantity == terms.quantity, new NoMatch(id, 'invoice quantity'));
      ensure(asked.amount == terms.total, new NoMatch(id, 'invoice amount'));
      emit(new OrderClosed(id, PAID, amount, u128.Zero));
    }
    emit(new MilestoneReached(id, milestone, proof, amount));
    new Coin(terms.token).transfer(terms.seller, amount);
  }

  /** Buyer or seller stops a funded order; the arbiter decides. `reason`: hash of what it is about. */
  @call
  dispute(id: Hash, reason: Hash): void {
    const order = this.known(id);
    ensure(caller() == order.buyer || caller() == order.terms.seller, new NotParty(id, caller()));
    this.move(id, FUNDED, DISPUTED);
    emit(new Disputed(id, caller(), reason));
  }

  /** The arbiter splits what is held: all of it, between seller and buyer. */
  @call
  resolve(id: Hash, toSeller: u128, toBuyer: u128): void {
    const order = this.known(id);
    const terms = order.terms;
    ensure(terms.arbiter == caller(), new NotParty(id, caller()));
    this.move(id, DISPUTED, RESOLVED);
    this.release(id, toSeller + toBuyer);
    emit(new OrderClosed(id, RESOLVED, toSeller, toBuyer));
    new Coin(terms.token).transfer(terms.seller, toSeller);
    new Coin(terms.token).transfer(order.buyer, toBuyer);
  }

  /** After the deadline what was not earned goes back to the buyer; of a dispute, once the arbiter's time is over too. */
  @call
  refundAfter(id: Hash, amount: u128): void {
    const order = this.known(id);
    const terms = order.terms;
    const state = this.states.get(id);
    ensure(state == FUNDED || state == DISPUTED, new WrongState(id, state));
    const deadline = state == DISPUTED ? terms.deadline + ARBITER_MS : terms.deadline;
    ensure(time() > deadline, new TooEarly(deadline));
    this.states.set(id, REFUNDED);
    this.release(id, amount);
    if (this.reached.get(id) == 0) {
      this.stock.add(hashOf2(terms.lot, terms.seller), terms.quantity);
      emit(new StockChanged(terms.lot, terms.seller, terms.quantity, 0));
    }
    emit(new OrderClosed(id, REFUNDED, u128.Zero, amount));
    new Coin(terms.token).transfer(order.buyer, amount);
  }

  @view
  orderOf(id: Hash): Order {
    return this.known(id);
  }

  /** 0 unknown, 1 open, 2 funded, 3 disputed; over: 4 paid, 5 refunded, 6 resolved, 7 cancelled. */
  @view
  stateOf(id: Hash): u8 {
    return this.states.get(id);
  }

  @view
  heldFor(id: Hash): u128 {
    return this.held.get(id);
  }

  /** Milestones paid. */
  @view
  reachedOf(id: Hash): u32 {
    return this.reached.get(id);
  }

  @view
  invoiceOf(id: Hash): Invoice {
    return this.invoices.get(id);
  }

  @view
  stockOf(lot: Hash, site: Address): u64 {
    return this.stock.get(hashOf2(lot, site));
  }

  private known(id: Hash): Order {
    ensure(this.orders.has(id), new UnknownOrder(id));
    return this.orders.get(id);
  }

  private expect(id: Hash, state: u8): void {
    const now = this.states.get(id);
    ensure(now == state, new WrongState(id, now));
  }

  private move(id: Hash, from: u8, to: u8): void {
    this.expect(id, from);
    this.states.set(id, to);
  }

  /** All that is held, and it must be so much. */
  private release(id: Hash, amount: u128): void {
    ensure(this.held.get(id) == amount, new BadTerms('amount'));
    this.held.set(id, u128.Zero);
  }

  private draw(lot: Hash, site: Address, quantity: u64): void {
    ensure(this.stock.trySub(hashOf2(lot, site), quantity), new InsufficientStock(lot, site, quantity));
    emit(new StockChanged(lot, site, 0, quantity));
  }
}
