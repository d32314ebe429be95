// Room that is always there, in one piece at the start of memory. What nearly every call writes comes first, below 2 KiB: a
// node restores memory up to the highest place a call stored to, so a call that stays below costs least.

// @ts-ignore: decorator
@inline const ROOM: usize = memory.data(2208, 16);

/** A u64 amount and a u64 bound on their way to the host. */
// @ts-ignore: decorator
@inline export const NUMBER: usize = ROOM;
/** The id of an event on its way to the host. */
// @ts-ignore: decorator
@inline export const EVENT: usize = ROOM + 16;
/** 32 zero bytes, never written to. */
// @ts-ignore: decorator
@inline export const ZERO: usize = ROOM + 32;
/** What a call knows of itself: 160 bytes. */
// @ts-ignore: decorator
@inline export const CONTEXT: usize = ROOM + 64;
/** Arguments that are not longer. */
// @ts-ignore: decorator
@inline export const INPUT: usize = ROOM + 224;
// @ts-ignore: decorator
@inline export const INPUT_CAPACITY: usize = 160;
/** Where the arena of wide numbers begins. */
// @ts-ignore: decorator
@inline export const ARENA: usize = ROOM + 384;
// @ts-ignore: decorator
@inline export const ARENA_END: usize = ROOM + 672;
/** The key that was built last; between keys the bytes of an event. */
// @ts-ignore: decorator
@inline export const KEY: usize = ROOM + 672;
// @ts-ignore: decorator
@inline export const KEY_CAPACITY: usize = 1024;
/** A stored value on its way to or from the host, when it is not longer. */
// @ts-ignore: decorator
@inline export const VALUE: usize = ROOM + 1696;
// @ts-ignore: decorator
@inline export const VALUE_CAPACITY: usize = 512;
