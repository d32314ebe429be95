// Items: things of which there is one, and classes of which there are many units. Ids are hashes of who made them and a
// number of theirs, so making items is as parallel as their makers.
import {
  Accumulator,
  AccumulatorMap,
  AccumulatorMap2,
  Address,
  caller,
  emit,
  ensure,
  Hash,
  hashOf,
  hashOf3,
  Map,
  Map2,
  mulDiv,
  u128,
  Value,
} from '@weft/sdk/assembly';
import { Roles } from '@weft/sdk/assembly/bases/roles';

/** A contract that takes items: it agrees by answering true. */
@remote
abstract class Receiver {
  abstract onItemsReceived(operator: Address, from: Address, moved: Moved[]): bool;
}

/** Units of a class, or one of an item. */
@struct
class Moved {
  id: Hash;
  amount: u128;
}

/** What an item or a class is: the hash of its description, and what its maker asks of each sale (in 1/10,000). */
@struct
class Terms {
  content: Hash;
  royaltyTo: Address;
  royaltyPoints: u16;
}
/** Units of a class: who makes them, and how many there may ever be at once. */
@struct
class ItemClass {
  maker: Address;
  ceiling: u128;
}
@struct
class Royalty {
  to: Address;
  amount: u128;
}

/** One item moved. Made: from the zero address; burned: to it. */
@event
class ItemMoved {
  @indexed id: Hash;
  @indexed from: Address;
  @indexed to: Address;
}
/** Units moved. Made: from the zero address; burned: to it. */
@event
class UnitsMoved {
  @indexed id: Hash;
  @indexed from: Address;
  @indexed to: Address;
  amount: u128;
}
@event
class ClassCreated {
  @indexed id: Hash;
  @indexed maker: Address;
  ceiling: u128;
}
@event
class ItemApproval {
  @indexed id: Hash;
  @indexed owner: Address;
  spender: Address;
}
/** The operator may move everything of the owner, or no longer. */
@event
class OperatorChanged {
  @indexed owner: Address;
  @indexed operator: Address;
  allowed: bool;
}

@error
class AlreadyMade {
  id: Hash;
}
@error
class UnknownItem {
  id: Hash;
}
@error
class NotItemOwner {
  id: Hash;
  account: Address;
}
/** The caller may not move what is the owner's. */
@error
class NotAllowed {
  owner: Address;
  caller: Address;
}
@error
class InsufficientUnits {
  id: Hash;
  owner: Address;
  amount: u128;
}
@error
class CeilingExceeded {
  id: Hash;
  ceiling: u128;
}
@error
class NotMaker {
  id: Hash;
}
/** The zero address receives nothing: burn it. */
@error
class NoReceiver {}
/** The receiving contract did not agree. */
@error
class ReceiverRefused {
  receiver: Address;
}
/** Lists of equal length, at most 64; one of each item; royalties up to all of the price. */
@error
class BadArgument {
  argument: string;
}

const BATCH_MAX: i32 = 64;
const WHOLE: u16 = 10_000;

@contract
export class Items extends Roles {
  collection: Value<string>;
  /** Whether anybody makes items and classes, or only the role `maker`. */
  @immutable openToAll: Value<bool>;
  /** Of items: the owner; the zero address once burned, so that no id comes back. */
  owners: Map<Hash, Address>;
  counts: AccumulatorMap<Address, u64>;
  total: Accumulator<u64>;
  approvals: Map<Hash, Address>;
  operators: Map2<Address, Address, bool>;
  classes: Map<Hash, ItemClass>;
  units: AccumulatorMap2<Hash, Address>;
  supplies: AccumulatorMap<Hash>;
  terms: Map<Hash, Terms>;

  /** The creator administers the roles. */
  @init
  init(name: string, openToAll: bool): void {
    this.collection.set(name);
    this.openToAll.set(openToAll);
    this.claimRoles();
  }

  /** Makes one item; its id, the hash of 'item', the caller and the salt. */
  @call
  mint(to: Address, salt: Hash, terms: Terms): Hash {
    this.onlyMaker();
    ensure(!to.isZero(), new NoReceiver());
    const id = hashOf3('item', caller(), salt);
    ensure(!this.owners.has(id), new AlreadyMade(id));
    this.keepTerms(id, terms);
    this.owners.set(id, to);
    this.counts.add(to, 1);
    this.total.add(1);
    emit(new ItemMoved(id, Address.zero(), to));
    return id;
  }

  /** Makes a class of units; its id, the hash of 'class', the caller and the salt. At most `ceiling` exist at once. */
  @call
  createClass(salt: Hash, ceiling: u128, terms: Terms): Hash {
    this.onlyMaker();
    const id = hashOf3('class', caller(), salt);
    ensure(!this.classes.has(id), new AlreadyMade(id));
    this.keepTerms(id, terms);
    this.classes.set(id, new ItemClass(caller(), ceiling));
    emit(new ClassCreated(id, caller(), ceiling));
    return id;
  }

  /** Makes units of a class of the caller's. */
  @call
  mintUnits(id: Hash, to: Address, amount: u128): void {
    ensure(!to.isZero(), new NoReceiver());
    const known = this.classes.get(id);
    ensure(known.maker == caller(), new NotMaker(id));
    ensure(this.supplies.tryAdd(id, amount, known.ceiling), new CeilingExceeded(id, known.ceiling));
    this.units.add(id, to, amount);
    emit(new UnitsMoved(id, Address.zero(), to, amount));
  }

  /** Moves one item: by its owner, an operator of the owner, or who the owner approved for it. */
  @call
  transferFrom(from: Address, to: Address, id: Hash): void {
    if (this.approvals.get(id) != caller()) this.onlyAllowed(from);
    this.moveItem(from, to, id);
  }

