// The system contract, run natively: which method a call is for; upload, create and native transfer stand here. Same
// rules as for any contract's methods: gas, access, atomicity, failures as codes.
import { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { AccessMethod } from '../types/access.js';
import { type Address, contractAddress, type Hash32 } from '../types/address.js';
import {
  codeChunkKey,
  codeKey,
  contractKey,
  encodeCodeRecord,
  encodeContractRecord,
  SYSTEM_METHODS,
} from '../types/system.js';
import { encodeValue } from '../types/value.js';
import { assertUploadable, type CompiledCode, type UploadedCode } from './compiled-code.js';
import { attemptCall, enterMethod } from './enter-method.js';
import { Frame } from './frame.js';
import { SYSTEM_KEY } from './host-memory.js';
import { CALL_DEPTH_WEIGHT } from './limits.js';
import { moveBalance } from './native-balance.js';
import { setAuthorisation } from './system-account.js';
import { decodeArguments } from './system-arguments.js';
import { devMint, devSetBalance } from './system-development.js';
import { setUpgradeAuthority, upgrade } from './system-upgrade.js';
import { touchCode } from './touch-code.js';

const METHODS = new Map<number, (frame: Frame) => void>([
  [SYSTEM_METHODS.upload.selector, upload],
  [SYSTEM_METHODS.create.selector, create],
  [SYSTEM_METHODS.transfer.selector, transfer],
  [SYSTEM_METHODS.upgrade.selector, upgrade],
  [SYSTEM_METHODS.setUpgradeAuthority.selector, setUpgradeAuthority],
  [SYSTEM_METHODS.setAuthorisation.selector, setAuthorisation],
  [SYSTEM_METHODS.devSetBalance.selector, devSetBalance],
  [SYSTEM_METHODS.devMint.selector, devMint],
]);

/** Runs the method a frame's request names. Value is accepted by `create` alone. */
export function runSystemMethod(frame: Frame): void {
  const { selector, value } = frame.request;
  if (value !== 0n && selector !== SYSTEM_METHODS.create.selector) frame.fail('NOT_PAYABLE');
  const method = METHODS.get(selector);
  if (method === undefined) frame.fail('UNKNOWN_METHOD');
  method(frame);
}

/** Stores code and returns its hash; code that is there already is left as it is, for the same gas. */
function upload(frame: Frame): void {
  const { run, request } = frame;
  const price = run.schedule.system.upload;
  frame.charge(price.base + price.byte * request.args.length);
  const bytes = decodeArguments(frame, (reader) => reader.bytes(LIMITS.codeBytes));
  frame.assertWritable();
  const code = checkUpload(frame, bytes);
  frame.output = code.codeHash;
  const key = codeKey(code.codeHash);
  if (run.state.readStored(SYSTEM_KEY.of(key)) !== undefined) return;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += LIMITS.codeChunkBytes) {
    chunks.push(bytes.subarray(at, at + LIMITS.codeChunkBytes));
  }
  const { access, initialPages } = code;
  const record = encodeCodeRecord({ size: bytes.length, chunks: chunks.length, access, initialPages });
  run.state.write(SYSTEM_KEY.of(key), record);
  chunks.forEach((chunk, index) => {
    run.state.write(SYSTEM_KEY.of(codeChunkKey(code.codeHash, index)), encodeValue('CODE_CHUNK', chunk));
  });
}

function checkUpload(frame: Frame, bytes: Uint8Array): UploadedCode {
  try {
    return assertUploadable(bytes);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    const { notes } = frame.run;
    if (notes !== undefined) notes.refusal = error.message;
    return frame.fail('CODE_INVALID');
  }
}

/** Makes a contract of code in S0, sends it the call's value, runs its `@init` method, returns its address. */
function create(frame: Frame): void {
  const { run, request } = frame;
  const price = run.schedule.system.create;
  frame.charge(price.base + price.byte * request.args.length);
  const { codeHash, salt, init } = decodeArguments(frame, (reader) => ({
    codeHash: reader.fixed(32) as Hash32,
    salt: reader.fixed(32),
    init: reader.bytes(LIMITS.transactionBytes),
  }));
  frame.assertWritable();
  const creator = request.caller;
  const address = contractAddress(creator, salt, codeHash);
  const key = contractKey(address);
  // Access first: code nobody declared is not compiled for an attempt that is discarded.
  if (run.state.readStored(SYSTEM_KEY.of(key)) !== undefined) frame.fail('CONTRACT_EXISTS');
  const code = touchCode(frame, codeHash);
  if (code === undefined) frame.fail('CODE_UNKNOWN');
  run.state.write(SYSTEM_KEY.of(key), encodeContractRecord({ codeHash, creator, authority: creator }));
  run.state.assertReached(address);
  if (code.init !== undefined) {
    runInit(frame, address, init, code, code.init);
  } else {
    if (init.length > 0) frame.fail('BAD_ARGUMENTS');
    if (!moveBalance(run.state, creator, address, request.value)) frame.fail('INSUFFICIENT_BALANCE');
  }
  frame.output = address;
}

/** Runs the `@init` method as a call of the new contract by its creator, with the creation's value and gas. */
function runInit(
  frame: Frame,
  contract: Address,
  args: Uint8Array,
  code: CompiledCode,
  method: AccessMethod,
): void {
  const { caller, value, depth } = frame.request;
  const child = new Frame(frame.run, {
    caller,
    contract,
    selector: method.selector,
    args,
    value,
    gas: frame.gas,
    depth: depth - CALL_DEPTH_WEIGHT,
    readonly: frame.readonly,
  });
  const end = attemptCall(child, () => enterMethod(child, code, method));
  frame.gas = end.gasLeft;
  if (end.status !== 'OK') frame.endLike(end);
}

/** Moves native units from the caller. */
function transfer(frame: Frame): void {
  const { run, request } = frame;
  frame.charge(run.schedule.system.transfer.base);
  const { to, amount } = decodeArguments(frame, (reader) => ({
    to: reader.fixed(32),
    amount: reader.u128(),
  }));
  frame.assertWritable();
  if (!moveBalance(run.state, request.caller, to, amount)) frame.fail('INSUFFICIENT_BALANCE');
}
