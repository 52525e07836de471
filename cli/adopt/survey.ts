import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import type { PlannedResource } from "../../plan/plan";
import type { KnownState } from "./import-file";

/** What exists in AWS for a stack, what is in use, and what the program would change. */
export interface Survey {
  stack: string;
  applicationName: string;
  account: string;
  region: string;
  /** All environments of the application, and those of other applications that use its database, queue or buckets. */
  environments: ExistingEnvironment[];
  /** The planned resources that exist in AWS. */
  resources: ExistingResource[];
  /** What the environments' variables say is in use. */
  usage: Usage[];
  /** What `pulumi up` would change, from a rehearsal. */
  changes: ResourceChange[];
  /** The offline plan. */
  planned: PlannedResource[];
  /** The URNs of all resources in the stack. */
  inState: ReadonlySet<string>;
  /** The ids of all resources in the stack. */
  managed: ReadonlySet<string>;
  /** The stack file's values by key without namespace, encrypted ones as stored. */
  configuration: Readonly<Record<string, string>>;
  /** What prevents the adoption as a whole. */
  problems: string[];
  /** The URNs of what `pulumi up` would create or change, from the rehearsal. */
  pending?: string[];
  /** What the rehearsal read of environments, by URN. */
  states?: ReadonlyMap<string, KnownState>;
  /** The URNs of the environments that an update has reached, perhaps in vain. */
  updated?: ReadonlySet<string>;
  /** Settings that the steps need. */
  settings: SuggestedSetting[];
  /** What the old environments have and the new ones do not, with the reason. */
  lost?: string[];
  database?: {
    identifier: string;
    engineVersion: string;
    status: string;
    username: string;
    databaseName?: string;
    /** The settings that the program leaves to RDS, with the values that the instance has. */
    kept?: SuggestedSetting[];
  };
}

/** An Elastic Beanstalk environment that exists. */
export interface ExistingEnvironment {
  id: string;
  name: string;
  application: string;
  role: "web" | "worker";
  cname?: string;
  /** Host name of its load balancer, or IP address of its only instance. */
  endpoint?: string;
  status: string;
  health: string;
  version: string;
  platform: string;
  options: ConfigurationOptionSetting[];
  /** Elastic Beanstalk's default of each option, by namespace and name; only of one that can be taken over. */
  defaults?: Record<string, string>;
  /** Its variables, references resolved. Never shown. */
  variables: Record<string, string>;
  /** The ARN that a variable was resolved from. */
  references: Record<string, string>;
  /** Why it cannot be taken over; empty if it can. */
  reasons: string[];
  /** Whether it is in the stack. */
  isManaged: boolean;
}

/** A planned resource that exists in AWS. */
export interface ExistingResource {
  urn: string;
  label: string;
  /** The id for `pulumi import`. */
  id: string;
  /** Why the resource cannot be imported as it is, and what to do. */
  blockers: string[];
  /** What a difference of inputs does not show. */
  notes: string[];
  /** Without these settings the resource would be replaced, or its update would fail. */
  requiredSettings: SuggestedSetting[];
  /** What is unused after the migration, and the command that removes it. */
  cleanup: string[];
}

/** A resource that a variable or a DNS record says is in use. */
export interface Usage {
  variable: string;
  environment: string;
  value: string;
  what: string;
  /** The planned resource that takes it over. */
  urn?: string;
  /** Why it cannot be taken over, and the way. */
  blocker?: string;
  /** The setting with which it is taken over. */
  setting?: SuggestedSetting;
}

/** An input that `pulumi up` would change. */
export interface ResourceChange {
  urn: string;
  label: string;
  path: string;
  from: string;
  to: string;
  /** Whether an option of an environment has its default so far: not set by hand. */
  isDefault?: boolean;
  /** The setting that keeps the value. */
  keep?: SuggestedSetting;
}

/** A setting to add to the stack's configuration; without a value, only a person knows it. */
export interface SuggestedSetting {
  key: string;
  value?: string | number | boolean;
  secret?: true;
  reason: string;
}

/** The way that an adoption takes. */
export interface AdoptionPath {
  /** Further settings that are required. */
  settings: SuggestedSetting[];
  /** The environments whose place new ones take. */
  replaced: ExistingEnvironment[];
  /** What the old environments have and the new ones do not, with the reason. */
  lost: string[];
  /** The version that an old database is upgraded to before the import; undefined if it is not old. */
  engineVersion?: string | undefined;
}
