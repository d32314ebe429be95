// Puts lowering into the AssemblyScript compiler: its methods are wrapped once, and a wrapped method does more only for
// programs that were announced by `lowerProgram`.

import { assert } from '@weft/runtime/base/assert';
import { Compiler, type Expression, type Program, type Statement } from 'assemblyscript';
import binaryen from 'assemblyscript/binaryen';
import type { StorageField } from '../contract-model.js';
import {
  lowerBody,
  lowerExpression,
  lowerGetter,
  lowerGlobalValue,
  lowerLocalValue,
  lowerOperands,
  lowerReturn,
  lowerSetter,
  lowerStatement,
} from './arena-frames.js';
import { checkedCode, watchBinary } from './checked-arithmetic.js';
import type { CompilerLike } from './compiler-internals.js';
import { createLowering, type Lowering } from './lowering.js';

const lowerings = new WeakMap<Program, Lowering>();
let installed = false;

/** Lowers the program when it is compiled: after this, before that. `fields`: storage of the contract, if it is one. */
export function lowerProgram(program: Program, fields: readonly StorageField[] = []): void {
  install();
  lowerings.set(program, createLowering(program, fields));
}

type Method = keyof {
  [Name in keyof CompilerLike as CompilerLike[Name] extends (...args: never[]) => unknown
    ? Name
    : never]: unknown;
};
type Wrapped<Name extends Method> = (
  compiler: CompilerLike,
  lowering: Lowering,
  plain: (...args: Parameters<CompilerLike[Name]>) => ReturnType<CompilerLike[Name]>,
  args: Parameters<CompilerLike[Name]>,
) => ReturnType<CompilerLike[Name]>;

function wrap<Name extends Method>(name: Name, wrapper: Wrapped<Name>): void {
  const prototype = Compiler.prototype as unknown as Record<string, unknown>;
  const original = prototype[name];
  assert(typeof original === 'function', `the AssemblyScript compiler has ${name}`);
  prototype[name] = function (this: CompilerLike, ...args: Parameters<CompilerLike[Name]>): unknown {
    const plain = (...given: Parameters<CompilerLike[Name]>): ReturnType<CompilerLike[Name]> =>
      original.apply(this, given) as ReturnType<CompilerLike[Name]>;
    const lowering = lowerings.get(this.program);
    return lowering ? wrapper(this, lowering, plain, args) : plain(...args);
  };
}

function install(): void {
  if (installed) return;
  installed = true;
  installArena();
  installArithmetic();
}

function installArena(): void {
  const raw = binaryen as unknown as { _BinaryenCallSetTarget(call: number, target: number): void };
  wrap('compileFunctionBody', (compiler, lowering, plain, args) =>
    lowerBody(compiler, lowering, args[0], args[1], () => plain(...args), raw._BinaryenCallSetTarget),
  );
  wrap('compileStatement', (compiler, lowering, plain, args) =>
    lowerStatement(compiler, lowering, args[0], () => plain(...args)),
  );
  wrap('compileReturnStatement', (compiler, lowering, plain, args) => {
    const { value } = args[0] as Statement & { readonly value: Expression | null };
    return lowerReturn(compiler, lowering, value, () => plain(...args));
  });
  wrap('compileExpression', (compiler, lowering, plain, args) => {
    const { unary } = lowering;
    lowering.unary = false;
    const code = lowerExpression(compiler, lowering, args[0], () => plain(...args));
    lowering.unary = unary;
    return code;
  });
  wrap('makeLocalAssignment', (compiler, lowering, plain, [local, value, type, tee]) =>
    plain(local, lowerLocalValue(compiler, lowering, local, value, tee), type, tee),
  );
  wrap('makeGlobalAssignment', (compiler, _lowering, plain, [global, value, type, tee]) =>
    plain(global, lowerGlobalValue(compiler, global.type, value), type, tee),
  );
  wrap('makeCallDirect', (compiler, lowering, plain, args) => {
    lowerOperands(compiler, lowering, args[0], args[1]);
    return plain(...args);
  });
  wrap(
    'makeBuiltinFieldGetter',
    (compiler, lowering, plain, args) =>
      lowering.handles.getter(compiler, args[0]) ?? lowerGetter(compiler, args[0]) ?? plain(...args),
  );
  wrap('makeBuiltinFieldSetter', (compiler, _lowering, plain, args) => {
    const parameters = binaryen.createType([binaryen.i32, binaryen.i32]);
    return lowerSetter(compiler, args[0], parameters) ?? plain(...args);
  });
}

function installArithmetic(): void {
  for (const operation of ['Add', 'Sub', 'Mul', 'Div'] as const) {
    wrap(
      `make${operation}`,
      (compiler, lowering, plain, args) =>
        checkedCode(compiler, lowering, operation, args[0], args[1], args[2]) ?? plain(...args),
    );
  }
  wrap(
    'makeRem',
    (compiler, lowering, plain, args) =>
      checkedCode(compiler, lowering, 'Rem', args[0], args[1], args[2]) ?? plain(...args),
  );
  for (const name of ['compileUnaryPrefixExpression', 'compileUnaryPostfixExpression'] as const) {
    wrap(name, (compiler, lowering, plain, args) => {
      watchBinary(compiler, lowering);
      const outer = lowering.unary;
      lowering.unary = !lowering.counters.has(args[0]);
      const code = plain(...args);
      lowering.unary = outer;
      return code;
    });
  }
}
