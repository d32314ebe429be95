// What declared access costs. Charged when it is resolved; part of a transaction's ordered run, never of the tail.
import type { AccessSet } from '../types/access.js';
import { GAS_SCHEDULE } from '../types/gas-schedule.js';
import { keyText } from '../types/key.js';
import { lockText } from './access-builder.js';
import type { AccessPrices } from './meter.js';

/**
 * Gas given back at the end of an ordered run: the second charge of extra access that was touched, rolled-back parts
 * included. `touched` holds `keyText`s; a touch of any key under a lock counts for the lock.
 */
export function extraAccessRefund(
  access: AccessSet,
  touched: ReadonlySet<string>,
  prices: AccessPrices = GAS_SCHEDULE,
): number {
  const { key, lockKeys } = prices.access;
  let keys = 0;
  for (const entry of access.keys) if (entry.extra && touched.has(keyText(entry.key))) keys++;
  const locks = new Set(
    access.locks.filter((lock) => lock.extra).map((lock) => lockText(lock.contract, lock.field)),
  );
  if (locks.size === 0) return key * keys;
  const found = new Set<string>();
  for (const text of touched) {
    for (const lock of [text.slice(1, 33), text.slice(1, 41)]) if (locks.has(lock)) found.add(lock);
  }
  return key * (keys + lockKeys * found.size);
}
