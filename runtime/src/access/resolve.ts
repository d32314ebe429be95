// A(t): from a transaction's calls and the templates of the code they reach to concrete keys with joined modes.
// Between Reserve and planSchedule; a pure function of the transaction and S0. SPEC: runtime/docs/spec/access.md.

import { ByteImage } from '../base/byte-table.js';
import { bytesEqual, toHex } from '../base/bytes.js';
import { setWords } from '../base/words.js';
import type {
  AccessMethod,
  AccessMode,
  AccessSection,
  AccessSet,
  AccessTemplate,
  ExtraAccess,
} from '../types/access.js';
import type { Address } from '../types/address.js';
import { asStateKey, cellMax, encodeStateKey, keyContract, type StateKey } from '../types/key.js';
import { balanceImage, SYSTEM_ADDRESS, SYSTEM_FIELD } from '../types/system.js';
import type { TransactionBody } from '../types/transaction.js';
import { AccessBuilder, sinkOf } from './access-builder.js';
import { type AccessSink, AMOUNT_WORDS, type DeclaredAmount } from './access-sink.js';
import { AccessError, decoding } from './errors.js';
import { type CallFrame, Evaluator, sliceArguments } from './evaluate.js';
import { expandLoops } from './expand.js';
import { ACCESS_LIMITS } from './limits.js';
import type { AccessLookup } from './lookup.js';
import { ResolutionMeter } from './meter.js';
import { type DirectKey, preparedMethod, writeDirectAmount, writeDirectKey } from './prepared-method.js';
import type { CallScope, ResolvedCall } from './resolved-call.js';
import { systemAccess } from './system-access.js';

/** A native balance is a u128 cell. */
const BALANCE_MAX = cellMax(2);
const KEY = new ByteImage();
const NOBODY = new Uint8Array(32);

/** The parts of a transaction its access depends on. */
export type AccessRequest = Pick<TransactionBody, 'sender' | 'calls' | 'extraAccess'>;

/** What resolving one transaction came to. */
export interface Resolution {
  /** undefined: none; the transaction runs in the block's tail. */
  readonly access: AccessSet | undefined;
  /** What it cost, whether or not there is an access set. */
  readonly gas: number;
  /** Why there is none. */
  readonly refusal: AccessError | undefined;
}

/** Resolves to an access set. `gasMax`: what the transaction can pay for it. */
export function resolveAccess(request: AccessRequest, lookup: AccessLookup, gasMax?: number): Resolution {
  const builder = new AccessBuilder();
  const { gas, refusal } = new Resolver(sinkOf(builder), lookup).resolve(request, gasMax);
  return { access: refusal === undefined ? builder.finish() : undefined, gas, refusal };
}

/**
 * The access set, whatever it costs.
 * @throws ACCESS_CONTRACT, ACCESS_METHOD, ACCESS_ARGUMENTS, ACCESS_EXPRESSION, ACCESS_POINTER, ACCESS_KEY,
 * ACCESS_UNREACHED, ACCESS_LIMIT
 */
export function explainAccess(request: AccessRequest, lookup: AccessLookup): AccessSet {
  const { access, refusal } = resolveAccess(request, lookup);
  if (access === undefined) throw refusal;
  return access;
}

/** Resolves one transaction after the other into a sink; the walk over their calls. */
export class Resolver implements CallScope {
  #sender: Uint8Array = NOBODY;
  #calls = 0;
  /** The first `#paid` are codes whose sections are paid for; the array keeps its room. */
  readonly #codes: Uint8Array[] = [];
  #paid = 0;
  readonly #meter = new ResolutionMeter();
  readonly #amount = new Uint32Array(AMOUNT_WORDS);
  readonly #amountBytes = new Uint8Array(this.#amount.buffer);
  readonly #bound = new Uint32Array(AMOUNT_WORDS);
  readonly #boundBytes = new Uint8Array(this.#bound.buffer);

  constructor(
    private readonly sink: AccessSink,
    readonly lookup: AccessLookup,
  ) {}

  /** The sink holds part of an access set where there is a refusal. `gasMax`: what the transaction can pay. */
  resolve(
    { sender, calls, extraAccess }: AccessRequest,
    gasMax = Number.POSITIVE_INFINITY,
  ): Pick<Resolution, 'gas' | 'refusal'> {
    const meter = this.#meter;
    meter.begin(gasMax);
    this.#sender = sender;
    this.#calls = 0;
    this.#paid = 0;
    try {
      for (const { contract, selector, args, value } of calls) {
        this.call({ contract, selector, args, value, caller: sender, depth: 1 });
      }
      for (const extra of extraAccess) this.extra(extra);
    } catch (error) {
      if (error instanceof AccessError) return { gas: meter.gas, refusal: error };
      throw error;
    }
    return { gas: meter.gas, refusal: undefined };
  }

