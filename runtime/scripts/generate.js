// Writes what is made from tables: the AssemblyScript bindings of the host functions, two reference pages of the VM, and
// the methods in the page of the RPC surface. `--check` writes nothing and fails when a file differs. Run after a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { createTable } from '@weft/runtime/rpc/methods';
import { methodsPage } from '@weft/runtime/rpc/page';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { HOST_MODULE, HOST_TABLE } from '@weft/runtime/vm/host-table';
import { CALL_DEPTH_WEIGHT, CALL_GAS_KEPT, DEPTH_BUDGET, VM_LIMITS } from '@weft/runtime/vm/limits';

const ROOT = new URL('../../', import.meta.url);
/** Figures of the last published calibration of the gas schedule. */
const CALIBRATION = JSON.parse(readFileSync(new URL('runtime/docs/spec/gas-calibration.json', ROOT), 'utf8'));
const RPC_PAGE = 'runtime/docs/spec/rpc.md';
const NOTE = 'Generated from runtime/src/vm/host-table.ts: `npm run generate`.';

/** Path in the repository and content of every generated file. */
export function generatedFiles() {
  return [
    ['sdk/assembly/host.ts', bindings()],
    ['runtime/docs/spec/host.md', hostPage()],
    ['runtime/docs/spec/gas.md', gasPage()],
    [RPC_PAGE, rpcPage()],
  ];
}

/** The page as it is, what stands between its two marks made anew. */
function rpcPage() {
  const text = readFileSync(new URL(RPC_PAGE, ROOT), 'utf8');
  const [before, rest] = text.split('<!-- methods -->\n');
  const [, after] = rest.split('<!-- end of methods -->\n');
  const table = createTable({ development: () => undefined, subscriptions: {} }, true);
  return `${before}<!-- methods -->\n\n${methodsPage(table)}\n\n<!-- end of methods -->\n${after}`;
}

function bindings() {
  const types = { pointer: 'usize', i32: 'i32', i64: 'i64' };
  const blocks = HOST_TABLE.map((row) => {
    const params = row.params.map((param) => `${param.name}: ${types[param.type]}`).join(', ');
    return [
      `/** ${row.doc} */`,
      '// @ts-ignore: decorator',
      `@external('${HOST_MODULE}', '${row.name}')`,
      `export declare function ${row.name}(${params}): ${row.result ?? 'void'};`,
    ].join('\n');
  });
  return `// The host functions a contract may import, module "${HOST_MODULE}". ${NOTE}\n\n${blocks.join('\n\n')}\n`;
}

function hostPage() {
  const functions = HOST_TABLE.map((row) => {
    const price = GAS_SCHEDULE.host[row.name];
    const params = row.params.map((param) => `${param.name}: ${param.type}`).join(', ');
    const perByte = price.byte === 0 ? '' : `, ${price.byte} a byte of ${row.counts}`;
    const result = row.ends ? 'never returns' : `-> ${row.result ?? '()'}`;
    return `### ${row.name}\n\n\`${row.name}(${params}) ${result}\`\n\n${row.doc} Gas: ${number(price.base)}${perByte}.`;
  });
  return `# Host functions

${NOTE}

A contract imports them from module \`${HOST_MODULE}\`, with exactly these types; a \`pointer\` is an i32 into its memory.
Lengths are unsigned. Numbers in memory are little-endian at full width. A key is \`field(8)\` and its components,
each after a u16 length; the host puts the kind and the contract in front.

Inside a function the order is: base gas with the price of the bytes given, format (pointers, keys, sizes), access,
effect, gas of the bytes given back. A pointer must have room for the whole capacity. A wrong format, a change inside
a view, and the like end the call as a revert at exact gas with a code of the table below.

A nested call gets what the caller asks for, at most all but a ${CALL_GAS_KEPT}th of what is left. A trap, or running
out of gas or depth inside code, takes the callee's allotment; the caller keeps the rest. Depth is one budget of
${number(DEPTH_BUDGET)} words a transaction, and each nested call takes ${number(CALL_DEPTH_WEIGHT)} of them. A transaction emits at most
${number(VM_LIMITS.events)} events; an error carries at most ${number(VM_LIMITS.errorBytes)} bytes.

## Signatures

\`ed25519_verify\` holds under the strict rule of [transaction.md](transaction.md) on every node. ECDSA (SEC 1 §4.1.4)
takes the digest, not the message, so that any hash may stand before it; r and s are from 1 to n-1, a key is on the
curve, canonical, and begins with 02, 03 (33 bytes) or 04 (65); anything else is answered 0. Both s and n-s are
accepted, as by Ethereum's precompiles and as passkeys need: whoever sees one signature can write a second one for
the same digest, so a contract must never take a signature's bytes for the identity of what was signed. One that
wants a single form compares s with half of n, as \`isLowS\` in \`sdk/assembly\` does for secp256k1.

## Functions

${functions.join('\n\n')}

## Failure codes

Receipts (\`failure.code\`) and \`try_call\` carry these.

| code | name |
|---|---|
${Object.entries(FAILURE_CODE)
  .map(([name, code]) => `| ${code} | ${name} |`)
  .join('\n')}
`;
}

