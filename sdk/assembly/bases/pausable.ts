// A contract its owner can stop. Reading the switch at the block's start conflicts with nothing, so a pause takes hold
// in the block after the one that pauses, and the methods it guards stay parallel.
import { caller, emit, ensure, Value, Address } from '../index';
import { Ownable } from './ownable';

@event
class Paused {
  by: Address;
}
@event
class Unpaused {
  by: Address;
}
/** The contract is paused. */
@error
class ContractPaused {}

/** `extends Pausable`, then `this.whenRunning()` in each method that a pause stops. */
export class Pausable extends Ownable {
  pausedNow: Value<bool>;

  @call
  pause(): void {
    this.onlyOwner();
    this.pausedNow.set(true);
    emit(new Paused(caller()));
  }

  @call
  unpause(): void {
    this.onlyOwner();
    this.pausedNow.set(false);
    emit(new Unpaused(caller()));
  }

  @view
  paused(): bool {
    return this.pausedNow.get();
  }

  protected whenRunning(): void {
    ensure(!this.pausedNow.past(), new ContractPaused());
  }
}
