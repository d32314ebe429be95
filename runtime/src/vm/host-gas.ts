// What host functions charge. Each names its own price in the schedule (`pricesOf(frame).emit`), which the engine turns
// into a plain load; looked up by a name passed along it would be a search.
import type { GasSchedule, HostPrice } from '../types/gas-schedule.js';
import type { Frame } from './frame.js';

/** Prices of the host functions in the running block. */
export function pricesOf(frame: Frame): GasSchedule['host'] {
  return frame.run.schedule.host;
}

/** Takes the base gas of a host function and the price of the bytes it was given. */
export function chargeHost(frame: Frame, price: HostPrice, bytes: number): void {
  frame.charge(price.base + price.byte * bytes);
}

/** Takes the gas for the bytes a host function gives back. */
export function chargeResult(frame: Frame, price: HostPrice, bytes: number): void {
  frame.charge(price.byte * bytes);
}
