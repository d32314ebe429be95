// What a run did beyond its access set, as extra access that would have covered it. For simulation: the chain itself
// never widens anything.
import { bytesText } from '../base/bytes.js';
import type { AccessSet, ExtraAccess } from '../types/access.js';
import type { Address } from '../types/address.js';
import { cellMax, keyContract, keyKind } from '../types/key.js';
import type { ObservedAccess } from '../types/run-notes.js';
import { createEnforcer, type Enforcer } from './enforce.js';
import { isBalance } from './resolve.js';

/** Extra access by first touch. Keys of contracts the set does not reach are left out: extra access may not name them. */
export function missingAccess(access: AccessSet, observed: readonly ObservedAccess[]): ExtraAccess[] {
  const enforcer = createEnforcer(access);
  return observed
    .filter(({ key }) => isBalance(key) || enforcer.mayCall(keyContract(key)))
    .flatMap((one) => missingOf(one, enforcer));
}

/** Entered contracts the set does not reach. */
export function unreachedContracts(access: AccessSet, reached: readonly Address[]): Address[] {
  const known = new Set(access.contracts.map(({ address }) => bytesText(address)));
  return reached.filter((contract) => !known.has(bytesText(contract)));
}

function missingOf(one: ObservedAccess, enforcer: Enforcer): ExtraAccess[] {
  const { key } = one;
  const found: ExtraAccess[] = [];
  if (one.past && !enforcer.mayPast(key)) found.push({ kind: 'key', mode: 'past', key });
  if (one.writes && !enforcer.mayWrite(key)) return [...found, { kind: 'key', mode: 'write', key }];
  if (one.reads && !enforcer.mayRead(key)) found.push({ kind: 'key', mode: 'read', key });
  if (one.adds) found.push(...missingAdds(one, enforcer));
  return found;
}

/** Amounts of extra access are summed with those declared; the tightest bound holds. */
function missingAdds(one: ObservedAccess, enforcer: Enforcer): ExtraAccess[] {
  const { key, up, down, floor } = one;
  const ceiling = one.ceiling ?? cellMax(keyKind(key));
  const rule = enforcer.addRule(key);
  if (rule?.mode === 'write') return [];
  const add = (direction: 'up' | 'down', amount: bigint, bound: bigint): ExtraAccess => ({
    kind: 'key',
    mode: 'add',
    key,
    direction,
    amount,
    bound,
  });
  if (rule === undefined) {
    return [
      ...(up > 0n || down === 0n ? [add('up', up, ceiling)] : []),
      ...(down > 0n ? [add('down', down, floor)] : []),
    ];
  }
  const found: ExtraAccess[] = [];
  if (up > rule.up || (up > 0n && ceiling < rule.ceiling))
    found.push(add('up', up > rule.up ? up - rule.up : 0n, ceiling));
  if (down > rule.down || (down > 0n && floor > rule.floor))
    found.push(add('down', down > rule.down ? down - rule.down : 0n, floor));
  return found;
}
