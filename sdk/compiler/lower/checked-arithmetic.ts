// Checked arithmetic: in the author's files `+ - * / %`, `++`, `--` and the minus sign on integers become calls that
// revert when the result leaves the type. The library itself says what it checks.
import type { Code, CompilerLike, TypeLike } from './compiler-internals.js';
import { callLibrary, type Lowering } from './lowering.js';

const FLOAT = new Set([11, 12]);

/** Whether arithmetic compiled now is the author's. */
function isAuthored(compiler: CompilerLike, lowering: Lowering): boolean {
  return lowering.authored.has(compiler.currentFlow.sourceFunction.declaration.range.source);
}

/** The checked operation, or undefined where arithmetic stays plain. */
export function checkedCode(
  compiler: CompilerLike,
  lowering: Lowering | undefined,
  operation: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Rem',
  left: Code,
  right: Code,
  type: TypeLike,
): Code | undefined {
  if (!lowering || !isAuthored(compiler, lowering)) return undefined;
  if (!type.isIntegerValue || FLOAT.has(type.kind) || type.classReference) return undefined;
  const operands = [
    compiler.ensureSmallIntegerWrap(left, type),
    compiler.ensureSmallIntegerWrap(right, type),
  ];
  return callLibrary(compiler, `checked/checked${operation}`, operands, type.toRef(), [type]);
}

/** Numbers of the module's binary operations that `++`, `--` and minus compile to: i32, i64, pointer size. */
const UNARY: Readonly<Record<number, 'Add' | 'Sub'>> = {
  0: 'Add',
  25: 'Add',
  217: 'Add',
  1: 'Sub',
  26: 'Sub',
  218: 'Sub',
};

const patched = new WeakSet<object>();

/** The module's `binary` looks whether a unary operation waits for its arithmetic. */
export function watchBinary(compiler: CompilerLike, lowering: Lowering): void {
  const { module } = compiler;
  if (patched.has(module)) return;
  patched.add(module);
  const plain = module.binary.bind(module);
  module.binary = (operation, left, right) => {
    const checked = UNARY[operation];
    if (!lowering.unary || checked === undefined) return plain(operation, left, right);
    lowering.unary = false;
    return (
      checkedCode(compiler, lowering, checked, left, right, compiler.currentType) ??
      plain(operation, left, right)
    );
  };
}
