// What a project's `weft.config.ts` says. Import the types, or `defineConfig`, from `weft/config`.

/** A chain the project talks to. */
export interface NetworkConfig {
  /** Of its JSON-RPC endpoint. */
  readonly url: string;
  /** Key that signs there; default: the project's. */
  readonly account?: string;
  /** For a node that asks for one; better read from the environment than written here. Default: `WEFT_RPC_TOKEN`. */
  readonly token?: string;
  /** 0x hex: a node of any other chain is refused. */
  readonly genesisHash?: string;
}

export interface WeftConfig {
  /** Used where `--network` names none; default `local`. */
  readonly defaultNetwork?: string;
  /** By name. `local` is there without being named: the node on this machine. */
  readonly networks?: Readonly<Record<string, NetworkConfig>>;
  /** Key that signs where nothing else says; default: development account 0. */
  readonly account?: string;
}

/** The configuration as it is; gives an editor its types. */
export const defineConfig = (config: WeftConfig): WeftConfig => config;
