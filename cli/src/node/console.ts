// What contracts say on a development node, in its terminal: console lines and failures, each with its line of the source
// where the contract was built below this folder.
import { cwd } from 'node:process';
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { visibleText } from '@weft/runtime/base/text';
import type { ChainQuery } from '@weft/runtime/ports/query';
import { abortJson, receiptJson, traceJson } from '@weft/runtime/rpc/render';
import { type Abi, decodeAbi } from '@weft/runtime/types/abi';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import type { RunNotes, TransactionTrace } from '@weft/runtime/types/run-notes';
import type { Call } from '@weft/runtime/types/transaction';
import type { ClientError } from '@weft/sdk/client/errors';
import { transactionFailure } from '@weft/sdk/client/failure';
import type { SourceMaps } from '@weft/sdk/client/source-map';
import { SYSTEM_ABI, SYSTEM_CONTRACT } from '@weft/sdk/client/system-abi';
import { localSourceMaps } from '../source-maps.js';

/** Of larger blocks nobody reads every line. */
const TRANSACTIONS_MAX = 100;
/** Blocks that wait to be shown; more are left out. */
const WAITING_MAX = 64;

export interface NodeConsole {
  /** A block of so many transactions was made. */
  block(height: number, transactions: number): void;
  /** Contracts may have other code from now on. */
  forget(): void;
  /** Resolves when everything is said. */
  idle(): Promise<void>;
}

export function createNodeConsole(query: () => ChainQuery, say: (line: string) => void): NodeConsole {
  let names = new Names(query);
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const show = async (height: number): Promise<void> => {
    for (const trace of await query().traceBlock(height))
      for (const line of await names.lines(trace)) say(line);
  };
  return {
    block(height, transactions) {
      if (transactions === 0 || transactions > TRANSACTIONS_MAX || waiting >= WAITING_MAX) return;
      waiting++;
      last = last
        .then(() => show(height))
        // The node stops, or the chain went back before it was said.
        .catch((error: unknown) => {
          if (!(error instanceof WeftError)) say(String(error));
        })
        .finally(() => waiting--);
    },
    forget() {
      names = new Names(query);
    },
    idle: () => last,
  };
}

/** Contracts by name and line. */
class Names {
  readonly #query: () => ChainQuery;
  readonly #abis = new Map<string, Abi | undefined>([[SYSTEM_CONTRACT, SYSTEM_ABI]]);
  readonly #hashes = new Map<string, string>();
  #maps: SourceMaps | undefined;

  constructor(query: () => ChainQuery) {
    this.#query = query;
  }

  async lines({ receipt, notes, height, index }: TransactionTrace): Promise<string[]> {
    const run = notes?.tail ?? notes?.ordered;
    const lines: string[] = [];
    for (const { text, trace } of run?.logs ?? []) {
      const frames = traceJson(trace);
      const contract = frames[0]?.contract ?? '';
      const at = (await this.#sourceMaps(frames.map((frame) => frame.contract))).place(
        frames,
        this.#abis.get(contract),
      );
      lines.push(
        `  ${this.#name(contract)}: ${visibleText(text)}${at === undefined ? '' : `  (${at.file}:${at.line})`}`,
      );
    }
    if (receipt.status !== 'OK') {
      const located = { height, index, receipt: receiptJson(receipt), events: [] };
      lines.push(...(await this.#failure(located, await this.#placeOf(receipt.transaction), run)));
    }
    return lines;
  }

  async #failure(
    located: Parameters<typeof transactionFailure>[0],
    place: string,
    run: RunNotes | undefined,
  ): Promise<string[]> {
    const trace = run?.trace === undefined ? null : traceJson(run.trace);
    const { failure } = located.receipt;
    const contract = trace?.[0]?.contract ?? failure?.contract;
    const sourceMaps = await this.#sourceMaps(contract === undefined ? [] : [contract]);
    const abi = contract === undefined ? undefined : this.#abis.get(contract);
    const error = transactionFailure(
      located,
      place,
      { abi, sourceMaps },
      { trace, abort: abortJson(run?.abort) },
    );
    const cause = error.cause as ClientError;
    const { fields, place: at } = cause.context;
    return [
      `  ${located.receipt.status} ${visibleText(error.shortMessage)}${fields === undefined ? '' : ` ${visibleText(String(fields))}`}`,
      ...(at === undefined ? [] : [`    ${at}`]),
    ];
  }

  /** `Contract.method` of each call. */
  async #placeOf(id: Uint8Array): Promise<string> {
    const found = await this.#query().wire(id);
    const calls: readonly Call[] = found?.transaction.calls ?? [];
    const names = calls.map(({ contract, selector }) => {
      const address = encodeAddress(contract);
      this.#learn(address);
      const method = this.#abis.get(address)?.methods.find((one) => one.selector === selector)?.name;
      return `${this.#name(address)}.${method ?? selector}`;
    });
    return names.join(' + ');
  }

  #name(contract: string): string {
    return this.#abis.get(contract)?.name ?? contract;
  }

  async #sourceMaps(contracts: readonly string[]): Promise<SourceMaps> {
    const known = this.#abis.size;
    for (const contract of contracts) this.#learn(contract);
    if (this.#maps === undefined || this.#abis.size > known)
      this.#maps = await localSourceMaps(cwd(), this.#hashes);
    return this.#maps;
  }

  #learn(contract: string): void {
    if (contract === '' || this.#abis.has(contract)) return;
    const found = this.#query().contract(decodeAddress(contract));
    if (found !== undefined) this.#hashes.set(contract, `0x${toHex(found.codeHash)}`);
    this.#abis.set(contract, found?.abi === undefined ? undefined : decodeAbi(utf8(found.abi)));
  }
}
