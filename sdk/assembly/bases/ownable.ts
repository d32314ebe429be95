// A contract with an owner. Handing over takes two steps: the owner names the next one, who then accepts.
import { Address, caller, emit, ensure, Value } from '../index';

/** Who owns the contract from now on. */
@event
class OwnershipTransferred {
  @indexed from: Address;
  @indexed to: Address;
}
/** Only the owner may do this. */
@error
class NotOwner {
  caller: Address;
}
/** Only the one the owner named may accept. */
@error
class NotPendingOwner {
  caller: Address;
}

/** `extends Ownable`, then `this.claimOwnership()` in `@init` and `this.onlyOwner()` where only the owner may pass. */
export class Ownable {
  contractOwner: Value<Address>;
  nextOwner: Value<Address>;

  /** Names the next owner; nothing changes until that one accepts. The zero address takes the offer back. */
  @call
  transferOwnership(next: Address): void {
    this.onlyOwner();
    this.nextOwner.set(next);
  }

  /** The one named becomes the owner. */
  @call
  acceptOwnership(): void {
    ensure(caller() == this.nextOwner.get(), new NotPendingOwner(caller()));
    this.nextOwner.set(Address.zero());
    this.passOwnership(caller());
  }

  /** Gives the contract up for ever. */
  @call
  renounceOwnership(): void {
    this.onlyOwner();
    this.nextOwner.set(Address.zero());
    this.passOwnership(Address.zero());
  }

  @view
  owner(): Address {
    return this.contractOwner.get();
  }

  /** The one named by the owner, who has not accepted yet. */
  @view
  pendingOwner(): Address {
    return this.nextOwner.get();
  }

  protected onlyOwner(): void {
    ensure(caller() == this.contractOwner.get(), new NotOwner(caller()));
  }

  /** In `@init`: the creator owns the contract. */
  protected claimOwnership(): void {
    this.passOwnership(caller());
  }

  private passOwnership(to: Address): void {
    const from = this.contractOwner.get();
    this.contractOwner.set(to);
    emit(new OwnershipTransferred(from, to));
  }
}
