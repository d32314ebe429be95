// Code as a worker finds it: contracts and presence asked of the main thread once a job, modules posted once and kept.
import { bytesText } from '../../base/bytes.js';
import type { Address, Hash32 } from '../../types/address.js';
import { type ContractRecord, contractKey, decodeContractRecord } from '../../types/system.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import type { CodeView } from '../../vm/run.js';
import { askValue, CODE_ANSWER, REQUEST } from '../threads/requests.js';
import type { MainThread } from '../threads/worker.js';

/** Modules a worker holds at most; main counts with it (`CodeSender`). */
export const WORKER_CODES_MAX = 256;

/** The view of one job; `modules` outlives it. */
export function codeView(main: MainThread, modules: Map<string, CompiledCode>): CodeView {
  const contracts = new Map<string, ContractRecord | undefined>();
  const present = new Map<string, CompiledCode | undefined>();
  return {
    contractAt(address: Address) {
      const text = bytesText(address);
      if (!contracts.has(text)) {
        const stored = askValue(main, REQUEST.past, contractKey(address));
        contracts.set(text, stored === undefined ? undefined : decodeContractRecord(stored));
      }
      return contracts.get(text);
    },
    code(codeHash: Hash32) {
      const text = bytesText(codeHash);
      if (!present.has(text)) present.set(text, askCode(main, modules, codeHash, text));
      return present.get(text);
    },
  };
}

function askCode(
  main: MainThread,
  modules: Map<string, CompiledCode>,
  codeHash: Hash32,
  text: string,
): CompiledCode | undefined {
  const { number } = main.ask(REQUEST.code, codeHash);
  if (number === CODE_ANSWER.absent) return undefined;
  if (number === CODE_ANSWER.known) return modules.get(text);
  if (number === CODE_ANSWER.cleared) modules.clear();
  const code = main.receive() as CompiledCode;
  modules.set(text, code);
  return code;
}
