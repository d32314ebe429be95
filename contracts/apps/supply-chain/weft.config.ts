// Which chains the application is deployed to with `weft`; here a node on this machine (`npx weft node`).
export default {
  networks: { local: { url: 'http://127.0.0.1:9338' } },
};
