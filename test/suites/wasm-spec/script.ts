// What wast2json makes of a script: commands in order, modules as files beside it.

/** A value; `value` is the bits as a decimal number, `null`, or a class of NaN. */
export interface Constant {
  readonly type: 'i32' | 'i64' | 'f32' | 'f64' | 'externref' | 'funcref';
  readonly value?: string;
}

/** Calls an export or reads a global, of the module named or the last one. */
export interface Action {
  readonly type: 'invoke' | 'get';
  readonly module?: string;
  readonly field: string;
  readonly args?: readonly Constant[];
}

interface ModuleFile {
  readonly filename: string;
  readonly module_type?: 'binary' | 'text';
}

export type ScriptCommand = { readonly line: number } & (
  | ({ readonly type: 'module'; readonly name?: string } & ModuleFile)
  | { readonly type: 'register'; readonly name?: string; readonly as: string }
  | { readonly type: 'action'; readonly action: Action }
  | { readonly type: 'assert_return'; readonly action: Action; readonly expected: readonly Constant[] }
  | { readonly type: 'assert_trap' | 'assert_exhaustion'; readonly action: Action }
  | ({ readonly type: 'assert_malformed' | 'assert_invalid' } & ModuleFile)
  | ({ readonly type: 'assert_unlinkable' | 'assert_uninstantiable' } & ModuleFile)
);

/** A converted script. */
export interface Script {
  readonly commands: readonly ScriptCommand[];
}
