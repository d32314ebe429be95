// System methods of development chains: native units out of nothing. The genesis record says whether a chain is one, and is
// read under declared access like any other key, so that every executor and every replay decides alike.
import { bigintOf, setWords } from '../base/words.js';
import type { Address } from '../types/address.js';
import { decodeGenesisInfo } from '../types/genesis-codec.js';
import { balanceImage, DEVELOPMENT_BALANCE_MAX, genesisKey } from '../types/system.js';
import type { Frame } from './frame.js';
import { SYSTEM_KEY } from './host-memory.js';
import { decodeArguments } from './system-arguments.js';

const WORDS = 4;
const AMOUNT = new Uint32Array(8);

/** Gives an account a balance. */
export function devSetBalance(frame: Frame): void {
  frame.charge(frame.run.schedule.system.devSetBalance.base);
  const { account, amount } = readArguments(frame);
  writeBalance(frame, account, amount);
}

/** Adds to an account's balance. */
export function devMint(frame: Frame): void {
  frame.charge(frame.run.schedule.system.devMint.base);
  const { account, amount } = readArguments(frame);
  frame.run.state.readCell(balanceImage(account), AMOUNT);
  writeBalance(frame, account, bigintOf(AMOUNT, 0, WORDS) + amount);
}

/** The arguments both take; ends the call with DEVELOPMENT_ONLY on a chain that is not for development. */
function readArguments(frame: Frame): { readonly account: Address; readonly amount: bigint } {
  const given = decodeArguments(frame, (reader) => ({
    account: reader.fixed(32) as Address,
    amount: reader.u128(),
  }));
  frame.assertWritable();
  const stored = frame.run.state.readStored(SYSTEM_KEY.of(genesisKey()));
  if (stored === undefined || !decodeGenesisInfo(stored).dev) frame.fail('DEVELOPMENT_ONLY');
  return given;
}

function writeBalance(frame: Frame, account: Address, balance: bigint): void {
  if (balance > DEVELOPMENT_BALANCE_MAX) frame.fail('BAD_ARGUMENTS');
  setWords(AMOUNT, 0, WORDS, balance);
  frame.run.state.writeCell(balanceImage(account), AMOUNT);
}
