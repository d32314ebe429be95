// Ed25519 under its two rules, as packages outside the runtime reach it. Implementations: `#crypto`.
export {
  ed25519PublicKey,
  ed25519Sign,
  ed25519VerifyStrict,
  ed25519VerifyZip215,
  isAccountKey,
} from '#crypto';
