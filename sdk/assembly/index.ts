// The library a contract imports: `import { Map, u128, sender, … } from '@weft/sdk/assembly'`.
export { i128 } from './i128';
export { u128 } from './u128';
export { u256 } from './u256';
export { wrappingAdd, wrappingMul, wrappingSub } from './checked';
export { Address, Hash } from './address';
export { List } from './list';
export { Map, Map2, Map3, Value } from './storage';
export { Accumulator, AccumulatorMap, AccumulatorMap2 } from './accumulator';
export { blockHash, caller, height, self, sender, time, value } from './context';
export { ensure, require, revert } from './failure';
export { callPayload } from './remote';
export { emit } from './event';
export { balanceOf, balancePast, transfer, tryTransfer } from './native';
export { accountOf, blake3, ed25519Signs, ed25519Verify, hashOf, hashOf2, hashOf3, keccak256, sha256 } from './crypto';
export { isLowS, p256Verify, recoverEthereum, secp256k1Recover, secp256k1Verify } from './crypto';
export { mulDiv, mulDivUp } from './mul-div';
export { fromBytes, toBytes } from './codec';
export { log } from './log';
