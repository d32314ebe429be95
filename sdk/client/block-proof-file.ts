// A proof of what a block holds as a file: a transaction, a receipt, an event, or a field of the header, for somebody who
// trusts a header hash and nothing else. Format: runtime/docs/spec/proof.md.
import type { Header } from '@weft/runtime/types/block';
import {
  type BlockPart,
  type ProvenField,
  type ProvenItem,
  verifyField,
  verifyItem,
} from '@weft/runtime/types/block-proof';
import { HEADER_FIELDS } from '@weft/runtime/types/header-codec';
import { bytes, fields, hex, parseStrictly, record, refuse, steps, stepsJson } from './proof-json.js';

const FORMAT = 'weft-block-proof';
const VERSION = 1;
const PARTS: readonly BlockPart[] = ['transaction', 'receipt', 'event'];

/** What a file claims; nothing of it is true before `verifyBlockProof`, and `height` and `hash` never are. */
export type BlockProofFile = ProvenItem | ProvenField;

/** The bytes the file proves under a header hash. Asks nobody. @throws PROOF_ROOT */
export function verifyBlockProof(file: BlockProofFile, headerHash: Uint8Array): Uint8Array {
  return 'part' in file ? verifyItem(headerHash, file) : verifyField(headerHash, file);
}

/** The file as plain data; `parseBlockProof` of its JSON text is the inverse. */
export function blockProofJson(file: BlockProofFile) {
  const head = { format: FORMAT, version: VERSION, height: file.height, hash: hex(file.hash) };
  if (!('part' in file)) {
    return { ...head, field: file.field, value: hex(file.value), path: stepsJson(file.path) };
  }
  const { part, index, item, root, path, headerPath } = file;
  return {
    ...head,
    part,
    index,
    item: hex(item),
    root: hex(root),
    path: stepsJson(path),
    headerPath: stepsJson(headerPath),
  };
}

/** Reads a file's text. @throws PROOF_FILE */
export function parseBlockProof(text: string): BlockProofFile {
  return parseStrictly(text, (json) => {
    const { format, version, ...rest } = record(json, 'the file');
    if (format !== FORMAT) refuse('format', FORMAT, format);
    if (version !== VERSION) refuse('version', String(VERSION), version);
    return 'part' in rest ? itemFrom(rest) : fieldFrom(rest);
  });
}

/** What `weft_getBlockProof` answers. @throws PROOF_FILE */
export function itemFrom(json: unknown): ProvenItem {
  const names = ['height', 'hash', 'part', 'index', 'item', 'root', 'path', 'headerPath'];
  const { height, hash, part, index, item, root, path, headerPath } = fields(json, 'the proof', names);
  if (!PARTS.includes(part as BlockPart)) refuse('part', PARTS.join(', '), part);
  return {
    height: whole(height, 'height'),
    hash: bytes(hash, 'hash', 32),
    part: part as BlockPart,
    index: whole(index, 'index'),
    item: bytes(item, 'item'),
    root: bytes(root, 'root', 32),
    path: steps(path, 'path'),
    headerPath: steps(headerPath, 'headerPath'),
  };
}

/** What `weft_getHeaderProof` answers. @throws PROOF_FILE */
export function fieldFrom(json: unknown): ProvenField {
  const names = ['height', 'hash', 'field', 'value', 'path'];
  const { height, hash, field, value, path } = fields(json, 'the proof', names);
  if (!HEADER_FIELDS.includes(field as keyof Header)) refuse('field', 'a field of the header', field);
  return {
    height: whole(height, 'height'),
    hash: bytes(hash, 'hash', 32),
    field: field as keyof Header,
    value: bytes(value, 'value'),
    path: steps(path, 'path'),
  };
}

function whole(json: unknown, place: string): number {
  if (!Number.isSafeInteger(json) || (json as number) < 0) refuse(place, 'a whole number', json);
  return json as number;
}
