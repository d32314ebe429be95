// Addresses: 32 bytes, a hash over a domain, so accounts, contracts and system contracts never share one.
export type Address = Uint8Array & { readonly __brand: 'Address' };
export type Hash32 = Uint8Array & { readonly __brand: 'Hash32' };
