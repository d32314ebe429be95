// Ed25519 as packages outside the runtime reach it: signing, and the strict rule. Apart from `#crypto`, whose curve points a
// wallet need not load. Implementations: `#sign`.
export { ed25519PublicKey, ed25519Sign, ed25519VerifyStrict } from '#sign';
