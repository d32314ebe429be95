// What the command line itself refuses; everything else it reports comes coded from below.
import { defineErrors, WeftError } from '@weft/runtime/base/errors';

export class CliError extends defineErrors('CliError', {
  CLI_USAGE: { what: 'the command cannot be understood', fix: 'See `weft --help`.' },
  CLI_FOLDER_IN_USE: { what: 'the folder is not empty', fix: 'Choose a new one.' },
  CLI_NPM: { what: 'npm did not do what was asked', fix: 'Is npm installed, and can it reach its registry?' },
  CLI_NO_VITEST: {
    what: 'this project has no vitest',
    fix: 'Run it in a project made by `weft init`, after `npm install`.',
  },
  CLI_TESTS_FAILED: { what: 'tests failed' },
  CLI_GAS_CHANGED: {
    what: 'gas differs from the committed snapshot',
    fix: 'Run `weft test --gas` and commit the snapshot if the change is meant.',
  },
  CLI_SCRIPT: { what: 'a file of the project failed when it was run', fix: 'Its own error stands below.' },
  CLI_CONFIG: { what: 'weft.config.ts is not as it should be' },
  CLI_UNKNOWN_NETWORK: { what: 'no network has this name', fix: 'Add it to `networks` in weft.config.ts.' },
  CLI_OTHER_CHAIN: {
    what: 'the node is of another chain than the configuration names',
    fix: 'Correct the address, or the genesisHash in weft.config.ts if the chain was made anew.',
  },
  CLI_FILE: { what: 'a file cannot be read', fix: 'Check the path.' },
  CLI_NO_CHAIN: { what: 'this folder holds no chain', fix: 'Name the data folder of a node that has run.' },
  CLI_ARGUMENT: { what: 'a method argument is missing, unknown or given twice' },
  CLI_UNKNOWN_CONTRACT: {
    what: 'no contract of this name was deployed from here',
    fix: 'Pass its weft1… address, or deploy it from this folder first.',
  },
  CLI_DEV_ONLY: {
    what: 'only a development chain can do this',
    fix: 'Start one with `weft node`, or name another with `--network`.',
  },
  CLI_PLAN: { what: 'the deployment plan is not as it should be', fix: 'See `weft deploy` in the README.' },
  CLI_PLAN_CHANGED: {
    what: 'a step of the plan was done otherwise than it now says',
    fix: 'Give the step another name, `weft upgrade` the contract, or do it anew with `--replace STEP`.',
  },
  CLI_JOURNAL: {
    what: 'the journal of the deployment is damaged',
    fix: 'Restore it from version control; without it what was done is found by its addresses alone.',
  },
  CLI_TRANSACTION_LOST: {
    what: 'the node has forgotten the blocks that may hold a transaction of the plan',
    fix: 'Ask a node that keeps them (`--rpc-url`), or look whether it happened and do it anew with `--replace STEP`.',
  },
  CLI_VERIFY: { what: 'the code on chain is not what the source here builds to' },
  CLI_GONE_CONTRACT: {
    what: 'the chain has no contract at the address this name stands for',
    fix: 'It was reverted, reset or started anew: deploy it again.',
  },
  CLI_UNKNOWN_EVENT: { what: 'the contract has no such event' },
  CLI_UNKNOWN_METHOD: { what: 'the contract has no such method' },
  CLI_NO_ARTIFACT: { what: 'nothing is built here', fix: 'Run `weft build` first.' },
  CLI_KEY_NAME: { what: 'this cannot be the name of a key' },
  CLI_KEY_EXISTS: { what: 'a key of this name exists', fix: 'Choose another name; a key is never replaced.' },
  CLI_KEY_UNKNOWN: { what: 'no key of this name is kept here', fix: '`weft keys list` shows what there is.' },
  CLI_KEY_FILE: { what: 'the key file cannot be read', fix: 'Restore it, or import its words again.' },
  CLI_KEY_PASSWORD: { what: 'the password does not open the key, or the file was changed' },
  CLI_SECRET: { what: 'a secret is missing or not usable' },
  CLI_SIGNER: {
    what: 'others sign for this account by now',
    fix: 'Use the key or policy the account was rotated to.',
  },
  CLI_ACCOUNT: {
    what: 'development accounts are public and sign on development chains only',
    fix: 'Make a key with `weft keys new NAME` and pass `--account NAME`.',
  },
  CLI_TRANSACTION_FAILED: { what: 'the transaction was included but failed' },
  CLI_VIEW_FAILED: { what: 'the call failed' },
  CLI_NETWORK: { what: 'the network does not make blocks', fix: 'Read the logs of its nodes.' },
  CLI_PROFILE_BUDGET: {
    what: 'the workload runs less side by side than its budget asks',
    fix: 'The report names what its transactions wait over; lower the budget if that is meant.',
  },
  CLI_UNKNOWN_CODE: { what: 'no error, receipt or failure has this code' },
  CLI_UNKNOWN_TRANSACTION: { what: 'no block includes this transaction' },
  CLI_REPLAY: { what: 'the independent replay did not finish' },
  CLI_ROOTS_DIFFER: { what: 'the replay reached another state than the node' },
}) {}

/** A usage error: exit code 2. */
export const isUsageError = (error: unknown): boolean => error instanceof WeftError && USAGE.has(error.code);

const USAGE = new Set([
  'CLI_USAGE',
  'CLI_ARGUMENT',
  'CLI_UNKNOWN_METHOD',
  'CLI_UNKNOWN_EVENT',
  'CLIENT_ARGUMENT',
  'CLIENT_ARGUMENTS',
]);
