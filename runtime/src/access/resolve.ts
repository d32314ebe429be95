// A(t): from a transaction's calls and the templates of the code they reach to concrete keys with joined modes.
// Between Reserve and planSchedule; a pure function of the transaction and S0. SPEC: runtime/docs/spec/access.md.

import { bytesEqual, toHex } from '../base/bytes.js';
import type { AccessMethod, AccessSection, AccessSet, AccessTemplate, ExtraAccess } from '../types/access.js';
import type { Address } from '../types/address.js';
import { asStateKey, cellMax, encodeStateKey, keyContract, keyKind, type StateKey } from '../types/key.js';
import { balanceKey, SYSTEM_ADDRESS, SYSTEM_FIELD } from '../types/system.js';
import type { TransactionBody } from '../types/transaction.js';
import { AccessBuilder } from './access-builder.js';
import { AccessError, decoding } from './errors.js';
import { type CallFrame, Evaluator, StepBudget, sliceArguments } from './evaluate.js';
import { expandTemplate } from './expand.js';
import { ACCESS_LIMITS } from './limits.js';
import type { AccessLookup } from './lookup.js';
import type { CallScope, ResolvedCall } from './resolved-call.js';
import { systemAccess } from './system-access.js';

/** The parts of a transaction its access depends on. */
export type AccessRequest = Pick<TransactionBody, 'sender' | 'calls' | 'extraAccess'>;

/** The access set, or undefined where there is none: the transaction then runs in the block's tail. */
export function resolveAccess(request: AccessRequest, lookup: AccessLookup): AccessSet | undefined {
  try {
    return explainAccess(request, lookup);
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

/**
 * As `resolveAccess`, with the reason where there is no access set.
 * @throws ACCESS_CONTRACT, ACCESS_METHOD, ACCESS_ARGUMENTS, ACCESS_EXPRESSION, ACCESS_POINTER, ACCESS_KEY,
 * ACCESS_UNREACHED, ACCESS_LIMIT
 */
export function explainAccess(request: AccessRequest, lookup: AccessLookup): AccessSet {
  const resolver = new Resolver(request.sender, lookup);
  for (const call of request.calls) resolver.call({ ...call, caller: request.sender, depth: 1 });
  for (const extra of request.extraAccess) resolver.extra(extra);
  return resolver.builder.finish();
}

/** One transaction's resolution; the walk over its calls. */
class Resolver implements CallScope {
  readonly builder = new AccessBuilder();
  readonly #budget = new StepBudget();
  #calls = 0;

  constructor(
    readonly sender: Address,
    readonly lookup: AccessLookup,
  ) {}

  /** Declares everything a call touches, its callees included. @throws AccessError */
  call(call: ResolvedCall): void {
    this.#calls++;
    if (call.depth > ACCESS_LIMITS.depth || this.#calls > ACCESS_LIMITS.calls) {
      throw new AccessError('ACCESS_LIMIT', {
        expected: `depth ${ACCESS_LIMITS.depth}, ${ACCESS_LIMITS.calls} calls`,
        got: `depth ${call.depth}, call ${this.#calls}`,
      });
    }
    this.#budget.spend(call.args.length);
    if (bytesEqual(call.contract, SYSTEM_ADDRESS)) {
      systemAccess(this, call);
      return;
    }
    const codeHash = this.lookup.contractCode(call.contract);
    if (codeHash === undefined) throw new AccessError('ACCESS_CONTRACT', { got: toHex(call.contract) });
    const method = methodOf(this.section(codeHash), call.selector);
    this.builder.reach(call.contract, codeHash);
    this.moveValue(call.caller, call.contract, call.value);
    this.method(method, call);
  }

  /** The templates of one method, under a call's arguments. @throws AccessError */
  method(method: AccessMethod, call: ResolvedCall): void {
    const frame: CallFrame = {
      self: call.contract,
      caller: call.caller,
      sender: this.sender,
      value: call.value,
      args: sliceArguments(call.args, method.args),
    };
    const evaluator = new Evaluator(frame, this.#budget, (key, mode) => {
      this.builder.key(key, mode);
      return this.lookup.read(key);
    });
    for (const template of method.templates) {
      expandTemplate(template, evaluator, () => {
        this.#apply(template, evaluator, call.depth);
      });
    }
  }

  /** The section of code on chain. @throws ACCESS_CONTRACT */
  section(codeHash: Uint8Array): AccessSection {
    const section = this.lookup.codeAccess(codeHash);
    if (section === undefined) throw new AccessError('ACCESS_CONTRACT', { expected: 'code on chain' });
    return section;
  }

  /** Native value is two bounded adds; 0 moves nothing. @throws ACCESS_EXPRESSION past the width of a balance */
  moveValue(from: Address, to: Address, value: bigint): void {
    if (value === 0n) return;
    const source = balanceKey(from);
    if (value > cellMax(keyKind(source)))
      throw new AccessError('ACCESS_EXPRESSION', { expected: 'a u128', got: value });
    this.builder.add(source, { direction: 'down', amount: value });
    this.builder.add(balanceKey(to), { direction: 'up', amount: value });
  }

  /** Hand-written access: like a template whose key is known. @throws ACCESS_UNREACHED, ACCESS_KEY */
  extra(extra: ExtraAccess): void {
    if (extra.kind !== 'key') {
      this.#assertReached(extra.contract);
      this.builder.lock(extra.contract, extra.kind === 'field' ? extra.field : undefined, extra.mode, true);
      return;
    }
    const key = decoding('ACCESS_KEY', 'extra access', () => asStateKey(extra.key));
    if (!isBalance(key)) this.#assertReached(keyContract(key));
    if (extra.mode !== 'add') this.builder.key(key, extra.mode, true);
    else {
      const { direction, amount, bound } = extra;
      if (direction === undefined)
        throw new AccessError('ACCESS_KEY', { expected: 'a direction', place: 'extra access' });
      this.builder.add(key, { direction, amount, bound }, true);
    }
  }

  #assertReached(contract: Address): void {
    if (!this.builder.reaches(contract)) throw new AccessError('ACCESS_UNREACHED', { got: toHex(contract) });
  }

  #apply(template: AccessTemplate, evaluator: Evaluator, depth: number): void {
    const { self } = evaluator.frame;
    switch (template.kind) {
      case 'key':
        this.#applyKey(template, evaluator);
        return;
      case 'field':
        this.builder.lock(self, template.field, template.mode);
        return;
      case 'contract':
        this.builder.lock(self, undefined, template.mode);
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
    const key = evaluator.key(template.key);
    if (template.mode !== 'add') {
      this.builder.key(key, template.mode);
      return;
    }
    if (template.direction === undefined) throw new AccessError('ACCESS_KEY', { expected: 'a direction' });
    this.builder.add(key, {
      direction: template.direction,
      amount: template.amount === undefined ? undefined : evaluator.amount(template.amount),
      bound: template.bound === undefined ? undefined : evaluator.amount(template.bound),
    });
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
