// Layouts: the shape of a Borsh value, as data. Arguments, pointers and results are sliced and checked by them.

/** A Borsh type. `address` and `hash` are 32 fixed bytes; `bytes` and `string` carry a u32 length. */
export type Layout =
  | { readonly kind: 'u8' | 'u16' | 'u32' | 'u64' | 'u128' | 'u256' }
  | { readonly kind: 'i8' | 'i16' | 'i32' | 'i64' | 'i128' }
  | { readonly kind: 'bool' | 'address' | 'hash' | 'bytes' | 'string' }
  | { readonly kind: 'fixed'; readonly length: number }
  | { readonly kind: 'list'; readonly item: Layout }
  | { readonly kind: 'option'; readonly item: Layout }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly layout: Layout }[] };
