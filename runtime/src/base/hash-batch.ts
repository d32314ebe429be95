// SHA-256 of many messages at once: for who has a few hundred to hash, such as trees. Implementations: `#hash-batch`.
export { createHashBatch } from '#hash-batch';
export { type HashBatch, PLACED_BYTES_MAX, paddedBytes } from './crypto/batch.js';
