// The exported functions of a file beside a contract, compiled as the contract's are: the same checks, no chain. For
// tests of arithmetic and of other code that touches no storage.
import path from 'node:path';
import { assert } from '@weft/runtime/base/assert';
import type { Layout } from '@weft/runtime/types/layout';
import { type FunctionDeclaration, FunctionPrototype, type Program } from 'assemblyscript';
import { checkImports } from './check-imports.js';
import { checkLanguage } from './check-language.js';
import { equalByValue } from './equal-by-value.js';
import { CompileError } from './errors.js';
import { lowerProgram } from './lower/install-hooks.js';
import { ENTRY_PATH } from './names.js';
import { isVoid } from './prepare-contract.js';
import { createTypeResolver } from './resolve-contract.js';
import { runAsc } from './run-asc.js';
import { FLAGS, hasFlag, placeOf, textOf } from './syntax.js';

export interface CompiledFunction {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly layout: Layout }[];
  /** Undefined: void. */
  readonly result: Layout | undefined;
}
export interface CompiledFunctions {
  readonly wasm: Uint8Array;
  readonly functions: readonly CompiledFunction[];
}

/** `file`: a .ts file. @throws as `compileContract`; COMPILE_TYPE for a parameter or result that has no encoding */
export async function compileFunctions(file: string): Promise<CompiledFunctions> {
  let functions: readonly CompiledFunction[] | undefined;
  const name = path.basename(file);
  const { wasm } = await runAsc(
    path.dirname(file),
    name,
    {
      afterParse: (parser) => {
        checkLanguage(parser);
        equalByValue(parser);
        checkImports(parser, ENTRY_PATH);
      },
      afterInitialize: (program) => {
        functions = exportsOf(program, name.replace(/\.ts$/, ''));
        lowerProgram(program);
      },
      afterCompile: () => undefined,
    },
    { form: 'functions' },
  );
  assert(functions !== undefined, 'the program was initialised');
  return { wasm, functions };
}

function exportsOf(program: Program, internalPath: string): CompiledFunction[] {
  const resolver = createTypeResolver(program, []);
  const file = program.filesByName.get(internalPath);
  assert(file !== undefined, 'the program holds the file');
  const typeOf = (node: FunctionDeclaration['signature']['returnType']): Layout => {
    const type = resolver.typeOf(node, file);
    const resolved = type && resolver.ofType(type);
    if (resolved) return resolved.layout;
    throw new CompileError('COMPILE_TYPE', { got: textOf(node), place: placeOf(node) });
  };
  const found: CompiledFunction[] = [];
  for (const [name, element] of file.exports ?? []) {
    if (!(element instanceof FunctionPrototype) || hasFlag(element.declaration, FLAGS.ambient)) continue;
    const { signature } = element.declaration as FunctionDeclaration;
    const { returnType } = signature;
    found.push({
      name,
      args: signature.parameters.map((one) => ({ name: one.name.text, layout: typeOf(one.type) })),
      result: isVoid(textOf(returnType)) ? undefined : typeOf(returnType),
    });
  }
  return found;
}