function gasPage() {
  const { transaction, access, code } = GAS_SCHEDULE;
  const rows = (table) =>
    Object.entries(table)
      .map(([name, price]) => `| ${name} | ${number(price)} |`)
      .join('\n');
  const prices = (table) =>
    Object.entries(table)
      .map(([name, price]) => `| ${name} | ${number(price.base)} | ${number(price.byte)} |`)
      .join('\n');
  return `# Gas

Generated from runtime/src/types/gas-schedule.ts and gas-calibration.json: \`npm run generate\`. One gas is about half a
nanosecond of one core, measured as below.

## A transaction

Intrinsic gas = base + byte × wire bytes + authorisation × signatures checked + call × calls, in every phase.

| what | gas |
|---|---|
${rows(transaction)}

## Declared access

Paid while access is resolved, whatever comes of it (access.md, "Price"): \`key\` for every expansion of every template, a
field or contract lock as ${number(access.lockKeys)} keys; hand-written extra access twice, the second half given back if it was touched;
\`step\` for every expression, element and 64 bytes handled, \`sectionByte\` for each byte of the sections of the codes reached.

| what | gas |
|---|---|
${rows(access)}

## Instructions

Summed per basic block. Entering a function costs a simple instruction for each local it declares. \`bulkWord\` is for
each 8 bytes begun of memory.copy and memory.fill, \`growPage\` for each page asked of memory.grow: an instance that grew
is not used again, so it pays for the next one too. \`memory\` is memory.size as well, and dear because a load may miss
every cache; the largest memory is kept small for the same reason. Block, else, end and nop are free.

| class | gas |
|---|---|
${rows(GAS_SCHEDULE.instructions)}

## Entering code

\`page\` for each page of the contract's initial memory, at every call. In the tail also \`touchByte\` for each byte of a code
the transaction meets for the first time, unless an access set of the block reaches it (runs, or would have run, that code). What access
sets reach is known before, and counted against the block's bytes of distinct code (\`blockCodeBytesMax\`); the tail may
touch any, and compiling cold code takes 64 to 330 ns a byte.

| what | gas |
|---|---|
${rows(code)}

## System methods

Beside the call: base, and a price for each byte of its arguments.

| method | base | byte |
|---|---|---|
${prices(GAS_SCHEDULE.system)}

## Host functions

What the bytes are stands in host.md.

| function | base | byte |
|---|---|---|
${prices(GAS_SCHEDULE.host)}

## Calibration

\`npm run bench -- gas --write\`, then \`npm run generate\`. Measured in a process with the baseline compiler alone
(contracts of one use never see the optimising one), caches emptied before every run; processor time for gas charged,
medians of ${CALIBRATION.rows[0].runs} runs. Storage is over a state larger than the caches, and what is written also goes
through the state tree. The rule: nothing takes more than 3 times as long for its gas as the median of the table does.

Machine: ${CALIBRATION.machine}. Median: ${CALIBRATION.medianNsPerGas} ns a gas. Worst: ${CALIBRATION.worst}, ${CALIBRATION.worstOverMedian} times the median.

| part | what | ns a gas | of the median |
|---|---|---|---|
${CALIBRATION.rows.map((row) => `| ${row.kind} | ${row.name} | ${row.nsPerGas} | ${row.ofMedian} |`).join('\n')}
`;
}

function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function main(check) {
  let differing = 0;
  for (const [path, content] of generatedFiles()) {
    const url = new URL(path, ROOT);
    if (!check) writeFileSync(url, content);
    else if (readFileSync(url, 'utf8') !== content) {
      differing += 1;
      process.stderr.write(`${path} is not what npm run generate writes\n`);
    }
  }
  process.exitCode = differing === 0 ? 0 : 1;
}

main(process.argv.includes('--check'));
