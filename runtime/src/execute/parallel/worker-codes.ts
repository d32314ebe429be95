// Code as a worker finds it: contracts and presence asked of the main thread once a job, modules posted once and kept.
import { bytesText } from '../../base/bytes.js';
import type { Address, Hash32 } from '../../types/address.js';
import {
  type ContractRecord,
  codeKey,
  contractKey,
  decodeCodeRecord,
  decodeContractRecord,
} from '../../types/system.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import { askValue, CODE_ANSWER, REQUEST } from '../threads/requests.js';
import type { MainThread } from '../threads/worker.js';
import type { ThreadCodes } from './job-codes.js';

/** Answers about code that is not there, kept for a job. */
const ABSENT_MAX = 1024;

/**
 * The view of one job; `modules` outlives it. Main bounds what `modules` holds (`CrewMemory.sendCode`): when it says so,
 * everything is forgotten, what this job has met included.
 */
export function codeView(main: MainThread, modules: Map<string, CompiledCode>): ThreadCodes {
  const contracts = new Map<string, ContractRecord | undefined>();
  /** Hashes main has answered for in this job: code that is there is in `modules`. */
  const answered = new Set<string>();
  const absent = new Set<string>();
  const sizes = new Map<string, number | undefined>();
  return {
    modules,
    contractAt(address: Address) {
      const text = bytesText(address);
      if (!contracts.has(text)) {
        const stored = askValue(main, REQUEST.past, contractKey(address));
        contracts.set(text, stored === undefined ? undefined : decodeContractRecord(stored));
      }
      return contracts.get(text);
    },
    sizeOf(codeHash: Hash32) {
      const text = bytesText(codeHash);
      if (!sizes.has(text)) {
        const stored = askValue(main, REQUEST.past, codeKey(codeHash));
        sizes.set(text, stored === undefined ? undefined : decodeCodeRecord(stored).size);
      }
      return sizes.get(text);
    },
    code(codeHash: Hash32) {
      const text = bytesText(codeHash);
      if (answered.has(text)) return modules.get(text);
      if (absent.has(text)) return undefined;
      const { number } = main.ask(REQUEST.code, codeHash);
      if (number === CODE_ANSWER.absent) {
        if (absent.size >= ABSENT_MAX) absent.clear();
        absent.add(text);
        return undefined;
      }
      if (number === CODE_ANSWER.cleared) {
        modules.clear();
        answered.clear();
      }
      if (number !== CODE_ANSWER.known) modules.set(text, main.receive() as CompiledCode);
      answered.add(text);
      return modules.get(text);
    },
  };
}
