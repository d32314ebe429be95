// The files of a CometBFT home: configuration tuned for latency, keys, genesis. What is not named here keeps CometBFT's
// own default.
import { ed25519PublicKey } from '#crypto';
import { toHex } from '../../base/bytes.js';
import { LIMITS } from '../../base/limits.js';
import { formatGenesis } from '../../chain/genesis-json.js';
import { cometAddress } from '../../consensus/comet/messages.js';
import type { Genesis } from '../../types/genesis.js';
import { genesisHash } from '../../types/genesis-codec.js';

/** Bytes of a block, votes and evidence included: what spreads among validators within a proposal's time. */
const BLOCK_BYTES_MAX = 4 << 20;
/** Bytes of one packet between peers; fewer, larger ones than CometBFT's 1 KiB. */
const PACKET_BYTES = 10_240;
/** Bytes a second to one peer. */
const PEER_RATE = 50_000_000;

export interface CometSettings {
  readonly moniker: string;
  /** `HOST:PORT` each listens on. */
  readonly p2p: string;
  readonly rpc: string;
  /** How others reach the first; default: what they see. */
  readonly externalAddress?: string;
  /** `ID@HOST:PORT` of the others. */
  readonly peers: readonly string[];
  /** Milliseconds between a block and the next height. */
  readonly commitMs: number;
  readonly stateSync?: StateSync | undefined;
}
/** Where a node that joins begins: a height and block hash it trusts, and whose word it takes for the rest. */
export interface StateSync {
  readonly rpcServers: readonly string[];
  readonly trustHeight: number;
  /** Hexadecimal. */
  readonly trustHash: string;
}

/** `config.toml`. */
export function cometConfig(settings: CometSettings): string {
  const { moniker, p2p, rpc, externalAddress = '', peers, commitMs, stateSync } = settings;
  const sections: [string, Readonly<Record<string, string | number | boolean>>][] = [
    ['', { moniker, log_level: 'error', abci: 'socket' }],
    ['rpc', { laddr: `tcp://${rpc}`, max_request_batch_size: 0, max_body_bytes: 4_000_000 }],
    [
      'p2p',
      {
        laddr: `tcp://${p2p}`,
        external_address: externalAddress,
        persistent_peers: peers.join(','),
        persistent_peers_max_dial_period: '2s',
        addr_book_strict: false,
        allow_duplicate_ip: true,
        flush_throttle_timeout: '10ms',
        max_packet_msg_payload_size: PACKET_BYTES,
        send_rate: PEER_RATE,
        recv_rate: PEER_RATE,
      },
    ],
    [
      'mempool',
      { size: 65_536, cache_size: 131_072, max_txs_bytes: 64 << 20, max_tx_bytes: LIMITS.transactionBytes },
    ],
    [
      'statesync',
      {
        enable: stateSync !== undefined,
        rpc_servers: (stateSync?.rpcServers ?? []).join(','),
        trust_height: stateSync?.trustHeight ?? 0,
        trust_hash: stateSync?.trustHash ?? '',
        discovery_time: '5s',
      },
    ],
    [
      'consensus',
      {
        timeout_commit: `${commitMs}ms`,
        peer_gossip_sleep_duration: '10ms',
      },
    ],
    ['tx_index', { indexer: 'null' }],
  ];
  return sections.map(([name, keys]) => section(name, keys)).join('\n');
}

function section(name: string, keys: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  return `${name === '' ? '' : `[${name}]\n`}${lines.join('')}`;
}

/** `genesis.json` of CometBFT; the genesis of the chain travels in it, so that who joins has all of it from one place. */
export function cometGenesis(genesis: Genesis): string {
  const document = {
    genesis_time: new Date(genesis.time).toISOString(),
    chain_id: genesis.chainName,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: `${BLOCK_BYTES_MAX}`, max_gas: '-1' },
      evidence: {
        max_age_num_blocks: '100000',
        max_age_duration: `${48 * 3600}000000000`,
        max_bytes: '65536',
      },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '0' },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: genesis.validators.map(({ publicKey, power }, index) => ({
      address: addressText(publicKey),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: base64(publicKey) },
      power: `${power}`,
      name: `node${index}`,
    })),
    app_hash: '',
    app_state: {
      genesisHash: `0x${toHex(genesisHash(genesis))}`,
      genesis: JSON.parse(formatGenesis(genesis)) as unknown,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** `priv_validator_key.json` of an Ed25519 seed. */
export function validatorKeyFile(seed: Uint8Array): string {
  const publicKey = ed25519PublicKey(seed);
  return `${JSON.stringify(
    {
      address: addressText(publicKey),
      pub_key: { type: 'tendermint/PubKeyEd25519', value: base64(publicKey) },
      priv_key: { type: 'tendermint/PrivKeyEd25519', value: base64(seed, publicKey) },
    },
    null,
    2,
  )}\n`;
}

/** `node_key.json` of an Ed25519 seed. */
export function nodeKeyFile(seed: Uint8Array): string {
  const value = base64(seed, ed25519PublicKey(seed));
  return `${JSON.stringify({ priv_key: { type: 'tendermint/PrivKeyEd25519', value } })}\n`;
}

/** The name of a node among peers. */
export function nodeId(seed: Uint8Array): string {
  return toHex(cometAddress(ed25519PublicKey(seed)));
}

/** `priv_validator_state.json` of a validator that has signed nothing. */
export const UNSIGNED_STATE = `${JSON.stringify({ height: '0', round: 0, step: 0 })}\n`;

function addressText(publicKey: Uint8Array): string {
  return toHex(cometAddress(publicKey)).toUpperCase();
}

function base64(...parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('base64');
}
