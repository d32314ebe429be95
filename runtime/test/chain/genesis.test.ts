import { canonicalGenesis, genesisEntries, genesisHead } from '@weft/runtime/chain/genesis';
import { formatGenesis, parseGenesis } from '@weft/runtime/chain/genesis-json';
import { decodeAddress } from '@weft/runtime/types/address';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { balanceKey } from '@weft/runtime/types/system';
import { describe, expect, it } from 'vitest';
import { addressOf, testGenesis } from '../support/transfers.js';

const minimal = () => ({
  chainName: 'a',
  time: 1,
  validators: [{ publicKey: `0x${'11'.repeat(32)}` }],
  accounts: [] as unknown[],
});
const parse = (change: object) => parseGenesis(JSON.stringify({ ...minimal(), ...change }));

describe('genesis', () => {
  it('round-trips through its JSON form', () => {
    const genesis = testGenesis();
    expect(parseGenesis(formatGenesis(genesis))).toEqual(genesis);
  });

  it('does not depend on the order accounts and validators are written in', () => {
    const genesis = testGenesis();
    const shuffled = { ...genesis, accounts: [...genesis.accounts].reverse() };
    expect(genesisHash(canonicalGenesis(shuffled))).toEqual(genesisHash(genesis));
  });

  it('puts balances into state and names it all in a header of height 0', () => {
    const genesis = testGenesis();
    const keys = genesisEntries(genesis).map(({ key }) => key);
    expect(keys).toContainEqual(balanceKey(addressOf(0)));
    expect(keys).not.toContainEqual(balanceKey(addressOf(4)));
    const { header } = genesisHead(genesis);
    expect(header).toMatchObject({ height: 0, time: genesis.time, genesisHash: genesisHash(genesis) });
    expect(header.parent).toEqual(new Uint8Array(32));
  });

  it('reads addresses, hooks and parameters', () => {
    const address = 'weft1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq';
    expect(() => decodeAddress(address)).toThrow();
    const genesis = parse({ parameters: { blockGasMax: 7, gasPriceMin: '9' }, dev: true });
    expect(genesis.parameters).toMatchObject({ blockGasMax: 7, gasPriceMin: 9n, tailGasFactor: 2 });
    expect(genesis).toMatchObject({ dev: true, protocolVersion: 0, hooks: [] });
  });

  it.each([
    ['a name that is no text', { chainName: 5 }, 'GENESIS_FIELD', 'chainName'],
    ['an unknown field', { chainNam: 'a' }, 'GENESIS_FIELD', 'genesis'],
    ['a time before 1970', { time: -1 }, 'GENESIS_FIELD', 'time'],
    ['an unknown parameter', { parameters: { gas: 1 } }, 'GENESIS_FIELD', 'parameters'],
    ['a parameter as text', { parameters: { blockGasMax: '1' } }, 'GENESIS_FIELD', 'parameters.blockGasMax'],
    ['accounts that are no list', { accounts: {} }, 'GENESIS_FIELD', 'accounts'],
    [
      'an address that is none',
      { accounts: [{ address: 'weft1x', balance: '1' }] },
      'GENESIS_FIELD',
      'accounts[0].address',
    ],
    [
      'a balance as number',
      { accounts: [{ address: 'weft1x', balance: 1 }] },
      'GENESIS_FIELD',
      'accounts[0].address',
    ],
    ['no validator', { validators: [] }, 'GENESIS_VALIDATORS', 'validators'],
    [
      'a short validator key',
      { validators: [{ publicKey: '0x11' }] },
      'GENESIS_FIELD',
      'validators[0].publicKey',
    ],
    ['a hook at no point', { hooks: [{ at: 'middle' }] }, 'GENESIS_FIELD', 'hooks[0].at'],
    ['an unknown protocol version', { protocolVersion: 99 }, 'GENESIS_PROTOCOL', 'protocolVersion'],
  ])('refuses %s', (_name, change, code, place) => {
    expect(() => parse(change)).toThrow(
      expect.objectContaining({ code, context: expect.objectContaining({ place }) }),
    );
  });

  it('refuses what is no JSON, the same account twice, and more than a u128 in all', () => {
    expect(() => parseGenesis('{')).toThrow(expect.objectContaining({ code: 'GENESIS_JSON' }));
    const genesis = testGenesis();
    const [first] = genesis.accounts;
    expect(first).toBeDefined();
    const twice = { ...genesis, accounts: [...genesis.accounts, ...genesis.accounts.slice(0, 1)] };
    expect(() => canonicalGenesis(twice)).toThrow(expect.objectContaining({ code: 'GENESIS_DUPLICATE' }));
    const rich = genesis.accounts.map(({ address }) => ({ address, balance: 1n << 127n }));
    const supply = { ...genesis, accounts: rich };
    expect(() => canonicalGenesis(supply)).toThrow(expect.objectContaining({ code: 'GENESIS_SUPPLY' }));
  });
});
