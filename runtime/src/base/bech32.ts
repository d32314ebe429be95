// bech32m (BIP-350) for 32-byte payloads: the text form of addresses.
import { bech32m } from '@scure/base';
import { CodecError } from './codec-error.js';

/** Lower-case bech32m text of `bytes` under the human part `prefix`. */
export function toBech32(prefix: string, bytes: Uint8Array): string {
  return bech32m.encode(prefix, bech32m.toWords(bytes));
}

/** The payload of a bech32m text whose human part must be `prefix`. All upper case is the same text. @throws CODEC_BECH32 */
export function fromBech32(prefix: string, text: string): Uint8Array {
  let decoded: { prefix: string; bytes: Uint8Array };
  try {
    const parsed = bech32m.decode(text as `${string}1${string}`);
    decoded = { prefix: parsed.prefix, bytes: bech32m.fromWords(parsed.words) };
  } catch (cause) {
    throw new CodecError('CODEC_BECH32', { expected: `${prefix}1…`, got: text.slice(0, 100) }, cause);
  }
  if (decoded.prefix !== prefix)
    throw new CodecError('CODEC_BECH32', { expected: prefix, got: decoded.prefix });
  return decoded.bytes;
}
