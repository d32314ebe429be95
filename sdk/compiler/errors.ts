// The compiler's refusals. Every one about source carries `place` as file:line:column and says what to write.
import { defineErrors } from '@weft/runtime/base/errors';

export class CompileError extends defineErrors('CompileError', {
  COMPILE_ENTRY: {
    what: 'the contract source cannot be read',
    fix: 'Name a .ts file, or a folder with contract.ts, index.ts, <folder>.ts or a single .ts file.',
  },
  COMPILE_SOURCE: { what: 'the AssemblyScript compiler refuses the source' },
  COMPILE_NO_CONTRACT: {
    what: 'no class is marked @contract',
    fix: 'Put @contract before the class whose methods are called.',
  },
  COMPILE_MANY_CONTRACTS: {
    what: 'more than one class is marked @contract',
    fix: 'Keep one @contract class in a program; put shared code in a base class.',
  },
  COMPILE_CONTRACT_SHAPE: { what: 'the @contract class has a form that is not supported' },
  COMPILE_FIELD: {
    what: 'a contract field is not a storage type',
    fix: 'Use Value, List, Map, Map2, Map3, Accumulator, AccumulatorMap or AccumulatorMap2 without an initialiser.',
  },
  COMPILE_IMMUTABLE: {
    what: 'an @immutable field is changed outside @init',
    fix: 'Set it in the @init method, or take @immutable from the field.',
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
    fix: 'Use bool, integers, u128, u256, i128, string, Uint8Array, Address, Hash, arrays, `T | null` or @struct classes.',
  },
  COMPILE_STRUCT: { what: 'a @struct, @event, @error or @remote class has a form that is not supported' },
  COMPILE_IMPORT: {
    what: 'the import is not open to contracts',
    fix: "Import from '@weft/sdk/assembly' or from files of the contract.",
  },
  COMPILE_STORAGE_USE: {
    what: 'storage is used in a way the compiler cannot follow',
    fix: 'Call storage as this.field.method(…) inside the contract class.',
  },
  COMPILE_ACCESS: {
    what: 'the storage access can be neither inferred nor is it declared',
  },
  COMPILE_VIEW_WRITES: {
    what: 'a @view method writes',
    fix: 'Mark it @call, or do not write.',
  },
  COMPILE_DECLARATION: { what: 'an access decorator cannot be understood' },
  COMPILE_CROSS_CHECK: {
    what: 'the compiled method reaches a host function its access does not hold',
    fix: 'Declare the access with @reads, @writes, @adds or @calls.',
  },
  COMPILE_START: {
    what: 'a top-level statement touches storage',
    fix: 'Move it into a method.',
  },
}) {}
