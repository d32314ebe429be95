// The deployment plan: which ready contracts, and with what. `npx weft deploy` in this folder carries it out on the network
// of `weft.config.ts`; `npm run supply-chain` does so on a chain of its own. Who deploys holds the tokens: the shop.

/** In order; paths from this file. */
export default {
  contracts: {
    token: {
      contract: '../../token',
      args: { name: 'Trade Euro', symbol: 'TEUR', decimals: 2, supply: '1000000' },
    },
    ledger: { contract: '../../trace-ledger', args: { strict: false } },
    escrow: { contract: '../../order-escrow', args: {} },
  },
};
