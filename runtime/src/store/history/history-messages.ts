// What goes between the node and the thread of the history index.

import type { ErrorContext } from '../../base/errors.js';
import type { BlockPlaces, FindOptions, HeightRange } from '../../ports/history-index.js';
import type { Term } from '../../types/history-terms.js';
import type { StoredHeights } from './history-database.js';

export interface HistoryWorkerData extends StoredHeights {
  readonly folder: string;
  readonly logFolder: string;
}

/** `epoch` rises with every revert: what is said of coverage before it was carried out does not count. */
export type HistoryRequest =
  | { readonly kind: 'advance'; readonly to: number }
  | { readonly kind: 'revert'; readonly height: number; readonly epoch: number }
  | { readonly kind: 'prune'; readonly oldest: number }
  | {
      readonly kind: 'find';
      readonly id: number;
      readonly terms: readonly Term[];
      readonly options: FindOptions;
    }
  | { readonly kind: 'close' };

export type HistoryAnswer =
  | { readonly kind: 'covered'; readonly covered: HeightRange; readonly epoch: number }
  | { readonly kind: 'found'; readonly id: number; readonly found: readonly BlockPlaces[] | undefined }
  /** Indexing stopped; the next announcement tries again. */
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly context: ErrorContext;
      readonly cause: string;
    };
