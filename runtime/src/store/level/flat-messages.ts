// What goes between the store and its storage thread.
import type { ErrorContext } from '../../base/errors.js';

export interface FlatWorkerData {
  readonly folder: string;
  readonly logFolder: string;
  readonly create: boolean;
}

/** A question under a number. `iterate` begins an iteration under its own number and answers its first chunk. */
export type FlatRequest = { readonly id: number } & FlatCall;
export type FlatCall =
  | { readonly kind: 'open' | 'close' | 'flushed' | 'iterate' | 'reread' }
  | { readonly kind: 'fill'; readonly entries: Uint8Array; readonly first: boolean }
  | { readonly kind: 'filled' | 'flush' | 'takeBack'; readonly height: number }
  | { readonly kind: 'forget'; readonly from: number; readonly to: number }
  | { readonly kind: 'locate'; readonly transaction: Uint8Array }
  | { readonly kind: 'next' | 'end'; readonly iteration: number };

/** Either what came out, or a coded error as plain data. */
export interface FlatAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: {
    readonly code: string;
    readonly context: ErrorContext;
    readonly cause: string | undefined;
  };
}
