// Roles: who may do what, by a name each contract chooses. A role is the hash of its name (`hashOf('minter')`); the
// members of the role `Hash.zero()` administer all others. The last administrator leaves only by saying so.
import { Accumulator, Address, caller, emit, ensure, Hash, Map2 } from '../index';

@event
class RoleGranted {
  @indexed role: Hash;
  @indexed account: Address;
}
@event
class RoleRevoked {
  @indexed role: Hash;
  @indexed account: Address;
}
/** Nobody administers the roles from now on; they stay as they are. */
@event
class AdministrationEnded {
  by: Address;
}
/** The account does not have the role. */
@error
class MissingRole {
  role: Hash;
  account: Address;
}
/** The last administrator would be gone: `endAdministration` says that this is meant. */
@error
class LastAdministrator {
  account: Address;
}

/** `extends Roles`, then `this.claimRoles()` in `@init` and `this.onlyRole(hashOf('…'))` in methods. */
export class Roles {
  roleMembers: Map2<Hash, Address, bool>;
  administrators: Accumulator<u64>;

  @call
  grantRole(role: Hash, account: Address): void {
    this.onlyRole(Hash.zero());
    this.setRole(role, account);
  }

  @call
  revokeRole(role: Hash, account: Address): void {
    this.onlyRole(Hash.zero());
    this.unsetRole(role, account);
  }

  /** Gives a role of one's own up. */
  @call
  renounceRole(role: Hash): void {
    this.unsetRole(role, caller());
  }

  /** The only administrator gives up administration for ever. */
  @call
  endAdministration(): void {
    this.onlyRole(Hash.zero());
    ensure(this.administrators.get() == 1, new LastAdministrator(caller()));
    this.administrators.set(0);
    this.roleMembers.delete(Hash.zero(), caller());
    emit(new RoleRevoked(Hash.zero(), caller()));
    emit(new AdministrationEnded(caller()));
  }

  @view
  hasRole(role: Hash, account: Address): bool {
    return this.roleMembers.get(role, account);
  }

  protected onlyRole(role: Hash): void {
    ensure(this.roleMembers.get(role, caller()), new MissingRole(role, caller()));
  }

  /** In `@init`: the creator administers the roles. */
  protected claimRoles(): void {
    this.setRole(Hash.zero(), caller());
  }

  protected setRole(role: Hash, account: Address): void {
    if (this.roleMembers.get(role, account)) return;
    this.roleMembers.set(role, account, true);
    if (role.isZero()) this.administrators.add(1);
    emit(new RoleGranted(role, account));
  }

  private unsetRole(role: Hash, account: Address): void {
    if (!this.roleMembers.get(role, account)) return;
    if (role.isZero()) ensure(this.administrators.trySub(1, 1), new LastAdministrator(account));
    this.roleMembers.delete(role, account);
    emit(new RoleRevoked(role, account));
  }
}
