// What every decoder of this repository throws: one table, each refusal with the byte offset it was met at.
import { defineErrors } from './errors.js';

/** A refused encoding, or a value no encoding exists for. `place` is a byte offset or a field. */
export class CodecError extends defineErrors('CodecError', {
  CODEC_TRUNCATED: { what: 'the bytes end too early', fix: 'Send the whole encoding.' },
  CODEC_TRAILING: { what: 'bytes follow the end of the encoding', fix: 'Send exactly one encoding.' },
  CODEC_RANGE: { what: 'a number is outside its range' },
  CODEC_TAG: { what: 'a tag byte has no meaning here' },
  CODEC_TYPE: { what: 'a value has another type than its layout' },
  CODEC_LIMIT: { what: 'a length is past its limit' },
  CODEC_LENGTH: { what: 'a byte string has another length than its format' },
  CODEC_ORDER: { what: 'items are not in ascending order, or one stands twice' },
  CODEC_UTF8: { what: 'the bytes are not UTF-8, or the text has a lone surrogate' },
  CODEC_HEX: { what: 'the text is not lower-case hexadecimal with two digits a byte' },
  CODEC_BECH32: { what: 'the text is not a bech32m address', fix: 'Addresses look like weft1… in one case.' },
  CODEC_VERSION: { what: 'the format version is unknown to this build' },
}) {}