  /** Declares everything a call touches, its callees included. @throws AccessError */
  call(call: ResolvedCall): void {
    this.#calls++;
    if (call.depth > ACCESS_LIMITS.depth || this.#calls > ACCESS_LIMITS.calls) {
      throw new AccessError('ACCESS_LIMIT', {
        expected: `depth ${ACCESS_LIMITS.depth}, ${ACCESS_LIMITS.calls} calls`,
        got: `depth ${call.depth}, call ${this.#calls}`,
      });
    }
    this.#meter.spend(call.args.length);
    if (bytesEqual(call.contract, SYSTEM_ADDRESS)) {
      systemAccess(this, call);
      return;
    }
    // Looking up the transaction's own calls is part of their intrinsic price.
    if (call.depth > 1) this.#meter.keys(1);
    const codeHash = this.lookup.contractCode(call.contract);
    if (codeHash === undefined) throw new AccessError('ACCESS_CONTRACT', { got: toHex(call.contract) });
    const method = methodOf(this.section(codeHash), call.selector);
    this.reach(call.contract, codeHash);
    this.moveValue(call.caller, call.contract, call.value);
    this.method(method, call);
  }

  key(key: StateKey, mode: 'read' | 'write'): void {
    this.#declare(KEY.of(key), mode, false);
  }

  reach(address: Address, codeHash: Uint8Array): void {
    this.sink.reach(address, codeHash);
  }

  deploy(bytes: number): void {
    this.sink.deploy(bytes);
  }

