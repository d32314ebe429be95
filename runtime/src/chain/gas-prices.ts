// What a transaction should pay, read off what is pending: the price at which the pool fills one block and two.
import type { Mempool } from '../ports/mempool.js';
import type { GasPrices, PoolStatus } from '../ports/query.js';
import type { Parameters } from '../types/genesis.js';

/** Prices stay as they were until this part of the pool has changed: 1 / 16. */
const STALE_DIVISOR = 16;

interface PricedChain {
  parameters(): Parameters;
  info(): { readonly height: number };
}

/** Reads prices; walks the pool again only after a block or when it has grown or shrunk. */
export function createGasPrices(chain: PricedChain, pool: Mempool): () => GasPrices {
  let known: { readonly height: number; readonly size: number; readonly prices: GasPrices } | undefined;
  return () => {
    const { height } = chain.info();
    const { size } = pool;
    const moved = Math.abs(size - (known?.size ?? 0));
    if (known === undefined || known.height !== height || moved * STALE_DIVISOR > known.size)
      known = { height, size, prices: readPrices(chain.parameters(), pool) };
    return known.prices;
  };
}

function readPrices({ blockGasMax, gasPriceMin }: Parameters, pool: Mempool): GasPrices {
  const [one, two] = pool.pricesAt([blockGasMax, 2 * blockGasMax]);
  const outbid = (price: bigint | undefined): bigint =>
    price === undefined || price < gasPriceMin ? gasPriceMin : price + 1n;
  const { gasPriceMin: later } = poolStatus(pool, gasPriceMin);
  return {
    next: highest(outbid(one), later),
    soon: highest(outbid(two), later),
    later,
    pendingGas: pool.gas,
    blockGasMax,
  };
}

/** How full a pool is. A full one takes what pays more than its cheapest. */
export function poolStatus(pool: Mempool, chainMin: bigint): PoolStatus {
  const { size: count, bytes, countMax, bytesMax, senderCountMax } = pool;
  const cheapest = count >= countMax || bytes >= bytesMax ? pool.cheapest() : undefined;
  const gasPriceMin = cheapest === undefined ? chainMin : highest(cheapest + 1n, chainMin);
  return { count, bytes, countMax, bytesMax, senderCountMax, gasPriceMin };
}

const highest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
