// What a project's `weft.deploy.ts` says: which contracts there shall be and what is called on them. Import from `weft/plan`.

/** The address of another contract of the plan, once it is deployed. */
export interface AddressReference {
  readonly $address: string;
}

/** An argument: as on the command line, or as the value it is. Large numbers as text or bigint. */
export type PlanValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | AddressReference
  | readonly PlanValue[]
  | { readonly [field: string]: PlanValue };

export type PlanArguments = Readonly<Record<string, PlanValue>>;

/** A contract to be there. */
export interface PlannedContract {
  /** Its folder, which is built first, or a `.wasm` file. */
  readonly contract: string;
  /** Of the init method, by name. */
  readonly args?: PlanArguments;
  /** Native units it is created with; default 0. */
  readonly pay?: bigint;
  /** Steps that come before, besides those its arguments name. */
  readonly after?: readonly string[];
}

/** A call to be made once. */
export interface PlannedCall {
  /** Name of a contract of the plan. */
  readonly on: string;
  readonly method: string;
  readonly args?: PlanArguments;
  /** Native units sent along; default 0. */
  readonly pay?: bigint;
  readonly after?: readonly string[];
}

export interface DeployPlan {
  /** By the name they are called by from the command line. */
  readonly contracts: Readonly<Record<string, PlannedContract>>;
  /** By a name of the step; made in this order, after the contracts they name. */
  readonly calls?: Readonly<Record<string, PlannedCall>>;
}

/** The plan as it is; gives an editor its types. */
export const definePlan = (plan: DeployPlan): DeployPlan => plan;

/** The address of another contract of the plan, as an argument. */
export const addressOf = (contract: string): AddressReference => ({ $address: contract });