  /** The templates of one method, under a call's arguments. @throws AccessError */
  method(method: AccessMethod, call: ResolvedCall): void {
    const { argsBytes, templates } = preparedMethod(method);
    let evaluator = argsBytes === call.args.length ? undefined : this.#evaluator(method, call);
    for (const { template, loops, direct } of templates) {
      if (direct !== undefined) {
        this.#applyDirect(direct, call);
        continue;
      }
      evaluator ??= this.#evaluator(method, call);
      const bound = evaluator;
      expandLoops(loops, bound, () => this.#apply(template, bound, call.depth));
    }
  }

  /** The section of code on chain; paid for the first time. @throws ACCESS_CONTRACT, ACCESS_GAS */
  section(codeHash: Uint8Array): AccessSection {
    const code = this.lookup.codeAccess(codeHash);
    if (code === undefined) throw new AccessError('ACCESS_CONTRACT', { expected: 'code on chain' });
    if (!this.#hasPaid(codeHash)) {
      this.#codes[this.#paid++] = codeHash;
      this.#meter.section(code.bytes);
    }
    return code.section;
  }

  /** Native value is two bounded adds; 0 moves nothing. @throws ACCESS_EXPRESSION past the width of a balance */
  moveValue(from: Address, to: Address, value: bigint): void {
    if (value === 0n) return;
    if (value > BALANCE_MAX) throw new AccessError('ACCESS_EXPRESSION', { expected: 'a u128', got: value });
    setWords(this.#amount, 0, AMOUNT_WORDS, value);
    this.#add(balanceImage(from), 'down', this.#amount, undefined, false);
    this.#add(balanceImage(to), 'up', this.#amount, undefined, false);
  }

  /** Hand-written access: like a template whose key is known. @throws ACCESS_UNREACHED, ACCESS_KEY */
  extra(extra: ExtraAccess): void {
    if (extra.kind !== 'key') {
      this.#assertReached(extra.contract);
      this.#lock(extra.contract, extra.kind === 'field' ? extra.field : undefined, extra.mode, true);
      return;
    }
    const key = decoding('ACCESS_KEY', 'extra access', () => asStateKey(extra.key));
    if (!isBalance(key)) this.#assertReached(keyContract(key));
    if (extra.mode !== 'add') this.#declare(KEY.of(key), extra.mode, true);
    else {
      const { direction, amount, bound } = extra;
      if (direction === undefined)
        throw new AccessError('ACCESS_KEY', { expected: 'a direction', place: 'extra access' });
      const given = (value: bigint | undefined, room: Uint32Array): DeclaredAmount => {
        if (value === undefined) return undefined;
        setWords(room, 0, AMOUNT_WORDS, value);
        return room;
      };
      this.#add(KEY.of(key), direction, given(amount, this.#amount), given(bound, this.#bound), true);
    }
  }

  #hasPaid(codeHash: Uint8Array): boolean {
    for (let index = 0; index < this.#paid; index++) {
      const paid = this.#codes[index]!;
      if (paid === codeHash || bytesEqual(paid, codeHash)) return true;
    }
    return false;
  }

  /** @throws ACCESS_ARGUMENTS */
  #evaluator(method: AccessMethod, call: ResolvedCall): Evaluator {
    const frame: CallFrame = {
      self: call.contract,
      caller: call.caller,
      sender: this.#sender as Address,
      value: call.value,
      args: sliceArguments(call.args, method.args),
    };
    return new Evaluator(frame, this.#meter, (key, mode) => {
      this.#declare(key, mode, false);
      return this.lookup.read(key.bytes.slice(0, key.length) as StateKey);
    });
  }

  #assertReached(contract: Address): void {
    if (!this.sink.reaches(contract)) throw new AccessError('ACCESS_UNREACHED', { got: toHex(contract) });
  }

  #apply(template: AccessTemplate, evaluator: Evaluator, depth: number): void {
    const { self } = evaluator.frame;
    switch (template.kind) {
      case 'key':
        this.#applyKey(template, evaluator);
        return;
      case 'field':
        this.#lock(self, template.field, template.mode, false);
        return;
      case 'contract':
        this.#lock(self, undefined, template.mode, false);
        return;
      case 'call':
        this.call({
          contract: evaluator.address(template.contract),
          selector: template.selector,
          args: evaluator.concat(template.args),
          value: template.value === undefined ? 0n : evaluator.amount(template.value),
          caller: self,
          depth: depth + 1,
        });
        return;
      case 'payload': {
        const content = evaluator.content(template.payload);
        if (content.length < 4)
          throw new AccessError('ACCESS_ARGUMENTS', { expected: 'a selector', got: content.length });
        this.call({
          contract: evaluator.address(template.contract),
          selector: new DataView(content.buffer, content.byteOffset).getUint32(0, true),
          args: content.subarray(4),
          value: template.value === undefined ? 0n : evaluator.amount(template.value),
          caller: self,
          depth: depth + 1,
        });
        return;
      }
    }
  }

  #applyKey(template: Extract<AccessTemplate, { kind: 'key' }>, evaluator: Evaluator): void {
    if (template.mode !== 'add') {
      this.#declare(evaluator.key(template.key), template.mode, false);
      return;
    }
    const { direction } = template;
    if (direction === undefined) throw new AccessError('ACCESS_KEY', { expected: 'a direction' });
    // Amounts first: they may follow pointers, and a key is good until the next one.
    const { amount, bound } = template;
    if (amount !== undefined) evaluator.writeAmount(amount, this.#amount);
    if (bound !== undefined) evaluator.writeAmount(bound, this.#bound);
    this.#add(evaluator.key(template.key), direction, amount && this.#amount, bound && this.#bound, false);
  }

  /** The same for a template made of pieces of the call, at the same price. */
  #applyDirect(direct: DirectKey, call: ResolvedCall): void {
    const { template, amount, bound } = direct;
    const sender = this.#sender;
    for (let step = 0; step < direct.steps; step++) this.#meter.spend();
    writeDirectKey(KEY, direct, call, sender);
    if (template.mode !== 'add') {
      this.#declare(KEY, template.mode, false);
      return;
    }
    if (amount !== undefined) writeDirectAmount(this.#amountBytes, amount, call, sender);
    if (bound !== undefined) writeDirectAmount(this.#boundBytes, bound, call, sender);
    this.#add(KEY, template.direction!, amount && this.#amount, bound && this.#bound, false);
  }

  #declare(key: ByteImage, mode: Exclude<AccessMode, 'add'>, extra: boolean): void {
    this.#meter.keys(extra ? 2 : 1);
    this.sink.key(key, mode, extra);
  }

  #add(
    key: ByteImage,
    direction: 'up' | 'down',
    amount: DeclaredAmount,
    bound: DeclaredAmount,
    extra: boolean,
  ): void {
    this.#meter.keys(extra ? 2 : 1);
    this.sink.add(key, direction, amount, bound, extra);
  }

  #lock(contract: Address, field: Uint8Array | undefined, mode: 'read' | 'write', extra: boolean): void {
    this.#meter.keys((extra ? 2 : 1) * ACCESS_LIMITS.lockKeys);
    this.sink.lock(contract, field, mode, extra);
  }
}

const methodTables = new WeakMap<AccessSection, ReadonlyMap<number, AccessMethod>>();

/** The callable method with a selector; the init method is none. @throws ACCESS_METHOD */
function methodOf(section: AccessSection, selector: number): AccessMethod {
  let table = methodTables.get(section);
  if (table === undefined) {
    table = new Map(
      section.methods.filter((method) => !method.init).map((method) => [method.selector, method]),
    );
    methodTables.set(section, table);
  }
  const method = table.get(selector);
  if (method === undefined) throw new AccessError('ACCESS_METHOD', { got: selector });
  return method;
}

const BALANCE_PREFIX = encodeStateKey(2, SYSTEM_ADDRESS, SYSTEM_FIELD.balance, []);

/** A native balance: anybody's may stand in extra access. */
export function isBalance(key: StateKey): boolean {
  return bytesEqual(key.subarray(0, BALANCE_PREFIX.length), BALANCE_PREFIX);
}
