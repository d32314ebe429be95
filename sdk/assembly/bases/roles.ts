// Roles: who may do what, by a name each contract chooses. A role is the hash of its name (`hashOf('minter')`); the
// members of the role `Hash.zero()` administer all others.
import { Address, caller, emit, ensure, Hash, Map2 } from '../index';

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
/** The account does not have the role. */
@error
class MissingRole {
  role: Hash;
  account: Address;
}

/** `extends Roles`, then `this.claimRoles()` in `@init` and `this.onlyRole(hashOf('…'))` in methods. */
export class Roles {
  roleMembers: Map2<Hash, Address, bool>;

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
    this.roleMembers.set(role, account, true);
    emit(new RoleGranted(role, account));
  }

  private unsetRole(role: Hash, account: Address): void {
    this.roleMembers.delete(role, account);
    emit(new RoleRevoked(role, account));
  }
}
