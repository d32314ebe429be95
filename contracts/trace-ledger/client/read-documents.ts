// EPCIS documents from files, for programs on Node; everything else of the client runs in browsers too.
import { readFile, stat } from 'node:fs/promises';
import { EpcisError } from './errors.js';
import { LEDGER_LIMITS, type LedgerEvent, readLedgerEvents } from './ledger-event.js';

/**
 * The events of all files, in order, each file a document.
 * @throws EPCIS_UNREADABLE, EPCIS_TOO_LARGE, and what `readLedgerEvents` throws, with the file's name
 */
export async function readLedgerFiles(paths: readonly string[]): Promise<LedgerEvent[]> {
  const documents: { name: string; text: string }[] = [];
  for (const path of paths) documents.push({ name: path, text: await readText(path) });
  return readLedgerEvents(documents);
}

async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > LEDGER_LIMITS.documentBytes) {
      const expected = `at most ${LEDGER_LIMITS.documentBytes}`;
      throw new EpcisError('EPCIS_TOO_LARGE', { expected, got: size, unit: 'bytes', place: path });
    }
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof EpcisError) throw cause;
    const got = (cause as NodeJS.ErrnoException).code ?? 'an error';
    throw new EpcisError('EPCIS_UNREADABLE', { expected: 'a file', got, place: path }, cause);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EpcisError(
      'EPCIS_NOT_JSON',
      { expected: 'UTF-8 text', got: 'other bytes', place: path },
      cause,
    );
  }
}
