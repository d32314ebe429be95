// What the compiler knows of a contract: first its syntax (classes, fields, methods), then the resolved layouts.

import type { AccessTemplate } from '@weft/runtime/types/access';
import type { KeyKind } from '@weft/runtime/types/key';
import type { Layout } from '@weft/runtime/types/layout';
import type { ClassDeclaration, FieldDeclaration, MethodDeclaration } from 'assemblyscript';

/** A Borsh type twice: its shape, and its name in the ABI (structs by class name). */
export interface ContractType {
  readonly layout: Layout;
  readonly text: string;
}
export interface NamedType {
  readonly name: string;
  readonly type: ContractType;
}

export type StorageClass =
  | 'Value'
  | 'Map'
  | 'Map2'
  | 'Map3'
  | 'Accumulator'
  | 'AccumulatorMap'
  | 'AccumulatorMap2'
  | 'List';
/** Key components of each storage class. */
export const STORAGE_CLASSES: Readonly<
  Record<StorageClass, { readonly keys: number; readonly cell: boolean }>
> = {
  Value: { keys: 0, cell: false },
  Map: { keys: 1, cell: false },
  Map2: { keys: 2, cell: false },
  Map3: { keys: 3, cell: false },
  Accumulator: { keys: 0, cell: true },
  AccumulatorMap: { keys: 1, cell: true },
  AccumulatorMap2: { keys: 2, cell: true },
  List: { keys: 0, cell: false },
};

/** A storage field of the contract class or of its bases. */
export interface StorageField {
  readonly name: string;
  readonly declaration: FieldDeclaration;
  /** 8 bytes. */
  readonly id: Uint8Array;
  readonly storage: StorageClass;
  /** Set in `@init`, never after. */
  readonly immutable: boolean;
  /** Most bytes of a text, bytes or list in it. */
  readonly maxBytes: number | undefined;
}
export interface ResolvedField extends StorageField {
  readonly kind: KeyKind;
  /** What holds the values: the class itself, or the innermost of maps of storage. */
  readonly leaf: StorageClass;
  /** Numbers of keys of the maps around the leaf. */
  readonly levels: readonly number[];
  /** All keys; of a list the index comes last. */
  readonly keys: readonly ContractType[];
  readonly value: ContractType;
}

export type MethodKind = 'init' | 'call' | 'view';
/** A method the outside can call. */
export interface ContractMethod {
  readonly name: string;
  readonly kind: MethodKind;
  readonly payable: boolean;
  /** Run by an upgrade, and by nobody else. */
  readonly migrate: boolean;
  /** Most bytes of parameters, by name. */
  readonly maxBytes: ReadonlyMap<string, number>;
  readonly declaration: MethodDeclaration;
  /** The class that declares it: the contract or one of its bases. */
  readonly owner: ClassDeclaration;
}
export interface ResolvedMethod extends ContractMethod {
  readonly selector: number;
  readonly args: readonly NamedType[];
  /** Undefined: void. */
  readonly result: ContractType | undefined;
}
/** A method with what it touches. */
export interface AnalysedMethod extends ResolvedMethod {
  readonly templates: readonly AccessTemplate[];
  /** Locks nobody wrote, and why: file:line:column first. */
  readonly notes: readonly string[];
}

/** A `@struct`, `@event`, `@error` or `@remote` class. */
export type DataKind = 'struct' | 'event' | 'error';
export interface DataClass {
  readonly kind: DataKind;
  readonly name: string;
  readonly declaration: ClassDeclaration;
  readonly fields: readonly FieldDeclaration[];
}
export interface ResolvedData extends DataClass {
  readonly members: readonly (NamedType & { readonly indexed: boolean })[];
}

/** A `@remote` class: another contract's methods, as this one calls them. */
export interface RemoteClass {
  readonly name: string;
  readonly declaration: ClassDeclaration;
  readonly methods: readonly MethodDeclaration[];
}
export interface RemoteMethod {
  readonly name: string;
  readonly selector: number;
  readonly args: readonly NamedType[];
  readonly result: ContractType | undefined;
}

/** The syntax of a program, before types are known. */
export interface ContractSyntax {
  readonly name: string;
  readonly declaration: ClassDeclaration;
  /** The contract class, then its bases, nearest first. */
  readonly classes: readonly ClassDeclaration[];
  readonly fields: readonly StorageField[];
  readonly methods: readonly ContractMethod[];
  readonly data: readonly DataClass[];
  readonly remotes: readonly RemoteClass[];
}

/** The program with every type resolved. */
export interface ContractModel extends Omit<ContractSyntax, 'fields' | 'methods' | 'data' | 'remotes'> {
  readonly fields: readonly ResolvedField[];
  readonly methods: readonly ResolvedMethod[];
  readonly data: readonly ResolvedData[];
  readonly remotes: readonly (RemoteClass & { readonly resolved: readonly RemoteMethod[] })[];
}
