// The compiler's refusals. Every one about source carries `place` as file:line:column and says what to write.
import { defineErrors } from '@weft/runtime/base/errors';

export class CompileError extends defineErrors('CompileError', {
  COMPILE_ENTRY: {
    what: 'the contract source cannot be read',
    fix: 'Name a .ts file, or a folder with contract.ts, index.ts, <folder>.ts or a single .ts file.',
  },
  COMPILE_LANGUAGE: { what: 'contracts cannot say this' },
  COMPILE_SOURCE: { what: 'the AssemblyScript compiler refuses the source' },
  COMPILE_NO_CONTRACT: {
    what: 'no class is marked @contract',
    fix: '@contract before the class whose methods are called',
  },
  COMPILE_MANY_CONTRACTS: {
    what: 'more than one class is marked @contract',
    fix: 'one @contract class a program; what two contracts share goes into a base class',
  },
  COMPILE_CONTRACT_SHAPE: { what: 'the @contract class has a form that is not supported' },
  COMPILE_FIELD: {
    what: 'a contract field is not a storage type',
    fix: 'one of Value, List, Map, Map2, Map3, Accumulator, AccumulatorMap, AccumulatorMap2, without an initial value',
  },
  COMPILE_IMMUTABLE: {
    what: 'an @immutable field is changed outside @init',
    fix: 'the assignment in the @init method, or the field without @immutable',
  },
  COMPILE_FIELD_ID: {
    what: 'two fields have the same 8-byte field id',
    fix: 'Rename one of them.',
  },
  COMPILE_METHOD: { what: 'a contract method has a form that is not supported' },
  COMPILE_SELECTOR: {
    what: 'two methods, or two errors, have the same selector',
    fix: 'Rename one of them.',
  },
  COMPILE_TYPE: {
    what: 'the type has no encoding',
    fix: 'bool, an integer, u128, u256, i128, string, Uint8Array, Address, Hash, an array, `T | null` or a @struct class',
  },
  COMPILE_STRUCT: { what: 'a @struct, @event, @error or @remote class has a form that is not supported' },
  COMPILE_REMOTE: { what: 'a @remote class does not fit the contract it calls' },
  COMPILE_IMPORT: {
    what: 'the import is not open to contracts',
    fix: "an import from '@weft/sdk/assembly', or from a file beside the contract",
  },
  COMPILE_STORAGE_USE: {
    what: 'storage is used in a way the compiler cannot follow',
    fix: 'this.field.method(…) inside the contract class, each time',
  },
  COMPILE_ACCESS: {
    what: 'which storage this touches is not known before the method runs',
  },
  COMPILE_VIEW_WRITES: {
    what: 'a @view method writes',
    fix: '@call on the method, if it may write',
  },
  COMPILE_DECLARATION: {
    what: 'an access decorator cannot be understood',
    fix: "a field with keys of its types, made of what is known before the method runs: @writes('balances[args.to]')",
  },
  COMPILE_CROSS_CHECK: {
    what: 'the compiled method reaches a host function its access does not hold',
    fix: 'Declare the access with @reads, @writes, @adds or @calls.',
  },
  COMPILE_LOCK: { what: 'the storage does not fit what storage.lock.json says' },
  COMPILE_OPTION: {
    what: 'the option is not open to contracts',
    fix: 'no option: what a module is made of must be the same for everybody who rebuilds it',
  },
  COMPILE_MODULE: {
    what: 'a chain would refuse the module',
    fix: 'integers instead of floats, and nothing imported but the library',
  },
  COMPILE_START: {
    what: 'a top-level statement touches storage',
    fix: 'the statement inside a method',
  },
}) {
  /** The refusal as a person reads it, with the line it is about; set by `compileContract`. */
  described: string | undefined;
}
