// Probes of system methods over accounts and contracts, each at its slowest: the longest list of upgrades to read and write
// again, the most keys to look at.

import { ed25519 } from '@noble/curves/ed25519.js';
import { compareBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { LIMITS } from '@weft/runtime/base/limits';
import { type Hash32, SCHEME } from '@weft/runtime/types/address';
import { encodeThresholdPolicy, THRESHOLD_KEYS_MAX } from '@weft/runtime/types/authorisation-codec';
import { keyText } from '@weft/runtime/types/key';
import {
  codeKey,
  contractKey,
  encodeCodeRecord,
  encodeContractRecord,
  SYSTEM_ADDRESS,
  upgradesKey,
} from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeUpgrades } from '@weft/runtime/types/upgrade';
import { setAuthorisationCall, setUpgradeAuthorityCall, upgradeCall } from '@weft/sdk/client/system-abi';
import { named, ProbeChain, SENDER } from './chain.js';
import type { Probe } from './probe.js';

const CALLS = 20;
/** Intrinsic gas of one call, which is part of its price. */
const CALL_GAS = 5_000;

export function systemProbes(): Probe[] {
  const chain = new ProbeChain();
  const contract = named('upgradable');
  const codeHash = named('its code') as unknown as Hash32;
  const record = { codeHash, creator: SENDER, authority: SENDER };
  chain.state.set(keyText(contractKey(contract)), encodeContractRecord(record));
  const code = { size: 10_000, chunks: 1, initialPages: 1, access: new Uint8Array(600) };
  chain.state.set(keyText(codeKey(codeHash)), encodeCodeRecord(code));
  const pending = Array.from({ length: LIMITS.upgrades - 1 }, (_, index) => ({
    contract: named(`pending ${index}`),
    codeHash,
    migration: { gasLimit: 1, selector: 1, args: new Uint8Array(900) },
  }));
  chain.state.set(keyText(upgradesKey()), encodeUpgrades(pending));
  const keys = Array.from({ length: THRESHOLD_KEYS_MAX }, (_, index) =>
    ed25519.getPublicKey(sha256(utf8(`key ${index}`))),
  );
  const policy = encodeThresholdPolicy({ threshold: 2, keys: keys.sort(compareBytes) });
  const probe = (name: string, { selector, args }: Call): Probe => ({
    kind: 'system',
    name,
    run: () => {
      let gas = 0;
      for (let count = 0; count < CALLS; count++) {
        const outcome = chain.run(SYSTEM_ADDRESS, selector, args);
        if (outcome.status !== 'OK') throw new RangeError(`${name} ended ${outcome.status}`);
        gas += outcome.gas + CALL_GAS;
      }
      return gas;
    },
  });
  return [
    probe('upgrade, behind as many as may wait', upgradeCall(contract, codeHash)),
    probe('setUpgradeAuthority', setUpgradeAuthorityCall(contract, named('heir'))),
    probe('setAuthorisation, one key', setAuthorisationCall(SCHEME.ED25519, keys[0]!)),
    probe(`setAuthorisation, ${THRESHOLD_KEYS_MAX} keys`, setAuthorisationCall(SCHEME.THRESHOLD, policy)),
  ];
}