  /** Moves several items of one owner. */
  @call
  batchTransferFrom(from: Address, to: Address, ids: Hash[]): void {
    ensure(ids.length <= BATCH_MAX, new BadArgument('ids'));
    this.onlyAllowed(from);
    for (let i = 0; i < ids.length; i++) this.moveItem(from, to, ids[i]);
  }

  /** Moves units of a class. */
  @call
  transferUnits(from: Address, to: Address, id: Hash, amount: u128): void {
    this.onlyAllowed(from);
    this.moveUnits(from, to, id, amount);
  }

  /** Moves units of several classes. */
  @call
  batchTransferUnits(from: Address, to: Address, moved: Moved[]): void {
    ensure(moved.length <= BATCH_MAX, new BadArgument('moved'));
    this.onlyAllowed(from);
    for (let i = 0; i < moved.length; i++) this.moveUnits(from, to, moved[i].id, moved[i].amount);
  }

  /** Moves items (amount 1) and units together to a contract, which has to agree. */
  @call
  safeBatchTransferFrom(from: Address, to: Address, moved: Moved[]): void {
    ensure(moved.length <= BATCH_MAX, new BadArgument('moved'));
    this.onlyAllowed(from);
    for (let i = 0; i < moved.length; i++) {
      const one = moved[i];
      if (this.classes.has(one.id)) this.moveUnits(from, to, one.id, one.amount);
      else {
        ensure(one.amount == u128.One, new BadArgument('amount'));
        this.moveItem(from, to, one.id);
      }
    }
    ensure(new Receiver(to).onItemsReceived(caller(), from, moved), new ReceiverRefused(to));
  }

  /** Lets one account move one item, once; the zero address takes it back. */
  @call
  approve(id: Hash, spender: Address): void {
    const owner = this.owners.get(id);
    ensure(owner == caller(), new NotItemOwner(id, caller()));
    this.approvals.set(id, spender);
    emit(new ItemApproval(id, owner, spender));
  }

  /** Lets an account move everything of the caller, or no longer. */
  @call
  setApprovalForAll(operator: Address, allowed: bool): void {
    this.operators.set(caller(), operator, allowed);
    emit(new OperatorChanged(caller(), operator, allowed));
  }

  /** Destroys an item of the caller's, for ever: its id does not come back. */
  @call
  burn(id: Hash): void {
    ensure(this.owners.get(id) == caller(), new NotItemOwner(id, caller()));
    this.owners.set(id, Address.zero());
    this.approvals.delete(id);
    this.counts.sub(caller(), 1);
    this.total.sub(1);
    emit(new ItemMoved(id, caller(), Address.zero()));
  }

  /** Destroys units of the caller's. */
  @call
  burnUnits(id: Hash, amount: u128): void {
    ensure(this.units.trySub(id, caller(), amount), new InsufficientUnits(id, caller(), amount));
    this.supplies.sub(id, amount);
    emit(new UnitsMoved(id, caller(), Address.zero(), amount));
  }

  @view
  name(): string {
    return this.collection.get();
  }

  /** Of a live item. */
  @view
  ownerOf(id: Hash): Address {
    const owner = this.owners.get(id);
    ensure(!owner.isZero(), new UnknownItem(id));
    return owner;
  }

  /** Items of an owner. */
  @view
  balanceOf(owner: Address): u64 {
    return this.counts.get(owner);
  }

  /** Live items. */
  @view
  totalItems(): u64 {
    return this.total.get();
  }

  @view
  unitsOf(id: Hash, owner: Address): u128 {
    return this.units.get(id, owner);
  }

  @view
  supplyOf(id: Hash): u128 {
    return this.supplies.get(id);
  }

  @view
  classOf(id: Hash): ItemClass {
    ensure(this.classes.has(id), new UnknownItem(id));
    return this.classes.get(id);
  }

  /** Zeros: nobody. */
  @view
  approvedOf(id: Hash): Address {
    return this.approvals.get(id);
  }

  @view
  isOperator(owner: Address, operator: Address): bool {
    return this.operators.get(owner, operator);
  }

  @view
  termsOf(id: Hash): Terms {
    ensure(this.terms.has(id), new UnknownItem(id));
    return this.terms.get(id);
  }

  /** What the maker asks of a sale at a price, rounded down. */
  @view
  royaltyOf(id: Hash, price: u128): Royalty {
    const known = this.terms.get(id);
    return new Royalty(known.royaltyTo, mulDiv(price, u128.from(known.royaltyPoints), u128.from(WHOLE)));
  }

  private onlyMaker(): void {
    if (!this.openToAll.get()) this.onlyRole(hashOf('maker'));
  }

  private keepTerms(id: Hash, terms: Terms): void {
    ensure(terms.royaltyPoints <= WHOLE, new BadArgument('royaltyPoints'));
    this.terms.set(id, terms);
  }

  private onlyAllowed(from: Address): void {
    ensure(caller() == from || this.operators.get(from, caller()), new NotAllowed(from, caller()));
  }

  private moveItem(from: Address, to: Address, id: Hash): void {
    ensure(!to.isZero(), new NoReceiver());
    ensure(!from.isZero() && this.owners.get(id) == from, new NotItemOwner(id, from));
    this.owners.set(id, to);
    this.approvals.delete(id);
    this.counts.sub(from, 1);
    this.counts.add(to, 1);
    emit(new ItemMoved(id, from, to));
  }

  private moveUnits(from: Address, to: Address, id: Hash, amount: u128): void {
    ensure(!to.isZero(), new NoReceiver());
    ensure(this.units.trySub(id, from, amount), new InsufficientUnits(id, from, amount));
    this.units.add(id, to, amount);
    emit(new UnitsMoved(id, from, to, amount));
  }
}
