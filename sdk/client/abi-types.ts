// TypeScript types out of an ABI: what `as const` says of a contract in text becomes arguments, results, events and
// errors. Types only. An ABI known at run time alone (type `Abi`) gets `Value` everywhere.
import type { Abi, AbiParameter } from '@weft/runtime/types/abi';
import type { Value } from './values.js';

type Small = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32';
type Wide = 'u64' | 'u128' | 'u256' | 'i64' | 'i128';
type Opaque = 'hash' | 'bytes' | `fixed${number}`;
type Hex = `0x${string}`;

/** What a caller passes for an ABI type: numbers to 32 bits, bigint above, `weft1…` or 32 bytes, bytes or `0x` hex. */
export type InputOf<A extends Abi, T extends string> = string extends T
  ? Value
  : T extends `${infer Item}[]`
    ? readonly InputOf<A, Item>[]
    : T extends `${infer Item}?`
      ? InputOf<A, Item> | undefined
      : T extends 'address'
        ? string | Uint8Array
        : T extends Opaque
          ? Uint8Array | Hex
          : T extends SimpleName
            ? SimpleValue<T>
            : Inputs<A, StructFields<A, T>>;

/** What a caller gets back for an ABI type: as `InputOf`, addresses always text, bytes always Uint8Array. */
export type OutputOf<A extends Abi, T extends string> = string extends T
  ? Value
  : T extends `${infer Item}[]`
    ? readonly OutputOf<A, Item>[]
    : T extends `${infer Item}?`
      ? OutputOf<A, Item> | undefined
      : T extends 'address'
        ? string
        : T extends Opaque
          ? Uint8Array
          : T extends SimpleName
            ? SimpleValue<T>
            : Outputs<A, StructFields<A, T>>;

type SimpleName = Small | Wide | 'bool' | 'string';
type SimpleValue<T extends SimpleName> = T extends Small
  ? number
  : T extends Wide
    ? bigint
    : T extends 'bool'
      ? boolean
      : string;

type StructFields<A extends Abi, T extends string> = Extract<
  A['structs'][number],
  { readonly name: T }
>['fields'];

type Parameters = readonly AbiParameter[];
type OptionalName<P extends AbiParameter> = P extends { readonly type: `${string}?` } ? P['name'] : never;
type RequiredName<P extends AbiParameter> = Exclude<P['name'], OptionalName<P>>;
type TypeOf<P extends AbiParameter, Name> = Extract<P, { readonly name: Name }>['type'];

/** Arguments by name; options may be left out; no parameters, no names. */
export type Inputs<A extends Abi, P extends Parameters> = P extends readonly []
  ? Readonly<Record<string, never>>
  : string extends P[number]['name']
    ? { readonly [name: string]: Value }
    : { readonly [Name in RequiredName<P[number]>]: InputOf<A, TypeOf<P[number], Name>> } & {
        readonly [Name in OptionalName<P[number]>]?: InputOf<A, TypeOf<P[number], Name>>;
      };

/** Fields by name. */
export type Outputs<A extends Abi, P extends Parameters> = string extends P[number]['name']
  ? { readonly [name: string]: Value }
  : { readonly [Name in P[number]['name']]: OutputOf<A, TypeOf<P[number], Name>> };

/** A method's result; undefined if it has none. */
export type ResultOf<A extends Abi, M> = M extends { readonly result: infer T extends string }
  ? OutputOf<A, T>
  : string extends A['name']
    ? Value
    : undefined;

type Method<A extends Abi> = A['methods'][number];

/** Methods of a kind, by name. */
export type MethodsOf<A extends Abi, Kind extends 'init' | 'call' | 'view'> = {
  readonly [M in Method<A> as Kind extends M['kind'] ? M['name'] : never]: M;
};

/** The arguments of `@init`. */
export type InitInputs<A extends Abi> =
  Extract<Method<A>, { readonly kind: 'init' }> extends infer M
    ? [M] extends [never]
      ? Readonly<Record<string, never>>
      : M extends { readonly args: infer P extends Parameters }
        ? Inputs<A, P>
        : never
    : never;

export type EventName<A extends Abi> = A['events'][number]['name'];
export type ErrorName<A extends Abi> = A['errors'][number]['name'];

/** Decoded events as a union told apart by `name`; of one name, that one. */
export type EventOf<A extends Abi, Name extends EventName<A> = EventName<A>> = NamedEvent<
  A,
  A['events'][number],
  Name
>;
type NamedEvent<A extends Abi, E extends A['events'][number], Name> = E extends { readonly name: infer Own }
  ? string extends Own
    ? { readonly name: Name; readonly fields: Outputs<A, E['fields']> }
    : Own extends Name
      ? { readonly name: Own; readonly fields: Outputs<A, E['fields']> }
      : never
  : never;

/** Decoded errors of the contract's own as a union told apart by `name`; of one name, that one. */
export type ErrorOf<A extends Abi, Name extends ErrorName<A> = ErrorName<A>> = NamedError<
  A,
  A['errors'][number],
  Name
>;
type NamedError<A extends Abi, E extends A['errors'][number], Name> = E extends { readonly name: infer Own }
  ? string extends Own
    ? { readonly name: Name; readonly fields: Outputs<A, E['args']> }
    : Own extends Name
      ? { readonly name: Own; readonly fields: Outputs<A, E['args']> }
      : never
  : never;
