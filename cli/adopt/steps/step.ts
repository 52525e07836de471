import type { AddressRecord } from "../address";
import type { Environments } from "../roles";
import type { SuggestedSetting, Survey } from "../survey";
import type { VariablePlan } from "../variables";

/** A step of the adoption. */
export interface Step {
  title: string;
  isDone: boolean;
  /** Whether it resolves what blocks the adoption, or changes only the configuration. */
  isAllowedWhileBlocked?: true;
  /** The commands that take it, and comments, one a line. */
  commands: string[];
}

/** What AWS and the configuration say beside the survey. */
export interface Facts {
  variables: VariablePlan;
  /** Whether the configuration has a password of the master user. */
  hasDatabasePassword: boolean;
  /** The environments in use whose SQL_PASSWORD is not the one that `pulumi up` will set. */
  otherPasswords: string[];
  /** The status of the snapshot that the second step creates. */
  snapshotStatus?: string;
  /** The versions to upgrade PostgreSQL to, one after the other; undefined if RDS does not tell. */
  upgradePath?: string[];
  /** The database's parameter group, if it is not RDS's default. */
  parameterGroup?: string;
  /** The names of all environments of the region. */
  takenNames: ReadonlySet<string>;
  /** A free CNAME prefix; undefined if the configured one is free. */
  freePrefix?: string;
  /** The addresses of the stack's domain in Route 53. */
  records: AddressRecord[];
  /** What public DNS says of a domain that is not in Route 53; empty if it does not answer. */
  resolved: string[];
  /** The configuration keys of values that no setting accepts. */
  keptKeys: string[];
}

/** What keeps the import from being possible. */
export interface Open {
  required: SuggestedSetting[];
  blockers: string[];
  /** The import file, and whether there is something to import. */
  importFile: string;
}

export interface Context {
  survey: Survey;
  facts: Facts;
  open: Open;
  existing: Environments;
  /** URN of the planned record of the domain, where it moves as a step of its own. */
  addressUrn: string | undefined;
}
