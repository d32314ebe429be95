// The parts of the AssemblyScript compiler that lowering builds on, as types. Its version is pinned: these names are
// those of that version, and `install` refuses to work without one of them.
import type {
  Expression,
  FieldDeclaration,
  FunctionDeclaration,
  Program,
  Source,
  Statement,
} from 'assemblyscript';

/** A reference to a compiled expression. */
export type Code = number;
export interface TypeLike {
  readonly kind: number;
  readonly classReference: {
    readonly prototype: { readonly internalName: string };
    readonly declaration: { readonly range: { readonly source: Source } };
  } | null;
  readonly isIntegerValue: boolean;
  toRef(): number;
}
export interface LocalLike {
  readonly index: number;
  readonly type: TypeLike;
}
export interface FunctionLike {
  readonly internalName: string;
  readonly declaration: FunctionDeclaration;
  readonly signature: { readonly parameterTypes: readonly TypeLike[]; readonly returnType: TypeLike };
  is(flag: number): boolean;
  set(flag: number): void;
  addLocal(type: TypeLike): LocalLike;
  getNonParameterLocalTypes(): unknown;
}
export interface FlowLike {
  readonly isInline: boolean;
  readonly targetFunction: FunctionLike;
  readonly sourceFunction: FunctionLike;
  is(flag: number): boolean;
  getTempLocal(type: TypeLike): LocalLike;
}
export interface ModuleLike {
  binary(operation: number, left: Code, right: Code): Code;
  block(label: null, children: Code[], type?: number): Code;
  call(target: string, operands: Code[], type: number): Code;
  i32(value: number): Code;
  local_get(index: number, type: number): Code;
  local_set(index: number, value: Code, isManaged: boolean): Code;
  addFunction(name: string, parameters: number, results: number, locals: null, body: Code): number;
  allocStringCached(text: string): number;
}
export interface PropertyLike {
  readonly prototype: { readonly fieldDeclaration: FieldDeclaration | null };
  readonly type: TypeLike;
  readonly memoryOffset: number;
  readonly getterInstance: FunctionLike;
  readonly setterInstance: FunctionLike;
  readonly parent: { readonly declaration: { readonly range: { readonly source: Source } } };
}

/** A compiler at work. */
export interface CompilerLike {
  readonly program: Program;
  readonly module: ModuleLike;
  readonly resolver: {
    resolveFunction(prototype: unknown, types: readonly TypeLike[] | null): FunctionLike | null;
  };
  currentFlow: FlowLike;
  currentType: TypeLike;
  addAlignedMemorySegment(buffer: Uint8Array, alignment: number): { readonly offset: unknown };
  compileFunction(instance: FunctionLike): boolean;
  ensureSmallIntegerWrap(value: Code, type: TypeLike): Code;
  compileFunctionBody(instance: FunctionLike, statements: Code[]): boolean;
  compileStatement(statement: Statement): Code;
  compileReturnStatement(statement: Statement): Code;
  compileExpression(expression: Expression, contextualType: TypeLike, constraints?: number): Code;
  compileUnaryPrefixExpression(expression: Expression, contextualType: TypeLike, constraints: number): Code;
  compileUnaryPostfixExpression(expression: Expression, contextualType: TypeLike, constraints: number): Code;
  makeLocalAssignment(local: LocalLike, value: Code, valueType: TypeLike, tee: boolean): Code;
  makeGlobalAssignment(
    global: { readonly type: TypeLike },
    value: Code,
    valueType: TypeLike,
    tee: boolean,
  ): Code;
  makeBuiltinFieldGetter(property: PropertyLike): number;
  makeBuiltinFieldSetter(property: PropertyLike): number;
  makeCallDirect(instance: FunctionLike, operands: Code[] | null, report: unknown, dropped?: boolean): Code;
  makeAdd(left: Code, right: Code, type: TypeLike): Code;
  makeSub(left: Code, right: Code, type: TypeLike): Code;
  makeMul(left: Code, right: Code, type: TypeLike): Code;
  makeDiv(left: Code, right: Code, type: TypeLike): Code;
  makeRem(left: Code, right: Code, type: TypeLike, report: unknown): Code;
}

/** Flags of functions and flows (the compiler's CommonFlags and FlowFlags). */
export const FUNCTION_FLAGS = { instance: 262144, constructor: 524288, compiled: 8388608 } as const;
export const FLOW_TERMINATES = 256;
/** Wasm types of the compiler's module. */
export const REFS = { none: 0, i32: 2 } as const;
